//! Operations: identified, sourced, classified, and answered by a payload that can be found.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::Linter;
use super::schema::{Position, check_schema};
use crate::lower::payload::{self, Shape};
use crate::source::escape;

const EXTENSIONS: [&str; 10] =
    ["title", "page", "source", "modified", "evidence", "retry", "payload", "paging", "oddities", "unknown"];
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
const MEDIA_TYPES: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];

pub(super) fn check(linter: &mut Linter<'_>) {
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut routes: BTreeSet<String> = BTreeSet::new();
    let paths = linter.doc().get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let at = format!("/paths/{}", escape(path));
        check_path(linter, path, &at);
        for (method, operation) in item.as_object().into_iter().flatten() {
            let at = format!("{at}/{method}");
            if !METHODS.contains(&method.as_str()) {
                linter.find(
                    "unsupported",
                    &at,
                    format!("`{method}` in a path"),
                    "a path holds get, put, post, delete and patch only",
                );
                continue;
            }
            if !routes.insert(format!("{method} {}", wildcard(path))) {
                linter.find(
                    "path",
                    &at,
                    "another path is the same but for case and parameter names",
                    "the API does not tell them apart: keep one",
                );
            }
            check_id(linter, operation, &at, &mut ids);
            check_words(linter, &at);
            check_source(linter, operation, &at);
            check_classes(linter, operation, &at);
            check_parameters(linter, path, operation, &at);
            check_body(linter, operation, &at);
            check_responses(linter, operation, &at);
            check_paging(linter, operation, &at);
        }
    }
}

fn check_path(linter: &mut Linter<'_>, path: &str, at: &str) {
    let balanced = path.split('/').all(|segment| {
        let inner = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        !inner.unwrap_or(segment).contains(['{', '}'])
    });
    if !path.starts_with('/') || path.contains("//") || !balanced || path.contains(['?', '#', ' ']) {
        linter.find(
            "path",
            at,
            format!("`{path}` is no path template"),
            "write /like/this/{parameter}, a parameter being a whole segment",
        );
    }
}

/// The path as the API sees it: without regard to case, any parameter alike.
fn wildcard(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{}".into() } else { segment.to_lowercase() });
    segments.collect::<Vec<_>>().join("/")
}

fn check_id(linter: &mut Linter<'_>, operation: &Value, at: &str, ids: &mut BTreeMap<String, String>) {
    let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
        linter.find("operation-id", at, "no operationId", "snake_case, verb first, after the portal's title: add_case");
        return;
    };
    let pointer = format!("{at}/operationId");
    let well_formed = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && id.to_snake_case() == id;
    if !well_formed || syn::parse_str::<syn::Ident>(id).is_err() {
        linter.find(
            "operation-id",
            &pointer,
            format!("`{id}` is no method name"),
            "snake_case, verb first, after the portal's title: add_case",
        );
    }
    if let Some(first) = ids.insert(id.to_owned(), at.to_owned()) {
        let problem = format!("`{id}` is the operationId of {} too", linter.bundle.locate(&first));
        linter.find("operation-id", &pointer, problem, "each operation has a name of its own");
    }
}

fn check_words(linter: &mut Linter<'_>, at: &str) {
    for (name, hint) in [
        ("summary", "a line in your own words: Open a case"),
        ("description", "what happens, and when to use it"),
        ("x-gofive-title", "the title in the portal's sidebar, to the letter"),
    ] {
        if linter.text(&format!("{at}/{name}")).is_none() {
            linter.find("words", at, format!("`{name}` is missing"), hint);
        }
    }
    let tags = linter.doc().pointer(&format!("{at}/tags")).and_then(Value::as_array);
    let declared = linter.doc().get("tags").and_then(Value::as_array);
    let is_declared = |tag: &Value| declared.into_iter().flatten().any(|known| known.get("name") == Some(tag));
    if !matches!(tags.map(Vec::as_slice), Some([tag]) if is_declared(tag)) {
        linter.find("words", at, "not exactly one tag, declared in openapi.yaml", "tags: [Case]");
    }
}

