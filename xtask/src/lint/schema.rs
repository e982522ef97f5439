//! Schemas: well named, described, and of a kind that lowering and progenitor understand.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::Linter;
use crate::lower::payload::is_scalar_union;
use crate::lower::scalar;
use crate::source::escape;

const KEYWORDS: [&str; 23] = [
    "$ref",
    "type",
    "format",
    "description",
    "required",
    "properties",
    "items",
    "enum",
    "nullable",
    "additionalProperties",
    "allOf",
    "anyOf",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "pattern",
    "x-enum-varnames",
    "x-enum-descriptions",
    "x-gofive-member-evidence",
    "title",
];

/// Names that mean something else in the generated module.
const RESERVED: [&str; 16] = [
    "String",
    "Option",
    "Vec",
    "Box",
    "Result",
    "Self",
    "Error",
    "Map",
    "Value",
    "Date",
    "DateTime",
    "Decimal",
    "Id",
    "Secret",
    "Venio",
    "Operation",
];

pub(super) fn check(linter: &mut Linter<'_>) {
    let schemas = linter.doc().pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let pointer = format!("/components/schemas/{}", escape(name));
        check_name(linter, name, &pointer);
        if schema.get("description").and_then(Value::as_str).is_none_or(|text| text.trim().is_empty()) {
            linter.find(
                "description",
                &pointer,
                format!("`{name}` has no description"),
                "say in a sentence what it is",
            );
        }
        check_schema(linter, schema, &pointer, Position::Component);
        if !is_definite(name, schema) {
            let problem = format!("`{name}` is neither an object with members nor an enumeration");
            linter.find("unsupported", &pointer, problem, "write it where it is used");
        }
        if schema.get("nullable").is_some() {
            let hint = "write it where it is used: `type: …, nullable: true, allOf: [{$ref: …}]`";
            linter.find("unsupported", &format!("{pointer}/nullable"), "a name for what may be null", hint);
        }
        if recurses(linter.doc(), name) {
            linter.find("unsupported", &pointer, format!("`{name}` contains itself"), "leave the inner one open");
        }
    }
}

/// An object with members, an enumeration, or a scalar that has a Rust type; not what only stands for others.
pub(super) fn is_definite(name: &str, schema: &Value) -> bool {
    let members = schema.get("properties").and_then(Value::as_object).is_some_and(|members| !members.is_empty());
    let object = schema.get("type").and_then(Value::as_str) == Some("object") && members;
    let combined = schema.get("allOf").or(schema.get("anyOf")).is_some();
    scalar::of_component(name).is_some() || (!combined && (object || schema.get("enum").is_some()))
}

fn check_name(linter: &mut Linter<'_>, name: &str, pointer: &str) {
    if name.to_pascal_case() != name {
        let hint = format!("call it `{}`: that is its name in Rust", name.to_pascal_case());
        linter.find("schema-name", pointer, format!("`{name}` is not PascalCase"), hint);
    } else if syn::parse_str::<syn::Ident>(name).is_err() {
        linter.find("schema-name", pointer, format!("`{name}` is no name in Rust"), "begin it with a letter");
    } else if RESERVED.contains(&name) && scalar::of_component(name).is_none() {
        linter.find("schema-name", pointer, format!("`{name}` means something else in Rust"), "choose another name");
    }
}

/// Where a schema stands: objects and enumerations have to have a name, and only components have one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    Component,
    Inside,
}

