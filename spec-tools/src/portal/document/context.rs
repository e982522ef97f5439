//! A document and its file: where its nodes are, and what of it is not understood.

use gofive_spec::Pointer;

use crate::portal::page::Unread;
use crate::sources::yaml::Source;

/// What surrounds a document in its file.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub file: &'a str,
    /// The line of the file that the document begins on.
    pub line: usize,
    /// The heading above the document.
    pub heading: Option<&'a str>,
}

/// A document, and what of it is not understood.
pub(super) struct Document<'a> {
    pub(super) source: &'a Source,
    pub(super) at: Surroundings<'a>,
    pub(super) unread: Vec<Unread>,
}

impl Document<'_> {
    pub(super) fn line(&self, at: &Pointer) -> usize {
        self.at.line - 1 + self.source.locate(at).line
    }

    pub(super) fn refuse(&mut self, at: &Pointer, why: &str) {
        self.unread.push(Unread { line: self.line(at), text: shown(at), why: why.to_owned() });
    }
}

/// Whether a name is one of several, between blanks.
pub(super) fn is_one_of(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

/// The end of a pointer, for a person.
pub(super) fn shown(at: &Pointer) -> String {
    let steps: Vec<_> = at.steps().collect();
    steps[steps.len().saturating_sub(2)..].join(" › ")
}
