//! Checks operations: unique ids and paths, parameters that match the path, and payload pointers that lead to a payload.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Linter;
use crate::idempotency::{EXTENSION, Idempotency};
use crate::rust::lower::payload::{self, PayloadKind};
use crate::rust::names;
use crate::sources::yaml::escape;

pub(super) fn check(linter: &mut Linter<'_>) {
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut routes: BTreeSet<String> = BTreeSet::new();
    let paths = linter.doc().get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let at = format!("/paths/{}/{method}", escape(path));
            if !routes.insert(format!("{method} {}", wildcard(path))) {
                linter.find(
                    "path",
                    &at,
                    "another path differs only in case and parameter names",
                    "the API cannot distinguish them: keep one",
                );
            }
            check_id(linter, operation, &at, &mut ids);
            check_tag(linter, operation, &at);
            check_parameters(linter, path, operation, &at);
            check_responses(linter, operation, &at);
            check_paging(linter, operation, &at);
            check_idempotency(linter, operation, &at);
        }
    }
}

/// The path as the API matches it: case-insensitive, with any parameter name.
fn wildcard(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{}".into() } else { segment.to_lowercase() });
    segments.collect::<Vec<_>>().join("/")
}

fn check_id(linter: &mut Linter<'_>, operation: &Value, at: &str, ids: &mut BTreeMap<String, String>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let pointer = format!("{at}/operationId");
    if names::is_keyword(id) {
        let problem = format!("`{id}` is not a valid Rust function name");
        linter.find("operation-id", &pointer, problem, "begin with a verb: add_case");
    }
    if let Some(first) = ids.insert(id.to_owned(), at.to_owned()) {
        let problem = format!("`{id}` is also the operationId of {}", linter.bundle.locate(&first));
        linter.find("operation-id", &pointer, problem, "operation ids are unique: rename one");
    }
}

fn check_tag(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let declared = linter.doc().get("tags").and_then(Value::as_array).into_iter().flatten();
    let declared: Vec<_> = declared.filter_map(|tag| tag.get("name")?.as_str()).collect();
    let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default();
    if !declared.contains(&tag) {
        let hint = format!("declare it in openapi.yaml, or use one of {}", declared.join(", "));
        linter.find("words", &format!("{at}/tags/0"), format!("the tag `{tag}` is not declared"), hint);
    }
}

fn check_parameters(linter: &mut Linter<'_>, path: &str, operation: &Value, at: &str) {
    let mut in_path = BTreeSet::new();
    for (index, parameter) in operation.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let at = format!("{at}/parameters/{index}");
        let parameter = gofive_spec::resolve(linter.doc(), parameter);
        let text = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("in") == "path" {
            in_path.insert(text("name").to_owned());
        }
        if !is_scalar(linter.doc(), parameter.get("schema").unwrap_or(&Value::Null)) {
            linter.find(
                "unsupported",
                &format!("{at}/schema"),
                "a parameter that is not a scalar",
                "refer to an enumeration, or schema: {type: string | integer | number | boolean}",
            );
        }
    }
    for segment in path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')) {
        if !in_path.remove(segment) {
            linter.find(
                "parameter",
                at,
                format!("`{{{segment}}}` is not among the parameters"),
                "write it: in: path, required: true",
            );
        }
    }
    for name in in_path {
        linter.find("parameter", at, format!("`{name}` is not in the path"), "fix the name, or write in: query");
    }
}

