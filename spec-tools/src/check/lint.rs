//! The linter: checks a bundle for the rules of `openapi/README.md` that a JSON schema cannot express. Every finding has its
//! location in the source file.

mod example;
mod name;
mod operation;
mod rust_name;
mod schema;
mod text;
mod usage;

use serde_json::Value;

use crate::bundle::Bundle;
use crate::finding::Finding;

pub use self::usage::Usage;

/// Checks one bundle. If there are no findings, lowering and progenitor accept it.
pub fn lint(bundle: &Bundle) -> Vec<Finding> {
    let mut linter = Linter { bundle, findings: Vec::new() };
    schema::check(&mut linter);
    usage::check(&mut linter);
    operation::check(&mut linter);
    name::check(&mut linter);
    rust_name::check(&mut linter);
    text::check(&mut linter);
    example::check(&mut linter);
    linter.findings
}

struct Linter<'a> {
    bundle: &'a Bundle,
    findings: Vec<Finding>,
}

impl<'a> Linter<'a> {
    fn doc(&self) -> &'a Value {
        &self.bundle.doc
    }

    fn find(&mut self, rule: &'static str, pointer: &str, problem: impl Into<String>, hint: impl Into<String>) {
        let at = self.bundle.locate(pointer);
        self.findings.push(Finding { at, rule, problem: problem.into(), hint: hint.into() });
    }
}