fn check_source(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    match (text("x-gofive-page"), text("x-gofive-source")) {
        (None, None) => {
            linter.find("source", at, "no source page", "x-gofive-page: api-13759273, or x-gofive-source in words");
        }
        (Some(page), _) if !is_page(page) => {
            linter.find(
                "source",
                &format!("{at}/x-gofive-page"),
                format!("`{page}` is no page of the portal"),
                "api- or doc- and the number",
            );
        }
        _ => {}
    }
    let grades = [
        ("path", &["portal", "wire", "legacy"][..]),
        ("request", &["complete", "partial", "example-only", "wire", "legacy", "none"]),
        ("response", &["complete", "partial", "example-only", "wire", "legacy", "none"]),
    ];
    for (part, known) in grades {
        let grade = operation.pointer(&format!("/x-gofive-evidence/{part}")).and_then(Value::as_str);
        if !grade.is_some_and(|grade| known.contains(&grade)) {
            let hint = format!("x-gofive-evidence: {{{part}: one of {}}}", known.join(", "));
            linter.find("evidence", &format!("{at}/x-gofive-evidence"), format!("no evidence for the {part}"), hint);
        }
    }
    for name in operation.as_object().into_iter().flatten().map(|(name, _)| name) {
        let known = name.strip_prefix("x-gofive-").is_none_or(|extension| EXTENSIONS.contains(&extension));
        if !known {
            let hint = format!("the extensions are: {}", EXTENSIONS.join(", "));
            linter.find("unsupported", &format!("{at}/{name}"), format!("the extension `{name}`"), hint);
        }
    }
}

