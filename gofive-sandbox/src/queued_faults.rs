//! The faults that wait for the next calls of an operation.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::operation_name::Operation;

/// The faults that wait for the next calls of an operation: one fault for each call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QueuedFaults {
    /// The operation.
    pub operation: Operation,
    /// The faults, in the order of the calls.
    pub faults: Vec<Fault>,
}
