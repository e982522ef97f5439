//! Whether an operation may be sent twice: `x-gofive-idempotency`.

use serde_json::Value;

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

/// Reads the value of `x-gofive-idempotency` outside of a document.
impl TryFrom<&Value> for Idempotency {
    type Error = SpecError;

    fn try_from(value: &Value) -> Result<Self, SpecError> {
        Self::read(&Node::root(value))
    }
}
