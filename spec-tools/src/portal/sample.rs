//! Reads the examples of a page (JSON over several lines, possibly cut or with comments) and its curl sample.

use std::collections::VecDeque;

use serde_json::Value;

use super::page::{Curl, Example, Unread};
use super::text::{Line, unread};

/// The number of cuts that are tried, so that a long broken example does not take too long.
const MAX_TRIES: usize = 1_000;
/// The limit of nesting, which is that of the JSON parser.
const MAX_DEPTH: usize = 128;

/// Reads the example at the start of `lines`, up to its closing bracket or to a line for which `is_end` is true. Also returns
/// what of it is not JSON, and its number of lines.
pub(super) fn read(lines: &[Line], is_end: impl Fn(&Line) -> bool) -> Option<(Example, Vec<Unread>, usize)> {
    let first = lines.first().filter(|line| line.text.starts_with(['{', '[']))?;
    let (mut scanner, mut taken, mut rest) = (Scanner::default(), 0, Vec::new());
    for line in lines {
        if is_end(line) {
            break;
        }
        taken += 1;
        if let Some(text) = scanner.line(&line.text) {
            let why = "a comment inside the example: write its meaning into the descriptions".into();
            rest.push(Unread { line: line.number, text, why });
        }
        if scanner.open.is_empty() && !scanner.in_string {
            break;
        }
    }
    let parsed = serde_json::from_str(&scanner.text).map_err(|error| {
        let at = &lines[error.line().clamp(1, taken.max(1)) - 1];
        let example = format!("the example of line {} is cut or is not JSON ({error})", first.number);
        rest.push(unread(at, &format!("{example}; only the part before it is used")));
    });
    let cut = parsed.is_err();
    let value = parsed.unwrap_or_else(|()| scanner.before_the_cut());
    Some((Example { line: first.number, name: "Example".into(), value, cut }, rest, taken))
}

/// Tracks brackets and strings, and removes comments.
#[derive(Default)]
struct Scanner {
    text: String,
    open: Vec<char>,
    in_string: bool,
    /// The offsets where the text may be cut, with the brackets that are open there.
    cuts: VecDeque<(usize, Vec<char>)>,
}

impl Scanner {
    fn line(&mut self, line: &str) -> Option<String> {
        let mut escaped = false;
        for (index, c) in line.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' if self.in_string => escaped = true,
                '"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                '/' if line[index..].starts_with("//") => {
                    self.text.push('\n');
                    return Some(line[index + 2..].trim().to_owned());
                }
                '{' | '[' => {
                    self.open.push(if c == '{' { '}' } else { ']' });
                    self.cut(1);
                }
                '}' | ']' => {
                    self.open.pop();
                    // A comma behind the last property or item.
                    if let Some(before) = self.text.trim_end().strip_suffix(',').map(str::len) {
                        self.text.replace_range(before..=before, " ");
                    }
                }
                ',' => self.cut(0),
                _ => {}
            }
            self.text.push(c);
        }
        self.text.push('\n');
        None
    }

    /// Notes that the text may be cut here, behind the next `more` characters.
    fn cut(&mut self, more: usize) {
        if self.open.len() > MAX_DEPTH {
            return;
        }
        if self.cuts.len() == MAX_TRIES {
            self.cuts.pop_front();
        }
        self.cuts.push_back((self.text.len() + more, self.open.clone()));
    }

    /// The longest prefix that is valid JSON once its brackets are closed.
    fn before_the_cut(&self) -> Value {
        let closed = |(end, open): &(usize, Vec<char>)| {
            let closing: String = open.iter().rev().collect();
            serde_json::from_str(&format!("{}{closing}", &self.text[..*end])).ok()
        };
        self.cuts.iter().rev().find_map(closed).unwrap_or(Value::Null)
    }
}

/// Reads the command at the start of `lines`. Also returns the lines that are not a part of it, and its number of lines.
pub(super) fn curl(lines: &[Line]) -> Option<(Curl, Vec<Line>, usize)> {
    lines.first().filter(|line| line.text.starts_with("curl "))?;
    let (mut quoted, mut taken) = (false, 0);
    let mut unrelated = Vec::new();
    for line in lines {
        let is_option = line.text.starts_with("curl ") || line.text.starts_with('-');
        if !quoted && !is_option {
            unrelated.push(line.clone());
        }
        quoted ^= line.text.matches('\'').count() % 2 == 1;
        taken += 1;
        if !quoted && !line.text.ends_with('\\') {
            break;
        }
    }
    let text = lines[..taken].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    let after = |option: &str| text.split_once(option).map(|(_, rest)| rest.trim_start());
    let method = after("--request ").or_else(|| after("-X ")).and_then(|rest| rest.split_whitespace().next());
    let quoted_with = |quote: char| {
        let (_, rest) = text.split_once(&format!("{quote}http"))?;
        Some(format!("http{}", rest.split(quote).next()?))
    };
    let data = after("--data-raw ").or_else(|| after("--data ")).or_else(|| after("-d "));
    let body = data.and_then(|data| serde_json::from_str(data.trim().trim_matches('\'')).ok());
    if data.is_some() && body.is_none() {
        unrelated.extend(
            lines[..taken].iter().find(|line| line.text.starts_with("--data") || line.text.starts_with("-d")).cloned(),
        );
    }
    let method = method.map(str::to_owned);
    Some((Curl { method, url: quoted_with('\'').or_else(|| quoted_with('"')), body }, unrelated, taken))
}
