//! Checks operations: unique ids and paths, parameters that match the path, and payload pointers that lead to a payload.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Api, Idempotency, JsonType, MediaType, Operation, ParameterLocation, PayloadKind, Schema, Segment};

use super::linter::Linter;
use crate::rust::names;

pub(super) fn check(linter: &mut Linter<'_>) {
    let api = linter.api();
    let mut ids: BTreeMap<&str, &Operation> = BTreeMap::new();
    let mut routes: BTreeSet<String> = BTreeSet::new();
    for operation in &api.operations {
        if !routes.insert(format!("{} {}", operation.method, wildcard(&operation.path))) {
            linter.find(
                "path",
                &operation.pointer,
                "another path differs only in case and parameter names",
                "the API cannot distinguish them: keep one",
            );
        }
        check_id(linter, operation, ids.insert(&operation.id, operation));
        check_tag(linter, api, operation);
        check_parameters(linter, api, operation);
        check_responses(linter, api, operation);
        check_paging(linter, api, operation);
        check_idempotency(linter, api, operation);
    }
}

/// The path as the API matches it: case-insensitive, with any parameter name.
fn wildcard(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{}".into() } else { segment.to_lowercase() });
    segments.collect::<Vec<_>>().join("/")
}

fn check_id(linter: &mut Linter<'_>, operation: &Operation, same: Option<&Operation>) {
    let (id, pointer) = (&operation.id, operation.pointer.join("operationId"));
    if names::is_keyword(id) {
        let problem = format!("`{id}` is not a valid Rust function name");
        linter.find("operation-id", &pointer, problem, "begin with a verb: add_case");
    }
    if let Some(first) = same {
        let problem = format!("`{id}` is also the operationId of {}", linter.bundle.locate(&first.pointer));
        linter.find("operation-id", &pointer, problem, "operation ids are unique: rename one");
    }
}

fn check_tag(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    let declared: Vec<_> = api.groups.iter().map(|group| group.name.as_str()).collect();
    let tag = &operation.group;
    if !declared.contains(&tag.as_str()) {
        let hint = format!("declare it in openapi.yaml, or use one of {}", declared.join(", "));
        let at = operation.pointer.join("tags").item(0);
        linter.find("words", at, format!("the tag `{tag}` is not declared"), hint);
    }
}

fn check_parameters(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    for parameter in &operation.parameters {
        if !api.resolve(&parameter.schema).json_type().is_some_and(JsonType::is_scalar) {
            linter.find(
                "unsupported",
                &parameter.schema.pointer,
                "a parameter that is not a scalar",
                "refer to an enumeration, or schema: {type: string | integer | number | boolean}",
            );
        }
    }
    let in_path = operation.parameters_in(ParameterLocation::Path);
    let mut in_path: BTreeSet<_> = in_path.map(|parameter| parameter.name.as_str()).collect();
    for segment in operation.segments() {
        if let Segment::Parameter(name) = segment
            && !in_path.remove(name)
        {
            linter.find(
                "parameter",
                &operation.pointer,
                format!("`{{{name}}}` is not among the parameters"),
                "write it: in: path, required: true",
            );
        }
    }
    for name in in_path {
        let hint = "fix the name, or write in: query";
        linter.find("parameter", &operation.pointer, format!("`{name}` is not in the path"), hint);
    }
}

/// Checks that the properties of `idempotent-with` are in the body.
fn check_idempotency(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    let Idempotency::With(keys) = &operation.idempotency else { return };
    let body = operation.request_schema();
    for (index, key) in keys.iter().enumerate() {
        let found = body.and_then(|body| key.split('/').try_fold(body, |schema, name| property(api, schema, name)));
        if found.is_none() {
            let extension = operation.pointer.join("x-gofive-idempotency");
            linter.find(
                "idempotency",
                extension.join("idempotent-with").item(index),
                format!("the body has no property `{key}`"),
                "fix the name, or its path: items/code",
            );
        }
    }
}

/// The property of an object, or of each item of a list.
fn property<'a>(api: &'a Api, schema: &'a Schema, name: &str) -> Option<&'a Schema> {
    let mut schema = api.resolve(schema);
    // Lists that lead to each other end after each schema was seen once.
    for _ in 0..=api.schemas.len() {
        let Some(items) = schema.items() else { break };
        schema = api.resolve(items);
    }
    Some(&schema.as_object()?.property(name)?.schema)
}

fn check_responses(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    let at = operation.pointer.join("responses");
    for (status, response) in operation.successes() {
        if response.content.is_none() {
            linter.find(
                "unsupported",
                at.join(status.to_string()),
                "a success without a JSON schema",
                "refer to common.yaml's Undocumented if the page shows none",
            );
        }
    }
    let successes = operation.successes().count();
    if successes != 1 {
        linter.find(
            "unsupported",
            at,
            format!("{successes} success statuses"),
            "document exactly one: the client treats every 2xx as this one",
        );
        return;
    }
    if let Err(problem) = operation.payload(api) {
        linter.find(
            "payload",
            operation.pointer.join("x-gofive-payload"),
            problem.to_string(),
            "write JSON pointers into the success body, '' for all of it, the innermost first; each leads to the same schema",
        );
    }
}

fn check_paging(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    let Some(paging) = &operation.paging else { return };
    let at = operation.pointer.join("x-gofive-paging");
    let body = operation.body.as_ref().filter(|body| body.media_type == MediaType::Json);
    for (role, name) in paging.style.roles().into_iter().zip([&paging.position, &paging.size]) {
        let in_body = body.and_then(|body| api.resolve(&body.content.schema).as_object()?.property(name));
        let in_query = operation.parameters.iter().find(|parameter| parameter.name == *name);
        let carrier = in_body.map(|property| &property.schema).or(in_query.map(|parameter| &parameter.schema));
        let Some(carrier) = carrier else {
            let problem = format!("`{role}` names neither a property nor a parameter");
            linter.find("paging", &at, problem, "name the one that has this value");
            continue;
        };
        if api.resolve(carrier).json_type() != Some(JsonType::Integer) {
            linter.find("paging", &at, format!("`{name}` is not an integer"), "type: integer");
        }
        if in_body.is_some() && body.is_some_and(|body| !body.required) {
            linter.find("paging", &at, format!("`{name}` is in an optional body"), "required: true");
        }
    }
    let kind = operation.payload(api).map(|payload| payload.kind);
    if matches!(kind, Ok(PayloadKind::Object | PayloadKind::Scalar)) {
        linter.find(
            "paging",
            &at,
            "the payload is not a list",
            "point x-gofive-payload to the list, or remove x-gofive-paging",
        );
    }
}
