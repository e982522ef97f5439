//! What breaks for whom, without a word about it: `words.rs` writes the sentences.

use super::change::Whom;
use super::fact::{Directions, Field, Route, Shown};

/// One way in which a change breaks running programs or callers' code.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Harm {
    /// Requests without the property or argument are refused.
    Refused(String),
    /// What is sent under that name is no longer read.
    NotRead(String),
    NotReceived(String),
    OldTypeSent,
    /// Reading the response may fail; the operation, if it is not the only one of the change.
    NotReadable(Option<String>),
    NullRefused,
    BeyondLimit,
    ValueRefused(Option<Shown>),
    ValuesRefused,
    /// The constant had another value.
    KnownAs(String, Option<Shown>),
    OldSchema,
    OldLocation,
    /// The route is not documented any more.
    Undocumented(Route),
    Moved(Route),
    PayloadElsewhere,
    DoneTwice,
    /// Programs that are built anew retry what they did not retry before.
    DoneTwiceAnew,
    /// Programs that are built anew take a failed call for one that did nothing.
    OutcomeDenied,
    /// The server at that URL is not documented any more.
    ServerGone(Option<Shown>),
    /// The first server is another one.
    OtherServer(Option<Shown>),
    OldCredentials,
    OldPages,
    NoToken,
    OldMediaType(Directions),
    ModuleGone(String),
    MethodGone(String),
    /// The method is behind the feature `unreviewed`.
    MethodBehindFeature(String),
    MethodRenamed(String, Option<Shown>),
    ArgumentTooMany(String),
    ArgumentMissing(String, String),
    ArgumentType {
        method: String,
        name: String,
        old: Option<Shown>,
        new: Option<Shown>,
    },
    ArgumentOrder(String),
    Returns {
        method: String,
        old: Option<Shown>,
        new: Option<Shown>,
    },
    TypeGone(String),
    ConstantGone(String, String),
    FieldGone(Field),
    FieldRenamed(Field, Option<Shown>),
    FieldType {
        field: Field,
        old: Option<Shown>,
        new: Option<Shown>,
    },
    /// The builder requires the field now.
    BuilderRequires(Field),
    TraitLost(String, String),
}

impl Harm {
    pub(super) fn whom(&self) -> Whom {
        match self {
            Self::Refused(_)
            | Self::NotRead(_)
            | Self::NotReceived(_)
            | Self::OldTypeSent
            | Self::NotReadable(_)
            | Self::NullRefused
            | Self::BeyondLimit
            | Self::ValueRefused(_)
            | Self::ValuesRefused
            | Self::KnownAs(..)
            | Self::OldSchema
            | Self::OldLocation
            | Self::Undocumented(_)
            | Self::Moved(_)
            | Self::PayloadElsewhere
            | Self::DoneTwice
            | Self::ServerGone(_)
            | Self::OldCredentials
            | Self::OldPages
            | Self::NoToken
            | Self::OldMediaType(_) => Whom::RunningProgram,
            Self::DoneTwiceAnew | Self::OutcomeDenied | Self::OtherServer(_) => Whom::RebuiltProgram,
            Self::ModuleGone(_)
            | Self::MethodGone(_)
            | Self::MethodBehindFeature(_)
            | Self::MethodRenamed(..)
            | Self::ArgumentTooMany(_)
            | Self::ArgumentMissing(..)
            | Self::ArgumentType { .. }
            | Self::ArgumentOrder(_)
            | Self::Returns { .. }
            | Self::TypeGone(_)
            | Self::ConstantGone(..)
            | Self::FieldGone(_)
            | Self::FieldRenamed(..)
            | Self::FieldType { .. }
            | Self::BuilderRequires(_)
            | Self::TraitLost(..) => Whom::CallersCode,
        }
    }
}
