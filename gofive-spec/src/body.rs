//! The bodies of requests and responses, with their schemas and examples.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::node::Node;
use crate::{Pointer, Schema, SpecError};

type Result<T> = std::result::Result<T, SpecError>;

/// The media type of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaType {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`, only in requests.
    Form,
}

/// The body of a request, or of a webhook.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Body {
    /// The location of the `requestBody` in the document.
    pub pointer: Pointer,
    /// What the body means; empty if it is not described.
    pub description: String,
    /// Whether a request without a body is refused.
    pub required: bool,
    /// How the body is written.
    pub media_type: MediaType,
    /// The schema and the examples.
    pub content: Content,
}

/// A response of an operation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The location of the response; for a shared response, its location in `/components/responses`.
    pub pointer: Pointer,
    /// The name in `/components/responses`, if several operations share it.
    pub shared: Option<String>,
    /// What the response means.
    pub description: String,
    /// The schema and the examples of the JSON body; `None` if the document has no body.
    pub content: Option<Content>,
}

/// The schema and the examples of a body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Content {
    /// The location of the media type in the document.
    pub pointer: Pointer,
    /// The schema of the body.
    pub schema: Schema,
    /// The documented bodies.
    pub examples: Vec<Example>,
}

/// A documented body, or the documented value of a parameter.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Example {
    /// The location of the body in the document.
    pub pointer: Pointer,
    /// The name: `documented` for one of the portal, `assembled` for one from values of other pages.
    pub name: String,
    /// Where the example is from; empty if it is not known.
    pub summary: String,
    /// The body, or the value of the parameter.
    pub value: Value,
    /// The body as the portal prints it, if `value` is adapted to the page's table: `x-gofive-portal`.
    pub printed: Option<Value>,
}

impl MediaType {
    /// The media type as in the `Content-Type` of a request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Body {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let content = object.required("content")?;
        let entries = content.entries()?;
        let [(media_type, media)] = entries.as_slice() else {
            return Err(content.error(format!("a body has one media type, not {}", entries.len())));
        };
        let known = [MediaType::Json, MediaType::Form].into_iter().find(|known| known.name() == *media_type);
        let Some(media_type) = known else {
            return Err(media.error(format!("the media type `{media_type}` is not supported")));
        };
        let body = Self {
            pointer: node.pointer.clone(),
            description: object.text("description")?,
            required: object.flag("required")?,
            media_type,
            content: Content::read(media)?,
        };
        object.finish()?;
        Ok(body)
    }
}

impl Response {
    /// Reads a response of an operation, which may be a reference to one of the shared responses.
    pub(crate) fn read(node: &Node<'_>, shared: &BTreeMap<String, Self>) -> Result<Self> {
        let mut object = node.object()?;
        if let Some(target) = object.optional("$ref") {
            object.finish()?;
            let name = target.reference("responses")?;
            let response =
                shared.get(&name).ok_or_else(|| target.error(format!("the response `{name}` does not exist")))?;
            return Ok(Self { shared: Some(name), ..response.clone() });
        }
        let mut content = None;
        for (media_type, media) in object.entries("content")? {
            if media_type != MediaType::Json.name() {
                return Err(media.error(format!("the media type `{media_type}` is not supported in a response")));
            }
            content = Some(Content::read(&media)?);
        }
        let pointer = node.pointer.clone();
        let response = Self { pointer, shared: None, description: object.text("description")?, content };
        object.finish()?;
        Ok(response)
    }
}

impl Content {
    fn read(node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let schema = Schema::read(&object.required("schema")?)?;
        let mut examples = Vec::new();
        for (name, example) in object.entries("examples")? {
            examples.push(Example::read(name, &example)?);
        }
        object.finish()?;
        Ok(Self { pointer: node.pointer.clone(), schema, examples })
    }
}

impl Example {
    pub(crate) fn read(name: &str, node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let value = object.required("value")?;
        let example = Self {
            pointer: value.pointer,
            name: name.to_owned(),
            summary: object.text("summary")?,
            value: value.value.clone(),
            printed: object.optional("x-gofive-portal").map(|node| node.value.clone()),
        };
        object.finish()?;
        Ok(example)
    }

    /// The value that the portal's page has for a parameter.
    pub(crate) fn of_page(node: &Node<'_>) -> Self {
        let (pointer, value) = (node.pointer.clone(), node.value.clone());
        Self { pointer, name: "documented".to_owned(), summary: String::new(), value, printed: None }
    }
}
