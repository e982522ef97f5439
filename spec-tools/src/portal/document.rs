//! Reads an OpenAPI document of the portal: that of a page, which has one operation, or the export of a project.
//!
//! The documents are OpenAPI 3.0 with habits of 3.1 and extensions of their own. What is not understood is listed, with its line.

mod context;
mod example;
mod field;
mod model;
mod words;

use gofive_spec::{Method, Pointer};
use serde_json::{Map, Value};

pub(super) use self::context::Surroundings;
use self::context::{Document, is_one_of, shown};
use self::field::Fields;
pub(super) use self::field::LIMITS;
pub(super) use self::words::plain;
use super::index;
use super::page::{Content, Location, Page, Parameter, Response, Unread};
use crate::sources::yaml::Source;

/// The host of the current API.
pub(super) const HOST: &str = "https://api.gofive.co.th";

/// Reads the pages of a document, one for each operation. Also returns what is beside the operations and cannot be read.
pub(super) fn read(text: &str, at: Surroundings<'_>) -> (Vec<Page>, Vec<Unread>) {
    let (source, findings) = Source::parse_foreign(at.file, text);
    let mut unread: Vec<_> = findings
        .into_iter()
        .map(|finding| {
            let text = shown(&finding.at.pointer.parse().unwrap_or_default());
            Unread { line: at.line - 1 + finding.at.line, text, why: finding.problem }
        })
        .collect();
    let Some(source) = source else { return (Vec::new(), unread) };
    let mut document = Document { source: &source, at, unread: Vec::new() };
    let version = source.root.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("3.") {
        document.refuse(&Pointer::root(), "the document is not OpenAPI 3: export the project as OpenAPI 3.0 or 3.1");
    }
    let mut pages = Vec::new();
    for (path, item) in source.root.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let at = Pointer::from_steps(["paths", path]);
        for (key, operation) in item.as_object().into_iter().flatten() {
            let at = at.join(key);
            let Some(method) = Method::ALL.into_iter().find(|method| method.key() == key) else {
                let is_known = ["parameters", "summary", "description"].contains(&key.as_str());
                if !is_known {
                    document.refuse(&at, "neither a method that the client has nor a property of a path");
                }
                continue;
            };
            let (Some(operation), Some(path)) = (operation.as_object(), document.path(path, &at)) else { continue };
            let mut reader = Document { source: &source, at: document.at, unread: Vec::new() };
            let shared =
                item.get("parameters").map(|shared| (shared, Pointer::from_steps(["paths", &path, "parameters"])));
            let mut page = reader.page(path, method, operation, &at, shared);
            page.unread = reader.unread;
            pages.push(page);
        }
    }
    unread.extend(document.unread);
    if let [page] = pages.as_mut_slice() {
        page.unread.append(&mut unread);
    }
    (pages, unread)
}

/// The properties of an operation that say nothing about the wire, or that are read elsewhere.
const KNOWN: &str = "summary deprecated description tags parameters requestBody responses security operationId servers \
     externalDocs x-run-in-apidog x-codeSamples x-internal";

impl<'a> Document<'a> {
    /// The path template below the host.
    fn path(&mut self, path: &str, at: &Pointer) -> Option<String> {
        let server = self.source.root.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let whole =
            if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", server.trim_end_matches('/')) };
        let template = whole.strip_prefix(HOST).or_else(|| whole.starts_with('/').then_some(whole.as_str()));
        let template = template.map(|path| path.split(['?', '#']).next().unwrap_or_default());
        let is_segment = |segment: &str| {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            !name.unwrap_or(segment).contains(['{', '}', ' '])
        };
        let template = template.filter(|path| path.starts_with('/') && path.split('/').all(is_segment));
        if template.is_none() {
            self.refuse(at, &format!("`{whole}` is not the address of an operation of {HOST}"));
        }
        template.map(str::to_owned)
    }

