//! The documented example of an operation, as a command.

use std::collections::BTreeMap;

use gofive_spec::{Api, Operation, ParameterLocation, SchemaKind};
use serde_json::Value;

use crate::flags::{Flag, Target, flags, innermost};
use crate::product::{Product, command_name};
use crate::value::{Kind, enum_name, plain};

/// The section of the help that has the example; it is not wrapped, so that it can be copied to a shell.
pub(crate) fn text(product: &'static Product, operation: &'static Operation) -> String {
    let arguments = arguments(&product.api, operation, &flags(&product.api, operation));
    let lines: Vec<_> = arguments.iter().map(|argument| format!(" \\\n      {argument}")).collect();
    let allowed = if operation.is_reviewed { "" } else { "--unreviewed " };
    format!("\nExample:\n  gofive {allowed}{} {}{}\n", product.name, command_name(operation), lines.concat())
}

/// The arguments of the example, quoted for a shell: path parameters, then flags.
fn arguments(api: &'static Api, operation: &'static Operation, flags: &[Flag]) -> Vec<String> {
    let parameters: BTreeMap<_, _> = operation.parameters.iter().map(|one| (one.name.as_str(), one)).collect();
    let mut arguments: Vec<_> = operation
        .parameters_in(ParameterLocation::Path)
        .map(|one| {
            one.example.as_ref().map_or_else(|| format!("<{}>", one.name), |example| quoted(&plain(&example.value)))
        })
        .collect();
    let examples = operation.request_examples().first().map(|example| &example.value);
    let is_list =
        operation.request_schema().is_some_and(|schema| matches!(innermost(api, schema).kind, SchemaKind::Array(_)));
    let record = if is_list { examples.and_then(|list| list.get(0)) } else { examples };
    for flag in flags {
        let value = match &flag.target {
            Target::Query(name) => parameters.get(name).and_then(|one| one.example.as_ref()).map(|one| &one.value),
            Target::Property(path) => {
                record.and_then(|record| path.iter().try_fold(record, |value, name| value.get(name)))
            }
        };
        let values = match value {
            None | Some(Value::Null) => continue,
            Some(Value::Array(items)) if flag.is_list && !items.is_empty() => items.iter().collect(),
            Some(value) => vec![value],
        };
        for value in values {
            let text = if value.is_array() { value.to_string() } else { written(flag.kind, value) };
            arguments.push(format!("--{} {}", flag.name, quoted(&text)));
        }
    }
    arguments
}

fn written(kind: Kind, value: &Value) -> String {
    match kind {
        Kind::Enumeration(enumeration) => {
            let entry = enumeration.entries().find(|entry| entry.value == value);
            entry.map_or_else(|| plain(value), |entry| enum_name(&entry))
        }
        Kind::Secret => "@secret.txt".to_owned(),
        Kind::Json => value.to_string(),
        // A text that would be read as JSON.
        Kind::Any if value.as_str().is_some_and(|text| serde_json::from_str::<Value>(text).is_ok()) => {
            value.to_string()
        }
        _ => plain(value),
    }
}

/// An argument as shells read it.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:+@,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
