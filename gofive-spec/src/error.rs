//! The error for a document that this crate cannot read.

use std::fmt;

use crate::Pointer;

/// The error for a document that cannot be read. It has the location and what is expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    pointer: Pointer,
    problem: String,
}

impl SpecError {
    pub(crate) fn new(pointer: &Pointer, problem: impl Into<String>) -> Self {
        Self { pointer: pointer.clone(), problem: problem.into() }
    }

    /// The location of the problem in the document.
    pub fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// What is wrong at the location.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_root() { "the document" } else { self.pointer.as_str() };
        write!(f, "{pointer}: {}", self.problem)
    }
}

impl std::error::Error for SpecError {}
