//! Reads an OpenAPI document of the portal: that of a page, which has one operation, or the export of a project.
//!
//! The documents are OpenAPI 3.0 with habits of 3.1 and extensions of their own. What is not understood is listed, with its line.

mod context;
mod example;
mod field;
mod words;

use gofive_spec::{Method, Pointer};
use serde_json::Value;

pub(super) use self::context::Surroundings;
use self::context::{Document, shown, text};
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
    let mut document = Document::new(&source, at);
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
            let Some(path) = document.path(path, &at).filter(|_| operation.is_object()) else { continue };
            let mut reader = Document::new(&source, document.at);
            let page = reader.page(path, method, item, operation, &at);
            pages.push(Page { unread: reader.unread, ..page });
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

    fn page(&mut self, path: String, method: Method, item: &'a Value, operation: &'a Value, at: &Pointer) -> Page {
        if let Some(properties) = operation.as_object() {
            self.refuse_others(properties, KNOWN, at, "the draft does not know this property of an operation");
        }
        let folder = text(operation, "x-apidog-folder").or_else(|| operation.get("tags")?.get(0)?.as_str());
        let folder = folder.into_iter().flat_map(|folder| folder.split('/')).map(|name| name.trim().to_owned());
        let is_deprecated = operation.get("deprecated").is_some_and(|flag| flag == true);
        let status = if is_deprecated { Some("deprecated") } else { text(operation, "x-apidog-status") };
        let title = text(operation, "summary").or(self.at.heading).or_else(|| text(operation, "operationId"));
        let title = title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let security =
            operation.get("security").or_else(|| self.source.root.get("security")?.get(0).map(|_| &Value::Null));
        let of_path = Pointer::from_steps(["paths", &path]);
        let mut parameters = self.parameters(item, &of_path);
        parameters.extend(self.parameters(operation, at));
        let body = operation.get("requestBody").and_then(|body| self.body(body, at.join("requestBody"), method));
        Page {
            folder: folder.filter(|name| !name.is_empty()).collect(),
            number: text(operation, "x-run-in-apidog").and_then(index::number),
            status: status.map(str::to_owned),
            words: text(operation, "description").map(plain).unwrap_or_default(),
            needs_token: security.and_then(Value::as_array).map(|schemes| !schemes.is_empty()),
            parameters,
            body,
            responses: self.responses(operation, at),
            whole_request: true,
            file: self.at.file.to_owned(),
            line: self.line(at),
            ..Page::new(title, method, path)
        }
    }

    /// The parameters of an operation, or those of its path.
    fn parameters(&mut self, node: &'a Value, at: &Pointer) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        let list = node.get("parameters").and_then(Value::as_array).into_iter().flatten();
        for (index, value) in list.enumerate() {
            let (value, at) = self.resolved(value, at.join("parameters").item(index));
            let location = match text(value, "in") {
                Some("path") => Location::Path,
                Some("query") => Location::Query,
                Some("header") => Location::Header,
                _ => {
                    self.refuse(&at, "a parameter that is sent neither in the path, nor in the query, nor in a header");
                    continue;
                }
            };
            let Some(name) = text(value, "name") else {
                self.refuse(&at, "a parameter without a name");
                continue;
            };
            let schema = value.get("schema").unwrap_or(&Value::Null);
            let mut field = self.field(name, schema, &at.join("schema"));
            self.describe(&mut field, value, &at);
            field.line = self.line(&at);
            field.required = Some(value.get("required").is_some_and(|flag| flag == true));
            parameters.push(Parameter { location, field });
        }
        parameters
    }

    fn body(&mut self, body: &'a Value, at: Pointer, method: Method) -> Option<Content> {
        let (body, at) = self.resolved(body, at);
        let mut content = self.content(body, &at)?;
        content.root.words.splice(0..0, text(body, "description").map(plain).unwrap_or_default());
        // The portal has an empty body for every operation that was created with one.
        let is_empty = !content.has_table() && content.examples.is_empty();
        (!is_empty || ![Method::Get, Method::Delete].contains(&method)).then_some(content)
    }

    /// The first body of a known media type, or else the first one.
    fn content(&mut self, body: &'a Value, at: &Pointer) -> Option<Content> {
        let (types, at) = (body.get("content")?.as_object()?, at.join("content"));
        let known = ["application/json", "application/x-www-form-urlencoded"];
        let chosen = known.into_iter().find(|known| types.contains_key(*known));
        let chosen = chosen.or(types.keys().next().map(String::as_str))?;
        for name in types.keys().filter(|name| *name != chosen) {
            self.refuse(&at.join(name), "a second media type of the body");
        }
        let (at, media) = (at.join(chosen), &types[chosen]);
        let mut read = Content { media_type: Some(chosen.to_owned()), ..Content::new(self.line(&at)) };
        read.examples = example::all(self, media, &at);
        if let Some(schema) = media.get("schema") {
            let at = at.join("schema");
            read.root = self.field("", schema, &at);
            // A model of the whole body often has the example.
            let example = read.root.example.take().filter(|_| read.examples.is_empty());
            read.examples.extend(example.and_then(|value| example::read(self, &value, String::new(), &at)));
        }
        let known = "schema example examples encoding";
        self.refuse_others(media.as_object()?, known, &at, "the draft does not know this property of a body");
        Some(read)
    }

    fn responses(&mut self, operation: &'a Value, at: &Pointer) -> Vec<Response> {
        let mut read = Vec::new();
        for (key, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            let at = at.join("responses").join(key);
            // A second response of one status has a key of its own: `x-401:Name`.
            let digits: String = key.trim_start_matches("x-").chars().take_while(char::is_ascii_digit).collect();
            let Some(status) = digits.parse().ok().filter(|status| (100..600).contains(status)) else {
                self.refuse(&at, "a response without a status code");
                continue;
            };
            let line = self.line(&at);
            let (response, at) = self.resolved(response, at);
            let name = text(response, "x-apidog-name").or_else(|| text(response, "description"));
            let content = self.content(response, &at).unwrap_or_else(|| Content::new(line));
            if let Some(headers) = response.get("headers").and_then(Value::as_object) {
                self.refuse_others(
                    headers,
                    "",
                    &at.join("headers"),
                    "a header of a response; the client does not read it",
                );
            }
            read.push(Response { status, name: name.unwrap_or_default().to_owned(), content });
        }
        read
    }
}
