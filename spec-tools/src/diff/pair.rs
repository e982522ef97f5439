//! Matches the operations, types and properties of a product in the base with those of the working tree, also if they were
//! renamed, and records which operations use which type.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::Direction;
use serde_json::{Map, Value};

use super::fact::{Directions, Subject};
use super::read::{Operation, description, operations, properties, schemas, without_docs};
use super::snapshot::Product;
use crate::rust::names;
use crate::rust::surface::Surface;

/// A product in the base and in the working tree; `None` where it does not exist.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub product: &'a str,
    pub old: Option<&'a Product>,
    pub new: Option<&'a Product>,
    pub operations: Vec<Matched<'a>>,
    /// Old name → new name, only of renamed types.
    pub types: BTreeMap<String, String>,
    /// (New name of the type, old name on the wire) → new name on the wire.
    pub properties: BTreeMap<(String, String), String>,
    pub uses: Uses,
}

/// An operation or webhook in the base and in the working tree, under its new id.
#[derive(Debug)]
pub(super) struct Matched<'a> {
    pub id: String,
    pub old: Option<Operation<'a>>,
    pub new: Option<Operation<'a>>,
}

impl<'a> Matched<'a> {
    /// The path parameters that only have another name: old and new name. A program sends them by their position.
    pub(super) fn renamed_parameters(&self) -> Vec<(&'a str, &'a str)> {
        self.old.zip(self.new).map_or(Vec::new(), |(old, new)| renamed_parameters(old.path, new.path))
    }

    /// Whether both paths are the same for a program: the names of parameters may differ.
    pub(super) fn has_same_path(&self) -> bool {
        let Some((old, new)) = self.old.zip(self.new) else { return false };
        let renamed = self.renamed_parameters();
        let new_name = |name: &str| renamed.iter().find(|(old, _)| *old == name).map(|(_, new)| (*new).to_owned());
        let in_new_names = |segment: &'a str| match parameter(segment).and_then(new_name) {
            Some(name) => format!("{{{name}}}"),
            None => segment.to_owned(),
        };
        old.path.split('/').map(in_new_names).eq(new.path.split('/').map(str::to_owned))
    }
}

/// Which operations use a type, and in which direction.
#[derive(Debug, Default)]
pub(super) struct Uses(BTreeMap<String, BTreeSet<(String, Direction)>>);

impl Uses {
    pub(super) fn operations(&self, name: &str) -> Vec<String> {
        let used: BTreeSet<_> = self.0.get(name).into_iter().flatten().map(|(operation, _)| operation).collect();
        used.into_iter().cloned().collect()
    }

    pub(super) fn directions(&self, name: &str) -> Directions {
        let used = |direction| self.0.get(name).into_iter().flatten().any(|(_, used)| *used == direction);
        Directions { request: used(Direction::Request), response: used(Direction::Response) }
    }
}

impl<'a> Pair<'a> {
    pub(super) fn new(product: &'a str, old: Option<&'a Product>, new: Option<&'a Product>) -> Self {
        let mut pair = Self {
            product,
            old,
            new,
            operations: Vec::new(),
            types: BTreeMap::new(),
            properties: BTreeMap::new(),
            uses: Uses::default(),
        };
        pair.operations = matched(&old.map(operations).unwrap_or_default(), &new.map(operations).unwrap_or_default());
        pair.types = renamed_types(schemas(old), schemas(new));
        pair.types.extend(pair.renamed_with_operations());
        pair.properties = pair.renamed_properties();
        let mut uses = Uses::default();
        for matched in &pair.operations {
            for (operation, is_new) in [(matched.old, false), (matched.new, true)] {
                let Some(operation) = operation else { continue };
                // The request type, which the document has no schema for if there are only query parameters.
                if !operation.webhook {
                    let request = (matched.id.clone(), Direction::Request);
                    uses.0.entry(names::request_type(&matched.id)).or_default().insert(request);
                }
                for (direction, name) in operation.schemas() {
                    let name = if is_new { name } else { pair.new_name(&name).to_owned() };
                    uses.0.entry(name).or_default().insert((matched.id.clone(), direction));
                }
            }
        }
        pair.uses = uses;
        pair
    }

