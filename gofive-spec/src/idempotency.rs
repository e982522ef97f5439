//! Whether an operation may be sent twice: `x-gofive-idempotency`.

use std::fmt;

use crate::SpecError;
use crate::node::Node;

/// Whether an operation may be sent twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Idempotency {
    /// It only reads.
    Safe,
    /// A second send has the same effect.
    Idempotent,
    /// A second send may do it twice. This is also what a document without `x-gofive-idempotency` means.
    #[default]
    NonIdempotent,
    /// Idempotent for a request whose body has all of these properties: `customerCode`, or `items/code` for the property
    /// of each item.
    With(Vec<String>),
}

impl Idempotency {
    /// Reads `x-gofive-idempotency`, or `x-gofive-retry` of older bundles, where `non-idempotent` is `never`.
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, SpecError> {
        match node.value.as_str() {
            Some("safe") => return Ok(Self::Safe),
            Some("idempotent") => return Ok(Self::Idempotent),
            Some("non-idempotent" | "never") => return Ok(Self::NonIdempotent),
            Some(_) => {
                return Err(node.error("not one of safe, idempotent, non-idempotent, {idempotent-with: […]}"));
            }
            None => {}
        }
        let mut object = node.object()?;
        let keys = object.required("idempotent-with")?.texts()?;
        object.finish()?;
        Ok(Self::With(keys))
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
                let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
                let keys = keys.join(" and ");
                write!(f, "idempotent with {keys}; without, a second send may do it twice")
            }
        }
    }
}
