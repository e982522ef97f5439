//! `responses.json`: what the spec knows of the responses of a product, for the client that looks for drift.
//!
//! A value is described by one text: `string`, a format, `any`, the name of an object or an enumeration, `[…]` for a list, and
//! `|` between alternatives.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Api, Schema, SchemaKind};
use serde_json::{Value, json};

use crate::rust::lower::Lowered;

/// The text of the file. Operations that are not reviewed promise nothing, so they are not in it.
pub(super) fn file(lowered: &Lowered<'_>) -> String {
    let mut table = Table { api: lowered.api, objects: BTreeMap::new(), enumerations: BTreeMap::new() };
    let operations = lowered.operations_of(true).map(|operation| operation.spec).filter(|spec| spec.needs_token);
    let operations: BTreeMap<_, _> = operations.map(|spec| (spec.id.as_str(), table.responses(spec))).collect();
    let Table { objects, enumerations, .. } = table;
    let file = json!({ "operations": operations, "objects": objects, "enumerations": enumerations });
    format!("{file:#}\n")
}

struct Table<'a> {
    api: &'a Api,
    /// The properties of each object: `productCode: string`.
    objects: BTreeMap<String, Vec<String>>,
    enumerations: BTreeMap<String, Vec<Value>>,
}

impl<'a> Table<'a> {
    /// What is known of the bodies, by HTTP statuses that have the same: `400 4XX`.
    fn responses(&mut self, operation: &'a gofive_spec::Operation) -> BTreeMap<String, String> {
        let statuses = operation.responses.iter().map(|(status, response)| (status.to_string(), response));
        let ranges = operation.response_ranges.iter().map(|(digit, response)| (format!("{digit}XX"), response));
        let mut by_body: Vec<(String, String)> = Vec::new();
        for (status, response) in statuses.chain(ranges) {
            let schema = response.content.as_ref().map(|content| &content.schema);
            let body = schema.map_or_else(|| "any".to_owned(), |schema| self.value(schema, &operation.id));
            match by_body.iter_mut().find(|(_, known)| *known == body) {
                Some((statuses, _)) => statuses.extend([" ", &status]),
                None => by_body.push((status, body)),
            }
        }
        by_body.into_iter().collect()
    }

    /// Describes a value. `name` is for an object or an enumeration that has none.
    fn value(&mut self, schema: &'a Schema, name: &str) -> String {
        let mut alternatives = BTreeSet::new();
        self.alternatives(schema, name, 0, &mut alternatives);
        if alternatives.is_empty() || alternatives.contains("any") {
            return "any".to_owned();
        }
        alternatives.into_iter().collect::<Vec<_>>().join("|")
    }

    fn alternatives(&mut self, schema: &'a Schema, name: &str, depth: usize, found: &mut BTreeSet<String>) {
        let resolved = self.api.resolve(schema);
        let name = schema.reference().unwrap_or(name);
        match &resolved.kind {
            // Unions that contain themselves end here.
            _ if depth > self.api.schemas.len() => {}
            SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => {
                for one in &combination.schemas {
                    self.alternatives(one, name, depth + 1, found);
                }
            }
            SchemaKind::Ref(_) | SchemaKind::Any => drop(found.insert("any".to_owned())),
            SchemaKind::Object(object) if object.properties.is_none() => drop(found.insert("object".to_owned())),
            SchemaKind::Object(object) => {
                found.insert(name.to_owned());
                if !self.objects.contains_key(name) {
                    // Known before its properties are read, so that an object may contain itself.
                    self.objects.insert(name.to_owned(), Vec::new());
                    let property = |property: &'a gofive_spec::Property| {
                        // A name that separates nothing in a description.
                        let inner = property.name.replace(|character: char| !character.is_alphanumeric(), "_");
                        let value = self.value(&property.schema, &format!("{name}.{inner}"));
                        format!("{}: {value}", property.name)
                    };
                    let properties = object.properties().iter().map(property).collect();
                    self.objects.insert(name.to_owned(), properties);
                }
            }
            SchemaKind::Array(array) => {
                let items = array.items.as_deref();
                let items = items.map_or_else(|| "any".to_owned(), |items| self.value(items, &format!("{name}.item")));
                found.insert(format!("[{items}]"));
            }
            SchemaKind::Enumeration(enumeration) => {
                self.enumerations.insert(name.to_owned(), enumeration.values.clone());
                found.insert(name.to_owned());
            }
            SchemaKind::String(string) => {
                let format = string.format.filter(|format| format.is_date_time());
                found.insert(format.map_or("string", gofive_spec::Format::name).to_owned());
            }
            SchemaKind::Integer(_) | SchemaKind::Number(_) | SchemaKind::Boolean => {
                found.extend(resolved.json_type().map(|json_type| json_type.name().to_owned()));
            }
        }
    }
}
