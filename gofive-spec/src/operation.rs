//! The operations of the API, and the webhooks that it calls.

use std::collections::BTreeMap;
use std::fmt;

use crate::node::{Node, ObjectNode};
use crate::{
    Body, Direction, Evidence, Example, Idempotency, Observed, Paging, ParsePointerError, Pointer, Response, Schema,
    SpecError,
};

type Result<T> = std::result::Result<T, SpecError>;

/// An operation of the API, or a webhook that the API calls.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// Its location in the document.
    pub pointer: Pointer,
    /// Whether it is a webhook. The API sends its body, and the program receives it.
    pub is_webhook: bool,
    /// The product whose document the operation belongs to, if it is another one: `venio` for the token operation.
    pub product: Option<String>,
    /// The `operationId`: the name of the method in Rust.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template, `/v1/case/{caseNo}`; for a webhook, its name.
    pub path: String,
    /// The group of the portal's sidebar; empty for a webhook.
    pub group: String,
    /// What it does, in one line.
    pub summary: String,
    /// What it does and when to use it, in Markdown.
    pub description: String,
    /// The title in the portal's sidebar; empty for a webhook.
    pub title: String,
    /// The portal page that documents it: `api-13759273`.
    pub page: Option<String>,
    /// Another source, in words.
    pub source: Option<String>,
    /// The date of the portal page's last change: `2025-03-03`.
    pub modified: Option<String>,
    /// Whether a person has compared it with its source; `false` for one that is only drafted from the portal's page.
    pub is_reviewed: bool,
    /// How well it is known.
    pub evidence: Evidence,
    /// How many of its responses were observed, if the spec learnt from them.
    pub observed: Option<Observed>,
    /// Whether it may be sent twice.
    pub idempotency: Idempotency,
    /// Whether it needs the bearer token. Every operation needs the subscription key.
    pub needs_token: bool,
    /// The parameters, in the order of the document.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The documented responses, by HTTP status code.
    pub responses: BTreeMap<u16, Response>,
    /// The responses with any other status code of a range, by its first digit: 4 for `4XX`.
    pub response_ranges: BTreeMap<u8, Response>,
    /// The locations of the payload in the success body, innermost first. [`Self::payload`] follows them.
    pub payload_pointers: Vec<Pointer>,
    /// How it pages, if it does.
    pub paging: Option<Paging>,
    /// Contradictions and mistakes of the sources, one sentence each.
    pub oddities: Vec<String>,
    /// What is missing and not known, in words: `request example: the page has none`.
    pub unknown: Vec<String>,
}

/// The HTTP method of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`
    #[default]
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `PATCH`
    Patch,
}

/// A parameter in the path or in the query.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its location in the document.
    pub pointer: Pointer,
    /// The name on the wire.
    pub name: String,
    /// Where in the request it is sent.
    pub location: ParameterLocation,
    /// Whether it is required.
    pub required: bool,
    /// What it is; empty if it is not described.
    pub description: String,
    /// The schema of its value.
    pub schema: Schema,
    /// A documented value: `documented` if the page of the operation has it, `assembled` if another page has it.
    pub example: Option<Example>,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParameterLocation {
    /// As a segment of the path.
    Path,
    /// In the query.
    Query,
}

