//! Turns a page into the operation and its schemas, as openapi/README.md requires, and lists what the maintainer must check.

use gofive_spec::{Direction, Method};
use serde_json::{Map, Value, json};

use super::comparison::{Comparison, Kind};
use super::oddities;
use super::page::{Content, Field, Location, Page, Type, Unread};
use super::schema::{COMMENT, Schemas, TO_WRITE};
use super::success;
use super::words::items;
use super::yaml;

/// The operation's row in the ledger, and the id derived from it.
#[derive(Clone, Debug)]
pub struct Identity {
    pub id: String,
    pub title: String,
    pub group: String,
    /// The portal's number of the page.
    pub page: Option<String>,
}

/// An operation without its descriptions.
#[derive(Debug)]
pub struct Draft {
    pub identity: Identity,
    pub method: String,
    pub path: String,
    pub operation: Value,
    pub schemas: Vec<(String, Value)>,
    /// What the page does not say, or contradicts.
    pub checks: Vec<String>,
    pub unread: Vec<Unread>,
}

/// The request or the response part of the operation.
struct Part {
    written: Value,
    grade: &'static str,
}

/// Drafts the operation that `page` describes.
pub fn draft(page: &Page, identity: Identity, mut schemas: Schemas<'_>) -> Draft {
    let mut unread = page.unread.clone();
    let (mut request, mut response) = (Comparison::new(Direction::Request), Comparison::new(Direction::Response));
    let parameters = parameters(page, &mut request, &mut unread);
    let body = request_body(page, &mut request, &mut schemas);
    let (responses, pointers) = responses(page, &mut response, &mut schemas, &mut unread);
    let mut checks = vec![idempotency(page).1];
    checks.extend(page.assumed.iter().cloned());
    checks.extend(missing(page));
    checks.extend(request.checks.into_iter().chain(response.checks).chain(std::mem::take(&mut schemas.checks)));
    let mut oddities: Vec<_> = request.oddities.into_iter().chain(response.oddities).collect();
    oddities.extend(oddities::of_page(page));

    let mut operation = Map::new();
    let mut put = |name: &str, value: Value| operation.insert(name.into(), value);
    put("operationId", json!(identity.id));
    put("tags", json!([identity.group]));
    put("summary", json!(TO_WRITE));
    put("description", json!(TO_WRITE));
    put("x-gofive-title", json!(identity.title));
    match &identity.page {
        Some(page) => put("x-gofive-page", json!(page)),
        None => put("x-gofive-source", json!(TO_WRITE)),
    };
    if let Some(modified) = &page.modified {
        put("x-gofive-modified", json!(modified));
    }
    put("x-gofive-evidence", json!({ "path": "portal", "request": body.grade, "response": responses.grade }));
    put("x-gofive-idempotency", json!(idempotency(page).0));
    put("x-gofive-payload", json!(pointers));
    if !oddities.is_empty() {
        put("x-gofive-oddities", json!(oddities));
    }
    let unknown = unknown(page, responses.grade);
    if !unknown.is_empty() {
        put("x-gofive-unknown", json!(unknown));
    }
    if !parameters.is_empty() {
        put("parameters", json!(parameters));
    }
    if !body.written.is_null() {
        put("requestBody", body.written);
    }
    put("responses", responses.written);
    if identity.page.is_none() {
        checks.push(
            "x-gofive-source: the file does not contain the page's number: draft with --page, or write it by hand"
                .into(),
        );
    }
    unread.sort();
    let method = page.method.key().to_owned();
    Draft {
        identity,
        method,
        path: page.path.clone(),
        operation: Value::Object(operation),
        schemas: schemas.drafted,
        checks,
        unread,
    }
}

impl Draft {
    /// The operation below its path, as YAML for the group's file.
    pub fn paths(&self) -> String {
        let operation = Map::from_iter([(self.method.clone(), self.operation.clone())]);
        yaml::property(&self.path, &Value::Object(operation), 2)
    }

    /// The schemas, as YAML for the group's file.
    pub fn components(&self) -> String {
        let schemas: Vec<_> = self.schemas.iter().map(|(name, schema)| yaml::property(name, schema, 4)).collect();
        schemas.join("\n")
    }

    /// A group file with only this operation.
    pub fn yaml(&self) -> String {
        let schemas = self.components();
        let components = if schemas.is_empty() { schemas } else { format!("\ncomponents:\n  schemas:\n{schemas}") };
        format!("paths:\n{}{components}", self.paths())
    }
}

/// The idempotency, which the page does not say: the cautious value for the method.
fn idempotency(page: &Page) -> (&'static str, String) {
    let (class, otherwise) = match page.method {
        Method::Get => ("safe", "another value if it changes something"),
        Method::Put => (
            "idempotent",
            "non-idempotent if it can create something, {idempotent-with: [key]} if it does so only without its key",
        ),
        _ => (
            "non-idempotent",
            "safe if it only reads, as an enquiry does; idempotent if a second send has the same effect",
        ),
    };
    (class, format!("x-gofive-idempotency: {class}, by the method {}: {otherwise}", page.method))
}

