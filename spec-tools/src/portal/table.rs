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
            "array" => Some(Self::List(Box::new(Self::Any))),
            word => Self::named(word),
        }
    }

    /// The type of a name that both tables and documents have.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "string" => Some(Self::Text),
            "integer" => Some(Self::Integer),
            "number" => Some(Self::Number),
            "boolean" => Some(Self::Boolean),
            "object" => Some(Self::Object),
            "any" => Some(Self::Any),
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
    let text = |index: usize| lines.get(index).map_or("", |line| line.text.as_str());
    let (own, next, flags) = (Type::read(text(0)), Type::read(text(1)), [flag(text(1)), flag(text(2))]);
    match (is_name(text(0)), own, next, flags) {
        (true, _, Some((kind, nullable)), [_, required]) => {
            let field = Field { nullable, required, ..Field::new(lines[0].number, text(0), kind) };
            Start::Row(Box::new(field), if required.is_some() { 3 } else { 2 })
        }
        (_, Some(_), _, [Some(_), _]) => Start::Broken(2, "a row without its name"),
        (true, None, _, [Some(_), _]) => Start::Broken(2, "a row without its type"),
        (true, _, _, [_, Some(_)]) if is_type_like(text(1)) => Start::Broken(3, "a row with an unknown type"),
        (true, ..) if lines.len() == 1 => Start::Broken(1, "the page ends here, perhaps inside a row"),
        _ => Start::Other,
    }
}

fn flag(text: &str) -> Option<bool> {
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
