//! Reads whatever a person has of the portal: an index, pages as text, HTML or Markdown, the export of a project.

use anyhow::{Context as _, Result, bail};

use super::document::{self, Surroundings};
use super::head;
use super::html;
use super::index::{self, Index};
use super::markdown;
use super::page::{Page, Unread};
use super::sections;
use super::text::plain;

/// The limit of a file's size. The pages of a whole project have a fraction of it.
const MAX_BYTES: usize = 16 << 20;

/// What was read of the portal.
#[derive(Debug, Default)]
pub struct Portal {
    pub pages: Vec<Page>,
    pub indexes: Vec<Index>,
    /// What is in a file beside pages and cannot be read, by the file's name.
    pub unread: Vec<(String, Unread)>,
}

impl Portal {
    /// Reads a file of any form. `name` is the file's name in errors and reports.
    ///
    /// # Errors
    /// If the file is neither an index nor describes an operation.
    pub fn read(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let text = decode(bytes)?;
        if text.len() > MAX_BYTES {
            bail!("more than {} MiB: export the project in parts", MAX_BYTES >> 20);
        }
        if index::is_index(text) {
            let index = index::read(text);
            self.unread.extend(index.unread.iter().map(|unread| (name.to_owned(), unread.clone())));
            self.indexes.push(index);
            return Ok(());
        }
        let (pages, unread) = if markdown::is_markdown(text) {
            markdown::read(name, text)
        } else if markdown::is_openapi(text) {
            document::read(text, Surroundings { file: name, line: 1, heading: None })
        } else {
            (vec![Page { file: name.to_owned(), ..page_of_text(text)? }], Vec::new())
        };
        if let Some(first) = unread.first().filter(|_| pages.is_empty()) {
            bail!("no operation can be read: line {}: `{}`: {}", first.line, first.text, first.why);
        }
        if pages.is_empty() {
            bail!("no operation can be read: the document has no paths");
        }
        self.unread.extend(unread.into_iter().map(|unread| (name.to_owned(), unread)));
        self.pages.extend(pages);
        Ok(())
    }
}

/// Reads a page that was saved as text or as HTML.
fn page_of_text(text: &str) -> Result<Page> {
    let (lines, number) = if html::is_html(text) { html::read(text)? } else { (plain(text), None) };
    if lines.is_empty() {
        bail!("the file has no text: open the page in a browser, wait until it shows the tables, and save it again");
    }
    let (page, taken) = head::read(&lines)?;
    Ok(sections::read(&lines[taken..], Page { number, ..page }))
}

/// The text of a file.
fn decode(bytes: &[u8]) -> Result<&str> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok();
    text.filter(|text| !text.contains('\0'))
        .context("this is not UTF-8 text: save the page as text (UTF-8) or as HTML, not as PDF or as a web archive")
}
