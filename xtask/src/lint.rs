//! The rules of `openapi/README.md`, checked on the bundle; every finding points into the file it was written in.

mod example;
mod operation;
mod schema;
mod sides;

use serde_json::Value;

use crate::bundle::Bundle;
use crate::finding::Finding;

pub use self::sides::Sides;

/// Checks one bundle. An empty result means that lowering and progenitor can take it.
pub fn lint(bundle: &Bundle) -> Vec<Finding> {
    let mut linter = Linter { bundle, findings: Vec::new() };
    document(&mut linter);
    schema::check(&mut linter);
    sides::check(&mut linter);
    operation::check(&mut linter);
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

    /// The text at `pointer`, if it is there and says something.
    fn text(&self, pointer: &str) -> Option<&'a str> {
        self.doc().pointer(pointer)?.as_str().filter(|text| !text.trim().is_empty())
    }
}

/// The head of the document.
fn document(linter: &mut Linter<'_>) {
    match linter.text("/openapi") {
        Some(version) if version.starts_with("3.0.") => {}
        _ => linter.find(
            "document",
            "/openapi",
            "not an OpenAPI 3.0 document",
            "write `openapi: 3.0.3`; progenitor reads no other",
        ),
    }
    for pointer in ["/info/title", "/info/version", "/info/description"] {
        if linter.text(pointer).is_none() {
            linter.find(
                "document",
                pointer,
                format!("`{}` is missing", &pointer[1..]),
                "say which API this is, as of when",
            );
        }
    }
    if linter.doc().pointer("/paths").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty) {
        linter.find("document", "/paths", "no paths", "refer to the paths of the group files");
    }
}