/// Checks a schema and the schemas written inside it; references are checked where they are defined.
pub(super) fn check_schema(linter: &mut Linter<'_>, schema: &Value, pointer: &str, position: Position) {
    let Some(members) = schema.as_object() else {
        linter.find("unsupported", pointer, "not a schema", "write a mapping with a `type` or a `$ref`");
        return;
    };
    for name in members.keys().filter(|name| !KEYWORDS.contains(&name.as_str())) {
        let hint = format!("the keywords are: {}", KEYWORDS.join(", "));
        linter.find("unsupported", &format!("{pointer}/{}", escape(name)), format!("the keyword `{name}`"), hint);
    }
    if members.contains_key("$ref") {
        return;
    }
    // `Id` and its like are unions that have a Rust type of their own.
    if position == Position::Component
        && pointer.rsplit('/').next().is_some_and(|name| scalar::of_component(name).is_some())
    {
        return;
    }
    check_union(linter, schema, pointer);
    check_nullable(linter, schema, pointer);
    if members.contains_key("allOf") {
        return;
    }
    match members.get("type").map(Value::as_str) {
        None if members.contains_key("properties") => {
            linter.find("unsupported", pointer, "properties without `type: object`", "write the type");
        }
        Some(Some("object")) => check_object(linter, schema, pointer, position),
        Some(Some("array")) => match members.get("items") {
            Some(items) => check_schema(linter, items, &format!("{pointer}/items"), Position::Inside),
            None => {
                linter.find(
                    "unsupported",
                    pointer,
                    "an array without `items`",
                    "write `items: {}` if nothing is known",
                );
            }
        },
        Some(Some("string" | "integer")) => check_scalar(linter, schema, pointer, position),
        Some(Some("number" | "boolean")) if members.contains_key("enum") => {
            linter.find(
                "enum",
                pointer,
                "an enumeration that is neither text nor whole numbers",
                "describe the values",
            );
        }
        None | Some(Some("number" | "boolean")) => {}
        Some(other) => {
            let shown = other.map_or("a list of types".to_owned(), |name| format!("the type `{name}`"));
            linter.find(
                "unsupported",
                &format!("{pointer}/type"),
                shown,
                "OpenAPI 3.0 has object, array, string, integer, number, boolean; null is `nullable: true`",
            );
        }
    }
}

fn check_object(linter: &mut Linter<'_>, schema: &Value, pointer: &str, position: Position) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    if position == Position::Inside {
        linter.find(
            "unsupported",
            pointer,
            "an object schema without a name",
            "move it to components/schemas and refer to it",
        );
    }
    let mut by_rust_name: BTreeMap<String, &str> = BTreeMap::new();
    for (name, property) in properties {
        let at = format!("{pointer}/properties/{}", escape(name));
        check_schema(linter, property, &at, Position::Inside);
        let described = property.get("description").and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        if !described && property.get("$ref").is_none() {
            linter.find("description", &at, format!("`{name}` has no description"), "say in a sentence what it is");
        }
        if let Some(other) = by_rust_name.insert(name.to_snake_case(), name) {
            let problem = format!("`{other}` and `{name}` differ only by case");
            linter.find(
                "case-only",
                &at,
                problem,
                "they would be one field in Rust: keep the table's, tell of the other in x-gofive-oddities",
            );
        }
        if name == "extra" && is_open(schema) {
            linter.find(
                "case-only",
                &at,
                "`extra` is where the client keeps unknown members",
                "close the schema, or leave `extra` unknown",
            );
        }
    }
    for (index, name) in schema.get("required").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if !name.as_str().is_some_and(|name| properties.contains_key(name)) {
            linter.find(
                "unsupported",
                &format!("{pointer}/required/{index}"),
                format!("{name} is required but not a member"),
                "mend the name",
            );
        }
    }
    let evidence = schema.get("x-gofive-member-evidence").and_then(Value::as_object);
    for (source, names) in evidence.into_iter().flatten() {
        let at = format!("{pointer}/x-gofive-member-evidence/{source}");
        if !matches!(source.as_str(), "example" | "wire" | "legacy") {
            linter.find("evidence", &at, format!("`{source}` is no source"), "the sources are example, wire, legacy");
        }
        for name in names.as_array().into_iter().flatten() {
            if !name.as_str().is_some_and(|name| properties.contains_key(name)) {
                linter.find("evidence", &at, format!("{name} is not a member"), "mend the name");
            }
        }
    }
    if schema.get("additionalProperties").is_some_and(|value| value != &Value::Bool(true)) {
        linter.find(
            "unsupported",
            &format!("{pointer}/additionalProperties"),
            "a restriction on unknown members",
            "`true`, or leave it out",
        );
    }
}

