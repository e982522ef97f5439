//! Checks named schemas: names in `PascalCase`, and lists that match each other.

use heck::ToPascalCase;
use serde_json::Value;

use super::Linter;
use crate::rust::lower::payload::is_scalar_union;
use crate::rust::lower::scalar;
use crate::sources::yaml::escape;

pub(super) fn check(linter: &mut Linter<'_>) {
    let schemas = linter.doc().pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let pointer = format!("/components/schemas/{}", escape(name));
        check_name(linter, name, &pointer);
        check_object(linter, schema, &pointer);
        check_enumeration(linter, schema, &pointer);
        if !is_definite(name, schema) {
            let problem = format!("`{name}` is neither an object with properties nor an enumeration");
            linter.find("unsupported", &pointer, problem, "write it where it is used");
        }
        if schema.get("nullable").is_some() {
            let hint = "write it where it is used: `type: …, nullable: true, allOf: [{$ref: …}]`";
            linter.find("unsupported", &format!("{pointer}/nullable"), "a named schema is nullable", hint);
        }
        if recurses(linter.doc(), name) {
            linter.find(
                "unsupported",
                &pointer,
                format!("`{name}` contains itself"),
                "leave the inner schema open (`additionalProperties: true`)",
            );
        }
    }
    check_unions(linter, linter.doc(), "");
}

/// Whether a schema is an object with properties, an enumeration, or a scalar with a Rust type, and not only a reference to
/// others. A request body may also be a list, or an object without known properties.
pub(super) fn is_definite(name: &str, schema: &Value) -> bool {
    let properties =
        schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty());
    let object = match schema.get("type").and_then(Value::as_str) {
        Some("object") => properties || name.ends_with("Request"),
        Some("array") => name.ends_with("Request"),
        _ => false,
    };
    let combined = schema.get("allOf").or(schema.get("anyOf")).is_some();
    scalar::of_component(name).is_some() || (!combined && (object || schema.get("enum").is_some()))
}

/// Checks that no alternative of a union is itself a union, anywhere in the document.
fn check_unions(linter: &mut Linter<'_>, node: &Value, pointer: &str) {
    for (index, alternative) in node.get("anyOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let inner = gofive_spec::resolve(linter.doc(), alternative).get("anyOf").and_then(Value::as_array);
        if inner.is_some_and(|inner| !is_scalar_union(inner)) {
            let at = format!("{pointer}/anyOf/{index}");
            linter.find("unsupported", &at, "a union inside a union", "write all alternatives into one `anyOf`");
        }
    }
    match node {
        Value::Object(object) => {
            for (name, inner) in object {
                check_unions(linter, inner, &format!("{pointer}/{}", escape(name)));
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                check_unions(linter, inner, &format!("{pointer}/{index}"));
            }
        }
        _ => {}
    }
}

fn check_name(linter: &mut Linter<'_>, name: &str, pointer: &str) {
    if name.to_pascal_case() != name {
        let hint = format!("call it `{}`: that is its name in Rust", name.to_pascal_case());
        linter.find("schema-name", pointer, format!("`{name}` is not PascalCase"), hint);
    } else if syn::parse_str::<syn::Ident>(name).is_err() {
        linter.find("schema-name", pointer, format!("`{name}` is not a valid Rust name"), "begin it with a letter");
    }
}

fn check_object(linter: &mut Linter<'_>, schema: &Value, pointer: &str) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    for (index, name) in schema.get("required").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if !name.as_str().is_some_and(|name| properties.contains_key(name)) {
            linter.find(
                "unsupported",
                &format!("{pointer}/required/{index}"),
                format!("{name} is required but not a property"),
                "fix the name",
            );
        }
    }
    for (name, property) in properties {
        if property.get("x-gofive-unset").is_some() && property.get("nullable") != Some(&Value::Bool(true)) {
            let at = format!("{pointer}/properties/{}/x-gofive-unset", escape(name));
            linter.find(
                "unsupported",
                &at,
                format!("`{name}` is sent as null but is not nullable"),
                "add `nullable: true`",
            );
        }
    }
    let evidence = schema.get("x-gofive-property-evidence").and_then(Value::as_object);
    for (source, names) in evidence.into_iter().flatten() {
        let at = format!("{pointer}/x-gofive-property-evidence/{source}");
        for name in names.as_array().into_iter().flatten() {
            if !name.as_str().is_some_and(|name| properties.contains_key(name)) {
                linter.find("evidence", &at, format!("{name} is not a property"), "fix the name");
            }
        }
    }
}

fn check_enumeration(linter: &mut Linter<'_>, schema: &Value, pointer: &str) {
    let count = |name: &str| schema.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let values = count("enum");
    // In JSON schema, 2.0 is an integer.
    let mut numbers =
        schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter(|value| value.is_number());
    if let Some(value) = numbers.find(|value| !value.is_i64()) {
        let problem = format!("{value} is not an integer in Rust");
        linter.find("enum", &format!("{pointer}/enum"), problem, "write it without a fraction, within 64 bits");
    }
    if count("x-enum-varnames") != values || count("x-enum-descriptions") != values {
        linter.find(
            "enum",
            pointer,
            "not every value has a name and a description",
            "give x-enum-varnames and x-enum-descriptions one entry for each value",
        );
    }
}

fn recurses(doc: &Value, name: &str) -> bool {
    let schema = doc.pointer(&format!("/components/schemas/{}", escape(name)));
    gofive_spec::reachable(doc, schema.unwrap_or(&Value::Null)).contains(name)
}
