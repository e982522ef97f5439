//! Findings: problems of the spec, each with its location and a hint how to fix it.

use std::fmt;

/// A location in a file of the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// File, relative to the workspace: `openapi/venio/case.yaml`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// JSON pointer inside the file; empty for the whole file.
    pub pointer: String,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The rule about texts that nobody has written yet.
pub const MISSING_TEXT: &str = "missing-text";

/// One problem to fix, found by the rule of the given name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub at: Location,
    pub rule: &'static str,
    pub problem: String,
    pub hint: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} [{}]", self.at, self.problem, self.rule)?;
        writeln!(f, "    at   #{}", self.at.pointer)?;
        write!(f, "    hint {}", self.hint)
    }
}

impl Finding {
    /// Whether this problem is about words only, which a draft may have.
    pub fn is_about_words(&self) -> bool {
        matches!(self.rule, MISSING_TEXT | "text")
    }

    /// Whether this problem must be fixed before the other rules can be checked.
    pub fn hides_others(&self) -> bool {
        matches!(self.rule, "yaml" | "schema" | "ref" | "model")
    }
}

/// All findings as one text, in the order of the files, with a closing count.
pub fn report(findings: &[Finding]) -> String {
    let (sorted, mut text) = listed(findings);
    let plural = if sorted.len() == 1 { "finding" } else { "findings" };
    text.push_str(&format!("{} {plural}", sorted.len()));
    if sorted.iter().any(|finding| finding.hides_others()) {
        text.push_str("; the other rules are checked once these are fixed");
    }
    text
}

/// All warnings as one text, like [`report`].
pub fn warnings(warnings: &[Finding]) -> String {
    let (sorted, mut text) = listed(warnings);
    let plural = if sorted.len() == 1 { "warning" } else { "warnings" };
    text.push_str(&format!("{} {plural}: texts to write before the operations can be reviewed\n", sorted.len()));
    text
}

/// The findings in the order of the files, each once, and their text.
fn listed(findings: &[Finding]) -> (Vec<&Finding>, String) {
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut text = String::new();
    for finding in &sorted {
        text.push_str(&format!("{finding}\n"));
    }
    (sorted, text)
}
