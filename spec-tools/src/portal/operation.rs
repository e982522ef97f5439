//! Turns a page into the operation and its schemas, as openapi/README.md requires, and lists what the maintainer must check.

use anyhow::{Result, bail};
use gofive_spec::Direction;
use serde_json::{Map, Value, json};

use super::comparison::{Comparison, list_of};
use super::name;
use super::oddities::{self, idempotency, missing, names_in, unknown};
use super::page::{Content, Field, Location, Page, Response, Type, Unread};
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
    /// The files of the spec with the draft; none if it is only printed.
    pub files: Vec<Edited>,
}

/// An edited file of the spec.
#[derive(Debug)]
pub struct Edited {
    /// Relative to the workspace.
    pub file: String,
    pub text: String,
    /// What was added.
    pub what: String,
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
    let mut note = |line: usize, text: &str, why: &str| {
        unread.push(Unread { line, text: text.to_owned(), why: why.to_owned() });
    };
    for content in page.body.iter().chain(page.responses.iter().map(|response| &response.content)) {
        for example in content.examples.iter().skip(1) {
            note(example.line, &example.name, "the draft uses only the first example of a body");
        }
        if let Some(other) = content.media_type.as_deref().filter(|other| !SENT.contains(other)) {
            note(content.line, other, "a media type that the spec does not have");
        }
    }
    let (mut request, mut response) = (Comparison::new(Direction::Request), Comparison::new(Direction::Response));
    let parameters = parameters(page, &mut request, &mut schemas, &mut note);
    let body = request_body(page, &mut request, &mut schemas);
    schemas.direction = Direction::Response;
    let (responses, pointers) = responses(page, &mut response, &mut schemas, &mut note);
    unread.sort();
    let misfits = [(&request, "request"), (&response, "response")].into_iter();
    let misfits: Vec<_> = misfits
        .filter_map(|(comparison, part)| Some(format!("{part} example: the page's example {}", comparison.misfit()?)))
        .collect();
    let mut unknown = unknown(page, responses.grade);
    unknown.retain(|entry| !misfits.iter().any(|misfit| misfit[..8] == entry[..8]));
    unknown.extend(misfits);
    let (class, otherwise) = idempotency(page);
    let needs_token = page.needs_token != Some(false)
        || page.parameters_in(Location::Header).any(|field| field.name == "Authorization");
    let mut checks = vec![otherwise];
    checks.extend(page.assumed.iter().cloned());
    checks.extend(missing(page));
    checks.extend(request.checks.into_iter().chain(response.checks).chain(schemas.checks));
    if !needs_token {
        checks.push("security: the page says that no token is needed".into());
    }
    if row.page.is_none() {
        checks.push(
            "x-gofive-source: the file does not contain the page's number: draft with --page, or write it by hand"
                .into(),
        );
    }
    let oddities: Vec<_> =
        request.oddities.into_iter().chain(response.oddities).chain(oddities::of_page(page)).collect();
    let source = if row.page.is_some() { "x-gofive-page" } else { "x-gofive-source" };
    let mut operation: Map<String, Value> = comment(&page.words, "").into_iter().collect();
    let properties = [
        ("operationId", json!(schemas.id)),
        ("tags", json!([row.group])),
        ("summary", json!(TO_WRITE)),
        ("description", json!(TO_WRITE)),
        ("x-gofive-title", json!(row.title)),
        (source, json!(row.page.as_deref().unwrap_or(TO_WRITE))),
        ("x-gofive-modified", json!(page.modified)),
        ("x-gofive-reviewed", json!(false)),
        ("x-gofive-evidence", json!({ "path": "portal", "request": body.grade, "response": responses.grade })),
        ("x-gofive-idempotency", json!(class)),
        ("x-gofive-payload", json!(pointers)),
        ("x-gofive-oddities", json!(oddities)),
        ("x-gofive-unknown", json!(unknown)),
        ("security", if needs_token { Value::Null } else { json!([{ "subscriptionKey": [] }]) }),
        ("parameters", json!(parameters)),
        ("requestBody", body.written),
        ("responses", responses.written),
    ];
    let is_written = |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let properties = properties.into_iter().filter(|(_, value)| is_written(value));
    operation.extend(properties.map(|(name, value)| (name.to_owned(), value)));
    let (method, path, operation) = (page.method.key().to_owned(), page.path.clone(), Value::Object(operation));
    let (id, schemas, files) = (schemas.id.to_owned(), schemas.drafted, Vec::new());
    Ok(Draft { id, row, method, path, operation, schemas, checks, unread, files })
}

