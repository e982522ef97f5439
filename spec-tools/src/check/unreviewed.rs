//! The parts of the spec that nobody has reviewed: operations with `x-gofive-reviewed: false`, and what only they use.

use std::collections::BTreeMap;

use gofive_spec::Pointer;

use crate::bundle::Bundle;
use crate::finding::Location;

/// The nodes of the files that are not reviewed: those at the JSON pointers, and all below them.
#[derive(Debug, Default)]
pub(super) struct Unreviewed(BTreeMap<String, Vec<Pointer>>);

impl Unreviewed {
    pub(super) fn of(bundles: &[Bundle]) -> Self {
        let mut unreviewed = Self::default();
        for bundle in bundles {
            let api = &bundle.written.api;
            let operations = || api.operations.iter().filter(|operation| !operation.is_reviewed);
            let is_reviewed = |group: &str| api.operations.iter().any(|own| own.is_reviewed && own.group == group);
            let groups = api.groups.iter().enumerate().filter(|(_, group)| !is_reviewed(&group.name));
            let pointers = operations().map(|operation| operation.pointer.clone());
            let pointers = pointers.chain(api.unreviewed_schemas().into_iter().map(Pointer::to_schema));
            let pointers = pointers.chain(groups.map(|(index, _)| Pointer::from_steps(["tags"]).item(index)));
            if operations().next().is_none() {
                continue;
            }
            for Location { file, pointer, .. } in pointers.map(|pointer| bundle.locate(&pointer)) {
                unreviewed.0.entry(file).or_default().extend(pointer.parse::<Pointer>());
            }
        }
        unreviewed
    }

    pub(super) fn contains(&self, at: &Location) -> bool {
        let pointer: Pointer = at.pointer.parse().unwrap_or_default();
        self.0.get(&at.file).is_some_and(|known| known.iter().any(|around| pointer.starts_with(around)))
    }
}
