//! Turns a page into the operation and its schemas, as openapi/README.md requires, and lists what the maintainer must check.

use anyhow::{Result, bail};
use gofive_spec::Direction;
use serde_json::{Map, Value, json};

use super::comparison::{Comparison, list_of};
use super::name;
use super::oddities::{self, idempotency, missing, names_in, unknown};
use super::page::{Content, Field, Location, Page, Response, Type, Unread};
use super::schema::{Schemas, TO_WRITE, comment, shared};
use super::success;
use super::values::shown;
use super::words::{all_items, present};
use crate::ledger::Title;
use crate::sources::Edited;
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

/// Drafts the operation that `page` describes.
///
/// # Errors
/// If the client cannot send the body.
pub fn draft(page: &Page, row: Title, schemas: Schemas<'_>) -> Result<Draft> {
    let media_type = page.body.as_ref().and_then(|body| body.media_type.as_deref());
    if let Some(other) = media_type.filter(|other| !SENT.contains(other)) {
        bail!("the body is `{other}`, and the client sends {}", SENT.join(" or "));
    }
    let (comparison, misfits, unread) = (Comparison::default(), Vec::new(), page.unread.clone());
    let mut drafting = Drafting { page, comparison, schemas, misfits, unread };
    drafting.note_unused();
    let parameters = drafting.parameters();
    let (body, request_grade) = drafting.request_body();
    drafting.schemas.direction = Direction::Response;
    drafting.comparison.is_of_response = true;
    let (responses, response_grade, pointers) = drafting.responses();
    let Drafting { comparison, schemas, misfits, mut unread, .. } = drafting;
    unread.sort();
    let unknown = unknown(page, response_grade, misfits);
    let (class, otherwise) = idempotency(page);
    let needs_token = page.needs_token != Some(false)
        || page.parameters_in(Location::Header).any(|field| field.name == "Authorization");
    let mut checks = [vec![otherwise], page.assumed.clone(), missing(page), comparison.checks, schemas.checks].concat();
    checks.extend((!needs_token).then(|| "security: the page says that no token is needed".to_owned()));
    if row.page.is_none() {
        let why = "the file does not contain the page's number: draft with --page, or write it by hand";
        checks.push(format!("x-gofive-source: {why}"));
    }
    let oddities: Vec<_> = comparison.oddities.into_iter().chain(oddities::of_page(page)).collect();
    let source = if row.page.is_some() { "x-gofive-page" } else { "x-gofive-source" };
    let mut operation: Map<String, Value> = comment(&page.words, "").into_iter().collect();
    operation.extend(present([
        ("operationId", json!(schemas.id)),
        ("tags", json!([row.group])),
        ("summary", json!(TO_WRITE)),
        ("description", json!(TO_WRITE)),
        ("x-gofive-title", json!(row.title)),
        (source, json!(row.page.as_deref().unwrap_or(TO_WRITE))),
        ("x-gofive-modified", json!(page.modified)),
        ("x-gofive-reviewed", json!(false)),
        ("x-gofive-evidence", json!({ "path": "portal", "request": request_grade, "response": response_grade })),
        ("x-gofive-idempotency", json!(class)),
        ("x-gofive-payload", json!(pointers)),
        ("x-gofive-oddities", json!(oddities)),
        ("x-gofive-unknown", json!(unknown)),
        ("security", if needs_token { Value::Null } else { json!([{ "subscriptionKey": [] }]) }),
        ("parameters", json!(parameters)),
        ("requestBody", body),
        ("responses", responses),
    ]));
    let (method, path, operation) = (page.method.key().to_owned(), page.path.clone(), Value::Object(operation));
    let (id, schemas, files) = (schemas.id.to_owned(), schemas.drafted, Vec::new());
    Ok(Draft { id, row, method, path, operation, schemas, checks, unread, files })
}

impl Draft {
    /// A group file with only this operation.
    pub fn yaml(&self) -> String {
        let operation = Map::from_iter([(self.method.clone(), self.operation.clone())]);
        let paths = yaml::property(&self.path, &Value::Object(operation), 2);
        let schemas: Vec<_> = self.schemas.iter().map(|(name, schema)| yaml::property(name, schema, 4)).collect();
        let components = if schemas.is_empty() { "" } else { "\ncomponents:\n  schemas:\n" };
        format!("paths:\n{paths}{components}{}", schemas.join("\n"))
    }
}

