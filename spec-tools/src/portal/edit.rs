//! Inserts a draft into the files of the spec: the group's file, the root and the ledger. Everything else in them stays the
//! same, byte by byte.

use anyhow::{Result, bail};
use gofive_spec::Pointer;
use heck::ToKebabCase;
use serde_json::{Map, Value, json};

use super::ledger::{LedgerFile, LedgerRow};
use super::operation::Draft;
use super::yaml;
use crate::ledger::Title;
use crate::sources::Sources;
use crate::sources::yaml::Source;

/// An edited file of the spec.
#[derive(Debug)]
pub struct Edited {
    /// Relative to the workspace.
    pub file: String,
    pub text: String,
    /// What was added.
    pub what: String,
}

/// The file with the operations of a group.
#[derive(Debug)]
pub struct GroupFile<'a> {
    /// `case.yaml`
    pub name: String,
    /// Empty if the file does not exist yet.
    pub text: &'a str,
    pub source: Option<&'a Source>,
}

impl<'a> GroupFile<'a> {
    /// All group files of a product, in order.
    pub fn all(sources: &'a Sources, product: &str) -> Result<Vec<Self>> {
        let folder = format!("openapi/{product}");
        let mut files = Vec::new();
        for path in sources.below(&folder) {
            let name = &path[folder.len() + 1..];
            let stem = name.strip_suffix(".yaml").filter(|stem| !stem.contains('/'));
            if stem.is_some_and(|stem| !["openapi", "portal"].contains(&stem)) {
                let source = Some(sources.valid_yaml(path)?);
                files.push(Self { name: name.to_owned(), text: sources.text(path)?, source });
            }
        }
        Ok(files)
    }

    /// The file whose operations have the group's tag; otherwise a file with the group's name, which may be new.
    pub fn of(files: Vec<Self>, group: &str) -> Self {
        let own = format!("{}.yaml", group.to_kebab_case());
        let is_its = |file: &Self| {
            file.name == own || operations(file.root()).any(|(_, _, operation)| operation["tags"] == json!([group]))
        };
        files.into_iter().find(is_its).unwrap_or(Self { name: own, text: "", source: None })
    }

    pub fn root(&self) -> &'a Value {
        self.source.map_or(&Value::Null, |source| &source.root)
    }

    pub fn schemas(&self) -> Map<String, Value> {
        schemas(self.root())
    }
}

