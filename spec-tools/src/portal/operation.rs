//! Turns a page into the operation and its schemas, as openapi/README.md requires, and lists what the maintainer must check.

use anyhow::{Result, bail};
use gofive_spec::Direction;
use serde_json::{Map, Value, json};

use super::comparison::{Comparison, list_of};
use super::name;
use super::oddities::{self, idempotency, missing, names_in, unknown};
use super::page::{Content, Field, Location, Page, Type, Unread};
use super::schema::{Schemas, TO_WRITE, comment};
use super::success;
use super::values::shown;
use super::words::all_items;
use crate::ledger::Title;
use crate::sources::yaml::write as yaml;

/// The media types of bodies that the client sends.
pub const SENT: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];

/// An operation without its descriptions.
#[derive(Debug)]
pub struct Draft {
    pub id: String,
    /// The title in the ledger, with the page's number if it is known.
    pub row: Title,
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
///
/// # Errors
/// If the client cannot send the body.
pub fn draft(page: &Page, row: Title, mut schemas: Schemas<'_>) -> Result<Draft> {
    let media_type = page.body.as_ref().and_then(|body| body.media_type.as_deref());
    if let Some(other) = media_type.filter(|other| !SENT.contains(other)) {
        bail!("the body is `{other}`, and the client sends {}", SENT.join(" or "));
    }
    let mut unread = page.unread.clone();
    let contents = page.body.iter().chain(page.responses.iter().map(|response| &response.content));
    for content in contents {
        let mut note = |line: usize, text: &str, why: &str| {
            unread.push(Unread { line, text: text.to_owned(), why: why.to_owned() });
        };
        for example in content.examples.iter().skip(1) {
            note(example.line, &example.name, "the draft uses only the first example of a body");
        }
        if let Some(other) = content.media_type.as_deref().filter(|other| !SENT.contains(other)) {
            note(content.line, other, "a media type that the spec does not have");
        }
    }
    let (mut request, mut response) = (Comparison::new(Direction::Request), Comparison::new(Direction::Response));
    let parameters = parameters(page, &mut request, &mut schemas, &mut unread);
    let body = request_body(page, &mut request, &mut schemas);
    schemas.direction = Direction::Response;
    let (responses, pointers) = responses(page, &mut response, &mut schemas, &mut unread);
    let misfits = [(&request, "request"), (&response, "response")].into_iter();
    let misfits: Vec<_> = misfits
        .filter_map(|(comparison, part)| Some(format!("{part} example: the page's example {}", comparison.misfit()?)))
        .collect();
    let mut checks = vec![idempotency(page).1];
    checks.extend(page.assumed.iter().cloned());
    checks.extend(missing(page));
    checks.extend(request.checks.into_iter().chain(response.checks).chain(std::mem::take(&mut schemas.checks)));
    let mut oddities: Vec<_> = request.oddities.into_iter().chain(response.oddities).collect();
    oddities.extend(oddities::of_page(page));

    let mut operation: Map<String, Value> = comment(&page.words, "").into_iter().collect();
    let mut put = |name: &str, value: Value| operation.insert(name.into(), value);
    put("operationId", json!(schemas.id));
    put("tags", json!([row.group]));
    put("summary", json!(TO_WRITE));
    put("description", json!(TO_WRITE));
    put("x-gofive-title", json!(row.title));
    match &row.page {
        Some(page) => put("x-gofive-page", json!(page)),
        None => put("x-gofive-source", json!(TO_WRITE)),
    };
    if let Some(modified) = &page.modified {
        put("x-gofive-modified", json!(modified));
    }
    put("x-gofive-reviewed", json!(false));
    put("x-gofive-evidence", json!({ "path": "portal", "request": body.grade, "response": responses.grade }));
    put("x-gofive-idempotency", json!(idempotency(page).0));
    put("x-gofive-payload", json!(pointers));
    if !oddities.is_empty() {
        put("x-gofive-oddities", json!(oddities));
    }
    let mut unknown = unknown(page, responses.grade);
    unknown.retain(|entry| !misfits.iter().any(|misfit| misfit[..8] == entry[..8]));
    unknown.extend(misfits);
    if !unknown.is_empty() {
        put("x-gofive-unknown", json!(unknown));
    }
    if page.needs_token == Some(false)
        && page.parameters_in(Location::Header).all(|field| field.name != "Authorization")
    {
        put("security", json!([{ "subscriptionKey": [] }]));
        checks.push("security: the page says that no token is needed".into());
    }
    if !parameters.is_empty() {
        put("parameters", json!(parameters));
    }
    if !body.written.is_null() {
        put("requestBody", body.written);
    }
    put("responses", responses.written);
    if row.page.is_none() {
        checks.push(
            "x-gofive-source: the file does not contain the page's number: draft with --page, or write it by hand"
                .into(),
        );
    }
    unread.sort();
    let method = page.method.key().to_owned();
    Ok(Draft {
        id: schemas.id.to_owned(),
        row,
        method,
        path: page.path.clone(),
        operation: Value::Object(operation),
        schemas: schemas.drafted,
        checks,
        unread,
    })
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

    /// A document with only this operation.
    pub fn document(&self) -> Value {
        let schemas: Map<_, _> = self.schemas.iter().cloned().collect();
        json!({ "paths": { &self.path: { &self.method: self.operation } }, "components": { "schemas": schemas } })
    }

    /// A group file with only this operation.
    pub fn yaml(&self) -> String {
        let schemas = self.components();
        let components = if schemas.is_empty() { schemas } else { format!("\ncomponents:\n  schemas:\n{schemas}") };
        format!("paths:\n{}{components}", self.paths())
    }
}

fn parameters(
    page: &Page,
    comparison: &mut Comparison,
    schemas: &mut Schemas<'_>,
    unread: &mut Vec<Unread>,
) -> Vec<Value> {
    for row in page.parameters_in(Location::Header) {
        if !["content-type", "ocp-apim-subscription-key", "authorization", "accept"]
            .contains(&&*row.name.to_lowercase())
        {
            let why = "a header that the client does not send; the spec has no header parameters".into();
            unread.push(Unread { line: row.line, text: row.name.clone(), why });
            continue;
        }
        let usual = |text: &str| {
            text.starts_with("application/") || text.contains(['<', '{']) && text.ends_with(['>', '}']) || text == "*/*"
        };
        let example = row.example.as_ref().and_then(Value::as_str).map(str::to_owned);
        let unexpected = row.words.iter().cloned().chain(example.filter(|text| !usual(text)));
        for text in unexpected {
            let why = format!("text below the header {}", row.name);
            let shown = if row.name == "Content-Type" { text } else { "(not shown: it may be a real key)".into() };
            unread.push(Unread { line: row.line, text: shown, why });
        }
    }
    let mut parameters: Vec<_> =
        page.parameters_in(Location::Path).map(|row| parameter(row, "path", comparison, schemas)).collect();
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
    parameters.extend(page.parameters_in(Location::Query).map(|row| parameter(row, "query", comparison, schemas)));
    parameters
}

fn parameter(row: &Field, location: &str, comparison: &mut Comparison, schemas: &mut Schemas<'_>) -> Value {
    // Text pages have every example as a text, and Markdown pages have texts as numbers.
    let example = shown(row).map(|example| match (&row.kind, example) {
        (Type::Text, Value::Number(_) | Value::Bool(_)) => json!(example.to_string()),
        (Type::Integer | Type::Number | Type::Boolean, Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| example.clone())
        }
        _ => example.clone(),
    });
    let mut field = match &row.kind {
        Type::List(_) | Type::Object | Type::Any | Type::Either => Field::default(),
        _ => comparison.field(row, &example.iter().collect::<Vec<_>>(), &row.name),
    };
    if field.kind == Type::Any {
        let check = format!("{}: {} in the {location}; drafted as a string", row.name, row.kind.named());
        comparison.checks.push(check);
        field.kind = Type::Text;
    }
    field.format = None;
    let mut schema = schemas.of(&field, &name::enumeration(&row.name));
    if let Some(schema) = schema.as_object_mut().filter(|schema| !schema.contains_key("$ref")) {
        schema.extend(row.limits.clone());
    }
    let (text, origin) = schemas.texts.find(&row.name, &schema).unwrap_or((TO_WRITE, ""));
    let mut parameter: Map<String, Value> = comment(&row.words, origin).into_iter().collect();
    parameter.extend([
        ("name".to_owned(), json!(row.name)),
        ("in".to_owned(), json!(location)),
        ("required".to_owned(), json!(location == "path" || row.required == Some(true))),
        ("description".to_owned(), json!(text)),
        ("schema".to_owned(), schema),
    ]);
    if let Some(example) = example {
        let is_text = field.kind == Type::Text && !example.is_string();
        parameter.insert("example".into(), if is_text { json!(example.to_string()) } else { example });
    }
    Value::Object(parameter)
}