    /// The types that were renamed because their operation was: old name and new name.
    fn renamed_with_operations(&self) -> Vec<(String, String)> {
        let (Some(old), Some(new)) = (self.old, self.new) else { return Vec::new() };
        let ids = self.operations.iter().filter_map(|matched| Some((matched.old?.id, matched.new?.id)));
        let renamed = ids
            .filter(|(before, now)| before != now)
            .flat_map(|(before, now)| [names::request_type, names::payload_type].map(|name| (name(before), name(now))));
        let is_known = |surface: &Surface, name: &str| surface.structs.contains_key(name);
        renamed.filter(|(before, now)| is_known(&old.surface, before) && is_known(&new.surface, now)).collect()
    }

    /// The operation whose renaming renamed the type.
    pub(super) fn renamed_with(&self, type_name: &str) -> Option<&str> {
        let of = |matched: &&Matched<'_>| {
            let is_renamed = matched.old.zip(matched.new).is_some_and(|(old, new)| old.id != new.id);
            is_renamed && [names::request_type, names::payload_type].iter().any(|name| name(&matched.id) == type_name)
        };
        self.operations.iter().find(of).map(|matched| &*matched.id)
    }

    /// The new name of an old type.
    pub(super) fn new_name<'n>(&'n self, old: &'n str) -> &'n str {
        self.types.get(old).map_or(old, String::as_str)
    }

    /// Whether the type exists in Rust, in the base or in the working tree.
    pub(super) fn is_in_rust(&self, name: &str) -> bool {
        [self.old, self.new].into_iter().flatten().any(|product| {
            let (surface, names) =
                (&product.surface, self.types.iter().find(|(_, now)| *now == name).map(|(old, _)| old));
            [Some(name), names.map(String::as_str)]
                .into_iter()
                .flatten()
                .any(|name| surface.structs.contains_key(name) || surface.enums.contains_key(name))
        })
    }

    /// Old Rust code with the new names of types.
    pub(super) fn in_new_names(&self, rust: &str) -> String {
        let mut text = String::new();
        let mut word = String::new();
        for character in rust.chars().chain([' ']) {
            if character.is_alphanumeric() || character == '_' {
                word.push(character);
            } else {
                text.push_str(self.new_name(&word));
                word.clear();
                text.push(character);
            }
        }
        text.trim_end().to_owned()
    }

    /// The old name of a new type.
    pub(super) fn old_name<'n>(&'n self, new: &'n str) -> &'n str {
        self.types.iter().find(|(_, now)| *now == new).map_or(new, |(old, _)| old)
    }

    /// The new name on the wire of an old property.
    pub(super) fn property_name<'n>(&'n self, new_type: &str, old: &'n str) -> &'n str {
        self.properties.get(&(new_type.to_owned(), old.to_owned())).map_or(old, String::as_str)
    }

    /// The directions in which the subject is used, and the operations that use it.
    pub(super) fn reach_of(&self, subject: &Subject) -> (Directions, Vec<String>) {
        match subject {
            Subject::Product | Subject::Document(_) => (Directions::NONE, Vec::new()),
            Subject::Operation(id) | Subject::Facet(id, _) => (Directions::NONE, vec![id.clone()]),
            Subject::Argument(id, _) => (Directions::REQUEST, vec![id.clone()]),
            Subject::Type(name) | Subject::Property(name, _) | Subject::Value(name, _) => {
                (self.uses.directions(name), self.uses.operations(name))
            }
        }
    }

    /// Whether programs may rely on the subject: an operation that the base has as reviewed uses it, or none uses it.
    pub(super) fn is_promised(&self, subject: &Subject) -> bool {
        let (_, operations) = self.reach_of(subject);
        let matched = self.operations.iter().filter(|matched| operations.contains(&matched.id));
        let mut reviewed = matched.filter_map(|matched| matched.old).map(|old| old.is_reviewed()).peekable();
        reviewed.peek().is_none() || reviewed.any(|is_reviewed| is_reviewed)
    }

    fn renamed_properties(&self) -> BTreeMap<(String, String), String> {
        let mut renamed = BTreeMap::new();
        for (name, old) in schemas(self.old) {
            let name = self.new_name(name);
            let new = schemas(self.new).find(|(other, _)| *other == name);
            let (Some(before), Some(after)) = (properties(old), new.and_then(|(_, schema)| properties(schema))) else {
                continue;
            };
            let removed: Vec<_> = before.iter().filter(|(wire, _)| !after.contains_key(*wire)).collect();
            let mut added: Vec<_> = after.iter().filter(|(wire, _)| !before.contains_key(*wire)).collect();
            let position =
                |properties: &Map<String, Value>, wire: &str| properties.keys().position(|name| name == wire);
            for (wire, property) in removed {
                // A new property with the same schema and description is the same property renamed. If its position is the
                // same, too, a similar description is enough.
                let same = |(other, schema): &(&String, &Value)| {
                    let [before_words, words] = [property, *schema].map(description);
                    let alike = similar::TextDiff::from_words(before_words, words).ratio() > 0.5 && !words.is_empty();
                    without_docs(schema) == without_docs(property)
                        && alike
                        && (before_words == words || position(after, other) == position(before, wire))
                };
                if let Some(position) = added.iter().position(same) {
                    let (other, _) = added.remove(position);
                    renamed.insert((name.to_owned(), wire.clone()), other.clone());
                }
            }
        }
        renamed
    }
}

