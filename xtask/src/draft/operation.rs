//! A page → the operation and its schemas, as openapi/README.md wants them, and what is left to the maintainer.

use serde_json::{Map, Value, json};

use super::answer;
use super::odd;
use super::page::{Content, Page, Unread};
use super::schema::{COMMENT, Schemas, TO_WRITE};
use super::shape::{Comparison, Kind, Side};
use super::table::{Row, Type};
use super::tree::{items, nest};
use super::yaml;

/// What the ledger knows, and the name that follows from it.
#[derive(Clone, Debug)]
pub struct Place {
    pub id: String,
    pub title: String,
    pub group: String,
    /// The portal's number of the page.
    pub page: Option<String>,
}

/// An operation, but for its words.
#[derive(Debug)]
pub struct Draft {
    pub place: Place,
    pub method: String,
    pub path: String,
    pub operation: Value,
    pub schemas: Vec<(String, Value)>,
    /// What the page does not say, or says in two ways.
    pub checks: Vec<String>,
    pub unread: Vec<Unread>,
}

/// The request's or the answer's part of the operation.
struct Part {
    written: Value,
    grade: &'static str,
}

/// Drafts the operation that `page` describes.
pub fn draft(page: &Page, place: Place, mut schemas: Schemas<'_>) -> Draft {
    let mut unread = page.unread.clone();
    let (mut request, mut response) = (Comparison::new(Side::Request), Comparison::new(Side::Answer));
    let parameters = parameters(page, &mut request, &mut unread);
    let body = request_body(page, &mut request, &mut schemas, &mut unread);
    let (responses, pointers) = responses(page, &mut response, &mut schemas, &mut unread);
    let mut checks = vec![idempotency(page).1];
    checks.extend(missing(page));
    checks.extend(request.checks.into_iter().chain(response.checks).chain(std::mem::take(&mut schemas.checks)));
    let mut oddities: Vec<_> = request.oddities.into_iter().chain(response.oddities).collect();
    oddities.extend(odd::of_page(page));

    let mut operation = Map::new();
    let mut put = |name: &str, value: Value| operation.insert(name.into(), value);
    put("operationId", json!(place.id));
    put("tags", json!([place.group]));
    put("summary", json!(TO_WRITE));
    put("description", json!(TO_WRITE));
    put("x-gofive-title", json!(place.title));
    match &place.page {
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
    if place.page.is_none() {
        checks.push(
            "x-gofive-source: the file does not tell the page's number: draft with --page, or write it by hand".into(),
        );
    }
    unread.sort();
    let method = page.method.to_lowercase();
    Draft {
        place,
        method,
        path: page.path.clone(),
        operation: Value::Object(operation),
        schemas: schemas.drafted,
        checks,
        unread,
    }
}

impl Draft {
    /// The operation below its path, as it stands in the group's file.
    pub fn paths(&self) -> String {
        let operation = Map::from_iter([(self.method.clone(), self.operation.clone())]);
        yaml::member(&self.path, &Value::Object(operation), 2)
    }

    /// The schemas, as they stand in the group's file.
    pub fn components(&self) -> String {
        let schemas: Vec<_> = self.schemas.iter().map(|(name, schema)| yaml::member(name, schema, 4)).collect();
        schemas.join("\n")
    }

    /// A group's file that holds nothing else.
    pub fn yaml(&self) -> String {
        let schemas = self.components();
        let components = if schemas.is_empty() { schemas } else { format!("\ncomponents:\n  schemas:\n{schemas}") };
        format!("paths:\n{}{components}", self.paths())
    }
}

/// The page does not say it: by the method, and the cautious one.
fn idempotency(page: &Page) -> (&'static str, String) {
    let (class, otherwise) = match page.method.as_str() {
        "GET" => ("safe", "other than safe if it changes something"),
        "PUT" => (
            "idempotent",
            "non-idempotent if it can create something, {idempotent-with: [key]} if only without its key",
        ),
        _ => {
            ("non-idempotent", "safe if it only reads, as an enquiry does; idempotent if a repeat has the same effect")
        }
    };
    (class, format!("x-gofive-idempotency: {class}, by the method {}: {otherwise}", page.method))
}

/// The sections that a page usually has and this one does not: saved too early, perhaps, or not to its end.
fn missing(page: &Page) -> Vec<String> {
    let writes = ["post", "put", "patch"].contains(&page.method.to_lowercase().as_str());
    let body = page.body.as_ref();
    let success = page.answers.iter().find(|answer| (200..300).contains(&answer.status)).map(|answer| &answer.content);
    let without_example = |content: &Content| !content.rows.is_empty() && content.example.is_none();
    let cut = "the page ends in it, or a row of it cannot be read: save the page again, to its end";
    let sentences = [
        (body.is_none() && writes, "requestBody: the page has no Body Params".to_owned()),
        (body.is_some_and(|body| body.rows.is_empty()), "requestBody: the page has no table of the request".into()),
        (body.is_some_and(without_example), "requestBody: the page has no example of the request".into()),
        (body.is_some_and(|body| body.cut), format!("requestBody: the table is cut: {cut}")),
        (page.parameters_cut, format!("parameters: the table is cut: {cut}")),
        (page.answers.is_empty(), "responses: the page has no section Responses".into()),
        (success.is_some_and(without_example), "responses: the page has no example of the answer".into()),
        (success.is_some_and(|content| content.cut), format!("responses: the table is cut: {cut}")),
        (
            page.modified.is_none(),
            "x-gofive-modified: the page does not say when it was modified, which is its last line".into(),
        ),
    ];
    sentences.into_iter().filter(|(applies, _)| *applies).map(|(_, sentence)| sentence).collect()
}

/// What the linter would ask for and the page does not have.
fn unknown(page: &Page, response: &str) -> Vec<&'static str> {
    let whole = |content: &Content| content.example.as_ref().is_some_and(|example| example.broken.is_none());
    let mut unknown = Vec::new();
    let required = page.in_path.iter().chain(&page.in_query).filter(|row| row.required == Some(true));
    if page.body.as_ref().is_some_and(|body| !whole(body))
        || required.clone().any(|row| row.example.is_none())
        || names_in(&page.path).len() > page.in_path.len()
    {
        unknown.push("request example: the page shows none, or not all of it");
    }
    let success = page.answers.iter().find(|answer| (200..300).contains(&answer.status));
    if matches!(response, "complete" | "example-only") && success.is_some_and(|answer| !whole(&answer.content)) {
        unknown.push("response example: the page shows none, or not all of it");
    }
    unknown
}

