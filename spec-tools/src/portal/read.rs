//! Reads whatever a person has of the portal: an index, pages as text, HTML or Markdown, the export of a project.

use anyhow::{Context as _, Result, bail};
use gofive_spec::Method;

use super::document::{self, HOST};
use super::index::{self, Entry};
use super::markdown;
use super::page::{Page, Unread};
use super::sections;
use super::text::{self, Line};

/// The limit of a file's size. The pages of a whole project have a fraction of it.
const MAX_BYTES: usize = 16 << 20;

/// What was read of the portal.
#[derive(Debug, Default)]
pub struct Portal {
    pub pages: Vec<Page>,
    /// The pages that each index lists.
    pub indexes: Vec<Vec<Entry>>,
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
            let (entries, unread) = index::read(text);
            self.unread.extend(unread.into_iter().map(|unread| (name.to_owned(), unread)));
            self.indexes.push(entries);
            return Ok(());
        }
        let (pages, unread) = if markdown::is_markdown(text) {
            markdown::read(name, text)
        } else if markdown::is_openapi(text) {
            document::read(text, &Page { file: name.to_owned(), line: 1, ..Page::default() })
        } else {
            (vec![Page { file: name.to_owned(), ..page_of_text(text)? }], Vec::new())
        };
        if pages.is_empty() {
            let why = unread.first().map_or("the document has no paths".to_owned(), Unread::to_string);
            bail!("no operation can be read: {why}");
        }
        self.unread.extend(unread.into_iter().map(|unread| (name.to_owned(), unread)));
        self.pages.extend(pages);
        Ok(())
    }
}

/// Reads a page that was saved as text or as HTML.
fn page_of_text(file: &str) -> Result<Page> {
    let (lines, number) = if text::is_html(file) { text::html(file)? } else { (text::plain(file), None) };
    if lines.is_empty() {
        bail!("the file has no text: open the page in a browser, wait until it shows the tables, and save it again");
    }
    let (page, taken) = head(&lines)?;
    Ok(sections::read(&lines[taken..], Page { number, line: 1, ..page }))
}

/// The text of a file.
fn decode(bytes: &[u8]) -> Result<&str> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok();
    text.filter(|text| !text.contains('\0'))
        .context("this is not UTF-8 text: save the page as text (UTF-8) or as HTML, not as PDF or as a web archive")
}

/// Reads the head of a page, above its sections: title, method and address, which are all required. Also returns its number of lines.
fn head(lines: &[Line]) -> Result<(Page, usize)> {
    let (method, address) = address(lines)?;
    let (title, unread, status) = title(&lines[..address - 1])?;
    let path = path(&lines[address])?;
    Ok((Page { status, is_text: true, unread, title, method, path, ..Page::default() }, address + 1))
}

/// The method, and the index of the address below it.
fn address(lines: &[Line]) -> Result<(Method, usize)> {
    let is_address = |line: &&Line| line.text.starts_with("http://") || line.text.starts_with("https://");
    let methods = || lines.iter().enumerate().filter_map(|(index, line)| Some((method(line)?, index + 1)));
    let pair = methods().find(|(_, below)| lines.get(*below).is_some_and(|line| is_address(&line)));
    match (pair, methods().next(), lines.iter().find(is_address)) {
        (Some(pair), ..) => Ok(pair),
        (None, Some((method, below)), _) => {
            let number = lines[below - 1].number;
            let below = lines.get(below).map_or("nothing".to_owned(), |line| format!("`{}`", line.text));
            bail!(
                "line {number}: no address below the method {method}, but {below}: an operation needs an address, {HOST}/…"
            )
        }
        (None, None, Some(address)) => {
            bail!("line {}: no method above the address `{}`: POST, GET, PUT, …", address.number, address.text)
        }
        (None, None, None) => bail!(
            "neither a method nor an address: this is not the page of an endpoint, or the page was saved before it had loaded"
        ),
    }
}

/// Reads the title: the line above the method, without a badge. Above it is the sidebar.
fn title(lines: &[Line]) -> Result<(String, Vec<Unread>, Option<String>)> {
    let badge = lines.last().is_some_and(|line| line.text == "Developing");
    let lines = &lines[..lines.len() - usize::from(badge)];
    let is_sidebar = |line: &&Line| line.text.starts_with("- ");
    let Some((title, above)) = lines.split_last().filter(|(title, _)| !is_sidebar(title)) else {
        bail!("no title above the method: the ledger's row and the operation's name are found by it");
    };
    let above = above.iter().filter(|line| !is_sidebar(line));
    let unread = above.map(|line| text::unread(line, "it is above the title, and not in the sidebar")).collect();
    Ok((title.text.clone(), unread, badge.then(|| "developing".to_owned())))
}

fn method(line: &Line) -> Option<Method> {
    Method::ALL.into_iter().find(|method| method.as_str() == line.text)
}

fn path(line: &Line) -> Result<String> {
    match line.text.strip_prefix(HOST) {
        Some(path) if path.starts_with('/') && !path.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Ok(path.split(['?', '#']).next().unwrap_or(path).to_owned())
        }
        _ => bail!(
            "line {}: `{}` is not an address of {HOST}. A page of the 2021 portal has other paths: write its address as `legacy:` \
             into the ledger, openapi/<product>/portal.yaml",
            line.number,
            line.text
        ),
    }
}