pub fn schemas(root: &Value) -> Map<String, Value> {
    root.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Path, method and content of every operation of a group file.
pub fn operations(root: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let items = root.get("paths").and_then(Value::as_object).into_iter().flatten();
    items.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Returns the edited files. Writes nothing.
pub fn apply(
    sources: &Sources,
    draft: &Draft,
    row: &LedgerRow,
    ledger: &LedgerFile<'_>,
    group: &GroupFile<'_>,
) -> Result<Vec<Edited>> {
    let mut edited = vec![Edited {
        file: format!("openapi/{}/{}", row.product, group.name),
        text: group_file(draft, row, ledger, group),
        what: format!("the operation `{}` and {}", draft.identity.id, named(&draft.schemas)),
    }];
    let file = format!("openapi/{}/openapi.yaml", row.product);
    let (text, source) = (sources.text(&file)?, sources.valid_yaml(&file)?);
    let (text, what) = root_file(draft, row, ledger, group, text, source);
    if !what.is_empty() {
        edited.push(Edited { file, text, what });
    }
    let (file, text) = (ledger.ledger.source.file.clone(), ledger_file(draft, row, ledger)?);
    edited.push(Edited { file, text, what: format!("the row of `{}`", row.title.trim()) });
    Ok(edited)
}

fn named(schemas: &[(String, Value)]) -> String {
    let names: Vec<_> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { "no schema".into() } else { format!("the schemas {}", names.join(", ")) }
}

/// The paths of the group's operations that are before and after the row in the ledger.
fn neighbours<'a>(row: &LedgerRow, ledger: &'a LedgerFile<'_>, root: &'a Value) -> (Vec<&'a str>, Vec<&'a str>) {
    let path =
        |id: &str| operations(root).find(|(_, _, operation)| operation["operationId"] == id).map(|(path, ..)| path);
    let group = ledger.ledger.titles.iter().filter(|other| other.group == row.group);
    let own = position(row.pointer.as_ref());
    let (before, after): (Vec<_>, Vec<_>) = group.partition(|other| position(Some(&other.pointer)) < own);
    let paths = |rows: Vec<&Title>| rows.into_iter().filter_map(|row| path(row.operation.as_deref()?)).collect();
    (paths(before), paths(after))
}

/// The position of a row in its group; a new row is the last.
fn position(row: Option<&Pointer>) -> usize {
    row.and_then(Pointer::split_last).and_then(|(_, index)| index.parse().ok()).unwrap_or(usize::MAX)
}

fn group_file(draft: &Draft, row: &LedgerRow, ledger: &LedgerFile<'_>, group: &GroupFile<'_>) -> String {
    let (item, schemas) = (draft.paths(), draft.components());
    let Some(source) = group.source else {
        return format!(
            "# yaml-language-server: $schema=../schema/group.json\n# {}, group {}.\n{}",
            title_case(&row.product),
            row.group,
            draft.yaml()
        );
    };
    let mut lines = Lines::of(group.text);
    // Insert from the end of the file to its beginning, so that line numbers above stay valid.
    if !schemas.is_empty() {
        match (source.root.pointer("/components/schemas"), source.root.get("components")) {
            (Some(_), _) => {
                let end = lines.end_of(line(source, "/components/schemas"));
                lines.insert(end, &format!("\n{schemas}"));
            }
            (None, Some(_)) => lines.insert(line(source, "/components") + 1, &format!("  schemas:\n{schemas}")),
            (None, None) => lines.insert(lines.0.len(), &format!("\ncomponents:\n  schemas:\n{schemas}")),
        }
    }
    let paths = source.root.get("paths").and_then(Value::as_object);
    let (_, after) = neighbours(row, ledger, &source.root);
    let at = |path: &str| line(source, Pointer::from_steps(["paths", path]));
    if paths.is_some_and(|paths| paths.contains_key(&draft.path)) {
        let end = lines.end_of(at(&draft.path));
        lines.insert(end, &yaml::property(&draft.method, &draft.operation, 4));
    } else if let Some(next) = after.first() {
        let start = lines.start_of(at(next));
        lines.insert(start, &format!("{item}\n"));
    } else if paths.is_some() {
        let end = lines.end_of(line(source, "/paths"));
        lines.insert(end, &format!("\n{item}"));
    } else {
        lines.insert(0, &format!("paths:\n{item}\n"));
    }
    lines.text()
}

/// Adds the line of the path and the group's tag, if the root lacks them.
fn root_file(
    draft: &Draft,
    row: &LedgerRow,
    ledger: &LedgerFile<'_>,
    group: &GroupFile<'_>,
    text: &str,
    source: &Source,
) -> (String, String) {
    let mut lines = Lines::of(text);
    let mut what = Vec::new();
    let paths = source.root.get("paths").and_then(Value::as_object);
    if !paths.is_some_and(|paths| paths.contains_key(&draft.path)) {
        let reference = json!({ "$ref": format!("{}#{}", group.name, Pointer::from_steps(["paths", &draft.path])) });
        let written = yaml::property(&draft.path, &reference, 2);
        let (before, after) = neighbours(row, ledger, group.root());
        let at = |path: &&str| line(source, Pointer::from_steps(["paths", path]));
        let index = match (after.first(), before.last()) {
            (Some(next), _) => lines.start_of(at(next)),
            (None, Some(last)) => lines.end_of(at(last)),
            (None, None) => lines.end_of(line(source, "/paths")),
        };
        lines.insert(index, &written);
        what.push("the path");
    }
    let tags = source.root.get("tags").and_then(Value::as_array);
    if !tags.is_some_and(|tags| tags.iter().any(|tag| tag["name"] == row.group.as_str())) {
        let end = lines.end_of(line(source, "/tags"));
        let tag = json!([{ "name": row.group, "description": "" }]);
        let written = yaml::property("tags", &tag, 0);
        lines.insert(end, written.trim_start_matches("tags:\n"));
        what.push("the group's tag, to be described");
    }
    (lines.text(), what.join(" and "))
}

fn ledger_file(draft: &Draft, row: &LedgerRow, ledger: &LedgerFile<'_>) -> Result<String> {
    let source = ledger.ledger.source;
    let mut lines = Lines::of(ledger.text);
    // A new row is the last of its group.
    let last = ledger.ledger.titles.iter().rfind(|other| other.group == row.group).map(|other| &other.pointer);
    let Some(pointer) = row.pointer.as_ref().or(last) else {
        let end = lines.end_of(line(source, "/groups"));
        let group = json!([{ "group": row.group, "titles": [ledger_row(draft, row)] }]);
        lines.insert(end, yaml::property("groups", &group, 0).trim_start_matches("groups:\n"));
        return Ok(lines.text());
    };
    let start = line(source, pointer);
    let Some(indent) = lines.0.get(start).filter(|line| line.trim_start().starts_with("- ")).map(|line| indent(line))
    else {
        bail!(
            "{}:{}: the row of `{}` does not begin with `- `: rewrite it that way",
            source.file,
            start + 1,
            row.title
        );
    };
    let written = ledger_row(draft, row);
    let pad = " ".repeat(indent);
    let one_line = format!("{pad}- {}\n", yaml::flow(&Value::Object(written.clone())));
    let several = yaml::block(&written, indent + 2).replacen(&format!("{pad}  "), &format!("{pad}- "), 1);
    let end = lines.end_of(start);
    if row.pointer.is_some() {
        lines.0.drain(start..end);
    }
    let at = if row.pointer.is_some() { start } else { end };
    lines.insert(at, if one_line.trim_end().chars().count() <= 120 { &one_line } else { &several });
    Ok(lines.text())
}

fn ledger_row(draft: &Draft, row: &LedgerRow) -> Map<String, Value> {
    let mut written = Map::from_iter([("title".to_owned(), json!(row.title))]);
    written.insert("method".into(), json!(draft.method.to_uppercase()));
    if let Some(page) = &draft.identity.page {
        written.insert("page".into(), json!(page));
    }
    written.insert("operation".into(), json!(draft.identity.id));
    written
}

fn title_case(product: &str) -> String {
    let mut letters = product.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The index of the line that the node at `pointer` begins on.
pub(super) fn line(source: &Source, pointer: impl AsRef<str>) -> usize {
    source.locate(pointer).line - 1
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines of a file, each with its line ending.
pub(super) struct Lines(pub(super) Vec<String>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(text.split_inclusive('\n').map(str::to_owned).collect())
    }

    pub(super) fn text(self) -> String {
        self.0.concat()
    }

    /// Inserts text before the line at `index`, with the file's own line endings.
    pub(super) fn insert(&mut self, index: usize, text: &str) {
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
    pub(super) fn end_of(&self, start: usize) -> usize {
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