impl Draft {
    /// A document with only this operation.
    pub fn document(&self) -> Value {
        let schemas: Map<_, _> = self.schemas.iter().cloned().collect();
        json!({ "paths": { &self.path: { &self.method: self.operation } }, "components": { "schemas": schemas } })
    }

    /// A group file with only this operation.
    pub fn yaml(&self) -> String {
        let operation = Map::from_iter([(self.method.clone(), self.operation.clone())]);
        let paths = yaml::property(&self.path, &Value::Object(operation), 2);
        let schemas: Vec<_> = self.schemas.iter().map(|(name, schema)| yaml::property(name, schema, 4)).collect();
        let components = if schemas.is_empty() { "" } else { "\ncomponents:\n  schemas:\n" };
        format!("paths:\n{paths}{components}{}", schemas.join("\n"))
    }
}

fn parameters(
    page: &Page,
    comparison: &mut Comparison,
    schemas: &mut Schemas<'_>,
    note: &mut impl FnMut(usize, &str, &str),
) -> Vec<Value> {
    for row in page.parameters_in(Location::Header) {
        if !["content-type", "ocp-apim-subscription-key", "authorization", "accept"]
            .contains(&&*row.name.to_lowercase())
        {
            note(row.line, &row.name, "a header that the client does not send; the spec has no header parameters");
            continue;
        }
        let usual = |text: &str| {
            text.starts_with("application/") || text.contains(['<', '{']) && text.ends_with(['>', '}']) || text == "*/*"
        };
        let example = row.example.as_ref().and_then(Value::as_str).map(str::to_owned);
        let unexpected = row.words.iter().cloned().chain(example.filter(|text| !usual(text)));
        for text in unexpected {
            let shown = if row.name == "Content-Type" { &text } else { "(not shown: it may be a real key)" };
            note(row.line, shown, &format!("text below the header {}", row.name));
        }
    }
    let mut parameters: Vec<_> =
        page.parameters_in(Location::Path).map(|row| parameter(row, "path", comparison, schemas)).collect();
    for name in names_in(&page.path) {
        if page.parameters_in(Location::Path).all(|row| row.name != name) {
            comparison
                .checks
                .push(format!("{{{name}}}: in the address, but without a row on the page; drafted as a string"));
            parameters.push(json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": TO_WRITE,
                "schema": { "type": "string" },
            }));
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
    let root = &body.root;
    let is_list = example.as_ref().is_some_and(Value::is_array) || matches!(root.kind, Type::List(_));
    let drafted = match root.kind.of_item() {
        Type::Object | Type::Any => {
            let open = root.open || !body.has_table();
            let object = comparison.object(&root.fields, open, &all_items(&example), "");
            if is_list { list_of(object) } else { object }
        }
        _ => comparison.field(root, &example.iter().collect::<Vec<_>>(), "the body"),
    };
    comparison.partial |= page.parameters_cut;
    let grade = grade(body, comparison);
    let example = example.and_then(|example| comparison.adapted(&drafted, &example));
    let content = content(body, &schemas.body(&drafted), example.as_ref(), comparison);
    Part { written: json!({ "required": true, "content": content }), grade }
}

