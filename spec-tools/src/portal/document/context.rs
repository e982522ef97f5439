//! A document and its file: where its nodes are, what its references lead to, and what of it is not understood.

use gofive_spec::Pointer;
use serde_json::Value;

use crate::node::Node;
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

    /// Lists the properties of a node that are not known. Those of the portal's editor say nothing about the wire.
    pub(super) fn refuse_others(&mut self, node: &Node<'a>, known: &str, why: &str) {
        for (name, other) in node.entries() {
            if !is_one_of(name, known) && !name.starts_with("x-apidog") {
                self.refuse(&other.pointer, why);
            }
        }
    }

    /// The target of a reference at a node. Names with blanks or brackets are percent-encoded.
    pub(super) fn target(&mut self, reference: &str, node: &Node<'a>) -> Option<Node<'a>> {
        let plain = percent_encoding::percent_decode_str(reference).decode_utf8().ok();
        // A name that contains a percent sign may not be encoded.
        let target = plain.and_then(|plain| Pointer::of_reference(&plain).or_else(|| Pointer::of_reference(reference)));
        let target = target.and_then(|pointer| Some(Node { value: pointer.find(&self.source.root)?, pointer }));
        if target.is_none() {
            self.refuse(&node.pointer, &format!("`{reference}` is not in the document"));
        }
        target
    }

    /// The target of a reference to a component, or the node itself.
    pub(super) fn resolved(&mut self, node: Node<'a>) -> Node<'a> {
        match node.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.target(reference, &node).unwrap_or(Node::missing(node.pointer)),
            None => node,
        }
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