fn request_body(page: &Page, comparison: &mut Comparison, schemas: &mut Schemas<'_>) -> Part {
    let Some(body) = &page.body else {
        let whole = page.whole_request && !page.parameters_cut;
        return Part { written: Value::Null, grade: if whole { "complete" } else { "partial" } };
    };
    let example = comparison.example(body);
    let samples = all_items(&example);
    let root = &body.root;
    let is_list = example.as_ref().is_some_and(Value::is_array) || matches!(root.kind, Type::List(_));
    let drafted = match root.kind.of_item() {
        Type::Object | Type::Any => {
            let open = root.open || !body.has_table();
            let object = comparison.object(&root.fields, open, &samples, "");
            if is_list { list_of(object) } else { object }
        }
        _ => comparison.field(root, &example.iter().collect::<Vec<_>>(), "the body"),
    };
    let cut = body.cut || body.unplaced || page.parameters_cut;
    let grade = match (!body.has_table(), &example) {
        (true, None) => "none",
        (true, Some(_)) => "example-only",
        (false, _) if cut || comparison.partial => "partial",
        (false, _) => "complete",
    };
    let mut content = json!({ "schema": schemas.body(&drafted) });
    if let (Some(printed), Some(value)) = (body.whole_example(), &example)
        && comparison.misfit().is_none()
    {
        content["examples"] = json!({ "documented": documented(value, &printed.value) });
    }
    let media_type = body.media_type.clone().unwrap_or_else(|| "application/json".into());
    Part { written: json!({ "required": true, "content": { media_type: content } }), grade }
}