/// The usual sections that this page lacks, perhaps because it was saved too early or not to its end.
fn missing(page: &Page) -> Vec<String> {
    let writes = [Method::Post, Method::Put, Method::Patch].contains(&page.method);
    let body = page.body.as_ref();
    let success = page.success().map(|response| &response.content);
    let without_example = |content: &Content| content.has_table() && content.examples.is_empty();
    let cut = "the page ends inside it, or a row cannot be read: save the whole page again";
    let sentences = [
        (body.is_none() && writes, "requestBody: the page has no Body Params".to_owned()),
        (body.is_some_and(|body| !body.has_table()), "requestBody: the page has no table of the request".into()),
        (body.is_some_and(without_example), "requestBody: the page has no example of the request".into()),
        (body.is_some_and(|body| body.cut), format!("requestBody: the table is cut: {cut}")),
        (page.parameters_cut, format!("parameters: the table is cut: {cut}")),
        (page.responses.is_empty(), "responses: the page has no section Responses".into()),
        (success.is_some_and(without_example), "responses: the page has no example of the response".into()),
        (success.is_some_and(|content| content.cut), format!("responses: the table is cut: {cut}")),
        (
            page.is_text && page.modified.is_none(),
            "x-gofive-modified: the page lacks its last line, “Modified at …”".into(),
        ),
    ];
    sentences.into_iter().filter(|(applies, _)| *applies).map(|(_, sentence)| sentence).collect()
}

/// The entries of `x-gofive-unknown` for examples that the linter requires and the page lacks.
fn unknown(page: &Page, response: &str) -> Vec<&'static str> {
    let whole = |content: &Content| content.whole_example().is_some();
    let mut unknown = Vec::new();
    let sent = page.parameters.iter().filter(|parameter| parameter.location != Location::Header);
    let mut required = sent.map(|parameter| &parameter.field).filter(|field| field.required == Some(true));
    if page.body.as_ref().is_some_and(|body| !whole(body))
        || required.any(|row| row.example.is_none())
        || names_in(&page.path).len() > page.parameters_in(Location::Path).count()
    {
        unknown.push("request example: the page shows none, or only a part");
    }
    if matches!(response, "complete" | "example-only")
        && page.success().is_some_and(|response| !whole(&response.content))
    {
        unknown.push("response example: the page shows none, or only a part");
    }
    unknown
}

fn names_in(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect()
}

fn parameters(page: &Page, comparison: &mut Comparison, unread: &mut Vec<Unread>) -> Vec<Value> {
    for row in page.parameters_in(Location::Header) {
        if !["Content-Type", "Ocp-Apim-Subscription-Key", "Authorization"].contains(&row.name.as_str()) {
            let why = "a header that the client does not send; the spec has no header parameters".into();
            unread.push(Unread { line: row.line, text: row.name.clone(), why });
            continue;
        }
        let usual = |text: &str| text.starts_with("application/") || (text.starts_with('<') && text.ends_with('>'));
        let example = row.example.as_ref().and_then(Value::as_str).map(str::to_owned);
        let unexpected = row.words.iter().cloned().chain(example.filter(|text| !usual(text)));
        for text in unexpected {
            let why = format!("text below the header {}", row.name);
            let shown = if row.name == "Content-Type" { text } else { "(not shown: it may be a real key)".into() };
            unread.push(Unread { line: row.line, text: shown, why });
        }
    }
    let mut parameters: Vec<_> = page.parameters_in(Location::Path).map(|row| parameter(row, "path")).collect();
    for name in names_in(&page.path) {
        if page.parameters_in(Location::Path).all(|row| row.name != name) {
            comparison
                .checks
                .push(format!("{{{name}}}: in the address, but without a row on the page; drafted as a string"));
            let schema = json!({ "type": "string" });
            parameters.push(
                json!({ "name": name, "in": "path", "required": true, "description": TO_WRITE, "schema": schema }),
            );
        }
    }
    parameters.extend(page.parameters_in(Location::Query).map(|row| parameter(row, "query")));
    parameters
}

