//! Bodies: read from a file, changed by flags, or printed to be filled in.

use gofive_api::RawJson;
use gofive_spec::{Api, Format, Operation, Schema, SchemaKind};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::flags::{innermost, is_null_if_unset};
use crate::value;

/// A JSON object whose values keep their texts, in the order in which they were set.
pub(crate) type Object = IndexMap<String, RawJson>;

/// Reads the file of `--body`.
pub(crate) fn read(argument: &str) -> Result<RawJson, Failure> {
    let file = if argument == "-" { argument } else { argument.strip_prefix('@').unwrap_or(argument) };
    let text = value::read_file(file).map_err(|error| Failure::io(format!("--body: {error}")))?;
    text.parse().map_err(|error| {
        let name = if file == "-" { "the standard input" } else { file };
        Failure::usage(format!("--body: {name} is not JSON: {error}")).hint("--skeleton prints a body to fill in")
    })
}

/// Sets a property, and the objects around it that do not exist yet.
pub(crate) fn set(object: &mut Object, path: &[&str], value: RawJson) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        object.insert((*first).to_owned(), value);
        return;
    }
    let mut inner = object.get(*first).and_then(|inner| inner.read::<Object>().ok()).unwrap_or_default();
    set(&mut inner, rest, value);
    // An object of JSON texts is always JSON.
    object.insert((*first).to_owned(), RawJson::of(&inner).unwrap_or_default());
}

/// Adds the properties that are sent as null if they are not set.
pub(crate) fn with_nulls(api: &Api, schema: &Schema, body: RawJson) -> RawJson {
    let schema = innermost(api, schema);
    if let (Some(items), Ok(list)) = (schema.items(), body.read::<Vec<RawJson>>()) {
        let list: Vec<_> = list.into_iter().map(|item| with_nulls(api, items, item)).collect();
        return RawJson::of(&list).unwrap_or(body);
    }
    let Ok(mut object) = body.read::<Object>() else { return body };
    for property in schema.properties() {
        match object.get_mut(&property.name) {
            Some(value) => *value = with_nulls(api, &property.schema, std::mem::take(value)),
            None if is_null_if_unset(api, property) => drop(object.insert(property.name.clone(), RawJson::default())),
            None => {}
        }
    }
    RawJson::of(&object).unwrap_or(body)
}

/// A body to fill in: every property, with the documented value or one of its type.
pub(crate) fn skeleton(api: &'static Api, operation: &'static Operation) -> Value {
    let example = operation.request_examples().first().map(|example| &example.value);
    operation.request_schema().map_or(Value::Null, |schema| filled(api, schema, example, &mut Vec::new()))
}

fn filled<'a>(api: &'a Api, schema: &'a Schema, example: Option<&Value>, around: &mut Vec<&'a Schema>) -> Value {
    let own = innermost(api, schema);
    if around.iter().any(|outer| std::ptr::eq(*outer, own)) {
        return example.cloned().unwrap_or(Value::Null);
    }
    around.push(own);
    let value = match &own.kind {
        SchemaKind::Object(object) if object.properties.is_some() => {
            let inner = |name: &str| example.and_then(|example| example.get(name));
            let properties = own.properties().iter();
            let values = properties.map(|one| (one.name.clone(), filled(api, &one.schema, inner(&one.name), around)));
            Value::Object(values.collect::<Map<_, _>>())
        }
        SchemaKind::Array(array) => {
            let example = example.and_then(|example| example.get(0));
            array.items.as_deref().map_or_else(|| json!([]), |items| json!([filled(api, items, example, around)]))
        }
        _ => example
            .cloned()
            .or_else(|| schema.example.clone())
            .or_else(|| own.example.clone())
            .unwrap_or_else(|| blank(own)),
    };
    around.pop();
    value
}

/// A value of the type of a schema.
fn blank(schema: &Schema) -> Value {
    match &schema.kind {
        SchemaKind::String(string) => string.format.map_or("", Format::example).into(),
        SchemaKind::Integer(_) | SchemaKind::Number(_) => 0.into(),
        SchemaKind::Boolean => false.into(),
        SchemaKind::Enumeration(enumeration) => enumeration.values.first().cloned().unwrap_or_default(),
        SchemaKind::AnyOf(union) => union.schemas.first().map_or(Value::Null, blank),
        SchemaKind::Object(_) => json!({}),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_set_inside_of_objects() {
        let mut object: Object = serde_json::from_str(r#"{"a": {"b": 1.10}, "c": "text"}"#).unwrap();
        set(&mut object, &["a", "d"], true.into());
        set(&mut object, &["e", "f"], "new".into());
        let json = RawJson::of(&object).unwrap();
        assert_eq!(json.as_str(), r#"{"a":{"b":1.10,"d":true},"c":"text","e":{"f":"new"}}"#);
    }
}
