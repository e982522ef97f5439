//! Edits single properties of a YAML text. Everything else in it stays the same, byte by byte.

use gofive_spec::Pointer;
use serde_json::{Map, Value};

use super::{Source, write};

/// The order of properties in the files of the spec.
const ORDER: &str = "operationId summary type format nullable description x-gofive-unknown security required name in enum \
     x-gofive-property-evidence x-enum-varnames x-enum-descriptions title method page parameters requestBody example \
     examples value paths components";
/// Lists that are appended to, and not replaced.
const APPENDED: [&str; 4] = ["parameters", "tags", "groups", "titles"];

/// The text with another value for a property of a node; without a value, it is removed. A new property comes behind those with
/// the names of `behind`, or where it usually is.
pub fn set(source: &Source, text: &str, node: &Pointer, name: &str, value: Option<Value>, behind: &[String]) -> String {
    let mut lines = Lines::of(text);
    let at = |name: &str| line(source, node.join(name));
    let properties = match (node.find(&source.root), &value) {
        (Some(Value::Object(properties)), _) => properties,
        (Some(Value::Array(_)), Some(value)) => {
            let start = at(name);
            let written = write::item(value, indent(&lines.0[start]), true);
            lines.0.drain(start..lines.end_of(start));
            lines.insert(start, &written);
            return lines.text();
        }
        // What the node is in is missing, too: it begins with this property.
        _ => {
            let (Some((outer, own)), Some(value)) = (node.split_last(), value) else { return text.to_owned() };
            return set(source, text, &outer, &own, Some(Map::from_iter([(name.to_owned(), value)]).into()), &[]);
        }
    };
    let mut names = properties.keys();
    // An item of a list begins on the line of its first property.
    let first = names.next().map(|name| at(name)).filter(|first| *first > line(source, node) || node.is_root());
    let is_block = names.clone().all(|name| at(name) > line(source, node) || node.is_root());
    let is_block = is_block && (first.is_some() || properties.len() > 1);
    let mut anew = properties.clone();
    anew.shift_remove(name);
    if let Some((outer, own)) = node.split_last()
        && (!is_block || (value.is_none() && anew.is_empty()))
    {
        // A node on one line is written anew, and one that would be empty is removed.
        anew.extend(value.map(|value| (name.to_owned(), value)));
        return set(source, text, &outer, &own, (!anew.is_empty()).then_some(Value::Object(anew)), &[]);
    }
    match (properties.get(name), &value) {
        (Some(Value::Array(_)), Some(Value::Array(added))) if APPENDED.contains(&name) => {
            // New items are written like the first one.
            let first = &lines.0[line(source, node.join(name).item(0))];
            let is_flow = first.trim_start().starts_with("- {");
            let written: String = added.iter().map(|value| write::item(value, indent(first), is_flow)).collect();
            lines.insert(lines.end_of(at(name)), &written);
        }
        (Some(_), _) => {
            let depth = indent(&lines.0[at(name)]);
            let written = value.map(|value| write::property(name, &value, depth)).unwrap_or_default();
            lines.0.drain(at(name)..lines.end_of(at(name)));
            lines.insert(at(name), &written);
        }
        (None, Some(value)) => return add(source, text, node, [(name, value)], behind),
        (None, None) => {}
    }
    lines.text()
}