fn parameter(row: &Field, location: &str) -> Value {
    let schema = match &row.kind {
        Type::Integer => json!({ "type": "integer" }),
        Type::Number => json!({ "type": "number" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::List(_) => json!({ "type": "array", "items": { "type": "string" } }),
        _ => json!({ "type": "string" }),
    };
    let mut parameter = Map::new();
    if !row.words.is_empty() {
        parameter.insert(COMMENT.into(), format!("Portal: {}", row.words.join(" ")).into());
    }
    parameter.extend([
        ("name".to_owned(), json!(row.name)),
        ("in".to_owned(), json!(location)),
        ("required".to_owned(), json!(location == "path" || row.required == Some(true))),
        ("description".to_owned(), json!(TO_WRITE)),
        ("schema".to_owned(), schema),
    ]);
    if let Some(example) = &row.example {
        let typed = match row.kind {
            Type::Integer | Type::Number | Type::Boolean => {
                example.as_str().and_then(|text| serde_json::from_str(text).ok())
            }
            _ => None,
        };
        parameter.insert("example".into(), typed.unwrap_or_else(|| example.clone()));
    }
    Value::Object(parameter)
}

fn request_body(page: &Page, comparison: &mut Comparison, schemas: &mut Schemas<'_>) -> Part {
    let Some(body) = &page.body else {
        let whole = page.whole_request && !page.parameters_cut;
        return Part { written: Value::Null, grade: if whole { "complete" } else { "partial" } };
    };
    let example = body.example();
    comparison.cut_example = example.is_some_and(|example| example.cut);
    let samples: Vec<_> = example.iter().flat_map(|example| items(&example.value)).collect();
    let open = body.root.open || !body.has_table();
    let object = comparison.object(&body.root.fields, open, &samples, "");
    let cut = body.cut || body.unplaced || page.parameters_cut;
    let grade = match (!body.has_table(), example) {
        (true, None) => "none",
        (true, Some(_)) => "example-only",
        (false, _) if cut || comparison.partial => "partial",
        (false, _) => "complete",
    };
    let is_list = example.is_some_and(|example| example.value.is_array());
    let kind = if is_list { Kind::List(Box::new(Kind::Object(object))) } else { Kind::Object(object) };
    let mut content = json!({ "schema": schemas.body(&kind) });
    if let Some(example) = body.whole_example() {
        content["examples"] = json!({ "documented": documented(&example.value) });
    }
    let media_type = body.media_type.clone().unwrap_or_else(|| "application/json".into());
    Part { written: json!({ "required": true, "content": { media_type: content } }), grade }
}

fn documented(value: &Value) -> Value {
    json!({ "summary": "The example of the portal page", "value": value })
}

fn responses(
    page: &Page,
    comparison: &mut Comparison,
    schemas: &mut Schemas<'_>,
    unread: &mut Vec<Unread>,
) -> (Part, Vec<String>) {
    let mut written = Map::new();
    let mut grade = "none";
    let mut pointers = vec!["/data".to_owned(), String::new()];
    let mut succeeded = false;
    for response in &page.responses {
        let (status, content) = (response.status.to_string(), &response.content);
        let is_success = status.starts_with('2');
        if is_success && !succeeded {
            succeeded = true;
            let (body, body_grade, found) = success_body(&response.name, content, comparison, schemas);
            written.insert(status, body);
            (grade, pointers) = (body_grade, found.unwrap_or(pointers));
            continue;
        }
        if is_success || content.has_table() || !content.examples.is_empty() {
            let why = if is_success { "the spec has only one success" } else { "the spec has no bodies of errors" };
            unread.push(Unread { line: content.line, text: format!("{status} {}", response.name), why: why.into() });
        }
        if !is_success && !written.contains_key(&status) {
            let response = match status.as_str() {
                "400" => json!({ "$ref": "../common.yaml#/components/responses/BadRequest" }),
                "401" => json!({ "$ref": "../common.yaml#/components/responses/Unauthorized" }),
                _ => json!({ "description": response.name }),
            };
            written.insert(status, response);
        }
    }
    if !succeeded {
        let undocumented = json!({ "$ref": "../common.yaml#/components/responses/Undocumented" });
        written.insert("200".into(), undocumented);
        comparison.checks.push("responses: the page shows no success; drafted as 200".into());
    }
    (Part { written: Value::Object(written), grade }, pointers)
}

type Body = (Value, &'static str, Option<Vec<String>>);

fn success_body(name: &str, content: &Content, comparison: &mut Comparison, schemas: &mut Schemas<'_>) -> Body {
    if !content.has_table() && content.examples.is_empty() {
        return (json!({ "$ref": "../common.yaml#/components/responses/Undocumented" }), "none", None);
    }
    let body = success::read(schemas.id, content, comparison);
    let cut = content.cut || content.unplaced || comparison.partial;
    let grade = match !content.has_table() {
        true => "example-only",
        false if cut => "partial",
        false => "complete",
    };
    let only_status = matches!(body.body.properties.as_slice(), [status] if matches!(status.kind, Kind::Status));
    let schema = if only_status {
        json!({ "$ref": "../common.yaml#/components/schemas/OpenEnvelope" })
    } else {
        schemas.of(&Kind::Object(body.body), "")
    };
    let mut media = json!({ "schema": schema });
    if let Some(example) = content.whole_example() {
        media["examples"] = json!({ "documented": documented(&example.value) });
        if let Some(value) = body.as_in_table {
            let summary = "The structure of the portal page's table, with the example's value";
            media["examples"]["table"] = json!({ "summary": summary, "value": value });
        }
    }
    let name = if name.is_empty() { "Success" } else { name };
    let media_type = content.media_type.clone().unwrap_or_else(|| "application/json".into());
    (json!({ "description": name, "content": { media_type: media } }), grade, Some(body.pointers))
}
