//! The location of each node of a file: a tree, because the JSON pointers of all nodes can be much longer than the file.

use std::collections::HashMap;

use gofive_spec::Pointer;

/// The line and column of a node, and of the nodes inside it by their names or indexes.
#[derive(Debug, Default)]
pub(super) struct Marks {
    at: (usize, usize),
    inner: HashMap<String, Marks>,
}

impl Marks {
    /// The marks of a node without the nodes inside it.
    pub(super) fn at(line: usize, column: usize) -> Self {
        Self { at: (line, column), inner: HashMap::new() }
    }

    pub(super) fn set(&mut self, line: usize, column: usize) {
        self.at = (line, column);
    }

    pub(super) fn insert(&mut self, name: String, marks: Self) {
        self.inner.insert(name, marks);
    }

    /// The line and column of the node at a pointer, or of its nearest ancestor.
    pub(super) fn locate(&self, pointer: &Pointer) -> (usize, usize) {
        let mut marks = self;
        for step in pointer.steps() {
            match marks.inner.get(step.as_ref()) {
                Some(inner) => marks = inner,
                None => break,
            }
        }
        marks.at
    }
}
