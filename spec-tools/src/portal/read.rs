//! Reads a saved file: its lines, then the head and the sections of the page.

use anyhow::{Result, bail};

use super::head::{self, Head};
use super::html;
use super::page::Page;
use super::sections;
use super::text::{Line, Text};

/// Reads a page. Fails if the page does not describe an operation.
pub(super) fn read(bytes: &[u8]) -> Result<Page> {
    let text = lines(bytes)?;
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
        responses: Vec::new(),
        modified: None,
        sampled: false,
        unread,
    };
    Ok(sections::read(&text.lines[taken..], page))
}

/// The lines of a page, plain text or HTML.
fn lines(bytes: &[u8]) -> Result<Text> {
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