fn is_page(page: &str) -> bool {
    let number = page.strip_prefix("api-").or_else(|| page.strip_prefix("doc-"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn check_classes(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let retry = operation.get("x-gofive-retry").and_then(Value::as_str);
    if !matches!(retry, Some("safe" | "idempotent" | "never")) {
        linter.find("retry", at, "no retry class", "x-gofive-retry: safe, idempotent or never: may it be sent twice?");
    }
    match operation.get("security").map(|security| security.as_array().map(Vec::as_slice).unwrap_or_default()) {
        None => {}
        Some([scheme]) if scheme.get("subscriptionKey").is_some() && scheme.get("bearer").is_none() => {}
        Some(_) => linter.find(
            "unsupported",
            &format!("{at}/security"),
            "a security of its own",
            "leave it out, or [{subscriptionKey: []}] for no token",
        ),
    }
}

fn check_parameters(linter: &mut Linter<'_>, path: &str, operation: &Value, at: &str) {
    let mut names = BTreeSet::new();
    let mut in_path = BTreeSet::new();
    for (index, parameter) in operation.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let at = format!("{at}/parameters/{index}");
        let parameter = gofive_spec::resolve(linter.doc(), parameter);
        let text = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("in") {
            "path" => {
                in_path.insert(text("name").to_owned());
                if parameter.get("required") != Some(&Value::Bool(true)) {
                    linter.find("parameter", &at, "a path parameter that is not required", "required: true");
                }
            }
            "query" => {}
            other => linter.find(
                "unsupported",
                &at,
                format!("a parameter in `{other}`"),
                "path or query; headers are the client's own business",
            ),
        }
        for name in ["style", "explode", "content", "allowReserved"] {
            if parameter.get(name).is_some() {
                linter.find("unsupported", &format!("{at}/{name}"), format!("the keyword `{name}`"), "leave it out");
            }
        }
        if text("name").is_empty() || text("description").is_empty() {
            linter.find("parameter", &at, "no name or no description", "say what it is");
        }
        if !is_rust_name(text("name")) {
            linter.find(
                "parameter",
                &at,
                format!("`{}` makes no argument's name in Rust", text("name")),
                "letters, digits and `_`, a letter first, no keyword; if the API calls it so, xtask/src/generate/ has to learn it",
            );
        }
        if !names.insert(text("name").to_snake_case()) || text("name").to_snake_case() == "body" {
            linter.find(
                "case-only",
                &at,
                format!("`{}` is another argument's name in Rust", text("name")),
                "keep one of the two",
            );
        }
        match parameter.get("schema") {
            Some(schema) if is_scalar(linter.doc(), schema) => {
                check_schema(linter, schema, &format!("{at}/schema"), Position::Inside);
            }
            _ => linter.find(
                "unsupported",
                &at,
                "a parameter that is no scalar",
                "schema: {type: string | integer | number | boolean}",
            ),
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
        linter.find("parameter", at, format!("`{name}` is not in the path"), "mend the name, or write in: query");
    }
}

/// Whether generated code can call it by its name in snake case, which neither starts with a digit nor is a keyword.
fn is_rust_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(&name.to_snake_case()).is_ok()
}

fn is_scalar(doc: &Value, schema: &Value) -> bool {
    let schema = gofive_spec::resolve(doc, schema);
    matches!(schema.get("type").and_then(Value::as_str), Some("string" | "integer" | "number" | "boolean"))
}

fn check_body(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let Some(body) = operation.get("requestBody") else { return };
    let at = format!("{at}/requestBody/content");
    let content = body.get("content").and_then(Value::as_object);
    let Some((media_type, media)) =
        content.filter(|content| content.len() == 1).and_then(|content| content.iter().next())
    else {
        linter.find("unsupported", &at, "not exactly one media type", "content: {application/json: …}");
        return;
    };
    let at = format!("{at}/{}", escape(media_type));
    if !MEDIA_TYPES.contains(&media_type.as_str()) {
        linter.find(
            "unsupported",
            &at,
            format!("the media type `{media_type}`"),
            format!("one of {}", MEDIA_TYPES.join(", ")),
        );
    }
    match media.get("schema") {
        Some(schema) => check_schema(linter, schema, &format!("{at}/schema"), Position::Inside),
        None => linter.find("unsupported", &at, "a body without a schema", "schema: {$ref: …}"),
    }
    if media.get("encoding").is_some() {
        linter.find("unsupported", &format!("{at}/encoding"), "the keyword `encoding`", "leave it out");
    }
}

fn check_responses(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let responses = operation.get("responses").and_then(Value::as_object);
    let mut successes = 0;
    for (status, response) in responses.into_iter().flatten() {
        let pointer = format!("{at}/responses/{status}");
        if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            linter.find("unsupported", &pointer, format!("the status `{status}`"), "three digits in quotes: '200'");
        }
        if !status.starts_with('2') {
            continue;
        }
        successes += 1;
        let content = gofive_spec::resolve(linter.doc(), response).get("content").and_then(Value::as_object);
        let json = content.and_then(|content| content.get("application/json")?.get("schema"));
        match json {
            Some(schema) if response.get("$ref").is_none() => {
                check_schema(linter, schema, &format!("{pointer}/content/application~1json/schema"), Position::Inside);
            }
            Some(_) => {}
            None => linter.find(
                "unsupported",
                &pointer,
                "a success without a JSON schema",
                "refer to common.yaml's Undocumented if the page shows none",
            ),
        }
    }
    if successes != 1 {
        linter.find(
            "unsupported",
            &format!("{at}/responses"),
            format!("{successes} success statuses"),
            "document exactly one: the client takes any 2xx for it",
        );
        return;
    }
    if let Err(problem) = payload::find(linter.doc(), operation) {
        linter.find(
            "payload",
            &format!("{at}/x-gofive-payload"),
            problem,
            "JSON pointers into the success body, '' for all of it; each must lead to the same schema",
        );
    }
}

fn check_paging(linter: &mut Linter<'_>, operation: &Value, at: &str) {
    let Some(paging) = operation.get("x-gofive-paging") else { return };
    let at = format!("{at}/x-gofive-paging");
    let names = match paging.get("style").and_then(Value::as_str) {
        Some("skip-take" | "skip-page-length") => ["skip", "take"],
        Some("page-index") => ["index", "size"],
        _ => {
            linter.find("paging", &at, "no paging style", "style: skip-take, skip-page-length or page-index");
            return;
        }
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
            linter.find("paging", &at, format!("`{key}` names no member or parameter"), "name the one that carries it");
            continue;
        };
        if !is_rust_name(name) {
            linter.find("paging", &at, format!("`{name}` makes no name in Rust"), "leave paging out");
        }
        if gofive_spec::resolve(doc, carrier).get("type").and_then(Value::as_str) != Some("integer") {
            linter.find("paging", &at, format!("`{name}` is no whole number"), "type: integer");
        }
        if in_body.is_some() && operation.pointer("/requestBody/required") != Some(&Value::Bool(true)) {
            linter.find("paging", &at, format!("`{name}` is in a body that may be left out"), "required: true");
        }
    }
    let shape = payload::find(doc, operation).map(|payload| payload.shape);
    if matches!(shape, Ok(Shape::Object | Shape::Scalar)) {
        linter.find("paging", &at, "the payload is no list", "point x-gofive-payload to the list, or leave paging out");
    }
}