/// Checks that the properties of `idempotent-with` are in the body.
fn check_idempotency(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let Idempotency::With(keys) = Idempotency::of(operation) else { return };
    let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
    let body = content.into_iter().flatten().next().map(|(_, media)| &media["schema"]);
    for (index, key) in keys.iter().enumerate() {
        let mut schema = body.map(|body| gofive_spec::resolve(linter.doc(), body));
        for name in key.split('/') {
            // In a list, each item has it.
            while let Some(items) = schema.and_then(|schema| schema.get("items")) {
                schema = Some(gofive_spec::resolve(linter.doc(), items));
            }
            let property = schema.and_then(|schema| schema.get("properties")?.get(name));
            schema = property.map(|property| gofive_spec::resolve(linter.doc(), property));
        }
        if schema.is_none() {
            let at = format!("{at}/{EXTENSION}/idempotent-with/{index}");
            linter.find(
                "idempotency",
                &at,
                format!("the body has no property `{key}`"),
                "fix the name, or its path: items/code",
            );
        }
    }
}

fn is_scalar(doc: &Value, schema: &Value) -> bool {
    let schema = gofive_spec::resolve(doc, schema);
    matches!(schema.get("type").and_then(Value::as_str), Some("string" | "integer" | "number" | "boolean"))
}

fn check_responses(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let responses = operation.get("responses").and_then(Value::as_object);
    let mut successes = 0;
    for (status, response) in responses.into_iter().flatten() {
        let pointer = format!("{at}/responses/{status}");
        if !status.starts_with('2') {
            continue;
        }
        successes += 1;
        let content = gofive_spec::resolve(linter.doc(), response).get("content").and_then(Value::as_object);
        if !content.is_some_and(|content| content.contains_key("application/json")) {
            linter.find(
                "unsupported",
                &pointer,
                "a success without a JSON schema",
                "refer to common.yaml's Undocumented if the page shows none",
            );
        }
    }
    if successes != 1 {
        linter.find(
            "unsupported",
            &format!("{at}/responses"),
            format!("{successes} success statuses"),
            "document exactly one: the client treats every 2xx as this one",
        );
        return;
    }
    if let Err(problem) = payload::find(linter.doc(), operation) {
        linter.find(
            "payload",
            &format!("{at}/x-gofive-payload"),
            problem,
            "write JSON pointers into the success body, '' for all of it, the innermost first; each leads to the same schema",
        );
    }
}

fn check_paging(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let Some(paging) = operation.get("x-gofive-paging") else { return };
    let at = format!("{at}/x-gofive-paging");
    let names = match paging.get("style").and_then(Value::as_str) {
        Some("page-index") => ["index", "size"],
        _ => ["skip", "take"],
    };
    let doc = linter.doc();
    let body = operation.pointer("/requestBody/content/application~1json/schema").unwrap_or(&Value::Null);
    let body = gofive_spec::resolve(doc, body);
    let parameters = operation.get("parameters").and_then(Value::as_array);
    for key in names {
        let name = paging.get(key).and_then(Value::as_str).unwrap_or_default();
        let in_body = body.pointer(&format!("/properties/{}", escape(name)));
        let in_query = parameters
            .into_iter()
            .flatten()
            .map(|parameter| gofive_spec::resolve(doc, parameter))
            .find(|parameter| parameter.get("name").and_then(Value::as_str) == Some(name));
        let Some(carrier) = in_body.or_else(|| in_query?.get("schema")) else {
            linter.find(
                "paging",
                &at,
                format!("`{key}` names neither a property nor a parameter"),
                "name the one that has this value",
            );
            continue;
        };
        if gofive_spec::resolve(doc, carrier).get("type").and_then(Value::as_str) != Some("integer") {
            linter.find("paging", &at, format!("`{name}` is not an integer"), "type: integer");
        }
        if in_body.is_some() && operation.pointer("/requestBody/required") != Some(&Value::Bool(true)) {
            linter.find("paging", &at, format!("`{name}` is in an optional body"), "required: true");
        }
    }
    let kind = payload::find(doc, operation).map(|payload| payload.kind);
    if matches!(kind, Ok(PayloadKind::Object | PayloadKind::Scalar)) {
        linter.find(
            "paging",
            &at,
            "the payload is not a list",
            "point x-gofive-payload to the list, or remove x-gofive-paging",
        );
    }
}
