//! What the values of an example say about a table: whether they fit a type or a limit, and how they spell names.

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::page::{Field, Type};
use crate::check::lint::example::has_secret;

/// Whether a value has the type.
pub(super) fn fits(kind: &Type, value: &Value) -> bool {
    match kind {
        Type::Text => value.is_string(),
        Type::Integer => value.is_i64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Object | Type::Status => value.is_object(),
        Type::Any | Type::Either | Type::Id => true,
        Type::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| fits(item, value))),
        Type::Enum(one) => fits(one, value),
    }
}

/// Whether a property is named like an identifier.
pub(super) fn is_identifier(at: &str) -> bool {
    let name = at.rsplit('.').next().unwrap_or(at).to_lowercase();
    ["id", "no", "code"].iter().any(|end| name.ends_with(end))
}

/// The field's example, unless it is a placeholder of the portal's editor (`{{token}}`) or looks like a real credential.
pub(super) fn shown(field: &Field) -> Option<&Value> {
    let is_placeholder = |value: &Value| value.as_str().is_some_and(|text| text.is_empty() || text.contains("{{"));
    let is_usable = |value: &&Value| !value.is_null() && !is_placeholder(value) && !has_secret(&field.name, value);
    field.example.as_ref().filter(is_usable)
}

/// Whether a value is within a limit of the table.
pub(super) fn is_within(value: &Value, keyword: &str, limit: &Value) -> bool {
    let number = |value: &Value| value.as_f64();
    let length = |value: &Value| value.as_str().map(|text| text.chars().count() as u64);
    let count = |value: &Value| value.as_array().map(|items| items.len() as u64);
    let Some(bound) = number(limit) else { return false };
    match keyword {
        "minimum" => number(value).is_none_or(|value| value >= bound),
        "maximum" => number(value).is_none_or(|value| value <= bound),
        "minLength" => length(value).zip(limit.as_u64()).is_none_or(|(length, limit)| length >= limit),
        "maxLength" => length(value).zip(limit.as_u64()).is_none_or(|(length, limit)| length <= limit),
        "minItems" => count(value).zip(limit.as_u64()).is_none_or(|(count, limit)| count >= limit),
        "maxItems" => count(value).zip(limit.as_u64()).is_none_or(|(count, limit)| count <= limit),
        _ => true,
    }
}

/// The value with the names of its properties as in the table, if they differ only in case or in underscores.
pub(super) fn in_spelling_of(fields: &[Field], value: &Value, renamed: &mut Vec<String>) -> Value {
    match value {
        Value::Object(properties) => {
            let has = |name: &str| fields.iter().any(|field| field.name == name);
            let alike = |name: &str| {
                let is_alike = |field: &&Field| field.name.to_snake_case() == name.to_snake_case();
                fields
                    .iter()
                    .find(|field| field.name == name)
                    .or_else(|| fields.iter().find(is_alike).filter(|field| !properties.contains_key(&field.name)))
            };
            let mut written = Map::new();
            for (name, value) in properties {
                let field = alike(name);
                if let Some(field) = field.filter(|_| !has(name)) {
                    renamed.push(format!("{} in the table is {name} in the example", field.name));
                }
                let inner = field.map_or(&[][..], |field| &field.fields);
                let name = field.map_or(name, |field| &field.name);
                written.insert(name.clone(), in_spelling_of(inner, value, renamed));
            }
            Value::Object(written)
        }
        Value::Array(items) => items.iter().map(|item| in_spelling_of(fields, item, renamed)).collect(),
        other => other.clone(),
    }
}
