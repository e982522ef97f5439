//! Finds the documents of Markdown pages: a heading with the title, and a fenced block with the document of the operation. A file
//! may have several pages, one behind the other.

use super::document;
use super::page::{Page, Unread};
use super::sample;
use super::text::plain;

/// A fenced block: the line of its first line, its language, its text, and the heading above it.
struct Block<'a> {
    line: usize,
    language: &'a str,
    text: String,
    heading: &'a str,
}

/// Whether a text is a Markdown page with a document.
pub(super) fn is_markdown(text: &str) -> bool {
    let (blocks, _) = split(text);
    blocks.iter().any(is_document)
}

/// Reads the pages of a Markdown file. Also returns what belongs to none of them.
pub(super) fn read(file: &str, text: &str) -> (Vec<Page>, Vec<Unread>) {
    let (blocks, beside) = split(text);
    let (mut pages, mut unread): (Vec<Page>, Vec<Unread>) = (Vec::new(), beside);
    for block in &blocks {
        if is_document(block) {
            let (file, title) = (file.to_owned(), block.heading.to_owned());
            let at = Page { file, line: block.line, title, ..Page::default() };
            let (read, beside) = document::read(&block.text, &at);
            pages.extend(read);
            unread.extend(beside);
            continue;
        }
        // Some pages have code samples behind the document. Only curl's says something that can be compared.
        let sample = sample::curl(&plain(&block.text));
        if let (Some(page), Some((curl, ..))) = (pages.last_mut(), sample) {
            page.curl.get_or_insert(curl);
        } else if !["bash", "shell", "javascript", "java", "swift", "go", "php", "python", "http", "c", "csharp"]
            .contains(&block.language)
        {
            let text = block.text.lines().next().unwrap_or_default().to_owned();
            unread.push(Unread { line: block.line, text, why: "a block that is not a document".into() });
        }
    }
    (pages, unread)
}

fn is_document(block: &Block<'_>) -> bool {
    ["yaml", "yml", "json", ""].contains(&block.language) && is_openapi(&block.text)
}

/// Whether a text is an OpenAPI document in YAML or JSON.
pub(super) fn is_openapi(text: &str) -> bool {
    const NAMES: [&str; 6] = ["openapi:", "\"openapi\"", "'openapi'", "swagger:", "\"swagger\"", "'swagger'"];
    let is_json = text.trim_start().starts_with('{');
    let mut lines = text.lines();
    lines.any(|line| NAMES.iter().any(|name| if is_json { line.contains(name) } else { line.starts_with(name) }))
}

/// The fenced blocks, and the lines outside of them that are neither headings nor empty.
fn split(text: &str) -> (Vec<Block<'_>>, Vec<Unread>) {
    let (mut blocks, mut beside): (Vec<Block<'_>>, _) = (Vec::new(), Vec::new());
    let (mut heading, mut open): (_, Option<(&str, usize)>) = ("", None);
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        let fence = line.trim_start().chars().take_while(|c| *c == '`').count();
        match open {
            Some((_, wanted)) if fence >= wanted && line.trim().trim_matches('`').is_empty() => open = None,
            Some(_) => {
                if let Some(block) = blocks.last_mut() {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
            None if fence >= 3 => {
                let language = line.trim().trim_matches('`').trim();
                open = Some((language, fence));
                blocks.push(Block { line: number + 1, language, text: String::new(), heading });
            }
            None => match line.strip_prefix("# ") {
                Some(title) => heading = title.trim(),
                None if line.trim().is_empty() || line.starts_with("## ") => {}
                None => {
                    let why = "it is outside the document of the page".into();
                    beside.push(Unread { line: number, text: line.trim().to_owned(), why });
                }
            },
        }
    }
    (blocks, beside)
}