fn names_in(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect()
}

fn parameters(page: &Page, comparison: &mut Comparison, unread: &mut Vec<Unread>) -> Vec<Value> {
    for row in &page.headers {
        if !["Content-Type", "Ocp-Apim-Subscription-Key", "Authorization"].contains(&row.name.as_str()) {
            let why = "a header that the client does not send of itself; the spec has no header parameters".into();
            unread.push(Unread { line: row.line, text: row.name.clone(), why });
            continue;
        }
        let usual = |text: &str| text.starts_with("application/") || (text.starts_with('<') && text.ends_with('>'));
        let strange = row.words.iter().chain(row.example.iter().filter(|text| !usual(text)));
        for text in strange {
            let why = format!("what stands below the header {}", row.name);
            let shown = if row.name == "Content-Type" { text } else { "(not shown: it may be a real key)" };
            unread.push(Unread { line: row.line, text: shown.to_owned(), why });
        }
    }
    let mut parameters: Vec<_> = page.in_path.iter().map(|row| parameter(row, "path")).collect();
    for name in names_in(&page.path) {
        if page.in_path.iter().all(|row| row.name != name) {
            comparison
                .checks
                .push(format!("{{{name}}}: the address has it, the page has no row about it; written as a text"));
            let schema = json!({ "type": "string" });
            parameters.push(
                json!({ "name": name, "in": "path", "required": true, "description": TO_WRITE, "schema": schema }),
            );
        }
    }
    parameters.extend(page.in_query.iter().map(|row| parameter(row, "query")));
    parameters
}

fn parameter(row: &Row, place: &str) -> Value {
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
        ("in".to_owned(), json!(place)),
        ("required".to_owned(), json!(place == "path" || row.required == Some(true))),
        ("description".to_owned(), json!(TO_WRITE)),
        ("schema".to_owned(), schema),
    ]);
    if let Some(example) = &row.example {
        let typed = match row.kind {
            Type::Integer | Type::Number | Type::Boolean => serde_json::from_str(example).ok(),
            _ => None,
        };
        parameter.insert("example".into(), typed.unwrap_or_else(|| json!(example)));
    }
    Value::Object(parameter)
}

