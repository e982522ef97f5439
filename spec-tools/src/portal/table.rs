//! Reads the portal's tables: rows of name, type, flag and description, each on its own line, and the nesting of their properties.
//!
//! Plain text has no indentation. The nesting is found from the example (or, in a page saved as HTML, from that of its elements),
//! and from the known envelopes of responses. A row whose parent cannot be found is listed instead.

use gofive_spec::Direction;
use serde_json::Value;

use super::page::{Content, Field, Type, Unread};
use super::text::Line;
use super::words::{all_items, list};

/// The limit of a type's length. Lists of lists are read recursively.
const MAX_TYPE: usize = 200;

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
        let names = ["string", "integer", "number", "boolean", "object", "any"].into_iter();
        let types = [Self::Text, Self::Integer, Self::Number, Self::Boolean, Self::Object, Self::Any];
        names.zip(types).find_map(|(own, kind)| (own == name).then_some(kind))
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
            let field =
                Field { nullable, required, depth: lines[0].depth, ..Field::new(lines[0].number, text(0), kind) };
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

/// The limit of nesting, deeper than any body of the API. Stops a strange page from exhausting the stack.
const MAX_DEPTH: usize = 32;

/// The properties of the known envelopes.
const ENVELOPE: [&str; 6] = ["status", "data", "statusCode", "httpStatusCode", "message", "totals"];

/// Nests the rows of `content`. Also returns the rows that could not be placed, and what was assumed for the maintainer to check.
pub(super) fn nest(rows: &[Field], content: &mut Content, direction: Direction) -> (Vec<Unread>, Option<String>) {
    let samples = all_items(content.examples.first().map(|example| &example.value));
    let body = Open { field: Field::new(0, "", Type::Object), samples };
    let new = || Nester { open: vec![body.clone()], unplaced: Vec::new(), by_envelope: Vec::new() };
    let mut nester = new();
    if nester.by_depth(rows).is_none() {
        nester = new();
        nester.by_example(rows, direction);
    }
    if content.cut {
        nester.mark_open();
    }
    nester.close(1);
    let Nester { mut open, unplaced, by_envelope } = nester;
    let root = open.remove(0).field;
    content.unplaced = !unplaced.is_empty();
    (content.root.fields, content.root.open) = (root.fields, root.open);
    let names = list(&by_envelope);
    let check = format!("data: assumed to contain {names}, without an example: no known envelope has such properties");
    (unplaced, (!names.is_empty()).then_some(check))
}

/// An object that the next row may belong to, and its values in the example: one for each item of a list.
#[derive(Clone)]
struct Open<'a> {
    field: Field,
    samples: Vec<&'a Value>,
}

struct Nester<'a> {
    /// The objects that the next row may belong to, the outermost first. The first is the body.
    open: Vec<Open<'a>>,
    unplaced: Vec<Unread>,
    /// The rows that the known envelopes placed.
    by_envelope: Vec<String>,
}

impl<'a> Nester<'a> {
    /// Opens the object of a row, inside the innermost one.
    fn open(&mut self, field: &Field) {
        let samples = all_items(self.innermost().samples.iter().filter_map(|value| value.get(&field.name)));
        self.open.push(Open { field: field.clone(), samples });
    }

    /// Closes the innermost objects, until only so many are open.
    fn close(&mut self, count: usize) {
        while self.open.len() > count
            && let Some(Open { mut field, .. }) = self.open.pop()
        {
            field.open |= field.fields.is_empty() && field.kind.has_properties();
            if let Some(outer) = self.open.last_mut() {
                outer.field.fields.push(field);
            }
        }
    }