/// Matches operations by id, and the rest by path and method.
fn matched<'a>(old: &[Operation<'a>], new: &[Operation<'a>]) -> Vec<Matched<'a>> {
    let by_id = |among: &[Operation<'a>], id: &str| among.iter().find(|operation| operation.id == id).copied();
    let route = |operation: &Operation<'a>| (operation.webhook, template(operation.path), operation.method);
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for operation in new {
        let renamed = || old.iter().find(|other| route(other) == route(operation) && by_id(new, other.id).is_none());
        let before = by_id(old, operation.id).or_else(|| renamed().copied());
        taken.extend(before.map(|before| before.id));
        found.push(Matched { id: operation.id.to_owned(), old: before, new: Some(*operation) });
    }
    for operation in old.iter().filter(|operation| !taken.contains(operation.id)) {
        found.push(Matched { id: operation.id.to_owned(), old: Some(*operation), new: None });
    }
    found
}

fn renamed_types<'a>(
    old: impl Iterator<Item = (&'a String, &'a Value)>,
    new: impl Iterator<Item = (&'a String, &'a Value)>,
) -> BTreeMap<String, String> {
    let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) = (old.collect(), new.collect());
    let removed = old.iter().filter(|(name, _)| !new.contains_key(*name));
    let mut added: Vec<_> = new.iter().filter(|(name, _)| !old.contains_key(*name)).collect();
    let mut renamed = BTreeMap::new();
    for (name, schema) in removed {
        if let Some(position) = added.iter().position(|(_, other)| without_docs(other) == without_docs(schema)) {
            renamed.insert((*name).clone(), (*added.remove(position).0).clone());
        }
    }
    renamed
}

/// The path without the names of its parameters.
fn template(path: &str) -> Vec<Option<&str>> {
    path.split('/').map(|segment| parameter(segment).is_none().then_some(segment)).collect()
}

/// The name of the parameter that is a segment of a path.
fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The old and new names of the path parameters that were renamed. A name that is in both paths still means what it meant, even
/// if it is elsewhere now.
fn renamed_parameters<'a>(old: &'a str, new: &'a str) -> Vec<(&'a str, &'a str)> {
    if template(old) != template(new) {
        return Vec::new();
    }
    let [before, after] = [old, new].map(|path| path.split('/').filter_map(parameter).collect::<Vec<_>>());
    let pairs = before.iter().copied().zip(after.iter().copied());
    pairs.filter(|(was, is)| !after.contains(was) && !before.contains(is)).collect()
}
