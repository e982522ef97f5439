//! Turns the rows of a table into nested properties.
//!
//! Plain text has no indentation. The nesting is found from the example (or, in a page saved as HTML, from the nesting of its
//! elements), and from the known envelopes of responses. A row whose parent cannot be found is listed instead.

use gofive_spec::Direction;
use serde_json::Value;

use super::page::{Content, Field, Unread};
use super::table::Row;
use super::words::{all_items, list};

/// The limit of nesting, deeper than any body of the API. Stops a strange page from exhausting the stack.
const MAX_DEPTH: usize = 32;

/// The properties of the known envelopes.
const ENVELOPE: [&str; 6] = ["status", "data", "statusCode", "httpStatusCode", "message", "totals"];

/// Nests the rows of `content`. Also returns the rows that could not be placed, and what was assumed for the maintainer to check.
pub(super) fn nest(rows: &[Row], content: &mut Content, direction: Direction) -> (Vec<Unread>, Option<String>) {
    let samples = all_items(content.example().map(|example| &example.value));
    let mut nester = Nester::new(samples.clone());
    if nester.by_depth(rows).is_none() {
        nester = Nester::new(samples);
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
struct Open<'a> {
    field: Field,
    samples: Vec<&'a Value>,
    depth: usize,
}

struct Nester<'a> {
    /// The objects that the next row may belong to, the outermost first. The first is the body.
    open: Vec<Open<'a>>,
    unplaced: Vec<Unread>,
    /// The rows that the known envelopes placed.
    by_envelope: Vec<String>,
}

impl<'a> Nester<'a> {
    fn new(samples: Vec<&'a Value>) -> Self {
        let open = vec![Open { field: Field::default(), samples, depth: 0 }];
        Self { open, unplaced: Vec::new(), by_envelope: Vec::new() }
    }

    /// Opens the object of a row, inside the innermost one.
    fn open(&mut self, row: &Row) {
        let samples = self.innermost().samples.iter().filter_map(|value| value.get(&row.field.name));
        let (field, samples, depth) = (row.field.clone(), all_items(samples), row.depth.unwrap_or_default());
        self.open.push(Open { field, samples, depth });
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
    fn by_depth(&mut self, rows: &[Row]) -> Option<()> {
        let depths = rows.iter().map(|row| row.depth).collect::<Option<Vec<_>>>()?;
        let is_flat = depths.windows(2).all(|pair| pair[0] == pair[1]);
        if is_flat && rows.iter().any(|row| row.field.kind.has_properties()) {
            return None;
        }
        for (row, depth) in rows.iter().zip(depths) {
            let around = self.open[1..].iter().take_while(|open| open.depth < depth).count() + 1;
            self.close(around);
            let is_inside_a_value = around > 1 && !self.innermost().field.kind.has_properties();
            if is_inside_a_value || self.open.len() > MAX_DEPTH {
                return None;
            }
            self.open(row);
        }
        Some(())
    }

    fn by_example(&mut self, rows: &[Row], direction: Direction) {
        for (index, row) in rows.iter().enumerate() {
            let name = row.field.name.as_str();
            self.close_status();
            let mut parent = self.parent_of(&rows[index..]);
            // The payload, unless the row is a property of an envelope.
            let is_in_data = direction == Direction::Response && self.is_in("data") && !ENVELOPE.contains(&name);
            if parent.is_none() && is_in_data && !self.has_row(1, name) {
                parent = Some(1);
                self.by_envelope.push(name.to_owned());
            }
            let Some(parent) = parent else {
                self.mark_open();
                let inner = &self.innermost().field.name;
                let inner = if self.open.len() > 1 { format!("`{inner}`") } else { "the object above".into() };
                let why = format!("unclear whether it is inside {inner} or beside it: no example has it");
                self.unplaced.push(Unread { line: row.field.line, text: name.to_owned(), why });
                continue;
            };
            self.close(parent + 1);
            self.open(row);
            if !row.field.kind.has_properties() || self.open.len() > MAX_DEPTH {
                self.close(parent + 1);
            }
        }
    }

    /// The index of the open object that the first row belongs to.
    fn parent_of(&self, rows: &[Row]) -> Option<usize> {
        let name = rows.first()?.field.name.as_str();
        let inner = self.open.len() - 1;
        let possible: Vec<_> = (0..=inner).filter(|parent| !self.has_row(*parent, name)).collect();
        let having: Vec<_> = possible.iter().copied().filter(|parent| self.has(*parent, name)).collect();
        match (possible.as_slice(), having.as_slice()) {
            ([only], _) | (_, [only]) => Some(*only),
            (_, [.., innermost]) => {
                let to_come = rows.iter().filter(|row| row.field.name == name).count();
                (to_come >= having.len()).then_some(*innermost)
            }
            _ if self.is_in("status") && ["code", "description"].contains(&name) => Some(inner),
            _ => self.parent_by_neighbours(rows, &possible),
        }
    }

    /// The parent of a row that no open object has in the example: an object that has it deeper, or the object of both the row
    /// before and the row after.
    fn parent_by_neighbours(&self, rows: &[Row], possible: &[usize]) -> Option<usize> {
        let (row, after) = rows.split_first()?;
        let inner = self.open.len() - 1;
        let has_inside =
            |parent: &usize| self.open[*parent].samples.iter().any(|value| has_inside(value, &row.field.name));
        if let Some(parent) = possible.iter().rev().copied().filter(|parent| *parent > 0).find(has_inside) {
            return Some(parent);
        }
        let next = after.iter().find_map(|row| {
            let name = &row.field.name;
            let mut having = (0..=inner).filter(|parent| self.has(*parent, name) && !self.has_row(*parent, name));
            having.next().filter(|_| having.next().is_none())
        });
        next.filter(|next| *next == inner && possible.contains(next))
    }

    /// Closes the envelope's status after its two properties.
    fn close_status(&mut self) {
        if self.is_in("status") && self.has_row(1, "code") && self.has_row(1, "description") {
            self.close(1);
        }
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
