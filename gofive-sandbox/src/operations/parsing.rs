//! From a text to an operation, or to an error with the nearest name.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::generated::operation::OPERATIONS;
use crate::nearest::nearest;
use crate::operations::name::Operation;

/// The error of a text that is not an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseOperationError {
    /// The text.
    pub text: String,
    /// The operation whose name resembles the text most.
    pub nearest: Option<Operation>,
}

impl Operation {
    /// All operations, in alphabetical order.
    pub const ALL: &'static [Self] = OPERATIONS;
}

impl FromStr for Operation {
    type Err = ParseOperationError;

    fn from_str(text: &str) -> Result<Self, ParseOperationError> {
        if let Some(known) = Self::ALL.iter().find(|operation| operation.id() == text) {
            return Ok(*known);
        }
        // `addCase` and `add-case` are nearest to `add_case`, whatever the other names are.
        let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let wanted = plain(text);
        let known = Self::ALL.iter().map(|operation| (plain(operation.id()), *operation));
        let nearest = nearest(&wanted, known, |(name, _)| name).map(|(_, operation)| operation);
        Err(ParseOperationError { text: text.to_owned(), nearest })
    }
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for ParseOperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an operation", self.text)?;
        self.nearest.map_or(Ok(()), |nearest| write!(f, "; the nearest one is `{nearest}`"))
    }
}

impl std::error::Error for ParseOperationError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::operation;

    #[test]
    fn the_constants_are_the_operations_of_the_bundles() {
        let specs = crate::specs::all().unwrap().iter();
        let documented: BTreeSet<_> =
            specs.flat_map(gofive_spec::Spec::operations).map(|operation| operation.id.as_str()).collect();
        assert_eq!(
            Operation::ALL.iter().map(|operation| operation.id()).collect::<Vec<_>>(),
            Vec::from_iter(documented)
        );
    }

    #[test]
    fn every_operation_is_parsed_and_serialized_by_its_name() {
        for operation in Operation::ALL {
            assert_eq!(operation.id().parse(), Ok(*operation));
            let json = serde_json::to_value(operation).unwrap();
            assert_eq!(json, operation.id());
            assert_eq!(serde_json::from_value::<Operation>(json).unwrap(), *operation);
        }
    }

    #[test]
    fn another_text_is_an_error_with_the_nearest_name() {
        for text in ["addCase", "AddCase", "add-case", "addcase", "add_cas", "add_case "] {
            let error = text.parse::<Operation>().unwrap_err();
            assert_eq!(error.nearest, Some(operation::ADD_CASE), "{text}");
        }
        let error = serde_json::from_str::<Operation>(r#""getEmployeeList""#).unwrap_err();
        let message = "`getEmployeeList` is not an operation; the nearest one is `get_employees_list`";
        assert!(error.to_string().starts_with(message), "{error}");
    }
}
