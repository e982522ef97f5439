//! What the values of an example say about a table: whether they fit a type or a limit, and how they spell names.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::page::{Field, Type};
use super::words::{join, list};
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

/// Whether values are within the limits of the table.
pub(super) fn are_within(values: &[&Value], limits: &Map<String, Value>) -> bool {
    let validator = || jsonschema::validator_for(&Value::Object(limits.clone()));
    let are_valid = |validator: jsonschema::Validator| values.iter().all(|value| validator.is_valid(value));
    limits.is_empty() || values.is_empty() || validator().is_ok_and(are_valid)
}

/// The value with the names that its properties have in the table, where those differ only in case or in underscores, or where
/// one has the position of the other. The names of the table and of the example are added to `renamed`.
pub(super) fn in_names_of(fields: &[Field], value: &Value, renamed: &mut BTreeSet<(String, String)>) -> Value {
    match value {
        Value::Object(properties) => {
            let mut written = Map::new();
            for (name, value) in properties {
                let field = fields.iter().find(|field| field.name == *name).or_else(|| named(fields, properties, name));
                if let Some(field) = field.filter(|field| field.name != *name) {
                    renamed.insert((field.name.clone(), name.clone()));
                }
                let inner = field.map_or(&[][..], |field| &field.fields);
                let name = field.map_or(name, |field| &field.name);
                written.insert(name.clone(), in_names_of(inner, value, renamed));
            }
            Value::Object(written)
        }
        Value::Array(items) => items.iter().map(|item| in_names_of(fields, item, renamed)).collect(),
        other => other.clone(),
    }
}

/// The field of the table that the example has under another name.
fn named<'a>(fields: &'a [Field], example: &Map<String, Value>, name: &str) -> Option<&'a Field> {
    let alike = |name: &str| fields.iter().position(|field| is_alike(&field.name, name));
    if let Some(alike) = alike(name) {
        return Some(&fields[alike]).filter(|field| !example.contains_key(&field.name));
    }
    // It has the position of a field if both are alone between the same neighbours, and the field may have its value.
    let names: Vec<_> = example.keys().collect();
    let at = names.iter().position(|own| *own == name)?;
    let before = names[..at].last().map_or(Some(0), |before| Some(alike(before)? + 1))?;
    let after = names.get(at + 1).map_or(Some(fields.len()), |after| alike(after))?;
    let between = fields.get(before..after)?.first().filter(|_| after - before == 1)?;
    let is_elsewhere = names.iter().any(|own| is_alike(own, &between.name));
    (!is_elsewhere && fits(&between.kind, &example[name])).then_some(between)
}

/// Whether two names differ only in case or in underscores.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    one.to_snake_case() == other.to_snake_case()
}

/// Why an example does not fit its table.
#[derive(Debug, Default)]
pub struct Misfits {
    pub(super) omitted: Vec<String>,
    pub(super) contradicting: Vec<String>,
}

impl Misfits {
    /// The reasons, unless it fits.
    pub(super) fn words(&self) -> Option<String> {
        let omitted = format!("omits {}, which its table requires", list(&self.omitted));
        let contradicting = format!("has a value of another type for {}", list(&self.contradicting));
        match (self.omitted.is_empty(), self.contradicting.is_empty()) {
            (true, true) => None,
            (false, true) => Some(omitted),
            (true, false) => Some(contradicting),
            (false, false) => Some(format!("{omitted}, and {contradicting}")),
        }
    }
}

/// The value as a draft describes it: without what has another type, and with null for what it omits, where that is allowed.
pub(super) fn adapted(kind: &Type, field: &Field, value: &Value, at: &str, misfits: &mut Misfits) -> Option<Value> {
    match (kind, value) {
        (_, Value::Null) if field.nullable => Some(Value::Null),
        (Type::Object | Type::Status, Value::Object(properties)) => {
            let mut written = Map::new();
            for (name, value) in properties {
                let Some(inner) = field.fields.iter().find(|field| field.name == *name) else {
                    written.insert(name.clone(), value.clone());
                    continue;
                };
                let at = join(at, name);
                match adapted(&inner.kind, inner, value, &at, misfits) {
                    Some(value) => drop(written.insert(name.clone(), value)),
                    None if inner.required == Some(true) => note(&mut misfits.contradicting, at),
                    None => {}
                }
            }
            let is_omitted = |inner: &&Field| inner.required == Some(true) && !properties.contains_key(&inner.name);
            for inner in field.fields.iter().filter(is_omitted) {
                if inner.nullable {
                    written.insert(inner.name.clone(), Value::Null);
                } else {
                    note(&mut misfits.omitted, join(at, &inner.name));
                }
            }
            Some(Value::Object(written))
        }
        (Type::List(item), Value::Array(items)) => {
            Some(items.iter().filter_map(|value| adapted(item, field, value, at, misfits)).collect())
        }
        (Type::List(_), _) => None,
        (kind, value) => fits(kind, value).then(|| value.clone()),
    }
}

fn note(names: &mut Vec<String>, name: String) {
    if !names.contains(&name) {
        names.push(name);
    }
}