fn request_body(page: &Page, comparison: &mut Comparison, schemas: &mut Schemas<'_>, unread: &mut Vec<Unread>) -> Part {
    let Some(body) = &page.body else {
        let whole = page.sampled && !page.parameters_cut;
        return Part { written: Value::Null, grade: if whole { "complete" } else { "partial" } };
    };
    let tree = nest(body, Side::Request);
    let example = body.example.as_ref();
    comparison.cut_example = example.is_some_and(|example| example.broken.is_some());
    let samples: Vec<_> = example.iter().flat_map(|example| items(&example.value)).collect();
    let open = tree.open || body.rows.is_empty();
    let object = comparison.object(&tree.nodes, open, &samples, "");
    let cut = body.cut || page.parameters_cut || !tree.unplaced.is_empty();
    let grade = match (body.rows.is_empty(), example) {
        (true, None) => "none",
        (true, Some(_)) => "example-only",
        (false, _) if cut || comparison.partial => "partial",
        (false, _) => "complete",
    };
    unread.extend(tree.unplaced);
    let is_list = example.is_some_and(|example| example.value.is_array());
    let kind = if is_list { Kind::List(Box::new(Kind::Object(object))) } else { Kind::Object(object) };
    let mut content = json!({ "schema": schemas.body(&kind) });
    if let Some(example) = example.filter(|example| example.broken.is_none()) {
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
    for answer in &page.answers {
        let (status, content) = (answer.status.to_string(), &answer.content);
        let success = status.starts_with('2');
        if success && !succeeded {
            succeeded = true;
            let (body, body_grade, found) = success_body(&answer.name, content, comparison, schemas, unread);
            written.insert(status, body);
            (grade, pointers) = (body_grade, found.unwrap_or(pointers));
            continue;
        }
        if success || !content.rows.is_empty() || content.example.is_some() {
            let why = if success { "the spec has one success" } else { "the spec has no bodies of errors" };
            unread.push(Unread { line: content.line, text: format!("{status} {}", answer.name), why: why.into() });
        }
        if !success && !written.contains_key(&status) {
            let response = match status.as_str() {
                "400" => json!({ "$ref": "../common.yaml#/components/responses/BadRequest" }),
                "401" => json!({ "$ref": "../common.yaml#/components/responses/Unauthorized" }),
                _ => json!({ "description": answer.name }),
            };
            written.insert(status, response);
        }
    }
    if !succeeded {
        let undocumented = json!({ "$ref": "../common.yaml#/components/responses/Undocumented" });
        written.insert("200".into(), undocumented);
        comparison.checks.push("responses: the page shows no success; 200 is the usual one".into());
    }
    (Part { written: Value::Object(written), grade }, pointers)
}

type Body = (Value, &'static str, Option<Vec<String>>);

fn success_body(
    name: &str,
    content: &Content,
    comparison: &mut Comparison,
    schemas: &mut Schemas<'_>,
    unread: &mut Vec<Unread>,
) -> Body {
    if content.rows.is_empty() && content.example.is_none() {
        return (json!({ "$ref": "../common.yaml#/components/responses/Undocumented" }), "none", None);
    }
    let answer = answer::read(schemas.id, content, comparison);
    let cut = content.cut || !answer.unplaced.is_empty() || comparison.partial;
    let grade = match content.rows.is_empty() {
        true => "example-only",
        false if cut => "partial",
        false => "complete",
    };
    unread.extend(answer.unplaced);
    let only_status = matches!(answer.body.members.as_slice(), [status] if matches!(status.kind, Kind::Status));
    let schema = if only_status {
        json!({ "$ref": "../common.yaml#/components/schemas/OpenEnvelope" })
    } else {
        schemas.of(&Kind::Object(answer.body), "")
    };
    let mut media = json!({ "schema": schema });
    if let Some(example) = content.example.as_ref().filter(|example| example.broken.is_none()) {
        media["examples"] = json!({ "documented": documented(&example.value) });
        if let Some(value) = answer.as_in_table {
            let summary = "The structure of the portal page's table, with the example's value";
            media["examples"]["table"] = json!({ "summary": summary, "value": value });
        }
    }
    let name = if name.is_empty() { "Success" } else { name };
    let media_type = content.media_type.clone().unwrap_or_else(|| "application/json".into());
    (json!({ "description": name, "content": { media_type: media } }), grade, Some(answer.pointers))
}