fn check_scalar(linter: &mut Linter<'_>, schema: &Value, pointer: &str, position: Position) {
    if let Some(format) = schema.get("format").and_then(Value::as_str)
        && scalar::of_format(format).is_none()
    {
        let hint = format!("the formats are: {}", scalar::formats().collect::<Vec<_>>().join(", "));
        linter.find("unsupported", &format!("{pointer}/format"), format!("the format `{format}`"), hint);
    }
    let Some(values) = schema.get("enum").and_then(Value::as_array) else {
        return;
    };
    if position == Position::Inside {
        linter.find(
            "unsupported",
            pointer,
            "an enumeration without a name",
            "move it to components/schemas and refer to it",
        );
    }
    let whole = schema.get("type").and_then(Value::as_str) == Some("integer");
    if !values.iter().all(|value| if whole { value.is_i64() } else { value.is_string() }) {
        linter.find(
            "enum",
            &format!("{pointer}/enum"),
            "a value that is not of the schema's type",
            "mend the value or the type",
        );
    }
    let names: Vec<_> = schema.get("x-enum-varnames").and_then(Value::as_array).into_iter().flatten().collect();
    let descriptions = schema.get("x-enum-descriptions").and_then(Value::as_array).map_or(0, Vec::len);
    if names.len() != values.len() || descriptions != values.len() {
        linter.find(
            "enum",
            pointer,
            "not every value has a name and a description",
            "give x-enum-varnames and x-enum-descriptions one entry a value",
        );
    }
    for (index, name) in names.iter().enumerate() {
        let text = name.as_str().unwrap_or_default();
        let upper_snake = text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if !upper_snake || names[..index].contains(name) {
            linter.find(
                "enum",
                &format!("{pointer}/x-enum-varnames/{index}"),
                format!("{name} is not a constant's name of its own"),
                "write UPPER_SNAKE_CASE, each once",
            );
        }
    }
}

/// OpenAPI 3.0.3 gives `nullable` a meaning beside a `type` only, and standard tools refuse it elsewhere.
fn check_nullable(linter: &mut Linter<'_>, schema: &Value, pointer: &str) {
    if schema.get("nullable").is_some() && schema.get("type").is_none() {
        linter.find(
            "unsupported",
            &format!("{pointer}/nullable"),
            "`nullable` without a `type`",
            "repeat the type of what `allOf` refers to",
        );
    }
}

/// `allOf` carries a description beside one reference; `anyOf` offers the documented shapes of one payload.
fn check_union(linter: &mut Linter<'_>, schema: &Value, pointer: &str) {
    if let Some(parts) = schema.get("allOf") {
        let parts = parts.as_array().map(Vec::as_slice).unwrap_or_default();
        if parts.len() != 1 || parts[0].get("$ref").is_none() {
            linter.find(
                "unsupported",
                &format!("{pointer}/allOf"),
                "`allOf` of anything but one `$ref`",
                "write the members out",
            );
        }
    }
    if let Some(shapes) = schema.get("anyOf") {
        let shapes = shapes.as_array().map(Vec::as_slice).unwrap_or_default();
        if shapes.len() < 2 {
            linter.find(
                "unsupported",
                &format!("{pointer}/anyOf"),
                "`anyOf` of fewer than two shapes",
                "write the one shape",
            );
        }
        for (index, shape) in shapes.iter().enumerate() {
            let at = format!("{pointer}/anyOf/{index}");
            let inner = gofive_spec::resolve(linter.doc(), shape).get("anyOf").and_then(Value::as_array);
            if inner.is_some_and(|inner| !is_scalar_union(inner)) {
                linter.find("unsupported", &at, "a union inside a union", "write all shapes into one `anyOf`");
            }
            check_schema(linter, shape, &at, Position::Inside);
        }
    }
}

pub(super) fn is_open(schema: &Value) -> bool {
    schema.get("additionalProperties").and_then(Value::as_bool).unwrap_or(false)
}

fn recurses(doc: &Value, name: &str) -> bool {
    let schema = doc.pointer(&format!("/components/schemas/{}", escape(name)));
    gofive_spec::reachable(doc, schema.unwrap_or(&Value::Null)).contains(name)
}
