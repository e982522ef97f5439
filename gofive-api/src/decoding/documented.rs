//! What is documented of a payload: its location in the body, its JSON type and its properties.

/// The location of the payload in the body of a success.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'a> {
    /// One path per envelope, innermost first; the last is a prefix of the others. A path is a list of property names.
    pub(crate) pointers: &'a [&'a [&'a str]],
    pub(crate) json_type: JsonType,
    /// The documented properties of the payload, or of its records.
    pub(crate) properties: &'a [&'a str],
}

/// The JSON type of a payload; determines the value for one that is missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonType {
    Object,
    Array,
    /// A text, a number, a truth value; `None` if missing or null.
    Scalar,
    /// Not documented: returned as sent.
    Any,
}