/// The text with more properties of a node, which has some already.
pub fn add<'a>(
    source: &Source,
    text: &str,
    node: &Pointer,
    added: impl IntoIterator<Item = (&'a str, &'a Value)>,
    behind: &[String],
) -> String {
    let (mut lines, at) = (Lines::of(text), |name: &str| line(source, node.join(name)));
    let Some(properties) = node.find(&source.root).and_then(Value::as_object) else { return text.to_owned() };
    let depth = properties.keys().next_back().map_or(0, |last| source.locate(node.join(last)).column - 1);
    let added: Vec<_> = added.into_iter().collect();
    let name = added.first().map_or("", |(name, _)| name);
    let usual = || ORDER.split_whitespace().take_while(|other| *other != name).map(str::to_owned).collect();
    let is_usual = behind.is_empty() && ORDER.split_whitespace().any(|other| other == name);
    let behind: Vec<String> = if is_usual { usual() } else { behind.to_vec() };
    let last = properties.keys().rfind(|known| behind.contains(known));
    // Without a wish, it is the last.
    let last = last.or_else(|| properties.keys().next_back().filter(|_| behind.is_empty()));
    // Operations and schemas have an empty line between them.
    let is_entry = node.as_str() == "/components/schemas"
        || (node.as_str() == "/paths" && !source.file.ends_with("/openapi.yaml"));
    let separator = if is_entry || node.is_root() { "\n" } else { "" };
    let written: Vec<_> = added.iter().map(|(name, value)| write::property(name, value, depth)).collect();
    let written = written.join(separator);
    match (last, properties.keys().next()) {
        (Some(last), _) => lines.insert(lines.end_of(at(last)), &format!("{separator}{written}")),
        (None, Some(first)) => lines.insert(lines.start_of(at(first)), &format!("{written}{separator}")),
        (None, None) => {}
    }
    lines.text()
}

/// The text with more texts behind those of a list; `None` if the list is not a block with a line for each item.
pub fn append(source: &Source, text: &str, list: &Pointer, added: &[String]) -> Option<String> {
    let (mut lines, start) = (Lines::of(text), line(source, list));
    let first = source.locate(list.item(0));
    let item = lines.0.get(start + 1..)?.iter().find(|line| line.trim_start().starts_with("- "))?;
    if first.line - 1 == start {
        return None;
    }
    let written: String = added.iter().map(|text| write::item(&text.as_str().into(), indent(item), false)).collect();
    let end = lines.end_of(start);
    lines.insert(end, &written);
    Some(lines.text())
}

/// The index of the line that the node at `pointer` begins on.
pub fn line(source: &Source, pointer: impl AsRef<str>) -> usize {
    source.locate(pointer).line - 1
}

pub fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines of a file, each with its line ending.
#[derive(Debug)]
pub struct Lines(pub Vec<String>);

impl Lines {
    pub fn of(text: &str) -> Self {
        Self(text.split_inclusive('\n').map(str::to_owned).collect())
    }

    pub fn text(self) -> String {
        self.0.concat()
    }

    /// Inserts text before the line at `index`, with the file's own line endings.
    pub fn insert(&mut self, index: usize, text: &str) {
        let crlf = self.0.first().is_some_and(|line| line.ends_with("\r\n"));
        if let Some(last) =
            index.checked_sub(1).and_then(|last| self.0.get_mut(last)).filter(|line| !line.ends_with('\n'))
        {
            last.push_str(if crlf { "\r\n" } else { "\n" });
        }
        let text = if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        self.0.insert(index.min(self.0.len()), text);
    }

    /// The index after the last line of the node that begins at `start`.
    pub fn end_of(&self, start: usize) -> usize {
        let depth = self.0.get(start).map_or(0, |line| indent(line));
        let inside =
            |line: &String| line.trim().is_empty() || indent(line) > depth || line.trim_start().starts_with('#');
        let end = self
            .0
            .iter()
            .skip(start + 1)
            .position(|line| !inside(line))
            .map_or(self.0.len(), |behind| start + 1 + behind);
        let blank = |line: &&String| line.trim().is_empty() || line.trim_start().starts_with('#');
        end - self.0[(start + 1).min(end)..end].iter().rev().take_while(blank).count()
    }

    /// The index of the first comment directly above the line at `start`, or of that line.
    fn start_of(&self, start: usize) -> usize {
        start - self.0[..start].iter().rev().take_while(|line| line.trim_start().starts_with('#')).count()
    }
}