    fn innermost(&self) -> &Open<'a> {
        &self.open[self.open.len() - 1]
    }

    /// Notes that every open object may have more properties.
    fn mark_open(&mut self) {
        self.open.iter_mut().for_each(|open| open.field.open = true);
    }

    /// Nests the rows by the depth of their HTML elements. `None`: that is not a valid nesting.
    fn by_depth(&mut self, rows: &[Field]) -> Option<()> {
        let is_flat = rows.windows(2).all(|pair| pair[0].depth == pair[1].depth);
        if is_flat && rows.iter().any(|row| row.kind.has_properties()) {
            return None;
        }
        for row in rows {
            row.depth?;
            self.close(self.open.iter().take_while(|open| open.field.depth < row.depth).count());
            let is_inside = self.innermost().field.kind.has_properties();
            (is_inside && self.open.len() <= MAX_DEPTH).then(|| self.open(row))?;
        }
        Some(())
    }

    fn by_example(&mut self, rows: &[Field], direction: Direction) {
        for (index, row) in rows.iter().enumerate() {
            let Field { name, kind, line, .. } = row;
            // The envelope's status ends after its two properties.
            if self.is_in("status") && self.has_row(1, "code") && self.has_row(1, "description") {
                self.close(1);
            }
            let mut parent = self.parent_of(&rows[index..]);
            // The payload, unless the row is a property of an envelope.
            let is_in_data =
                direction == Direction::Response && self.is_in("data") && !ENVELOPE.contains(&name.as_str());
            if parent.is_none() && is_in_data && !self.has_row(1, name) {
                parent = Some(1);
                self.by_envelope.push(name.clone());
            }
            let Some(parent) = parent else {
                self.mark_open();
                let inner = &self.innermost().field.name;
                let inner = if self.open.len() > 1 { format!("`{inner}`") } else { "the object above".into() };
                let why = format!("unclear whether it is inside {inner} or beside it: no example has it");
                self.unplaced.push(Unread { line: *line, text: name.clone(), why });
                continue;
            };
            self.close(parent + 1);
            self.open(row);
            if !kind.has_properties() || self.open.len() > MAX_DEPTH {
                self.close(parent + 1);
            }
        }
    }

    /// The index of the open object that the first row belongs to.
    fn parent_of(&self, rows: &[Field]) -> Option<usize> {
        let name = rows.first()?.name.as_str();
        let inner = self.open.len() - 1;
        let possible: Vec<_> = (0..=inner).filter(|parent| !self.has_row(*parent, name)).collect();
        let having: Vec<_> = possible.iter().copied().filter(|parent| self.has(*parent, name)).collect();
        match (possible.as_slice(), having.as_slice()) {
            ([only], _) | (_, [only]) => Some(*only),
            (_, [.., innermost]) => {
                let to_come = rows.iter().filter(|row| row.name == name).count();
                (to_come >= having.len()).then_some(*innermost)
            }
            _ if self.is_in("status") && ["code", "description"].contains(&name) => Some(inner),
            _ => self.parent_by_neighbours(rows, &possible),
        }
    }

    /// The parent of a row that no open object has in the example: an object that has it deeper, or the object of both the row
    /// before and the row after.
    fn parent_by_neighbours(&self, rows: &[Field], possible: &[usize]) -> Option<usize> {
        let (row, after) = rows.split_first()?;
        let inner = self.open.len() - 1;
        let has_inside = |parent: &usize| self.open[*parent].samples.iter().any(|value| has_inside(value, &row.name));
        if let Some(parent) = possible.iter().rev().copied().filter(|parent| *parent > 0).find(has_inside) {
            return Some(parent);
        }
        let next = after.iter().find_map(|Field { name, .. }| {
            let mut having = (0..=inner).filter(|parent| self.has(*parent, name) && !self.has_row(*parent, name));
            having.next().filter(|_| having.next().is_none())
        });
        next.filter(|next| *next == inner && possible.contains(next))
    }

    /// Whether the innermost object is the property of the body with this name.
    fn is_in(&self, name: &str) -> bool {
        self.open.len() == 2 && self.open[1].field.name == name
    }

    /// Whether a row of this name is in the open object.
    fn has_row(&self, parent: usize, name: &str) -> bool {
        let inside = self.open.get(parent + 1).map(|open| &open.field);
        self.open[parent].field.fields.iter().chain(inside).any(|field| field.name == name)
    }

    /// Whether the open object has the property in the example.
    fn has(&self, parent: usize, name: &str) -> bool {
        self.open[parent].samples.iter().any(|value| value.get(name).is_some())
    }
}

/// Whether a property of this name is anywhere inside.
fn has_inside(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(properties) => properties.iter().any(|(its, value)| its == name || has_inside(value, name)),
        Value::Array(items) => items.iter().any(|item| has_inside(item, name)),
        _ => false,
    }
}
