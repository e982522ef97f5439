//! What a page says, section by section, as printed.

use anyhow::Result;

use super::head::{self, Head};
use super::sample::{Curl, Example};
use super::sections;
use super::table::Row;
use super::text::{Line, Text};

/// What the page says.
#[derive(Debug)]
pub struct Page {
    pub title: String,
    pub method: String,
    /// As printed, without the host.
    pub path: String,
    /// The portal's number of the page, if the file tells it.
    pub number: Option<String>,
    /// The badge Developing.
    pub developing: bool,
    pub headers: Vec<Row>,
    pub in_path: Vec<Row>,
    pub in_query: Vec<Row>,
    /// A row of the parameters cannot be read.
    pub parameters_cut: bool,
    pub body: Option<Content>,
    pub curl: Option<Curl>,
    pub answers: Vec<Answer>,
    /// The day of "Modified at".
    pub modified: Option<String>,
    /// The section Request samples is there, so that what stands above it is whole.
    pub sampled: bool,
    pub unread: Vec<Unread>,
}

/// A body: of the request, or of an answer.
#[derive(Debug, Default)]
pub struct Content {
    pub line: usize,
    pub media_type: Option<String>,
    pub rows: Vec<Row>,
    /// The table ends with the page, or inside a row, or a row of it cannot be read.
    pub cut: bool,
    pub example: Option<Example>,
}

/// One status.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub name: String,
    pub content: Content,
}

/// A line that the draft does not hold, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    pub line: usize,
    pub text: String,
    pub why: String,
}

/// Reads the page, or says why no operation can be made of it.
pub fn read(text: Text) -> Result<Page> {
    let (head, taken) = head::read(&text.lines)?;
    let Head { title, method, path, developing, unread } = head;
    let page = Page {
        title,
        method,
        path,
        number: text.page,
        developing,
        headers: Vec::new(),
        in_path: Vec::new(),
        in_query: Vec::new(),
        parameters_cut: false,
        body: None,
        curl: None,
        answers: Vec::new(),
        modified: None,
        sampled: false,
        unread,
    };
    Ok(sections::read(&text.lines[taken..], page))
}

pub(super) fn unread(line: &Line, why: &str) -> Unread {
    Unread { line: line.number, text: line.text.clone(), why: why.into() }
}
