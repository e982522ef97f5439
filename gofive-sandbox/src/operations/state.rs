//! An operation of the API, as the sandbox shows it.

use serde::{Deserialize, Serialize};

use crate::operations::name::Operation;

/// An operation of the API, and how often it was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OperationState {
    /// The operation.
    pub operation: Operation,
    /// The product: `Gofive Venio`.
    pub product: String,
    /// The HTTP method.
    pub method: String,
    /// The path, with the names of its parameters in braces.
    pub path: String,
    /// What the operation does, in one line.
    pub summary: String,
    /// How well the operation is known: the grades that the header `x-gofive-evidence` has, too.
    pub evidence: OperationEvidence,
    /// The number of calls, which includes those that were refused and those that a fault affected.
    pub calls: usize,
    /// The number of calls that were carried out.
    pub carried_out: usize,
    /// The names of the documented responses that a stub can send.
    pub examples: Vec<String>,
}

/// How well the parts of an operation are known, as grades of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OperationEvidence {
    /// The source of the path and the method.
    pub path: String,
    /// How well the parameters and the body are known.
    pub request: String,
    /// How well the response is known.
    pub response: String,
}
