//! The documented examples, from which the initial records are made.

use gofive_spec::{Example, Operation, Spec};
use serde_json::Value;

use super::operation::{documented, unknown_operation};
use crate::error::SandboxError;
use crate::operations::payload_schema::PayloadSchema;

/// The first examples of operations; `null` for an operation without one.
pub(super) struct Examples(&'static [Spec]);

impl Examples {
    pub(super) fn new(specs: &'static [Spec]) -> Self {
        Self(specs)
    }

    pub(super) fn specs(&self) -> &'static [Spec] {
        self.0
    }

    pub(super) fn request(&self, operation_id: &str) -> Result<Value, SandboxError> {
        let (_, operation) = self.operation(operation_id)?;
        Ok(first(operation.request_examples()))
    }

    pub(super) fn response(&self, operation_id: &str) -> Result<Value, SandboxError> {
        let (_, operation) = self.operation(operation_id)?;
        Ok(first(operation.response_examples()))
    }

    pub(super) fn parameter(&self, operation_id: &str, name: &str) -> Result<Value, SandboxError> {
        let (_, operation) = self.operation(operation_id)?;
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name);
        let example = parameter.and_then(|parameter| parameter.example.as_ref());
        Ok(example.map(|example| example.value.clone()).unwrap_or_default())
    }

    pub(super) fn payload_schema(&self, operation_id: &str) -> Result<Option<PayloadSchema>, SandboxError> {
        let (spec, operation) = self.operation(operation_id)?;
        Ok(PayloadSchema::of(spec, operation))
    }

    fn operation(&self, operation_id: &str) -> Result<(&'static Spec, &'static Operation), SandboxError> {
        let found = self.0.iter().find_map(|spec| Some((spec, spec.operation(operation_id)?)));
        found.ok_or_else(|| unknown_operation(operation_id, documented(self.0)))
    }
}

fn first(examples: &[Example]) -> Value {
    examples.first().map(|example| example.value.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_of_an_unknown_operation_is_an_error_that_names_the_nearest_one() {
        let examples = Examples::new(crate::specs::all().unwrap());
        let error = examples.request("add_cases").unwrap_err().to_string();
        assert!(error.contains("`add_cases`") && error.contains("`add_case`"), "{error}");
    }
}