fn documented(value: &Value, printed: &Value) -> Value {
    if value == printed {
        return json!({ "summary": "The example of the portal page", "value": value });
    }
    let summary = "The example of the portal page, with the names of the page's table";
    json!({ "summary": summary, "value": value, "x-gofive-portal": printed })
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
                _ if response.name.is_empty() => json!({ "description": format!("HTTP status {status}") }),
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
    let is_json = content.media_type.as_deref().is_none_or(|media_type| media_type == "application/json");
    if !is_json || (!content.has_table() && content.examples.is_empty()) {
        return (json!({ "$ref": "../common.yaml#/components/responses/Undocumented" }), "none", None);
    }
    let body = success::read(schemas.id, content, comparison);
    let cut = content.cut || content.unplaced || comparison.partial;
    let grade = match !content.has_table() {
        true => "example-only",
        false if cut => "partial",
        false => "complete",
    };
    let is_only_status = matches!(body.body.fields.as_slice(), [only] if only.kind == Type::Status);
    let schema = if is_only_status {
        json!({ "$ref": "../common.yaml#/components/schemas/OpenEnvelope" })
    } else {
        schemas.of(&body.body, "")
    };
    let mut media = json!({ "schema": schema });
    if let (Some(printed), Some(value)) = (content.whole_example(), &body.example)
        && comparison.misfit().is_none()
    {
        media["examples"] = json!({ "documented": documented(value, &printed.value) });
        if let Some(value) = body.as_in_table {
            let summary = "The structure of the portal page's table, with the example's value";
            media["examples"]["table"] = json!({ "summary": summary, "value": value });
        }
    }
    let name = if name.is_empty() { "Success" } else { name };
    let media_type = content.media_type.clone().unwrap_or_else(|| "application/json".into());
    (json!({ "description": name, "content": { media_type: media } }), grade, Some(body.pointers))
}
