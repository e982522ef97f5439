//! The content of a page, as printed, whatever it was read from: a saved text, HTML, Markdown or an export of a project.

use std::fmt;

use gofive_spec::{Format, Method};
use serde::Serialize;
use serde_json::{Map, Value};

/// The page of one operation.
///
/// Serializing it gives what the page says beside the method, without the file and the lines that it was read from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Page {
    pub title: String,
    /// The folders of the sidebar, outermost first; empty if the source does not have them.
    pub folder: Vec<String>,
    #[serde(skip)]
    pub method: Method,
    /// The path template, without the host.
    pub path: String,
    /// The portal's number of the page, `api-13759273`, if the source contains it.
    pub number: Option<String>,
    /// The day of "Modified at".
    pub modified: Option<String>,
    /// The badge or the state: `released`, `developing`, `deprecated`.
    pub status: Option<String>,
    /// The page's text about the operation.
    pub words: Vec<String>,
    /// Whether a request needs the token, if the page says so.
    pub needs_token: Option<bool>,
    pub parameters: Vec<(Location, Field)>,
    /// Whether a row of the parameters could not be read.
    pub parameters_cut: bool,
    pub body: Option<Content>,
    pub curl: Option<Curl>,
    pub responses: Vec<Response>,
    /// Whether the source contains the whole request, so that nothing that it lacks was cut.
    pub whole_request: bool,
    /// Whether the source is text without a type for each value, which ends with the day of the last change.
    #[serde(skip)]
    pub is_text: bool,
    /// The file that the page was read from, and the page's first line in it.
    #[serde(skip)]
    pub file: String,
    #[serde(skip)]
    pub line: usize,
    /// What the reader assumed, for the maintainer to check.
    #[serde(skip)]
    pub assumed: Vec<String>,
    #[serde(skip)]
    pub unread: Vec<Unread>,
}

/// Where a parameter is sent. The spec has no header parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    Header,
    Path,
    Query,
}

/// A value with its name and type: a parameter, a property, an alternative, or the root of a body.
///
/// A draft has the same fields, with types that their examples fit, too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Field {
    /// 0 in a draft, so that equal fields of two pages are equal.
    #[serde(skip)]
    pub line: usize,
    /// How many elements its row is inside of, in a page saved as HTML.
    #[serde(skip)]
    pub depth: Option<usize>,
    /// Empty for the root of a body and for an alternative.
    pub name: String,
    pub kind: Type,
    pub nullable: bool,
    /// `None`: the page does not say whether it is required.
    pub required: Option<bool>,
    /// The page's description.
    pub words: Vec<String>,
    pub example: Option<Value>,
    /// The values of an enumeration; empty if only the words may have them.
    pub values: Vec<Meaning>,
    /// The limits that the spec knows, by keyword: `maxLength`.
    pub limits: Map<String, Value>,
    /// The name of the portal's model, in any language.
    pub model: Option<String>,
    /// The properties of an object, or of the items of a list.
    pub fields: Vec<Field>,
    /// Whether there may be more properties, because the table is cut or a row could not be placed; in a draft, also whether an
    /// enumeration may have more values.
    pub open: bool,
    /// The format of a text that the page names; in a draft, the one in which the examples are written, too.
    #[serde(skip)]
    pub format: Option<Format>,
    /// Whether the table lacks it.
    #[serde(skip)]
    pub only_in_example: bool,
    /// The name of its schema in the draft, unless that follows from the property that it is.
    #[serde(skip)]
    pub schema_name: Option<String>,
}

/// A type as the portal names it, or of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Type {
    Text,
    Integer,
    Number,
    Boolean,
    Object,
    /// `any` or `null`; in a draft, also what is contradictory.
    #[default]
    Any,
    List(Box<Type>),
    /// `enum<string>`.
    Enum(Box<Type>),
    /// One of several: the alternatives are the fields.
    Either,
    /// Only in a draft: an identifier (by its name) that is sometimes a string and sometimes a number.
    Id,
    /// Only in a draft: common.yaml's `Status`.
    Status,
}

/// One value of an enumeration, and its meaning in the page's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meaning {
    pub value: Value,
    pub words: String,
}

/// A body of the request or of a response.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Content {
    #[serde(skip)]
    pub line: usize,
    pub media_type: Option<String>,
    pub root: Field,
    /// Whether the table ends with the page or inside a row, or has a row that cannot be read.
    pub cut: bool,
    /// Whether the table has a row of which it is not clear what it is inside of.
    pub unplaced: bool,
    pub examples: Vec<Example>,
}

/// A JSON example.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    #[serde(skip)]
    pub line: usize,
    /// The page's words about it.
    pub name: String,
    /// The value; for a cut example, the part before the cut.
    pub value: Value,
    /// Whether it is cut or is not JSON, so that only its nesting is used.
    pub cut: bool,
}

/// One response: status code, name and body.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    pub status: u16,
    pub name: String,
    pub content: Content,
}

/// The curl command of the page.
#[derive(Clone, Debug, Serialize)]
pub struct Curl {
    pub method: Option<String>,
    pub url: Option<String>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
}

/// A line that is not in the draft, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    pub line: usize,
    pub text: String,
    pub why: String,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: `{}`: {}", self.line, self.text, self.why)
    }
}

impl Page {
    /// The fields of the parameters that are sent at this location.
    pub fn parameters_in(&self, location: Location) -> impl Iterator<Item = &Field> {
        self.parameters.iter().filter(move |(own, _)| *own == location).map(|(_, field)| field)
    }

    /// The first response that is a success.
    pub fn success(&self) -> Option<&Response> {
        self.responses.iter().find(|response| (200..300).contains(&response.status))
    }
}

impl Field {
    /// A field about which nothing but its name and type is known.
    pub fn new(line: usize, name: &str, kind: Type) -> Self {
        Self { line, name: name.to_owned(), kind, ..Self::default() }
    }

    /// An item of it, if it is a list.
    pub fn item(&self) -> Option<Self> {
        let Type::List(item) = &self.kind else { return None };
        Some(Self { kind: (**item).clone(), ..self.clone() })
    }
}

impl Content {
    /// Whether the page has a table of it.
    pub fn has_table(&self) -> bool {
        !self.root.fields.is_empty() || !matches!(self.root.kind, Type::Object | Type::Any)
    }

    /// The first example, unless it is cut.
    pub fn whole_example(&self) -> Option<&Example> {
        self.examples.first().filter(|example| !example.cut)
    }
}

impl Type {
    /// The type, for a sentence: "a string".
    pub fn words(&self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Object | Self::Status => "an object",
            Self::Any => "anything",
            Self::List(_) => "an array",
            Self::Enum(_) => "an enumeration",
            Self::Id | Self::Either => "one of several types",
        }
    }

    /// The type of a list's items, or the type itself.
    pub fn of_item(&self) -> &Self {
        if let Self::List(item) = self { item.of_item() } else { self }
    }

    /// Whether it has properties, or has items that have them.
    pub fn has_properties(&self) -> bool {
        *self.of_item() == Self::Object
    }
}
