//! The outcome of a comparison.

use semver::Version;
use serde::Serialize;

use super::change::{Change, Class};

/// The outcome of a comparison. Its JSON is what `--format json` prints.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The base of the comparison.
    pub base: String,
    /// The highest class of all changes; `None` if nothing changed.
    pub class: Option<Class>,
    /// The version of the base, and the lowest version that `gofive-api` needs now.
    pub version: Option<Step>,
    /// What could not be compared.
    pub notes: Vec<String>,
    /// The changes by product and operation, breaking first.
    pub changes: Vec<Change>,
}

#[derive(Debug, Serialize)]
pub struct Step {
    pub from: Version,
    pub to: Version,
}

/// The changes of the same operations.
pub(super) struct Group<'a> {
    pub operations: &'a [String],
    pub changes: Vec<&'a Change>,
}

impl Report {
    pub fn is_breaking(&self) -> bool {
        self.class == Some(Class::Breaking)
    }

    /// The changes by product and operations, groups with breaking changes first.
    pub(super) fn groups(&self) -> Vec<(&str, Vec<Group<'_>>)> {
        let mut products: Vec<(&str, Vec<Group<'_>>)> = Vec::new();
        for change in &self.changes {
            if products.last().is_none_or(|(product, _)| *product != change.product) {
                products.push((&change.product, Vec::new()));
            }
            let Some((_, groups)) = products.last_mut() else { continue };
            match groups.iter_mut().find(|group| group.operations == change.operations) {
                Some(group) => group.changes.push(change),
                None => groups.push(Group { operations: &change.operations, changes: vec![change] }),
            }
        }
        products
    }
}
