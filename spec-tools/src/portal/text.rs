//! Reads a saved file into the lines of text that a visitor of the page sees.

use anyhow::{Result, bail};

use super::html;

/// One line of the page that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line number, from 1. In a page saved as HTML, the lines of its text are counted.
    pub number: usize,
    pub text: String,
    /// The nesting depth of its element, in a page saved as HTML.
    pub depth: Option<usize>,
}

/// The lines of the file, and the portal page's number if the file contains it.
#[derive(Debug)]
pub struct Text {
    pub lines: Vec<Line>,
    pub page: Option<String>,
}

/// Reads a page, plain text or HTML.
pub fn read(bytes: &[u8]) -> Result<Text> {
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) else {
        bail!("this is not UTF-8 text: save the page as text (UTF-8) or as HTML, not as PDF or as a web archive");
    };
    if text.contains('\0') {
        bail!("this is not text: save the page as text (UTF-8) or as HTML, not as PDF or as a web archive");
    }
    let text = if html::is_html(text) { html::read(text) } else { plain(text) };
    if text.lines.is_empty() {
        bail!("the file has no text: open the page in a browser, wait until it shows the tables, and save it again");
    }
    Ok(text)
}

fn plain(text: &str) -> Text {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let lines = numbered.filter(|(_, line)| !line.is_empty()).map(|(number, line)| Line {
        number,
        text: line.to_owned(),
        depth: None,
    });
    Text { lines: lines.collect(), page: None }
}
