//! Reads an OpenAPI document of the portal: that of a page, which has one operation, or the export of a project.
//!
//! The documents are OpenAPI 3.0 with habits of 3.1 and extensions of their own. What is not understood is listed, with its line.

pub(super) mod field;

use gofive_spec::{Method, Pointer};
use serde_json::Value;

use super::index;
use super::page::{Content, Example, Field, Location, Page, Response, Unread};
use super::sample;
use super::text::{self, Line};
use super::words::{collapse, plain};
use crate::node::Node;
use crate::sources::yaml::Source;

/// The host of the current API.
pub(super) const HOST: &str = "https://api.gofive.co.th";

/// Reads the pages of a document, one for each operation. `at` has its file, its first line there, and the title above it. Also returns
/// what is beside the operations and cannot be read.
pub(super) fn read(text: &str, at: &Page) -> (Vec<Page>, Vec<Unread>) {
    let (source, findings) = Source::parse_foreign(&at.file, text);
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
    let root = Node { value: &source.root, pointer: Pointer::root() };
    for (path, item) in root.below("paths").entries() {
        for (key, operation) in item.entries() {
            let Some(method) = Method::ALL.into_iter().find(|method| method.key() == key) else {
                if !["parameters", "summary", "description"].contains(&key) {
                    document
                        .refuse(&operation.pointer, "neither a method that the client has nor a property of a path");
                }
                continue;
            };
            let Some(path) = document.path(path, &operation.pointer).filter(|_| operation.value.is_object()) else {
                continue;
            };
            let mut reader = Document::new(&source, document.at);
            let page = reader.page(path, method, &item, &operation);
            pages.push(Page { unread: reader.unread, ..page });
        }
    }
    unread.extend(document.unread);
    if let [page] = pages.as_mut_slice() {
        page.unread.append(&mut unread);
    }
    (pages, unread)
}

/// A document, and what of it is not understood.
struct Document<'a> {
    source: &'a Source,
    /// The file, the line of it that the document begins on, and the title above.
    at: &'a Page,
    unread: Vec<Unread>,
    /// The models around the schema that is being read, its depth, and the number of those around it and before it in one body.
    models: Vec<Pointer>,
    depth: usize,
    count: usize,
}

/// The properties of an operation that say nothing about the wire, or that are read elsewhere.
const KNOWN: &str = "summary deprecated description tags parameters requestBody responses security operationId servers \
     externalDocs x-run-in-apidog x-codeSamples x-internal";

impl<'a> Document<'a> {
    fn new(source: &'a Source, at: &'a Page) -> Self {
        Self { source, at, unread: Vec::new(), models: Vec::new(), depth: 0, count: 0 }
    }

    fn line(&self, at: &Pointer) -> usize {
        self.at.line - 1 + self.source.locate(at).line
    }

    fn refuse(&mut self, at: &Pointer, why: &str) {
        self.unread.push(Unread { line: self.line(at), text: shown(at), why: why.to_owned() });
    }

    /// Lists the properties of a node that are not known. Those of the portal's editor say nothing about the wire.
    fn refuse_others(&mut self, node: &Node<'a>, known: &str, why: &str) {
        for (name, other) in node.entries() {
            if !is_one_of(name, known) && !name.starts_with("x-apidog") {
                self.refuse(&other.pointer, why);
            }
        }
    }

