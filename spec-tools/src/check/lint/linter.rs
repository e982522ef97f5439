//! What the rules of the linter read, and where they report.

use gofive_spec::Api;

use crate::bundle::Bundle;
use crate::finding::Finding;

pub(super) struct Linter<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Linter<'a> {
    pub(super) fn new(bundle: &'a Bundle) -> Self {
        Self { bundle, findings: Vec::new() }
    }

    /// The document as its files are written: the linter checks what the maintainers write.
    pub(super) fn api(&self) -> &'a Api {
        &self.bundle.written.api
    }

    pub(super) fn find(
        &mut self,
        rule: &'static str,
        pointer: impl AsRef<str>,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let at = self.bundle.locate(pointer);
        self.findings.push(Finding { at, rule, problem: problem.into(), hint: hint.into() });
    }
}
