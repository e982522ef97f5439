//! Inserts a draft into the files of the spec: the group's file, the root and the ledger. Everything else in them stays the
//! same, byte by byte.

use anyhow::Result;
use gofive_spec::Pointer;
use heck::ToTitleCase;
use serde_json::{Map, Value, json};

use super::operation::Draft;
use super::words::present;
use crate::group::{GroupFile, operations};
use crate::ledger::{Ledger, Title};
use crate::sources::{Edited, Edits, Sources};

/// A draft, and where it belongs.
pub(super) struct Insertion<'a> {
    pub(super) draft: &'a Draft,
    pub(super) ledger: &'a Ledger<'a>,
    pub(super) group: &'a GroupFile<'a>,
}

impl Insertion<'_> {
    /// Returns the edited files. Writes nothing.
    pub(super) fn apply(&self, sources: &Sources) -> Result<Vec<Edited>> {
        let (draft, product) = (self.draft, self.ledger.product());
        let [own, root] = [self.group.name.as_str(), "openapi.yaml"].map(|name| format!("openapi/{product}/{name}"));
        let mut edits = Edits::new(sources);
        if self.group.source.is_some() {
            self.operation(&mut edits, &own)?;
        } else {
            let head = "# yaml-language-server: $schema=../schema/group.json";
            let (product, group) = (product.to_title_case(), &draft.row.group);
            edits.write(&own, format!("{head}\n# {product}, group {group}.\n{}", draft.yaml()));
        }
        let in_root = self.path_and_tag(&mut edits, &root)?;
        self.row(&mut edits)?;
        let names: Vec<_> = draft.schemas.iter().map(|(name, _)| name.as_str()).collect();
        let schemas = if names.is_empty() { "no schema".into() } else { format!("the schemas {}", names.join(", ")) };
        let mut files = edits.files(|file| match file {
            _ if file == own => format!("the operation `{}` and {schemas}", draft.id),
            _ if file == root => in_root.join(" and "),
            _ => format!("the row of `{}`", draft.row.title.trim()),
        })?;
        files.sort_by_key(|edited| edited.file != own);
        Ok(files)
    }

    /// Inserts the operation and its schemas into the group's file.
    fn operation(&self, edits: &mut Edits, file: &str) -> Result<()> {
        let (draft, paths) = (self.draft, Pointer::from_steps(["paths"]));
        edits.add(file, &Pointer::from_steps(["components", "schemas"]), &draft.schemas)?;
        let root = &edits.sources.valid_yaml(file)?.root;
        if has_path(root, draft) {
            let operation = Some(draft.operation.clone());
            return edits.set(file, &paths.join(&draft.path), &draft.method, operation, &[]);
        }
        let before = self.before(root, root);
        edits.set(file, &paths, &draft.path, Some(json!({ &draft.method: draft.operation })), &before)
    }

    /// Lists the path and the group's tag in the root. Returns what it did not have.
    fn path_and_tag(&self, edits: &mut Edits, file: &str) -> Result<Vec<&'static str>> {
        let (paths, tag, mut what) = (Pointer::from_steps(["paths"]), &self.draft.row.group, Vec::new());
        let root = &edits.sources.valid_yaml(file)?.root;
        let has_tag = root["tags"].as_array().into_iter().flatten().any(|other| other["name"] == tag.as_str());
        if !has_path(root, self.draft) {
            let reference = json!({ "$ref": format!("{}#{}", self.group.name, paths.join(&self.draft.path)) });
            let before = self.before(self.group.root(), root);
            edits.set(file, &paths, &self.draft.path, Some(reference), &before)?;
            what.push("the path");
        }
        if !has_tag {
            let tag = json!([{ "name": tag, "description": "" }]);
            edits.set(file, &Pointer::root(), "tags", Some(tag), &[])?;
            what.push("the group's tag, to be described");
        }
        Ok(what)
    }

    /// Writes the operation into the row of the ledger, which may be new.
    fn row(&self, edits: &mut Edits) -> Result<()> {
        let (row, file) = (&self.draft.row, &self.ledger.source.file);
        let written = Value::Object(present([
            ("title", json!(row.title)),
            ("method", json!(self.draft.method.to_uppercase())),
            ("page", json!(row.page)),
            ("operation", json!(self.draft.id)),
        ]));
        let of_group = self.ledger.titles.iter().find(|other| other.group == row.group).map(|other| &other.pointer);
        match (row.pointer.split_last(), of_group.and_then(Pointer::split_last)) {
            (Some((list, index)), _) => edits.set(file, &list, &index, Some(written), &[]),
            // A new row is the last of its group.
            (None, Some((list, _))) => {
                let (group, titles) = list.split_last().unwrap_or_default();
                edits.set(file, &group, &titles, Some(json!([written])), &[])
            }
            (None, None) => {
                let group = json!([{ "group": row.group, "titles": [written] }]);
                edits.set(file, &Pointer::root(), "groups", Some(group), &[])
            }
        }
    }

    /// The paths in a file that come before that of the draft: those before the next operation of its group, or up to the last
    /// one.
    fn before(&self, group: &Value, root: &Value) -> Vec<String> {
        let path = |id: &str| operations(group).find(|(_, _, own)| own["operationId"] == id).map(|(path, ..)| path);
        let own = &self.draft.row;
        let of_row = |row: &Title| path(row.operation.as_deref().filter(|_| row.group == own.group)?);
        let rows = &self.ledger.titles;
        // A new row is the last one.
        let (before, after) =
            rows.split_at(rows.iter().position(|row| row.pointer == own.pointer).unwrap_or(rows.len()));
        let paths = root["paths"].as_object().into_iter().flat_map(Map::keys);
        if let Some(next) = after.iter().find_map(of_row) {
            // Behind a name that no path has is before the first one.
            return std::iter::once(String::new()).chain(paths.take_while(|path| *path != next).cloned()).collect();
        }
        let last = before.iter().rev().find_map(of_row);
        last.map_or_else(|| paths.clone().cloned().collect(), |last| vec![last.to_owned()])
    }
}

fn has_path(root: &Value, draft: &Draft) -> bool {
    root["paths"].get(&draft.path).is_some()
}
