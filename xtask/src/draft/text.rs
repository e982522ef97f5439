//! A saved file → the lines of text that a reader of the page sees.

use anyhow::{Result, bail};

use super::html;

/// One line of the page that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1; of a page saved as HTML, the lines of its text are counted.
    pub number: usize,
    pub text: String,
    /// How deeply its element is nested, in a page saved as HTML.
    pub depth: Option<usize>,
}

/// What the file says, and the portal page's number if the file tells it.
#[derive(Debug)]
pub struct Text {
    pub lines: Vec<Line>,
    pub page: Option<String>,
}

/// Reads a page as plain text or as HTML, whichever it is.
pub fn read(bytes: &[u8]) -> Result<Text> {
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) else {
        bail!("this is no UTF-8 text: save the page as text (UTF-8) or as HTML, not as PDF or as a web archive");
    };
    if text.contains('\0') {
        bail!("this is no text: save the page as text (UTF-8) or as HTML, not as PDF or as a web archive");
    }
    let text = if html::is_html(text) { html::read(text) } else { plain(text) };
    if text.lines.is_empty() {
        bail!("the file holds no text: open the page in a browser, wait until it shows the tables, and save it again");
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
