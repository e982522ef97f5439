//! Checks named schemas: names in `PascalCase`, and lists that match each other.

use gofive_spec::{Api, Pointer, Schema, SchemaKind};
use heck::ToPascalCase;

use super::linter::Linter;
use crate::rust::lower::scalar;

pub(super) fn check(linter: &mut Linter<'_>) {
    let api = linter.api();
    for (name, schema) in &api.schemas {
        check_name(linter, name, &schema.pointer);
        check_object(linter, schema);
        check_enumeration(linter, schema);
        if !is_definite(name, schema) {
            let problem = format!("`{name}` is neither an object with properties nor an enumeration");
            linter.find("unsupported", &schema.pointer, problem, "write it where it is used");
        }
        if schema.nullable {
            let hint = "write it where it is used: `type: …, nullable: true, allOf: [{$ref: …}]`";
            linter.find("unsupported", schema.pointer.join("nullable"), "a named schema is nullable", hint);
        }
        if api.reachable([schema]).contains(name.as_str()) {
            linter.find(
                "unsupported",
                &schema.pointer,
                format!("`{name}` contains itself"),
                "leave the inner schema open (`additionalProperties: true`)",
            );
        }
    }
    for union in api.all_schemas() {
        check_union(linter, api, union);
    }
}

/// Whether a schema is an object with properties, an enumeration, or a scalar with a Rust type, and not only a reference to
/// others. A request body may also be a list, or an object without known properties.
pub(super) fn is_definite(name: &str, schema: &Schema) -> bool {
    let is_known = match &schema.kind {
        SchemaKind::Object(object) => !object.properties().is_empty() || name.ends_with("Request"),
        SchemaKind::Array(_) => name.ends_with("Request"),
        SchemaKind::Enumeration(_) => true,
        _ => false,
    };
    is_known || scalar::of_component(name).is_some()
}

/// Checks that no alternative of a union is itself a union.
fn check_union(linter: &mut Linter<'_>, api: &Api, schema: &Schema) {
    let SchemaKind::AnyOf(union) = &schema.kind else { return };
    for alternative in &union.schemas {
        let inner = api.resolve(alternative);
        if matches!(inner.kind, SchemaKind::AnyOf(_)) && !inner.is_scalar_union() {
            let hint = "write all alternatives into one `anyOf`";
            linter.find("unsupported", &alternative.pointer, "a union inside a union", hint);
        }
    }
}

fn check_name(linter: &mut Linter<'_>, name: &str, pointer: &Pointer) {
    if name.to_pascal_case() != name {
        let hint = format!("call it `{}`: that is its name in Rust", name.to_pascal_case());
        linter.find("schema-name", pointer, format!("`{name}` is not PascalCase"), hint);
    } else if syn::parse_str::<syn::Ident>(name).is_err() {
        linter.find("schema-name", pointer, format!("`{name}` is not a valid Rust name"), "begin it with a letter");
    }
}

fn check_object(linter: &mut Linter<'_>, schema: &Schema) {
    let Some(object) = schema.as_object().filter(|object| object.properties.is_some()) else { return };
    for (index, name) in object.required.iter().enumerate() {
        if object.property(name).is_none() {
            let at = schema.pointer.join("required").item(index);
            linter.find("unsupported", at, format!("\"{name}\" is required but not a property"), "fix the name");
        }
    }
    for property in object.properties().iter().filter(|property| property.null_if_unset) {
        if !property.schema.nullable {
            let problem = format!("`{}` is sent as null but is not nullable", property.name);
            let at = property.schema.pointer.join("x-gofive-unset");
            linter.find("unsupported", at, problem, "add `nullable: true`");
        }
    }
    for (source, names) in &object.unlisted {
        for name in names.iter().filter(|name| object.property(name).is_none()) {
            let at = schema.pointer.join("x-gofive-property-evidence").join(source.name());
            linter.find("evidence", at, format!("\"{name}\" is not a property"), "fix the name");
        }
    }
}

fn check_enumeration(linter: &mut Linter<'_>, schema: &Schema) {
    let Some(enumeration) = schema.as_enumeration() else { return };
    // In JSON schema, 2.0 is an integer.
    if let Some(value) = enumeration.values.iter().find(|value| value.is_number() && !value.is_i64()) {
        let problem = format!("{value} is not an integer in Rust");
        linter.find("enum", schema.pointer.join("enum"), problem, "write it without a fraction, within 64 bits");
    }
    for (source, values) in &enumeration.unlisted {
        let at = schema.pointer.join("x-gofive-value-evidence").join(source.name());
        for (index, value) in values.iter().enumerate() {
            if !enumeration.values.contains(value) {
                linter.find(
                    "evidence",
                    at.item(index),
                    format!("{value} is not a value of the enumeration"),
                    "write one of `enum`",
                );
            } else if enumeration.source_of(value) != Some(*source) {
                let hint = "keep the better source: an example of the portal, then observed, wire, legacy";
                linter.find("evidence", at.item(index), format!("{value} has two sources"), hint);
            }
        }
    }
    let lengths = [enumeration.names.len(), enumeration.descriptions.len()];
    if lengths != [enumeration.values.len(); 2] {
        linter.find(
            "enum",
            &schema.pointer,
            "not every value has a name and a description",
            "give x-enum-varnames and x-enum-descriptions one entry for each value",
        );
    }
}
