//! What was learnt of an operation, and its report.

use std::collections::BTreeSet;

use gofive_shapes::{Month, Name};
use gofive_spec::Pointer;

use super::edit::Change;

/// What was learnt of one operation.
#[derive(Debug, Default)]
pub(super) struct Lesson {
    pub(super) operation: String,
    /// About how many responses there were, how many sessions, and in which months.
    pub(super) responses: u64,
    pub(super) sessions: usize,
    pub(super) months: BTreeSet<Month>,
    pub(super) changes: Vec<Change>,
    pub(super) origins: Vec<Origin>,
    pub(super) learnt: Vec<Line>,
    pub(super) oddities: Vec<String>,
    /// The properties that weaker sources had, by their JSON pointers.
    pub(super) confirmed: Vec<String>,
    pub(super) left: Vec<Line>,
    /// How many properties the spec had already.
    pub(super) known: usize,
}

/// A node of a file that was learnt, and where in the body it is.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) file: String,
    pub(super) pointer: Pointer,
    pub(super) body: String,
}

/// A line of the report: a JSON pointer into the body, in which the items of a list are `*`, and what about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    at: String,
    what: String,
}

impl Line {
    pub(super) fn new(at: &str, what: String) -> Self {
        Self { at: at.to_owned(), what }
    }

    fn words(&self) -> String {
        let at = if self.at.is_empty() { "(body)" } else { &self.at };
        format!("    {at}: {}\n", self.what)
    }
}

impl Lesson {
    /// The files that are edited.
    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.changes.iter().map(Change::file).collect()
    }

    fn words(&self) -> String {
        let count = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let mut text = format!(
            "{}: about {}, in {}, {}\n",
            self.operation,
            count(self.responses, "response"),
            count(self.sessions as u64, "session"),
            self.months.iter().map(Month::to_string).collect::<Vec<_>>().join(", ")
        );
        text.push_str(&section("Learnt", self.learnt.iter().map(Line::words)));
        let confirmed = self.confirmed.iter().map(|at| Line::new(at, "was known from a weaker source".into()).words());
        text.push_str(&section("Confirmed", confirmed));
        text.push_str(&section(
            "Contradicts the spec: an oddity",
            self.oddities.iter().map(|one| format!("    {one}\n")),
        ));
        text.push_str(&section("Not learnt", self.left.iter().map(Line::words)));
        if self.known > 0 {
            let properties = if self.known == 1 { "property" } else { "properties" };
            text.push_str(&format!("  Known already: {} {properties}\n", self.known));
        }
        text
    }
}

fn section(heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("  {heading}\n{lines}") }
}

/// The report for a maintainer.
pub(super) fn words(lessons: &[Lesson], unknown: &[Name]) -> String {
    let mut parts: Vec<_> = lessons.iter().map(Lesson::words).collect();
    parts.extend(
        unknown.iter().map(|name| format!("{name}: the spec does not have this operation, so nothing was learnt\n")),
    );
    parts.join("\n")
}
