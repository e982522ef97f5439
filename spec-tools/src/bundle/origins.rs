//! Where the nodes of a bundled document are in the files of the spec.

use std::collections::HashMap;

use gofive_spec::Pointer;

use crate::finding::Location;

/// The location in `openapi/` of each node of a document.
#[derive(Debug, Default)]
pub(super) struct Origins(pub(super) HashMap<Pointer, Location>);

impl Origins {
    /// The location of the node at `pointer`, or of its nearest ancestor.
    pub(super) fn locate(&self, pointer: &str) -> Location {
        let mut known: Pointer = pointer.parse().unwrap_or_default();
        loop {
            if let Some(at) = self.0.get(&known) {
                let rest = &pointer[known.as_str().len()..];
                return Location { pointer: format!("{}{rest}", at.pointer), ..at.clone() };
            }
            match known.split_last() {
                Some((parent, _)) => known = parent,
                None => return Location::default(),
            }
        }
    }
}
