//! Gives documents of every layout the one that is compared, so that a new layout of the bundles does not count as a change of
//! the API: with the flags of the pages, as older bundles have them, and without what a bundle repeats in words or of another
//! product.

use gofive_spec::{Api, Format, Operation, Schema, SchemaKind};
use serde_json::{Map, Value};

/// The document in the layout that is compared; as it is, if the model cannot read it.
pub(super) fn layout(doc: &Value) -> Value {
    let mut changed = doc.clone();
    let Ok(api) = Api::read(doc) else { return changed };
    let named = api.schemas.values();
    for schema in named.chain(api.all_operations().flat_map(Operation::schemas).map(|(_, schema)| schema)) {
        if let Some(node) = changed.pointer_mut(schema.pointer.as_str()) {
            *node = written(schema).to_openapi();
            as_in_files(node);
        }
    }
    for webhook in &api.webhooks {
        // A webhook needs no credentials anyway.
        remove(&mut changed, &webhook.pointer.join("security"));
    }
    for shared in &api.shared_operations {
        remove(&mut changed, &shared.pointer);
    }
    changed
}

fn remove(doc: &mut Value, pointer: &gofive_spec::Pointer) {
    let Some((parent, name)) = pointer.split_last() else { return };
    if let Some(object) = doc.pointer_mut(parent.as_str()).and_then(Value::as_object_mut) {
        object.shift_remove(&*name);
    }
}

/// A schema with the flags of its page, and with its enumerations closed.
fn written(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    match &mut schema.kind {
        SchemaKind::Object(object) => {
            let flags = object.page_flags.take();
            for property in object.properties.iter_mut().flatten() {
                property.schema = written(&property.schema);
                if let Some(flags) = &flags {
                    property.schema.nullable = flags.nullable.contains(&property.name);
                }
            }
            object.required = flags.map_or_else(|| std::mem::take(&mut object.required), |flags| flags.required);
        }
        SchemaKind::Array(array) => {
            if let Some(items) = &mut array.items {
                **items = written(items);
            }
        }
        SchemaKind::Enumeration(enumeration) => enumeration.is_open = false,
        SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => {
            for one in &mut combination.schemas {
                *one = written(one);
            }
        }
        _ => {}
    }
    schema
}

/// Removes what a bundle says of a format beside its name, and the alternative null, in a schema and those inside it.
fn as_in_files(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else { return };
    name_format(keywords);
    allow_null(keywords);
    for name in ["allOf", "anyOf"] {
        keywords.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten().for_each(as_in_files);
    }
    keywords.get_mut("items").into_iter().for_each(as_in_files);
    let properties = keywords.get_mut("properties").and_then(Value::as_object_mut);
    properties.into_iter().flat_map(Map::values_mut).for_each(as_in_files);
}

fn name_format(keywords: &mut Map<String, Value>) {
    if keywords.get("format").is_some_and(|format| format == "int64") {
        keywords.shift_remove("format");
    }
    if let Some(own) = keywords.shift_remove("x-gofive-format") {
        keywords.insert("format".into(), own);
    }
    let Some(format) = keywords.get("format").and_then(Value::as_str).and_then(Format::named) else { return };
    for (name, text) in [("pattern", format.pattern()), ("example", format.example())] {
        if keywords.get(name).is_some_and(|value| value == text) {
            keywords.shift_remove(name);
        }
    }
    let description = keywords.get("description").and_then(Value::as_str);
    let own = description.and_then(|description| description.strip_suffix(format.sentence()));
    let own = own.map(|own| own.trim_end().to_owned());
    match own {
        Some(own) if own.is_empty() => drop(keywords.shift_remove("description")),
        Some(own) => drop(keywords.insert("description".into(), own.into())),
        None => {}
    }
}

/// `{anyOf: [one, null]}` is `{nullable: true, allOf: [one]}`.
fn allow_null(keywords: &mut Map<String, Value>) {
    let is_null = |value: &Value| value.get("enum").and_then(Value::as_array).is_some_and(|all| all == &[Value::Null]);
    let Some(mut alternatives) = keywords.get("anyOf").and_then(Value::as_array).cloned() else { return };
    if !alternatives.pop().is_some_and(|last| is_null(&last)) {
        return;
    }
    keywords.shift_remove("anyOf");
    keywords.insert("nullable".into(), true.into());
    let name = if alternatives.len() == 1 { "allOf" } else { "anyOf" };
    keywords.insert(name.into(), alternatives.into());
}