    fn page(
        &mut self,
        path: String,
        method: Method,
        operation: &'a Map<String, Value>,
        at: &Pointer,
        shared: Option<(&'a Value, Pointer)>,
    ) -> Page {
        let text =
            |name: &str| operation.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        for name in operation.keys().filter(|name| !is_one_of(name, KNOWN) && !name.starts_with("x-apidog-")) {
            self.refuse(&at.join(name), "the draft does not know this property of an operation");
        }
        let folder = text("x-apidog-folder").or_else(|| operation.get("tags")?.get(0)?.as_str());
        let folder = folder.into_iter().flat_map(|folder| folder.split('/')).map(|name| name.trim().to_owned());
        let is_deprecated = operation.get("deprecated").is_some_and(|flag| flag == true);
        let status = if is_deprecated { Some("deprecated") } else { text("x-apidog-status") };
        let title = text("summary").or(self.at.heading).or_else(|| text("operationId")).unwrap_or_default();
        let security =
            operation.get("security").or_else(|| self.source.root.get("security")?.get(0).map(|_| &Value::Null));
        let own = operation.get("parameters").map(|own| (own, at.join("parameters")));
        let parameters = shared.into_iter().chain(own).flat_map(|(list, at)| self.parameters(list, &at)).collect();
        let body = operation.get("requestBody").and_then(|body| self.body(body, &at.join("requestBody"), method));
        let responses = operation.get("responses").map(|responses| self.responses(responses, &at.join("responses")));
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        Page {
            folder: folder.filter(|name| !name.is_empty()).collect(),
            number: text("x-run-in-apidog").and_then(index::number),
            status: status.map(str::to_owned),
            words: text("description").map(plain).unwrap_or_default(),
            needs_token: security.and_then(Value::as_array).map(|schemes| !schemes.is_empty()),
            parameters,
            body,
            responses: responses.unwrap_or_default(),
            whole_request: true,
            file: self.at.file.to_owned(),
            line: self.line(at),
            ..Page::new(title, method, path)
        }
    }

    fn parameters(&mut self, list: &'a Value, at: &Pointer) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for (index, value) in list.as_array().into_iter().flatten().enumerate() {
            let (value, at) = self.resolved(value, at.item(index));
            let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::trim);
            let location = match text("in") {
                Some("path") => Location::Path,
                Some("query") => Location::Query,
                Some("header") => Location::Header,
                _ => {
                    self.refuse(&at, "a parameter that is sent neither in the path, nor in the query, nor in a header");
                    continue;
                }
            };
            let Some(name) = text("name").filter(|name| !name.is_empty()) else {
                self.refuse(&at, "a parameter without a name");
                continue;
            };
            let schema = value.get("schema").unwrap_or(&Value::Null);
            let mut fields = Fields::new(self);
            let mut field = fields.read(name, schema, &at.join("schema"));
            fields.describe(&mut field, value, &at);
            field.line = self.line(&at);
            field.required = value.get("required").map(|flag| flag == true).or(Some(false));
            parameters.push(Parameter { location, field });
        }
        parameters
    }

    /// The target of a reference to a component, or the node itself.
    fn resolved(&mut self, value: &'a Value, at: Pointer) -> (&'a Value, Pointer) {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return (value, at) };
        let target = model::target(reference);
        let found = target.and_then(|target| Some((target.find(&self.source.root)?, target)));
        found.unwrap_or_else(|| {
            self.refuse(&at, &format!("`{reference}` is not in the document"));
            (&Value::Null, at)
        })
    }

    fn body(&mut self, body: &'a Value, at: &Pointer, method: Method) -> Option<Content> {
        let (body, at) = self.resolved(body, at.clone());
        let mut content = self.content(body.get("content")?, &at.join("content"))?;
        content.root.words.splice(0..0, body.get("description").and_then(Value::as_str).map(plain).unwrap_or_default());
        // The portal has an empty body for every operation that was created with one.
        let is_empty = !content.has_table() && content.examples.is_empty();
        (!is_empty || ![Method::Get, Method::Delete].contains(&method)).then_some(content)
    }

    /// The first body of a known media type, or else the first one.
    fn content(&mut self, content: &'a Value, at: &Pointer) -> Option<Content> {
        let types = content.as_object()?;
        let known = ["application/json", "application/x-www-form-urlencoded"];
        let chosen =
            known.into_iter().find(|known| types.contains_key(*known)).or(types.keys().next().map(String::as_str))?;
        for name in types.keys().filter(|name| *name != chosen) {
            self.refuse(&at.join(name), "a second media type of the body");
        }
        let (at, media) = (at.join(chosen), &types[chosen]);
        let mut read = Content { media_type: Some(chosen.to_owned()), ..Content::new(self.line(&at)) };
        if let Some(schema) = media.get("schema") {
            let mut root = Fields::new(self).read("", schema, &at.join("schema"));
            // A model of the whole body often has the example.
            let example = root.example.take();
            read.root = root;
            read.examples
                .extend(example.and_then(|value| example::read(self, &value, String::new(), &at.join("schema"))));
        }
        let examples = example::all(self, media, &at);
        if !examples.is_empty() {
            read.examples = examples;
        }
        let known = ["schema", "example", "examples", "encoding"];
        for name in
            media.as_object()?.keys().filter(|name| !known.contains(&name.as_str()) && !name.starts_with("x-apidog"))
        {
            self.refuse(&at.join(name), "the draft does not know this property of a body");
        }
        Some(read)
    }

    fn responses(&mut self, responses: &'a Value, at: &Pointer) -> Vec<Response> {
        let mut read = Vec::new();
        for (key, response) in responses.as_object().into_iter().flatten() {
            let at = at.join(key);
            // A second response of one status has a key of its own: `x-401:Name`.
            let digits: String = key.trim_start_matches("x-").chars().take_while(char::is_ascii_digit).collect();
            let Some(status) = digits.parse().ok().filter(|status| (100..600).contains(status)) else {
                self.refuse(&at, "a response without a status code");
                continue;
            };
            let line = self.line(&at);
            let (response, at) = self.resolved(response, at);
            let text =
                |name: &str| response.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
            let name = text("x-apidog-name").or_else(|| text("description")).unwrap_or_default().to_owned();
            let content = response.get("content").and_then(|content| self.content(content, &at.join("content")));
            let content = content.unwrap_or_else(|| Content::new(line));
            for header in response.get("headers").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
                self.refuse(&at.join("headers").join(header), "a header of a response; the client does not read it");
            }
            read.push(Response { status, name, content });
        }
        read
    }
}