/// A page while it is drafted.
struct Drafting<'a> {
    page: &'a Page,
    comparison: Comparison,
    schemas: Schemas<'a>,
    /// Why examples are not in the draft.
    misfits: Vec<String>,
    unread: Vec<Unread>,
}

impl Drafting<'_> {
    fn note(&mut self, line: usize, text: &str, why: &str) {
        self.unread.push(Unread { line, text: text.to_owned(), why: why.to_owned() });
    }

    /// Notes what no draft uses of a body: its second example, and an unknown media type.
    fn note_unused(&mut self) {
        let page = self.page;
        for content in page.body.iter().chain(page.responses.iter().map(|response| &response.content)) {
            for example in content.examples.iter().skip(1) {
                self.note(example.line, &example.name, "the draft uses only the first example of a body");
            }
            if let Some(other) = content.media_type.as_deref().filter(|other| !SENT.contains(other)) {
                self.note(content.line, other, "a media type that the spec does not have");
            }
        }
    }

    /// Notes the text below the usual headers, and all other headers.
    fn note_headers(&mut self) {
        const USUAL: [&str; 4] = ["content-type", "ocp-apim-subscription-key", "authorization", "accept"];
        let page = self.page;
        for row in page.parameters_in(Location::Header) {
            if !USUAL.contains(&&*row.name.to_lowercase()) {
                let why = "a header that the client does not send; the spec has no header parameters";
                self.note(row.line, &row.name, why);
                continue;
            }
            let is_placeholder = |text: &str| text.contains(['<', '{']) && text.ends_with(['>', '}']);
            let is_usual = |text: &str| text.starts_with("application/") || is_placeholder(text) || text == "*/*";
            let example = row.example.as_ref().and_then(Value::as_str).filter(|text| !is_usual(text));
            for text in row.words.iter().map(String::as_str).chain(example) {
                let shown = if row.name == "Content-Type" { text } else { "(not shown: it may be a real key)" };
                self.note(row.line, shown, &format!("text below the header {}", row.name));
            }
        }
    }

    fn parameters(&mut self) -> Vec<Value> {
        self.note_headers();
        let page = self.page;
        let mut parameters: Vec<_> =
            page.parameters_in(Location::Path).map(|row| self.parameter(row, "path")).collect();
        for name in names_in(&page.path) {
            if page.parameters_in(Location::Path).all(|row| row.name != name) {
                let check = format!("{{{name}}}: in the address, but without a row on the page; drafted as a string");
                self.comparison.checks.push(check);
                parameters.push(self.parameter(&Field::new(0, name, Type::Text), "path"));
            }
        }
        parameters.extend(page.parameters_in(Location::Query).map(|row| self.parameter(row, "query")));
        parameters
    }

    fn parameter(&mut self, row: &Field, location: &str) -> Value {
        // Text pages have every example as a text, and Markdown pages have texts as numbers.
        let value = if let Type::Enum(value) = &row.kind { value } else { &row.kind };
        let is_text = !matches!(value, Type::Integer | Type::Number | Type::Boolean);
        let example = shown(row).map(|example| match example.as_str() {
            Some(text) if !is_text => serde_json::from_str(text).unwrap_or_else(|_| example.clone()),
            None if is_text => json!(example.to_string()),
            _ => example.clone(),
        });
        let mut field = match &row.kind {
            Type::List(_) | Type::Object | Type::Any | Type::Either => Field::default(),
            _ => self.comparison.field(row, &example.iter().collect::<Vec<_>>(), &row.name),
        };
        if field.kind == Type::Any {
            let check = format!("{}: {} in the {location}; drafted as a string", row.name, row.kind.words());
            self.comparison.checks.push(check);
            field.kind = Type::Text;
        }
        field.format = None;
        let mut schema = self.schemas.of(&field, &name::enumeration(&row.name));
        if let Some(schema) = schema.as_object_mut().filter(|schema| !schema.contains_key("$ref")) {
            schema.extend(row.limits.clone());
        }
        let (text, origin) = self.schemas.texts.find(&row.name, &schema).unwrap_or((TO_WRITE, ""));
        let mut parameter: Map<String, Value> = comment(&row.words, origin).into_iter().collect();
        parameter.extend(present([
            ("name", json!(row.name)),
            ("in", json!(location)),
            ("required", json!(location == "path" || row.required == Some(true))),
            ("description", json!(text)),
            ("schema", schema),
            ("example", json!(example)),
        ]));
        Value::Object(parameter)
    }

    /// The body of the request, and how well the page documents it.
    fn request_body(&mut self) -> (Value, &'static str) {
        let Some(body) = &self.page.body else {
            let whole = self.page.whole_request && !self.page.parameters_cut;
            return (Value::Null, if whole { "complete" } else { "partial" });
        };
        let comparison = &mut self.comparison;
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
        comparison.partial |= self.page.parameters_cut;
        let grade = grade(body, comparison);
        let example = example.and_then(|example| comparison.adapted(&drafted, &example));
        let schema = self.schemas.body(&drafted);
        (json!({ "required": true, "content": self.content(body, &schema, example.as_ref()) }), grade)
    }

    /// The responses, how well the page documents the success, and the pointers of its payload.
    fn responses(&mut self) -> (Value, &'static str, Vec<String>) {
        let (page, mut written, mut success) = (self.page, Map::new(), None);
        for Response { status, name, content } in &page.responses {
            let is_success = (200..300).contains(status);
            if is_success && success.is_none() {
                let (response, grade, pointers) = self.success(name, content);
                written.insert(status.to_string(), response);
                success = Some((grade, pointers));
                continue;
            }
            if is_success || content.has_table() || !content.examples.is_empty() {
                let why = if is_success { "the spec has only one success" } else { "the spec has no bodies of errors" };
                self.note(content.line, &format!("{status} {name}"), why);
            }
            if !is_success {
                written.entry(status.to_string()).or_insert_with(|| match status {
                    400 => shared("responses/BadRequest"),
                    401 => shared("responses/Unauthorized"),
                    _ if name.is_empty() => json!({ "description": format!("HTTP status {status}") }),
                    _ => json!({ "description": name }),
                });
            }
        }
        let (grade, pointers) = success.unwrap_or_else(|| {
            written.insert("200".into(), shared("responses/Undocumented"));
            self.comparison.checks.push("responses: the page shows no success; drafted as 200".into());
            ("none", None)
        });
        let pointers = pointers.unwrap_or_else(|| vec!["/data".to_owned(), String::new()]);
        (written.into(), grade, pointers)
    }

    /// The response of a success, how well the page documents it, and the pointers of its payload if they are known.
    fn success(&mut self, name: &str, body: &Content) -> (Value, &'static str, Option<Vec<String>>) {
        let is_json = body.media_type.as_deref().is_none_or(|media_type| media_type == SENT[0]);
        if !is_json || (!body.has_table() && body.examples.is_empty()) {
            return (shared("responses/Undocumented"), "none", None);
        }
        let comparison = &mut self.comparison;
        let success = success::read(self.schemas.id, body, comparison);
        let schema = match success.body.fields.as_slice() {
            [only] if only.kind == Type::Status => shared("schemas/OpenEnvelope"),
            _ => self.schemas.of(&success.body, ""),
        };
        let example = success.example.and_then(|example| comparison.adapted(&success.body, &example));
        let grade = grade(body, comparison);
        let mut content = self.content(body, &schema, example.as_ref());
        let examples = content[SENT[0]].get_mut("examples");
        if let (Some(examples), Some(value)) = (examples, success.as_in_table) {
            let summary = "The structure of the portal page's table, with the example's value";
            examples["table"] = json!({ "summary": summary, "value": value });
        }
        let name = if name.is_empty() { "Success" } else { name };
        (json!({ "description": name, "content": content }), grade, Some(success.pointers))
    }

    /// A body by its media type, with its example unless that does not fit.
    fn content(&mut self, content: &Content, schema: &Value, example: Option<&Value>) -> Value {
        let mut media = json!({ "schema": schema });
        if let Some(misfit) = self.comparison.misfit() {
            let part = if self.comparison.is_of_response { "response" } else { "request" };
            self.misfits.push(format!("{part} example: the page's example {misfit}"));
        } else if let (Some(printed), Some(value)) = (content.whole_example(), example) {
            let mut documented = json!({ "summary": "The example of the portal page", "value": value });
            if *value != printed.value {
                documented["summary"] = json!("The example of the portal page, adapted to the page's table");
                documented["x-gofive-portal"] = json!(printed.value);
            }
            media["examples"] = json!({ "documented": documented });
        }
        json!({ content.media_type.as_deref().unwrap_or(SENT[0]): media })
    }
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
