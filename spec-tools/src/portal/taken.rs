//! The descriptions that a group already has. A draft takes those of properties with the same name and type.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::group::operations;

/// Descriptions by the names of properties and parameters, each with the schema that it describes and where it is from.
#[derive(Debug, Default)]
pub struct Texts(HashMap<String, Vec<(Value, String, String)>>);

impl Texts {
    /// The descriptions in a group's file.
    pub fn of(root: &Value, schemas: &Map<String, Value>) -> Self {
        let mut texts = Self::default();
        for (owner, schema) in schemas {
            for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                texts.add(name, property, property, owner);
            }
        }
        for (_, _, operation) in operations(root) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                if let (Some(name), Some(schema)) = (parameter["name"].as_str(), parameter.get("schema")) {
                    texts.add(name, parameter, schema, id);
                }
            }
        }
        texts
    }

    fn add(&mut self, name: &str, described: &Value, schema: &Value, origin: &str) {
        if let Some(text) = described.get("description").and_then(Value::as_str).filter(|text| !text.is_empty()) {
            let entry = (bare(schema), text.to_owned(), format!("{origin}.{name}"));
            self.0.entry(name.to_owned()).or_default().push(entry);
        }
    }

    /// The description of a property with this name and schema, and where it is from.
    pub fn find(&self, name: &str, schema: &Value) -> Option<(&str, &str)> {
        let wanted = bare(schema);
        let (_, text, origin) = self.0.get(name)?.iter().find(|(known, ..)| *known == wanted)?;
        Some((text, origin))
    }
}

/// What of a schema has to be equal.
fn bare(schema: &Value) -> Value {
    ["type", "$ref", "items"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), schema.get(name)?.clone())))
        .collect::<Map<_, _>>()
        .into()
}
