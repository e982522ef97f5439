//! Reads one row of the portal's tables: name, type, flag and description, each on its own line.

use super::page::{Field, Type};
use super::text::Line;

/// The limit of a type's length. Lists of lists are read recursively.
const MAX_TYPE: usize = 200;

/// One row. The example is a text.
#[derive(Clone, Debug)]
pub struct Row {
    pub field: Field,
    /// The nesting depth of its element, in a page saved as HTML.
    pub depth: Option<usize>,
}

impl Type {
    /// Reads `string`, `array[integer]`, `array [object {5}]`, `object (AttachmentDto) {24}`, `integer | null`, … and
    /// whether null is allowed.
    pub fn read(text: &str) -> Option<(Self, bool)> {
        if text.len() > MAX_TYPE {
            return None;
        }
        let (kinds, nulls): (Vec<_>, Vec<_>) = text.split('|').map(str::trim).partition(|part| *part != "null");
        match kinds.as_slice() {
            [one] => Some((Self::one(one)?, !nulls.is_empty())),
            [] => Some((Self::Any, true)),
            _ => None,
        }
    }

    fn one(text: &str) -> Option<Self> {
        let inner = |open: &str, close: &str| text.strip_prefix(open)?.trim().strip_suffix(close);
        if let Some(item) = inner("array", "]").and_then(|rest| rest.trim_start().strip_prefix('[')) {
            return Some(Self::List(Box::new(Self::one(item.trim())?)));
        }
        if let Some(value) = inner("enum<", ">") {
            return Some(Self::Enum(Box::new(Self::one(value.trim())?)));
        }
        let (word, rest) = text.split_at(text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len()));
        // The type may be followed by a number of properties, the name of a schema, or a format.
        let plain = rest.trim().is_empty() || rest.trim_start().starts_with(['{', '(', '<']);
        match word {
            _ if !plain => None,
            "string" => Some(Self::Text),
            "integer" => Some(Self::Integer),
            "number" => Some(Self::Number),
            "boolean" => Some(Self::Boolean),
            "object" => Some(Self::Object),
            "any" => Some(Self::Any),
            "array" => Some(Self::List(Box::new(Self::Any))),
            _ => None,
        }
    }
}

/// What is at the start of `lines`.
#[derive(Debug)]
pub enum Start {
    /// A row: its name, type and flag, and its number of lines.
    Row(Box<Field>, usize),
    /// The number of lines of a broken row, and what is wrong with it.
    Broken(usize, &'static str),
    Other,
}

/// Checks whether a row begins here.
pub fn start(lines: &[Line]) -> Start {
    let text = |index: usize| lines.get(index).map(|line| line.text.as_str());
    let flag = |index: usize| text(index).and_then(flag);
    let kind = |index: usize| text(index).and_then(Type::read);
    if text(0).is_some_and(is_name) {
        if let Some((kind, nullable)) = kind(1) {
            let required = flag(2);
            let field = Field { nullable, required, ..Field::new(lines[0].number, &lines[0].text, kind) };
            return Start::Row(Box::new(field), if required.is_some() { 3 } else { 2 });
        }
        if flag(1).is_some() {
            return match kind(0) {
                Some(_) => Start::Broken(2, "a row without its name"),
                None => Start::Broken(2, "a row without its type"),
            };
        }
        if flag(2).is_some() && text(1).is_some_and(is_type_like) {
            return Start::Broken(3, "a row with an unknown type");
        }
        if lines.len() == 1 {
            return Start::Broken(1, "the page ends here, perhaps inside a row");
        }
    } else if kind(0).is_some() && flag(1).is_some() {
        return Start::Broken(2, "a row without its name");
    }
    Start::Other
}

pub fn flag(text: &str) -> Option<bool> {
    match text {
        "required" => Some(true),
        "optional" => Some(false),
        _ => None,
    }
}

/// Whether a text can be the name of a property or parameter: one word.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]$".contains(c))
}

fn is_type_like(text: &str) -> bool {
    text.len() < 60 && text.is_ascii() && !text.ends_with([':', '.'])
}
