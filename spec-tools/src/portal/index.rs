//! Reads the index of a site, `llms.txt`: a line for each page, below `## Docs` and `## API Docs`.

use super::page::Unread;

/// The index of a site.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The name of the site.
    pub site: String,
    pub entries: Vec<Entry>,
    pub unread: Vec<Unread>,
}

/// A page that an index lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Line of the index, from 1.
    pub line: usize,
    /// The folders of the sidebar, outermost first.
    pub folder: Vec<String>,
    pub title: String,
    /// The address of the page's Markdown.
    pub address: String,
    /// The portal's number of the page, `api-13759273` or `doc-340950`, if the address contains it.
    pub number: Option<String>,
    /// Whether it is the page of an operation, and not one of words.
    pub is_endpoint: bool,
}

/// Whether a text is an index: a heading, and below it links to pages.
pub(super) fn is_index(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.next().is_some_and(|line| line.starts_with("# "))
        && lines
            .next()
            .is_some_and(|line| ["## Docs", "## API Docs"].contains(&line) || entry(0, line, false).is_some())
}

/// Reads an index. A line that is not one of a page is listed as not read.
pub(super) fn read(text: &str) -> Index {
    let (mut index, mut in_endpoints) = (Index::default(), false);
    for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line.trim())) {
        if let Some(section) = line.strip_prefix("## ") {
            in_endpoints = section.trim().starts_with("API");
        } else if let Some(site) = line.strip_prefix("# ") {
            site.trim().clone_into(&mut index.site);
        } else if let Some(entry) = entry(number, line, in_endpoints) {
            index.entries.push(entry);
        } else if !line.is_empty() {
            let why = "not a line of an index: `- Folder [Title](address): words`".into();
            index.unread.push(Unread { line: number, text: line.to_owned(), why });
        }
    }
    index
}

/// `- Folder > Sub folder [Title](https://…/api-123.md): first words of the description`
fn entry(line: usize, text: &str, in_endpoints: bool) -> Option<Entry> {
    let text = text.strip_prefix("- ")?;
    let end = text.find("](http")?;
    let address = text[end + 2..].split(')').next()?;
    // The title may contain brackets of its own.
    let mut depth = 1;
    let start = text[..end].char_indices().rev().find_map(|(at, c)| {
        depth += i32::from(c == ']') - i32::from(c == '[');
        (depth == 0).then_some(at)
    })?;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let folder = text[..start].split('>').map(words).filter(|name| !name.is_empty()).collect();
    let number = number(address);
    let is_endpoint = number.as_ref().map_or(in_endpoints, |number| number.starts_with("api-"));
    let title = words(&text[start + 1..end]);
    Some(Entry { line, folder, title, address: address.to_owned(), number, is_endpoint })
}

/// The page's number in an address of the portal: `api-13759273` of `https://…/add-case-api-13759273.md`.
pub(super) fn number(address: &str) -> Option<String> {
    let number = |kind: &str| {
        let start = address.rfind(kind)?;
        let digits = address[start + kind.len()..].bytes().take_while(u8::is_ascii_digit).count();
        let is_word = !address[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
        (digits > 0 && is_word).then(|| address[start..start + kind.len() + digits].to_owned())
    };
    ["api-", "doc-"].into_iter().find_map(number)
}
