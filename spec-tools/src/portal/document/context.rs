//! A document and its file: where its nodes are, what its references lead to, and what of it is not understood.

use gofive_spec::Pointer;
use serde_json::{Map, Value};

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
    /// The models around the schema that is being read, its depth, and the number of those around it and before it in one body.
    pub(super) models: Vec<Pointer>,
    pub(super) depth: usize,
    pub(super) count: usize,
}

impl<'a> Document<'a> {
    pub(super) fn new(source: &'a Source, at: Surroundings<'a>) -> Self {
        Self { source, at, unread: Vec::new(), models: Vec::new(), depth: 0, count: 0 }
    }

    pub(super) fn line(&self, at: &Pointer) -> usize {
        self.at.line - 1 + self.source.locate(at).line
    }

    pub(super) fn refuse(&mut self, at: &Pointer, why: &str) {
        self.unread.push(Unread { line: self.line(at), text: shown(at), why: why.to_owned() });
    }

    /// Lists the properties of an object that are not known. Those of the portal's editor say nothing about the wire.
    pub(super) fn refuse_others(&mut self, object: &Map<String, Value>, known: &str, at: &Pointer, why: &str) {
        for name in object.keys().filter(|name| !is_one_of(name, known) && !name.starts_with("x-apidog")) {
            self.refuse(&at.join(name), why);
        }
    }

    /// The target of a reference. Names with blanks or brackets are percent-encoded.
    pub(super) fn target(&mut self, reference: &str, at: &Pointer) -> Option<(&'a Value, Pointer)> {
        let plain = percent_encoding::percent_decode_str(reference).decode_utf8().ok();
        // A name that contains a percent sign may not be encoded.
        let target = plain.and_then(|plain| Pointer::of_reference(&plain).or_else(|| Pointer::of_reference(reference)));
        let found = target.and_then(|target| Some((target.find(&self.source.root)?, target)));
        if found.is_none() {
            self.refuse(at, &format!("`{reference}` is not in the document"));
        }
        found
    }

    /// The target of a reference to a component, or the node itself.
    pub(super) fn resolved(&mut self, value: &'a Value, at: Pointer) -> (&'a Value, Pointer) {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.target(reference, &at).unwrap_or((&Value::Null, at)),
            None => (value, at),
        }
    }
}

/// A text that is not empty.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
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
