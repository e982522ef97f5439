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
    let mut nester = Nester {
        rows,
        samples: content.example().iter().map(|example| &example.value).collect(),
        parents: vec![Parent::Unknown; rows.len()],
        open: vec![Parent::Root],
        incomplete: Vec::new(),
        unplaced: Vec::new(),
        direction,
        by_envelope: Vec::new(),
    };
    if !nester.by_depth() {
        nester.by_example();
    }
    if content.cut {
        nester.incomplete.extend(nester.open.clone());
    }
    let by_envelope = list(&nester.by_envelope);
    let check =
        format!("data: assumed to contain {by_envelope}, without an example: no known envelope has such properties");
    let (fields, open) = (nester.inside(Parent::Root), nester.incomplete.contains(&Parent::Root));
    let unplaced = nester.unplaced;
    content.unplaced = !unplaced.is_empty();
    (content.root.fields, content.root.open) = (fields, open);
    (unplaced, (!by_envelope.is_empty()).then_some(check))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    Root,
    Row(usize),
    Unknown,
}

struct Nester<'a> {
    rows: &'a [Row],
    /// The example, if there is one.
    samples: Vec<&'a Value>,
    parents: Vec<Parent>,
    /// The objects that the next row may belong to, the outermost first.
    open: Vec<Parent>,
    /// The objects that may have more properties.
    incomplete: Vec<Parent>,
    unplaced: Vec<Unread>,
    direction: Direction,
    /// The rows that the known envelopes placed.
    by_envelope: Vec<String>,
}

impl<'a> Nester<'a> {
    /// Nests the rows by the depth of their HTML elements. Returns false if that is not a valid nesting.
    fn by_depth(&mut self) -> bool {
        let Some(depths) = self.rows.iter().map(|row| row.depth).collect::<Option<Vec<_>>>() else { return false };
        let (mut parents, mut open) = (Vec::new(), Vec::new());
        for (index, depth) in depths.iter().enumerate() {
            open.retain(|&above: &usize| depths[above] < *depth);
            match open.last() {
                None if index > 0 && *depth > depths[0] => return false,
                None => parents.push(Parent::Root),
                Some(&above) if self.rows[above].field.kind.has_properties() => parents.push(Parent::Row(above)),
                Some(_) => return false,
            }
            open.push(index);
            if open.len() > MAX_DEPTH {
                return false;
            }
        }
        let flat = depths.windows(2).all(|pair| pair[0] == pair[1]);
        if flat && self.rows.iter().any(|row| row.field.kind.has_properties()) {
            return false;
        }
        self.parents = parents;
        self.open = std::iter::once(Parent::Root).chain(open.into_iter().map(Parent::Row)).collect();
        true
    }

    fn by_example(&mut self) {
        for (index, row) in self.rows.iter().enumerate() {
            self.close_status();
            let mut parent = self.parent_of(index);
            if let (Parent::Unknown, Some(data)) = (parent, self.inside_data(&row.field.name)) {
                parent = data;
                self.by_envelope.push(row.field.name.clone());
            }
            self.parents[index] = parent;
            let Some(position) = self.open.iter().position(|open| *open == parent) else {
                self.incomplete.extend(self.open.clone());
                let inner = self.open.last().map_or(String::new(), |inner| self.name(*inner));
                let why = format!("unclear whether it is inside {inner} or beside it: no example has it");
                self.unplaced.push(Unread { line: row.field.line, text: row.field.name.clone(), why });
                continue;
            };
            self.open.truncate(position + 1);
            if row.field.kind.has_properties() && self.open.len() < MAX_DEPTH {
                self.open.push(Parent::Row(index));
            }
        }
    }