    /// The target of a reference at a node. Names with blanks or brackets are percent-encoded.
    fn target(&mut self, reference: &str, node: &Node<'a>) -> Option<Node<'a>> {
        let plain = percent_encoding::percent_decode_str(reference).decode_utf8().ok();
        // A name that contains a percent sign may not be encoded.
        let target = plain.and_then(|plain| Pointer::of_reference(&plain).or_else(|| Pointer::of_reference(reference)));
        let target = target.and_then(|pointer| Some(Node { value: pointer.find(&self.source.root)?, pointer }));
        if target.is_none() {
            self.refuse(&node.pointer, &format!("`{reference}` is not in the document"));
        }
        target
    }

    /// The target of a reference to a component, or the node itself.
    fn resolved(&mut self, node: Node<'a>) -> Node<'a> {
        match node.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.target(reference, &node).unwrap_or(Node::missing(node.pointer)),
            None => node,
        }
    }

    /// The path template below the host.
    fn path(&mut self, path: &str, at: &Pointer) -> Option<String> {
        let server = self.source.root.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let whole =
            if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", server.trim_end_matches('/')) };
        let template = whole.strip_prefix(HOST).or_else(|| whole.starts_with('/').then_some(whole.as_str()));
        let template = template.map(|path| path.split(['?', '#']).next().unwrap_or_default());
        let is_segment = |segment: &str| {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            !name.unwrap_or(segment).contains(|c: char| ['{', '}', ' '].contains(&c) || c.is_control())
        };
        let template = template.filter(|path| path.starts_with('/') && path.split('/').all(is_segment));
        if template.is_none() {
            self.refuse(at, &format!("`{whole}` is not the address of an operation of {HOST}"));
        }
        template.map(str::to_owned)
    }

    fn page(&mut self, path: String, method: Method, item: &Node<'a>, operation: &Node<'a>) -> Page {
        self.refuse_others(operation, KNOWN, "the draft does not know this property of an operation");
        let folder = operation.text("x-apidog-folder").or_else(|| operation.get("tags")?.get(0)?.as_str());
        let folder = folder.into_iter().flat_map(|folder| folder.split('/')).map(|name| name.trim().to_owned());
        let is_deprecated = operation.get("deprecated").is_some_and(|flag| flag == true);
        let status = if is_deprecated { Some("deprecated") } else { operation.text("x-apidog-status") };
        let title = operation.text("summary").or(Some(self.at.title.as_str()).filter(|title| !title.is_empty()));
        let title = collapse(title.or_else(|| operation.text("operationId")).unwrap_or_default());
        let security =
            operation.get("security").or_else(|| self.source.root.get("security")?.get(0).map(|_| &Value::Null));
        let mut parameters = self.parameters(item);
        parameters.extend(self.parameters(operation));
        let body = operation.step("requestBody").and_then(|body| self.body(body, method));
        Page {
            title,
            folder: folder.filter(|name| !name.is_empty()).collect(),
            method,
            path,
            number: operation.text("x-run-in-apidog").and_then(index::number),
            status: status.map(str::to_owned),
            words: operation.text("description").map(plain).unwrap_or_default(),
            needs_token: security.and_then(Value::as_array).map(|schemes| !schemes.is_empty()),
            parameters,
            body,
            responses: self.responses(operation),
            whole_request: true,
            file: self.at.file.clone(),
            line: self.line(&operation.pointer),
            ..Page::default()
        }
    }

    /// The parameters of an operation, or those of its path.
    fn parameters(&mut self, node: &Node<'a>) -> Vec<(Location, Field)> {
        let mut parameters = Vec::new();
        for node in node.below("parameters").items() {
            let node = self.resolved(node);
            let location = match node.text("in") {
                Some("path") => Location::Path,
                Some("query") => Location::Query,
                Some("header") => Location::Header,
                _ => {
                    let why = "a parameter that is sent neither in the path, nor in the query, nor in a header";
                    self.refuse(&node.pointer, why);
                    continue;
                }
            };
            let Some(name) = node.text("name") else {
                self.refuse(&node.pointer, "a parameter without a name");
                continue;
            };
            let mut field = self.field(name, &node.below("schema"));
            self.describe(&mut field, &node);
            field.line = self.line(&node.pointer);
            field.required = Some(node.get("required").is_some_and(|flag| flag == true));
            parameters.push((location, field));
        }
        parameters
    }

    fn body(&mut self, body: Node<'a>, method: Method) -> Option<Content> {
        let body = self.resolved(body);
        let mut content = self.content(&body)?;
        content.root.words.splice(0..0, body.text("description").map(plain).unwrap_or_default());
        // The portal has an empty body for every operation that was created with one.
        let is_empty = !content.has_table() && content.examples.is_empty();
        (!is_empty || ![Method::Get, Method::Delete].contains(&method)).then_some(content)
    }

    /// The first body of a known media type, or else the first one.
    fn content(&mut self, body: &Node<'a>) -> Option<Content> {
        let types = body.below("content").entries();
        let is_known = |known: &str| types.iter().find(|(name, _)| *name == known);
        let known = ["application/json", "application/x-www-form-urlencoded"];
        let (chosen, media) = known.into_iter().find_map(is_known).or(types.first())?;
        for (_, other) in types.iter().filter(|(name, _)| name != chosen) {
            self.refuse(&other.pointer, "a second media type of the body");
        }
        let mut read =
            Content { line: self.line(&media.pointer), media_type: Some((*chosen).to_owned()), ..Content::default() };
        read.examples = self.examples(media);
        if let Some(schema) = media.step("schema") {
            read.root = self.field("", &schema);
            // A model of the whole body often has the example.
            let example = read.root.example.take().filter(|_| read.examples.is_empty());
            read.examples.extend(example.and_then(|value| self.example(&value, "", &schema.pointer)));
        }
        let known = "schema example examples encoding";
        self.refuse_others(media, known, "the draft does not know this property of a body");
        media.value.is_object().then_some(read)
    }

    /// The examples beside a schema: `example`, or `examples`, which is an object of `{summary, value}` or a list of values.
    fn examples(&mut self, media: &Node<'a>) -> Vec<Example> {
        let mut values: Vec<_> = media.step("example").map(|one| ("", one)).into_iter().collect();
        for (key, example) in media.below("examples").entries() {
            let name = example.text("summary").or_else(|| example.text("description")).unwrap_or(key);
            match example.step("value") {
                Some(value) => values.push((name, value)),
                None => self.refuse(&example.pointer.join("value"), "an example without a value"),
            }
        }
        values.extend(media.below("examples").items().into_iter().map(|one| ("", one)));
        values.into_iter().filter_map(|(name, one)| self.example(one.value, name, &one.pointer)).collect()
    }

    /// Reads one example. A text that begins like an object or a list is JSON, perhaps with comments and trailing commas.
    fn example(&mut self, value: &Value, name: &str, at: &Pointer) -> Option<Example> {
        let (line, name) = (self.line(at), name.to_owned());
        let Some(text) = value.as_str().filter(|text| text.trim_start().starts_with(['{', '['])) else {
            let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
            return (!is_empty).then(|| Example { line, name, value: value.clone(), cut: false });
        };
        let lines: Vec<_> = text::plain(text).into_iter().map(|text| Line { number: line, ..text }).collect();
        let (example, rest, taken) = sample::read(&lines, |_| false)?;
        self.unread.extend(lines[taken..].iter().map(|line| text::unread(line, "text behind the example")));
        self.unread.extend(rest);
        Some(Example { name, ..example })
    }

    fn responses(&mut self, operation: &Node<'a>) -> Vec<Response> {
        let mut read = Vec::new();
        for (key, response) in operation.below("responses").entries() {
            // A second response of one status has a key of its own: `x-401:Name`.
            let digits: String = key.trim_start_matches("x-").chars().take_while(char::is_ascii_digit).collect();
            let Some(status) = digits.parse().ok().filter(|status| (100..600).contains(status)) else {
                self.refuse(&response.pointer, "a response without a status code");
                continue;
            };
            let line = self.line(&response.pointer);
            let response = self.resolved(response);
            let name = response.text("x-apidog-name").or_else(|| response.text("description"));
            let content = self.content(&response).unwrap_or(Content { line, ..Content::default() });
            let why = "a header of a response; the client does not read it";
            response.step("headers").iter().for_each(|headers| self.refuse_others(headers, "", why));
            read.push(Response { status, name: name.unwrap_or_default().to_owned(), content });
        }
        read
    }
}

/// Whether a name is one of several, between blanks.
fn is_one_of(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

/// The end of a pointer, for a person.
fn shown(at: &Pointer) -> String {
    let steps: Vec<_> = at.steps().collect();
    steps[steps.len().saturating_sub(2)..].join(" › ")
}