/// How well a page documents a body.
fn grade(content: &Content, comparison: &Comparison) -> &'static str {
    match content.has_table() {
        false if content.examples.is_empty() => "none",
        false => "example-only",
        true if content.cut || content.unplaced || comparison.partial => "partial",
        true => "complete",
    }
}

/// A body by its media type, with its example unless that does not fit.
fn content(content: &Content, schema: &Value, example: Option<&Value>, comparison: &Comparison) -> Value {
    let mut media = json!({ "schema": schema });
    if let (Some(printed), Some(value), None) = (content.whole_example(), example, comparison.misfit()) {
        let mut documented = json!({ "summary": "The example of the portal page", "value": value });
        if *value != printed.value {
            documented["summary"] = json!("The example of the portal page, adapted to the page's table");
            documented["x-gofive-portal"] = json!(printed.value);
        }
        media["examples"] = json!({ "documented": documented });
    }
    json!({ content.media_type.as_deref().unwrap_or(SENT[0]): media })
}

fn responses(
    page: &Page,
    comparison: &mut Comparison,
    schemas: &mut Schemas<'_>,
    note: &mut impl FnMut(usize, &str, &str),
) -> (Part, Vec<String>) {
    let mut written = Map::new();
    let mut success = None;
    for Response { status, name, content } in &page.responses {
        let is_success = (200..300).contains(status);
        if is_success && success.is_none() {
            let (response, grade, pointers) = success_response(name, content, comparison, schemas);
            written.insert(status.to_string(), response);
            success = Some((grade, pointers));
            continue;
        }
        if is_success || content.has_table() || !content.examples.is_empty() {
            let why = if is_success { "the spec has only one success" } else { "the spec has no bodies of errors" };
            note(content.line, &format!("{status} {name}"), why);
        }
        if !is_success {
            written.entry(status.to_string()).or_insert_with(|| match status {
                400 => json!({ "$ref": "../common.yaml#/components/responses/BadRequest" }),
                401 => json!({ "$ref": "../common.yaml#/components/responses/Unauthorized" }),
                _ if name.is_empty() => json!({ "description": format!("HTTP status {status}") }),
                _ => json!({ "description": name }),
            });
        }
    }
    let (grade, pointers) = success.unwrap_or_else(|| {
        written.insert("200".into(), undocumented());
        comparison.checks.push("responses: the page shows no success; drafted as 200".into());
        ("none", None)
    });
    let pointers = pointers.unwrap_or_else(|| vec!["/data".to_owned(), String::new()]);
    (Part { written: Value::Object(written), grade }, pointers)
}

fn undocumented() -> Value {
    json!({ "$ref": "../common.yaml#/components/responses/Undocumented" })
}

/// The response of a success, how well the page documents it, and the pointers of its payload if they are known.
fn success_response(
    name: &str,
    body: &Content,
    comparison: &mut Comparison,
    schemas: &mut Schemas<'_>,
) -> (Value, &'static str, Option<Vec<String>>) {
    let is_json = body.media_type.as_deref().is_none_or(|media_type| media_type == SENT[0]);
    if !is_json || (!body.has_table() && body.examples.is_empty()) {
        return (undocumented(), "none", None);
    }
    let success = success::read(schemas.id, body, comparison);
    let schema = match success.body.fields.as_slice() {
        [only] if only.kind == Type::Status => json!({ "$ref": "../common.yaml#/components/schemas/OpenEnvelope" }),
        _ => schemas.of(&success.body, ""),
    };
    let example = success.example.and_then(|example| comparison.adapted(&success.body, &example));
    let mut content = content(body, &schema, example.as_ref(), comparison);
    let examples = content[SENT[0]].get_mut("examples");
    if let (Some(examples), Some(value)) = (examples, success.as_in_table) {
        let summary = "The structure of the portal page's table, with the example's value";
        examples["table"] = json!({ "summary": summary, "value": value });
    }
    let name = if name.is_empty() { "Success" } else { name };
    (json!({ "description": name, "content": content }), grade(body, comparison), Some(success.pointers))
}