    fn parent_of(&self, index: usize) -> Parent {
        let name = &self.rows[index].field.name;
        let inner = self.open[self.open.len() - 1];
        let possible: Vec<_> = self.open.iter().copied().filter(|parent| !self.has_row(*parent, name)).collect();
        let having: Vec<_> = possible.iter().copied().filter(|parent| self.has(*parent, name)).collect();
        match (possible.as_slice(), having.as_slice()) {
            ([only], _) | (_, [only]) => *only,
            (_, [.., innermost]) => {
                let to_come = self.rows[index..].iter().filter(|row| row.field.name == *name).count();
                if to_come >= having.len() { *innermost } else { Parent::Unknown }
            }
            _ if self.is_status(inner) && ["code", "description"].contains(&name.as_str()) => inner,
            _ => self.parent_by_neighbours(index, &possible),
        }
    }

    /// The parent of a row that no open object has in the example: an object that has it deeper, or the object of both the row
    /// before and the row after.
    fn parent_by_neighbours(&self, index: usize, possible: &[Parent]) -> Parent {
        let name = &self.rows[index].field.name;
        let inner = self.open[self.open.len() - 1];
        let below = possible.iter().rev().filter(|parent| **parent != Parent::Root);
        if let Some(parent) =
            below.copied().find(|parent| self.samples_of(*parent).iter().any(|value| has_inside(value, name)))
        {
            return parent;
        }
        let next = self.rows[index + 1..].iter().find_map(|row| {
            let mut having = self
                .open
                .iter()
                .filter(|parent| self.has(**parent, &row.field.name) && !self.has_row(**parent, &row.field.name));
            having.next().filter(|_| having.next().is_none())
        });
        if next == Some(&inner) && possible.contains(&inner) { inner } else { Parent::Unknown }
    }

    /// The payload, if it is open and the row is not a property of an envelope.
    fn inside_data(&self, name: &str) -> Option<Parent> {
        let inner = self.open[self.open.len() - 1];
        let Parent::Row(index) = inner else { return None };
        let is_data = self.rows[index].field.name == "data" && self.parents[index] == Parent::Root;
        let fits = is_data && !ENVELOPE.contains(&name) && !self.has_row(inner, name);
        (self.direction == Direction::Response && fits).then_some(inner)
    }

    /// Closes the envelope's status after its two properties.
    fn close_status(&mut self) {
        let inner = self.open[self.open.len() - 1];
        if self.is_status(inner) && self.has_row(inner, "code") && self.has_row(inner, "description") {
            self.open.pop();
        }
    }

    fn is_status(&self, parent: Parent) -> bool {
        matches!(parent, Parent::Row(index) if self.rows[index].field.name == "status" && self.parents[index] == Parent::Root)
    }

    fn has_row(&self, parent: Parent, name: &str) -> bool {
        self.rows.iter().zip(&self.parents).any(|(row, its)| *its == parent && row.field.name == name)
    }

    fn has(&self, parent: Parent, name: &str) -> bool {
        self.samples_of(parent).iter().any(|value| value.get(name).is_some())
    }

    /// The values of an object in the example, one for each item of a list.
    fn samples_of(&self, parent: Parent) -> Vec<&'a Value> {
        let found: Vec<&Value> = match parent {
            Parent::Root => self.samples.clone(),
            Parent::Row(index) => {
                let above = self.samples_of(self.parents[index]);
                above.into_iter().filter_map(|value| value.get(&self.rows[index].field.name)).collect()
            }
            Parent::Unknown => Vec::new(),
        };
        all_items(found)
    }

    fn name(&self, parent: Parent) -> String {
        match parent {
            Parent::Row(index) => format!("`{}`", self.rows[index].field.name),
            _ => "the object above".into(),
        }
    }

    fn inside(&self, parent: Parent) -> Vec<Field> {
        let rows = self.rows.iter().enumerate().filter(|(index, _)| self.parents[*index] == parent);
        rows.map(|(index, row)| {
            let fields = self.inside(Parent::Row(index));
            let open =
                self.incomplete.contains(&Parent::Row(index)) || (fields.is_empty() && row.field.kind.has_properties());
            Field { fields, open, ..row.field.clone() }
        })
        .collect()
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