/// A segment of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// A text that is the same in every request.
    Literal(&'a str),
    /// The value of the parameter with this name.
    Parameter(&'a str),
}

impl Operation {
    /// The schema of the request body.
    pub fn request_schema(&self) -> Option<&Schema> {
        self.body.as_ref().map(|body| &body.content.schema)
    }

    /// The documented request bodies.
    pub fn request_examples(&self) -> &[Example] {
        self.body.as_ref().map_or(&[], |body| &body.content.examples)
    }

    /// The first documented success, with its HTTP status code.
    pub fn success(&self) -> Option<(u16, &Response)> {
        self.successes().next()
    }

    /// All documented successes, with their HTTP status codes. The linter accepts exactly one.
    pub fn successes(&self) -> impl Iterator<Item = (u16, &Response)> {
        self.responses.range(200..300).map(|(status, response)| (*status, response))
    }

    /// The HTTP status code of the first documented success; 200 if there is none.
    pub fn success_status(&self) -> u16 {
        self.success().map_or(200, |(status, _)| status)
    }

    /// The schema of the success body.
    pub fn success_schema(&self) -> Option<&Schema> {
        Some(&self.success()?.1.content.as_ref()?.schema)
    }

    /// All responses: those with a status code, then those with a range of them.
    pub fn all_responses(&self) -> impl Iterator<Item = &Response> {
        self.responses.values().chain(self.response_ranges.values())
    }

    /// The documented success bodies.
    pub fn response_examples(&self) -> &[Example] {
        let content = self.success().and_then(|(_, response)| response.content.as_ref());
        content.map_or(&[], |content| &content.examples)
    }

    /// The parameters that are sent at this location, in the order of the document.
    pub fn parameters_in(&self, location: ParameterLocation) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.location == location)
    }

    /// The segments of the path template; a slash at the end is ignored.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.strip_suffix('/').unwrap_or(path).split('/').map(Segment::of)
    }

    /// All schemas of its parameters, body and responses, each with the direction in which the program uses it.
    pub fn schemas(&self) -> impl Iterator<Item = (Direction, &Schema)> {
        let sent = if self.is_webhook { Direction::Response } else { Direction::Request };
        let parameters = self.parameters.iter().map(|parameter| &parameter.schema);
        let bodies = self.all_responses().filter_map(|response| response.content.as_ref());
        let received = bodies.map(|content| (Direction::Response, &content.schema));
        parameters.chain(self.request_schema()).map(move |schema| (sent, schema)).chain(received)
    }

    /// Whether `x-gofive-unknown` says that this part is missing: `request example`, `response example`.
    pub fn is_unknown(&self, part: &str) -> bool {
        self.unknown.iter().any(|entry| entry.starts_with(part))
    }

    pub(crate) fn read(node: &Node<'_>, method: Method, path: &str, context: &Context<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let id = object.required("operationId")?.text()?;
        let tags = object.texts("tags")?;
        if tags.len() > 1 {
            return Err(node.error("an operation has one tag: its group"));
        }
        let security = object.optional("security").map(|node| needs_token(&node)).transpose()?;
        let idempotency = object.optional("x-gofive-idempotency");
        // The name of the extension in older bundles.
        let idempotency = idempotency.or_else(|| object.optional("x-gofive-retry"));
        let optional = |node: Option<Node<'_>>| node.map(|node| node.text()).transpose();
        let (responses, response_ranges) = responses(&object.entries("responses")?, context)?;
        let operation = Self {
            pointer: node.pointer.clone(),
            is_webhook: context.is_webhook,
            product: optional(object.optional("x-gofive-product"))?,
            id,
            method,
            path: path.to_owned(),
            group: tags.into_iter().next().unwrap_or_default(),
            summary: object.text("summary")?,
            description: object.text("description")?,
            title: object.text("x-gofive-title")?,
            page: optional(object.optional("x-gofive-page"))?,
            source: optional(object.optional("x-gofive-source"))?,
            modified: optional(object.optional("x-gofive-modified"))?,
            is_reviewed: object.optional("x-gofive-reviewed").map_or(Ok(true), |node| node.flag())?,
            evidence: object
                .optional("x-gofive-evidence")
                .map_or(Ok(Evidence::default()), |node| Evidence::read(&node))?,
            observed: object.optional("x-gofive-observed").map(|node| Observed::read(&node)).transpose()?,
            idempotency: idempotency.map_or(Ok(Idempotency::default()), |node| Idempotency::read(&node))?,
            needs_token: security.unwrap_or(context.needs_token && !context.is_webhook),
            parameters: object.items("parameters")?.iter().map(Parameter::read).collect::<Result<_>>()?,
            body: object.optional("requestBody").map(|node| Body::read(&node)).transpose()?,
            responses,
            response_ranges,
            payload_pointers: object.items("x-gofive-payload")?.iter().map(pointer).collect::<Result<_>>()?,
            paging: object.optional("x-gofive-paging").map(|node| Paging::read(&node)).transpose()?,
            oddities: object.texts("x-gofive-oddities")?,
            unknown: object.texts("x-gofive-unknown")?,
        };
        object.finish()?;
        Ok(operation)
    }
}

