//! The name of an operation, which no other text can be.

use std::fmt;

use serde::{Serialize, Serializer};

/// An operation of the API, by its `operationId`.
///
/// [`operation`](crate::operation) has a constant for each one, so that a wrong name does not compile. A text can be
/// parsed; one that is not an operation is an error with the nearest name:
///
/// ```
/// use gofive_sandbox::{Operation, operation};
///
/// assert_eq!("add_case".parse(), Ok(operation::ADD_CASE));
/// let error = "addCase".parse::<Operation>().unwrap_err();
/// assert_eq!(error.to_string(), "`addCase` is not an operation; the nearest one is `add_case`");
/// ```
///
/// With serde it is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation(&'static str);

impl Operation {
    pub(crate) const fn new(id: &'static str) -> Self {
        Self(id)
    }

    /// The `operationId`: `add_case`.
    pub const fn id(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}
