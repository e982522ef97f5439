//! The lines of text that a visitor of a page sees, from a page saved as text or as HTML. Each text of an element of HTML is one
//! line; inside `pre`, the text's own lines count. The depth of an element shows the nesting of properties.

use std::sync::LazyLock;

use anyhow::{Result, ensure};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use regex::Regex;

use super::index;
use super::page::Unread;
use super::words::collapse;

/// The limit of nested elements, ten times as many as a page has.
const MAX_OPEN: usize = 500;
/// Elements whose content is not visible.
const HIDDEN: [&str; 7] = ["head", "script", "style", "noscript", "template", "svg", "title"];
/// Elements of the sidebar. Their lines get the same mark as in plain text.
const SIDEBAR: [&str; 2] = ["nav", "aside"];
/// Elements that begin a new line inside `pre`.
const BLOCKS: [&str; 7] = ["br", "div", "p", "li", "ul", "ol", "tr"];
/// Elements without an end tag.
const VOID: &str = "area base br col embed hr img input link meta param source track wbr";

/// The tag or the comment in which a browser or the site notes the address of the page.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("<(?i:!--\\s*saved from url=|link [^<>]*canonical|meta [^<>]*og:url)[^<>]*>")
        .expect("the pattern is valid")
});

/// One line of the page that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line number, from 1. In a page saved as HTML, the lines of its text are counted.
    pub number: usize,
    pub text: String,
    /// How many elements it is inside of, in a page saved as HTML.
    pub depth: Option<usize>,
}

pub(super) fn unread(line: &Line, why: &str) -> Unread {
    Unread { line: line.number, text: line.text.clone(), why: why.into() }
}

/// The lines of plain text.
pub(super) fn plain(text: &str) -> Vec<Line> {
    let lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty());
    lines.map(|(number, line)| Line { number, text: line.to_owned(), depth: None }).collect()
}

pub(super) fn is_html(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let starts = |tag: &str| start.len() >= tag.len() && start[..tag.len()].eq_ignore_ascii_case(tag.as_bytes());
    ["<!doctype", "<!--", "<html", "<head", "<body", "<div", "<main", "<?xml"].into_iter().any(starts)
}

/// The lines of a page saved as HTML, and the page's number if the file contains it.
///
/// # Errors
/// If elements are nested deeper than those of any page.
pub(super) fn html(text: &str) -> Result<(Vec<Line>, Option<String>)> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = HtmlReader::default();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Token::StartTag(tag) => reader.start(&String::from_utf8_lossy(&tag.name), tag.self_closing),
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) => reader.flush(),
            Token::Doctype(_) | Token::Error(_) => {}
        }
        let line = reader.lines.len() + 1;
        ensure!(
            reader.open.len() <= MAX_OPEN,
            "line {line}: elements are nested more than {MAX_OPEN} deep: this is not a page"
        );
    }
    reader.flush();
    Ok((reader.lines, ADDRESS.find_iter(text).find_map(|tag| index::number(tag.as_str()))))
}

#[derive(Default)]
struct HtmlReader {
    /// The names of the open elements, the outermost first.
    open: Vec<String>,
    /// The text of the current element.
    pending: String,
    lines: Vec<Line>,
}

impl HtmlReader {
    fn start(&mut self, name: &str, self_closing: bool) {
        self.boundary(name);
        if !self_closing && !VOID.split(' ').any(|void| void == name) {
            self.open.push(name.to_owned());
        }
    }

    /// Closes the innermost element of this name, and every open element inside it.
    fn end(&mut self, name: &str) {
        self.boundary(name);
        self.open.truncate(self.open.iter().rposition(|open| open == name).unwrap_or(self.open.len()));
    }

    /// Ends the current line. Inside `pre`, only block elements end a line; others are for colours.
    fn boundary(&mut self, name: &str) {
        if !self.inside(&["pre"]) || name == "pre" {
            self.flush();
        } else if BLOCKS.contains(&name) {
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
}
