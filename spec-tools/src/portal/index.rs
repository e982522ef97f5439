//! Reads the index of a site, `llms.txt`: a line for each page, below `## Docs` and `## API Docs`.

use std::sync::LazyLock;

use regex::Regex;

use super::page::Unread;
use super::words::collapse;

/// `- Folder > Sub folder [Title](https://…/api-123.md): first words`. The title may contain brackets of its own.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    let title = r"(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*";
    Regex::new(&format!(r"^- (.*?)\[({title})\]\((http[^)]*)")).expect("the pattern is valid")
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:api|doc)-[0-9]+").expect("the pattern is valid"));

/// A page of an operation that an index lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The folders of the sidebar, outermost first.
    pub folder: Vec<String>,
    pub title: String,
    /// The address of the page's Markdown.
    pub address: String,
    /// The portal's number of the page, `api-13759273`, if the address contains it.
    pub number: Option<String>,
}

/// Whether a text is an index: a heading, and below it links to pages.
pub(super) fn is_index(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.next().is_some_and(|line| line.starts_with("# "))
        && lines.next().is_some_and(|line| ["## Docs", "## API Docs"].contains(&line) || entry(line).is_some())
}

/// Reads an index: the pages of operations, and not those of words. A line that is not one of a page is listed as not read.
pub(super) fn read(text: &str) -> (Vec<Entry>, Vec<Unread>) {
    let (mut entries, mut unread, mut in_endpoints) = (Vec::new(), Vec::new(), false);
    for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line.trim())) {
        if let Some(section) = line.strip_prefix("## ") {
            in_endpoints = section.trim().starts_with("API");
        } else if let Some(entry) = entry(line) {
            let is_endpoint = entry.number.as_ref().map_or(in_endpoints, |number| number.starts_with("api-"));
            entries.extend(is_endpoint.then_some(entry));
        } else if !line.is_empty() && !line.starts_with("# ") {
            let why = "not a line of an index: `- Folder [Title](address): words`".into();
            unread.push(Unread { line: number, text: line.to_owned(), why });
        }
    }
    (entries, unread)
}

fn entry(line: &str) -> Option<Entry> {
    let (_, [folder, title, address]) = ENTRY.captures(line)?.extract();
    let folder = folder.split('>').map(collapse).filter(|name| !name.is_empty()).collect();
    Some(Entry { folder, title: collapse(title), address: address.to_owned(), number: number(address) })
}

/// The page's number in an address of the portal: `api-13759273` of `https://…/add-case-api-13759273.md`.
pub(super) fn number(address: &str) -> Option<String> {
    NUMBER.find_iter(address).last().map(|number| number.as_str().to_owned())
}