/// What an operation needs to know about the document.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) is_webhook: bool,
    /// Whether an operation without `security` needs the token.
    pub(crate) needs_token: bool,
    pub(crate) shared_responses: &'a BTreeMap<String, Response>,
}

type Responses = (BTreeMap<u16, Response>, BTreeMap<u8, Response>);

fn responses(entries: &[(&str, Node<'_>)], context: &Context<'_>) -> Result<Responses> {
    let (mut responses, mut ranges) = Responses::default();
    for (name, node) in entries {
        let is_status = name.len() == 3 && name.bytes().all(|digit| digit.is_ascii_digit());
        let status = name.parse().ok().filter(|status| is_status && (100..600).contains(status));
        let range = name.strip_suffix("XX").and_then(|digit| digit.parse().ok()).filter(|digit| (1..6).contains(digit));
        let response = Response::read(node, context.shared_responses)?;
        match (status, range) {
            (Some(status), _) => drop(responses.insert(status, response)),
            (None, Some(range)) => drop(ranges.insert(range, response)),
            (None, None) => {
                return Err(node.error(format!("`{name}` is not an HTTP status code or a range: 200, 4XX")));
            }
        }
    }
    Ok((responses, ranges))
}

fn pointer(node: &Node<'_>) -> Result<Pointer> {
    node.text()?.parse().map_err(|error: ParsePointerError| node.error(error.to_string()))
}

/// Reads security requirements. They know two schemes, `bearer` and `subscriptionKey`.
pub(crate) fn needs_token(node: &Node<'_>) -> Result<bool> {
    let mut needs_token = false;
    for requirement in node.items()? {
        let mut object = requirement.object()?;
        for scheme in ["bearer", "subscriptionKey"] {
            if let Some(scopes) = object.optional(scheme) {
                if !scopes.items()?.is_empty() {
                    return Err(scopes.error("the API has no scopes: write []"));
                }
                needs_token |= scheme == "bearer";
            }
        }
        object.finish()?;
    }
    Ok(needs_token)
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 5] = [Self::Get, Self::Put, Self::Post, Self::Delete, Self::Patch];

    /// The method as in a request: `POST`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
        }
    }

    /// The method as a key of the document: `post`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Post => "post",
            Self::Delete => "delete",
            Self::Patch => "patch",
        }
    }

    pub(crate) fn of_key(key: &str, node: &Node<'_>) -> Result<Self> {
        Self::ALL.into_iter().find(|method| method.key() == key).ok_or_else(|| {
            let known = Self::ALL.map(Self::key).join(", ");
            node.error(format!("`{key}` is not one of {known}"))
        })
    }
}

/// The method as in a request.
impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Parameter {
    fn read(node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let location = object.required("in")?;
        let location = match location.text()?.as_str() {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            other => return Err(location.error(format!("`{other}` is not one of path, query"))),
        };
        let parameter = Self {
            pointer: node.pointer.clone(),
            name: object.required("name")?.text()?,
            location,
            required: object.flag("required")?,
            description: object.text("description")?,
            schema: Schema::read(&object.required("schema")?)?,
            example: parameter_example(&mut object)?,
        };
        object.finish()?;
        Ok(parameter)
    }
}

/// Reads `example`, or the only one of `examples`.
fn parameter_example(object: &mut ObjectNode<'_>) -> Result<Option<Example>> {
    let named = object.entries("examples")?;
    match (object.optional("example"), named.as_slice()) {
        (example, []) => Ok(example.as_ref().map(Example::of_page)),
        (None, [(name, example)]) => Example::read(name, example).map(Some),
        _ => Err(object.node.error("a parameter has one example")),
    }
}

impl ParameterLocation {
    /// The name of the location in the document: `path`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
        }
    }
}

impl<'a> Segment<'a> {
    fn of(text: &'a str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Self::Parameter(name),
            None => Self::Literal(text),
        }
    }
}
