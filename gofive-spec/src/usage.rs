//! The operations that use each named schema.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Api, Direction, Operation, Schema};

/// Which operations and webhooks use the named schemas, directly or through other schemas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage(BTreeMap<String, Vec<Use>>);

/// One operation that uses a named schema in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// The `operationId`.
    pub operation: String,
    /// Whether the operation is a webhook.
    pub is_webhook: bool,
    /// The direction.
    pub direction: Direction,
}

impl Usage {
    /// All uses of a named schema, in the order of the document, webhooks last.
    pub fn of(&self, name: &str) -> &[Use] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The first use of a named schema in a direction.
    pub fn first(&self, name: &str, direction: Direction) -> Option<&Use> {
        self.of(name).iter().find(|one| one.direction == direction)
    }

    /// Whether a named schema is used in a direction.
    pub fn is_used(&self, name: &str, direction: Direction) -> bool {
        self.first(name, direction).is_some()
    }

    /// The used schemas by name, with their uses.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Use])> {
        self.0.iter().map(|(name, uses)| (name.as_str(), uses.as_slice()))
    }
}

impl Api {
    /// The operations that use each named schema.
    pub fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        for operation in self.all_operations() {
            for direction in [Direction::Request, Direction::Response] {
                let used = operation.schemas().filter(|(of, _)| *of == direction).map(|(_, schema)| schema);
                for name in self.reachable(used) {
                    usage.0.entry(name.to_owned()).or_default().push(Use {
                        operation: operation.id.clone(),
                        is_webhook: operation.is_webhook,
                        direction,
                    });
                }
            }
        }
        usage
    }

    /// The names of the schemas that no reviewed operation uses, and no webhook.
    pub fn unreviewed_schemas(&self) -> BTreeSet<&str> {
        let reviewed = self.all_operations().filter(|operation| operation.is_reviewed);
        let used = self.reachable(reviewed.flat_map(Operation::schemas).map(|(_, schema)| schema));
        self.schemas.keys().map(String::as_str).filter(|name| !used.contains(name)).collect()
    }

    /// The names of all schemas that the given ones refer to, directly or through other schemas.
    pub fn reachable<'a>(&'a self, schemas: impl IntoIterator<Item = &'a Schema>) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        let mut open: Vec<&Schema> = schemas.into_iter().collect();
        while let Some(schema) = open.pop() {
            if let Some(name) = schema.reference()
                && names.insert(name)
            {
                open.extend(self.schemas.get(name));
            }
            open.extend(schema.children());
        }
        names
    }
}
