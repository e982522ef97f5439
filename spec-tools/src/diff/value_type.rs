//! What kind of value a schema describes, without its documentation and limits.

/// The kind of a value. Two schemas have the same type if generated code reads and writes them in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueType {
    Anything,
    /// A type, and its format if there is one.
    Plain(String, Option<String>),
    /// The schema of that name.
    Named(String),
    List(Box<ValueType>),
    /// A value that matches all of them.
    All(Vec<ValueType>),
    /// A value that matches one of them.
    Any(Vec<ValueType>),
}

impl ValueType {
    /// Whether both have the same type, which is neither a list nor a reference: then only the format differs.
    pub(super) fn differs_in_format(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Plain(old, _), Self::Plain(new, _)) if old == new)
    }
}
