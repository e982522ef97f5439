//! The lines of text that a visitor of a page sees.

use super::page::Unread;

/// One line of the page that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line number, from 1. In a page saved as HTML, the lines of its text are counted.
    pub number: usize,
    pub text: String,
    /// The nesting depth of its element, in a page saved as HTML.
    pub depth: Option<usize>,
}

pub(super) fn unread(line: &Line, why: &str) -> Unread {
    Unread { line: line.number, text: line.text.clone(), why: why.into() }
}

/// The lines of plain text.
pub(super) fn plain(text: &str) -> Vec<Line> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let lines = numbered.filter(|(_, line)| !line.is_empty());
    lines.map(|(number, line)| Line { number, text: line.to_owned(), depth: None }).collect()
}
