//! The content of a page, section by section, as printed.

use super::sample::{Curl, Example};
use super::table::Row;
use super::text::Line;

/// The content of a page.
#[derive(Debug)]
pub struct Page {
    pub title: String,
    pub method: String,
    /// As printed, without the host.
    pub path: String,
    /// The portal's number of the page, if the file contains it.
    pub number: Option<String>,
    /// The badge Developing.
    pub developing: bool,
    pub headers: Vec<Row>,
    pub in_path: Vec<Row>,
    pub in_query: Vec<Row>,
    /// Whether a row of the parameters could not be read.
    pub parameters_cut: bool,
    pub body: Option<Content>,
    pub curl: Option<Curl>,
    pub responses: Vec<Response>,
    /// The day of "Modified at".
    pub modified: Option<String>,
    /// Whether the section Request samples exists, so that everything above it is complete.
    pub sampled: bool,
    pub unread: Vec<Unread>,
}

/// A body of the request or of a response.
#[derive(Debug, Default)]
pub struct Content {
    pub line: usize,
    pub media_type: Option<String>,
    pub rows: Vec<Row>,
    /// Whether the table ends with the page or inside a row, or has a row that cannot be read.
    pub cut: bool,
    pub example: Option<Example>,
}

/// One response: status code, name and body.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub name: String,
    pub content: Content,
}

/// A line that is not in the draft, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    pub line: usize,
    pub text: String,
    pub why: String,
}

pub(super) fn unread(line: &Line, why: &str) -> Unread {
    Unread { line: line.number, text: line.text.clone(), why: why.into() }
}
