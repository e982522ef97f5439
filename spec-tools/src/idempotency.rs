//! `x-gofive-idempotency`: whether an operation may be sent twice.

use std::fmt;

use serde_json::Value;

pub const EXTENSION: &str = "x-gofive-idempotency";

/// Whether an operation may be sent twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idempotency {
    Safe,
    Idempotent,
    NonIdempotent,
    /// Idempotent for a request whose body has all of these properties.
    With(Vec<String>),
}

impl Idempotency {
    /// The idempotency of an operation. Unknown values count as non-idempotent.
    pub fn of(operation: &Value) -> Self {
        let value = operation.get(EXTENSION).unwrap_or(&Value::Null);
        match (value.as_str(), value.get("idempotent-with").and_then(Value::as_array)) {
            (Some("safe"), _) => Self::Safe,
            (Some("idempotent"), _) => Self::Idempotent,
            (_, Some(keys)) => Self::With(keys.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            _ => Self::NonIdempotent,
        }
    }
}

/// The wording for documentation.
impl fmt::Display for Idempotency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Safe => f.write_str("safe, it only reads"),
            Self::Idempotent => f.write_str("idempotent, a second send has the same effect"),
            Self::NonIdempotent => f.write_str("non-idempotent, a second send may do it twice"),
            Self::With(keys) => {
                let keys: Vec<_> = keys.iter().map(|key| crate::wording::code(key)).collect();
                let keys = keys.join(" and ");
                write!(f, "idempotent with {keys}; without, a second send may do it twice")
            }
        }
    }
}
