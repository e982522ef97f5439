//! What a layer reports: one difference of one subject, and where it shows.

use std::collections::BTreeMap;

use serde_json::Value;

use super::value_type::ValueType;
use super::what::What;

/// A difference that one layer found.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub subject: Subject,
    pub what: What,
    pub seen: Seen,
    pub old: Option<Shown>,
    pub new: Option<Shown>,
    pub at: At,
}

/// All facts of a product by their subjects.
pub(super) type BySubject = BTreeMap<Subject, Vec<Fact>>;

/// JSON pointers into the old and the new document.
pub(super) type At = (Option<String>, Option<String>);

/// What a change is about. Facts of several layers about the same subject are one change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Product,
    /// An operation as a whole.
    Operation(String),
    /// One side of its behaviour.
    Facet(String, Facet),
    /// An argument of its method, by its name in Rust.
    Argument(String, String),
    Type(String),
    /// A property: its type and its name on the wire.
    Property(String, String),
    /// A value: its enumeration and the name of its constant.
    Value(String, String),
    /// A part of the document outside the operations.
    Document(String),
}

/// The name of the argument that is the body.
pub(super) const BODY: &str = "body";

/// The report lists the facets of an operation in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Facet {
    Authorisation,
    Documentation,
    Idempotency,
    Paging,
    Payload,
    Response,
    Route,
}

/// Where a difference shows. Its class depends on this.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// In what is sent or received.
    Wire {
        directions: Directions,
        /// Whether the new schema accepts every request of the old one.
        is_accepted: bool,
        /// Whether a client that has the old schema reads a response of the new one.
        is_read: bool,
    },
    /// In how the operation behaves: the method and the path that it had.
    Operation(Route),
    /// In the generated Rust: the item that code uses.
    Rust(Item),
    /// Only in the document.
    Document,
}

/// The directions in which something is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Directions {
    pub request: bool,
    pub response: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub method: String,
    pub path: String,
    pub webhook: bool,
}

/// An item of the generated Rust, under the name that the effect mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Module(String),
    Method(String),
    Argument {
        method: String,
        name: String,
    },
    /// What a method returns, and whether the schema of its envelope differs, too.
    Payload {
        method: String,
        on_the_wire: bool,
    },
    Type(String),
    Field(Field),
    Constant {
        of: String,
        name: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub of: String,
    pub name: String,
    /// Whether code also sets it: it is a field of a request.
    pub set: bool,
    /// Whether the builder did not require it before, and does now.
    pub newly_required: bool,
}

/// The old or new value of something.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown {
    /// A name, or code.
    Text(String),
    /// JSON as it is.
    Json(Value),
    /// Documentation, of which only what differs is shown.
    Excerpt(Value),
    Type(ValueType),
    Route(Route),
    /// The route and the summary of an operation.
    Operation(Route, Option<String>),
    /// The fields or constants of a type.
    Definition(String),
}

impl Fact {
    pub(super) fn new(subject: Subject, what: What, seen: Seen, at: At) -> Self {
        Self { subject, what, seen, old: None, new: None, at }
    }

    #[must_use]
    pub(super) fn values(mut self, old: Option<Shown>, new: Option<Shown>) -> Self {
        (self.old, self.new) = (old, new);
        self
    }
}

impl Seen {
    /// A difference on the wire that matters in each of the directions.
    pub(super) fn wire(directions: Directions) -> Self {
        Self::Wire { directions, is_accepted: false, is_read: false }
    }
}

impl Directions {
    pub(super) const REQUEST: Self = Self { request: true, response: false };
    pub(super) const RESPONSE: Self = Self { request: false, response: true };
    pub(super) const NONE: Self = Self { request: false, response: false };

    pub(super) fn any(self) -> bool {
        self.request || self.response
    }
}
