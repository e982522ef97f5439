//! The properties of a record, and how they are read and changed.

use serde_json::{Map, Value};

use crate::operations::payload_schema::PayloadSchema;

pub(super) type JsonObject = Map<String, Value>;

/// Converts a record to the schema of a payload, or returns it unchanged without a schema.
pub(super) fn to_payload(schema: Option<PayloadSchema>, properties: &JsonObject) -> Value {
    schema.map_or_else(|| Value::Object(properties.clone()), |schema| schema.fit(properties))
}

/// Sets the given properties, and leaves the others.
pub(super) fn merge(into: &mut JsonObject, given: &Value) {
    let given = given.as_object().into_iter().flatten();
    into.extend(given.map(|(name, value)| (name.clone(), value.clone())));
}

/// The text of a property; "" if it is missing or not text.
pub(super) fn text<'a>(properties: &'a JsonObject, name: &str) -> &'a str {
    properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The value of a property; null if it is missing.
pub(super) fn value<'a>(properties: &'a JsonObject, name: &str) -> &'a Value {
    properties.get(name).unwrap_or(&Value::Null)
}

/// The properties of a value; empty if it is not an object.
pub(super) fn object(value: &Value) -> JsonObject {
    value.as_object().cloned().unwrap_or_default()
}

/// Renames properties, each `(from, to)`.
pub(super) fn rename(properties: &mut JsonObject, names: &[(&str, &str)]) {
    for (from, to) in names {
        if let Some(value) = properties.remove(*from) {
            properties.insert((*to).to_owned(), value);
        }
    }
}

/// About how many bytes a record takes.
pub(super) fn size(properties: &JsonObject) -> usize {
    fn of(value: &Value) -> usize {
        size_of::<Value>()
            + match value {
                Value::String(text) => text.len(),
                Value::Array(items) => items.iter().map(of).sum(),
                Value::Object(properties) => size(properties),
                _ => 0,
            }
    }
    properties.iter().map(|(name, value)| name.len() + size_of::<String>() + of(value)).sum()
}

/// The text of a key, which is a text or a number.
pub(super) fn key_text(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}

/// Returns a page of a list; without a length, all items from `skip` on.
pub(super) fn page<T>(items: impl Iterator<Item = T>, skip: &Value, length: &Value) -> impl Iterator<Item = T> {
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    items.skip(number(skip).unwrap_or(0)).take(number(length).unwrap_or(usize::MAX))
}

pub(super) fn unknown(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => format!("{name} {text} does not exist"),
        other => format!("{name} {other} does not exist"),
    }
}
