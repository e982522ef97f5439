//! Inserts a draft into the files of the spec: the group's file, the root and the ledger. Everything else in them stays the
//! same, byte by byte.

use std::collections::BTreeSet;

use anyhow::Result;
use gofive_spec::Pointer;
use heck::ToTitleCase;
use serde_json::{Map, Value, json};

use super::group::{GroupFile, operations};
use super::operation::{Draft, Edited};
use crate::ledger::{Ledger, Title};
use crate::sources::Sources;
pub use crate::sources::yaml::edit::{Lines, indent, line};
use crate::sources::yaml::edit::{add, set, set_in};

/// The files of the spec while single properties are edited.
#[derive(Debug)]
pub(super) struct Edits {
    pub(super) sources: Sources,
    touched: BTreeSet<String>,
}

impl Edits {
    pub(super) fn new(sources: &Sources) -> Self {
        Self { sources: sources.clone(), touched: BTreeSet::new() }
    }

    /// Sets a property of a node, or removes it, as [`set`] does.
    pub(super) fn set(
        &mut self,
        file: &str,
        node: &Pointer,
        name: &str,
        value: Option<Value>,
        behind: &[String],
    ) -> Result<()> {
        let text = set(file, self.sources.text(file)?, node, name, value, behind)?;
        self.sources.write(file, text);
        self.touched.insert(file.to_owned());
        Ok(())
    }

    /// The edited files.
    pub(super) fn files(&self, what: &str) -> Result<Vec<Edited>> {
        let edited = |file: &String| {
            Ok(Edited { file: file.clone(), text: self.sources.text(file)?.to_owned(), what: what.to_owned() })
        };
        self.touched.iter().map(edited).collect()
    }
}

/// Returns the edited files. Writes nothing.
pub fn apply(sources: &Sources, draft: &Draft, ledger: &Ledger<'_>, group: &GroupFile<'_>) -> Result<Vec<Edited>> {
    let (path, method, row, product) = (&draft.path, &draft.method, &draft.row, ledger.product());
    let paths = Pointer::from_steps(["paths"]);
    let name = format!("openapi/{product}/{}", group.name);
    let what = format!("the operation `{}` and {}", draft.id, named(&draft.schemas));
    let has_path = |root: &Value| root["paths"].get(path).is_some();
    let text = match group.source {
        None => format!(
            "# yaml-language-server: $schema=../schema/group.json\n# {}, group {}.\n{}",
            product.to_title_case(),
            row.group,
            draft.yaml()
        ),
        Some(source) => {
            // From the end of the file to its beginning, so that the lines above stay where they are.
            let schemas = Pointer::from_steps(["components", "schemas"]);
            let is_below = schemas.find(&source.root).is_some() && line(source, &schemas) > line(source, &paths);
            let added = || draft.schemas.iter().map(|(name, schema)| (name.as_str(), schema));
            let mut text = sources.text(&name)?.to_owned();
            if is_below && !draft.schemas.is_empty() {
                text = add(source, &text, &schemas, added(), &[]);
            }
            text = if has_path(&source.root) {
                set_in(source, &text, &paths.join(path), method, Some(draft.operation.clone()), &[])
            } else {
                let before = before(row, ledger, &source.root, &source.root);
                set_in(source, &text, &paths, path, Some(json!({ method: draft.operation })), &before)
            };
            let rest = if is_below { &[] } else { draft.schemas.as_slice() };
            rest.iter()
                .try_fold(text, |text, (schema, value)| set(&name, &text, &schemas, schema, Some(value.clone()), &[]))?
        }
    };
    let mut edited = vec![Edited { file: name, text, what }];

    let file = format!("openapi/{product}/openapi.yaml");
    let source = sources.valid_yaml(&file)?;
    let root = &source.root;
    let (mut text, mut what) = (sources.text(&file)?.to_owned(), Vec::new());
    if !has_path(root) {
        let reference = json!({ "$ref": format!("{}#{}", group.name, paths.join(path)) });
        text = set_in(source, &text, &paths, path, Some(reference), &before(row, ledger, group.root(), root));
        what.push("the path");
    }
    if !root["tags"].as_array().into_iter().flatten().any(|tag| tag["name"] == row.group.as_str()) {
        let tag = json!([{ "name": row.group, "description": "" }]);
        text = set(&file, &text, &Pointer::root(), "tags", Some(tag), &[])?;
        what.push("the group's tag, to be described");
    }
    if !what.is_empty() {
        edited.push(Edited { file, text, what: what.join(" and ") });
    }

    let (source, what) = (ledger.source, format!("the row of `{}`", row.title.trim()));
    let (file, text) = (&source.file, sources.text(&source.file)?);
    let mut written = json!({ "title": row.title, "method": method.to_uppercase() });
    if let Some(page) = &row.page {
        written["page"] = json!(page);
    }
    written["operation"] = json!(draft.id);
    let of_group = ledger.titles.iter().find(|other| other.group == row.group).map(|other| &other.pointer);
    let text = match (row.pointer.split_last(), of_group.and_then(Pointer::split_last)) {
        (Some((list, index)), _) => set_in(source, text, &list, &index, Some(written), &[]),
        // A new row is the last of its group.
        (None, Some((list, _))) => {
            let (group, titles) = list.split_last().unwrap_or_default();
            set(file, text, &group, &titles, Some(json!([written])), &[])?
        }
        (None, None) => {
            let group = json!([{ "group": row.group, "titles": [written] }]);
            set(file, text, &Pointer::root(), "groups", Some(group), &[])?
        }
    };
    edited.push(Edited { file: file.clone(), text, what });
    Ok(edited)
}

fn named(schemas: &[(String, Value)]) -> String {
    let names: Vec<_> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { "no schema".into() } else { format!("the schemas {}", names.join(", ")) }
}

/// The paths in a file that come before that of the row: those before the next operation of its group, or up to the last one.
fn before(row: &Title, ledger: &Ledger<'_>, group: &Value, root: &Value) -> Vec<String> {
    let path = |id: &str| operations(group).find(|(_, _, own)| own["operationId"] == id).map(|(path, ..)| path);
    let of_row = |row: &Title| path(row.operation.as_deref()?);
    let rows = ledger.titles.iter().filter(|other| other.group == row.group);
    let (before, after): (Vec<_>, Vec<_>) = rows.partition(|other| position(other) < position(row));
    let paths = root["paths"].as_object().into_iter().flat_map(Map::keys);
    if let Some(next) = after.into_iter().find_map(of_row) {
        // Behind a name that no path has is before the first one.
        return std::iter::once(String::new()).chain(paths.take_while(|path| *path != next).cloned()).collect();
    }
    let last = before.into_iter().rev().find_map(of_row);
    last.map_or_else(|| paths.clone().cloned().collect(), |last| vec![last.to_owned()])
}

/// The position of a row in its group; a new row is the last.
fn position(row: &Title) -> usize {
    row.pointer.split_last().and_then(|(_, index)| index.parse().ok()).unwrap_or(usize::MAX)
}
