//! Drift: what a response has that the spec does not know, without its values.
//!
//! [`table`] is what the spec knows, [`search`] compares a body with it. The decoding takes no part: it reads what it can.

mod date_format;
mod name;
mod search;
mod table;

use std::fmt;

pub(crate) use self::search::{is_known, search};

/// A difference between the responses of an operation and the spec, as
/// [`GofiveBuilder::on_drift`](crate::GofiveBuilder::on_drift) receives it.
///
/// It has no value of a response: only names of the spec, types, and names of properties. A name that is not an ASCII identifier of
/// at most 40 characters is `*`, as is one with more than four digits, or any of an object with more than 20 unknown names: it may
/// be a value. Other names may be values, too, if the server names properties after them: read a report before you publish it.
///
/// ```
/// use gofive_api::{Drift, DriftKind};
///
/// fn needs_a_new_version(drift: &Drift) -> bool {
///     matches!(drift.kind, DriftKind::UnknownProperty)
/// }
/// ```
///
/// `Display` shows all of it in one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Drift {
    /// The operation: `get_product`.
    pub operation: String,
    /// The HTTP status of the response.
    pub http_status: u16,
    /// The JSON pointer to the value in the body: `/data/items/*/price`. An item of a list is `*`.
    pub pointer: String,
    /// What differs.
    pub kind: DriftKind,
}

/// What differs from the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DriftKind {
    /// The spec does not have the property. Its value is in `extra`, if the record has that field.
    UnknownProperty,
    /// The value is of another type or format, such as a number where a text is documented. The client reads many of them.
    OtherType {
        /// The documented types and formats: `string`, `integer|string`, `any-date-time`.
        documented: String,
        /// The type or format that was sent: `integer`, `object`, `other-date-time`.
        found: String,
    },
    /// The value is not in the enumeration. The client preserves it.
    UnknownValue {
        /// The name of the enumeration in the spec: `QuotationStatus`.
        enumeration: String,
    },
    /// The business code is neither a success nor one of the documented [codes](crate::business_code).
    UnknownBusinessCode,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, http_status, pointer, kind } = self;
        let pointer = if pointer.is_empty() { "the body" } else { pointer };
        write!(f, "{operation}, HTTP {http_status}: {pointer}: {kind}")
    }
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProperty => f.write_str("unknown property"),
            Self::OtherType { documented, found } => write!(f, "{found}, documented as {documented}"),
            Self::UnknownValue { enumeration } => write!(f, "unknown value of the enumeration {enumeration}"),
            Self::UnknownBusinessCode => f.write_str("unknown business code"),
        }
    }
}

#[cfg(test)]
mod tests;
