//! Reads a page saved as HTML into the same lines as its plain text: each text of an element is one line; inside `pre`, the
//! text's own lines count. Each line has its nesting depth, which shows the nesting of properties.

use anyhow::{Result, bail};
use html5gum::{DefaultEmitter, Token, Tokenizer};

use super::index;
use super::text::Line;

/// The limit of nested elements, ten times as many as a page has.
const MAX_DEPTH: usize = 500;
/// Elements whose content is not visible.
const HIDDEN: [&str; 7] = ["head", "script", "style", "noscript", "template", "svg", "title"];
/// Elements without an end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements of the sidebar. Their lines get the same mark as in plain text.
const SIDEBAR: [&str; 2] = ["nav", "aside"];
/// Elements that begin a new line inside `pre`.
const BLOCKS: [&str; 6] = ["div", "p", "li", "ul", "ol", "tr"];

pub(super) fn is_html(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let starts = |tag: &str| start.len() >= tag.len() && start[..tag.len()].eq_ignore_ascii_case(tag.as_bytes());
    ["<!doctype", "<!--", "<html", "<head", "<body", "<div", "<main", "<?xml"].into_iter().any(starts)
}

/// Reads the lines of a page, and its number if the file contains it.
///
/// # Errors
/// If elements are nested deeper than those of any page.
pub(super) fn read(text: &str) -> Result<(Vec<Line>, Option<String>)> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = HtmlReader::default();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let attribute = |name: &str| {
                    tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
                };
                match (name.as_str(), attribute("rel").as_deref(), attribute("property").as_deref()) {
                    ("link", Some("canonical"), _) => reader.address(attribute("href")),
                    ("meta", _, Some("og:url")) => reader.address(attribute("content")),
                    _ => {}
                }
                reader.start(name, tag.self_closing);
                if reader.open.len() > MAX_DEPTH {
                    bail!(
                        "line {}: elements are nested more than {MAX_DEPTH} deep: this is not a page",
                        reader.lines.len() + 1
                    );
                }
            }
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(comment) => {
                let comment = String::from_utf8_lossy(&comment).into_owned();
                // Browsers record the address of a saved page like this.
                if comment.trim_start().starts_with("saved from url=") {
                    reader.address(Some(comment));
                }
                reader.flush();
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.flush();
    Ok((reader.lines, reader.page))
}

#[derive(Default)]
struct HtmlReader {
    open: Vec<String>,
    /// The text of the current element.
    pending: String,
    lines: Vec<Line>,
    page: Option<String>,
}

impl HtmlReader {
    fn start(&mut self, name: String, self_closing: bool) {
        if name == "br" {
            return if self.inside(&["pre"]) { self.pending.push('\n') } else { self.flush() };
        }
        self.boundary(&name);
        if !self_closing && !VOID.contains(&name.as_str()) {
            self.open.push(name);
        }
    }

    /// Closes the innermost element of this name, and every open element inside it.
    fn end(&mut self, name: &str) {
        self.boundary(name);
        if let Some(index) = self.open.iter().rposition(|open| open == name) {
            self.open.truncate(index);
        }
    }

    /// Ends the current line. Inside `pre`, only block elements end a line; others are for colours.
    fn boundary(&mut self, name: &str) {
        if !self.inside(&["pre"]) || name == "pre" {
            self.flush();
        } else if BLOCKS.contains(&name) && !self.pending.is_empty() && !self.pending.ends_with('\n') {
            self.pending.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        if !self.inside(&HIDDEN) {
            self.pending.push_str(text);
        }
    }

    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let mark = if self.inside(&SIDEBAR) { "- " } else { "" };
        let verbatim = self.inside(&["pre"]);
        let lines: Vec<_> = if verbatim { pending.lines().collect() } else { vec![pending.as_str()] };
        for line in lines {
            let words = if verbatim { line.trim().to_owned() } else { collapse(line) };
            if !words.is_empty() {
                let (number, depth) = (self.lines.len() + 1, Some(self.open.len()));
                self.lines.push(Line { number, text: format!("{mark}{words}"), depth });
            }
        }
    }

    fn inside(&self, names: &[&str]) -> bool {
        self.open.iter().any(|open| names.contains(&open.as_str()))
    }

    /// Reads the page's number from an address of the portal: `…/api-13759273`.
    fn address(&mut self, address: Option<String>) {
        let found = index::number(&address.unwrap_or_default());
        self.page = self.page.take().or(found);
    }
}

/// Replaces whitespace between words by one blank, as a browser does.
fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
