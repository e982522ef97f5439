//! What differs about a subject, without a word about it: `judge.rs` decides by it, `words.rs` writes it.

/// One way in which a subject differs. Facts of several layers with an equal `What` are one detail of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// New. Arguments and new required properties state whether they are required.
    Added(Option<Need>),
    Removed,
    Renamed {
        from: String,
    },
    /// The name in Rust is another one, the name on the wire is not.
    RenamedInRust,
    Becomes(Need),
    Type,
    Format,
    /// Whether null is `allowed` now; whether programs may have `sent` it.
    Null {
        allowed: bool,
        sent: bool,
    },
    /// How a property is sent that is not set: as null, or not at all.
    Unset {
        null: bool,
    },
    /// A limit that only the server checks, and whether it is looser now.
    Limit {
        keyword: String,
        looser: bool,
    },
    UnknownProperties {
        preserved: bool,
    },
    /// A keyword of the wire that no rule knows.
    Keyword(String),
    /// A constant of an enumeration has another value.
    Value,
    Meaning,
    /// The values of an enumeration without a name; whether there are `fewer`, and whether there are `more`.
    Values {
        fewer: bool,
        more: bool,
    },
    ValueOrder,
    /// A property inside a schema that has no name of its own.
    Inner(String, Box<What>),
    /// Where a parameter is sent: in the path, in the query, …
    Location,
    Path,
    Method,
    MediaType,
    Token {
        required: bool,
    },
    /// The server that programs call, by its URL; whether the new document still lists the old one.
    Server {
        listed: bool,
    },
    /// What identifies a program: the token, the subscription key.
    Credentials,
    /// The pointers of the payload; whether there are only more of them, behind the old ones.
    Pointers {
        more: bool,
    },
    Idempotency(Retried),
    /// Whether the operation is reviewed now; if it is not, it is behind the feature `unreviewed`.
    Review {
        done: bool,
    },
    /// Pages are requested in another way.
    Pages,
    ArgumentOrder,
    /// The type that a method returns.
    Payload,
    Trait {
        name: String,
        gained: bool,
    },
    Docs(Docs),
    /// The text of a part of the document.
    Text,
    /// Something that is neither on the wire nor in Rust; the keyword, if there is one.
    Elsewhere(Option<String>),
    Along(Along),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

/// Which requests are retried, compared with the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retried {
    Fewer,
    More,
    /// The same ones, but a failed request now counts as not carried out.
    Reads,
    /// The same ones, but the idempotency has another name.
    Same,
}

/// A part of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Docs {
    Summary,
    Description,
    Title,
    Tag,
    Page,
    Source,
    Modified,
    Evidence,
    Oddities,
    Unknown,
    Links,
    Example,
    Examples,
    Default,
    Deprecated,
    RequestExample,
    ResponseExample,
    SuccessStatus,
    Failures,
    /// The part of a parameter, by its name.
    OfParameter(Box<Docs>, String),
}

/// A detail that is not in the headline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Along {
    /// The signature of a new method.
    InRust,
    Idempotency,
    Payload,
    Paging,
    Evidence,
    Page,
    Source,
    /// A type that was added, removed or renamed together with its operation.
    NewType(String),
    RemovedType(String),
    RenamedType(String),
}

impl What {
    /// Whether it is a detail that is not in the headline.
    pub(super) fn is_along(&self) -> bool {
        matches!(self, Self::Along(_))
    }

    /// Whether the subject as a whole was added or removed.
    pub(super) fn comes_or_goes(&self) -> bool {
        matches!(self, Self::Added(None) | Self::Removed)
    }
}
