//! Carries out what was learnt of an operation in the files of the spec. Everything else in them stays the same, byte by byte.

use anyhow::Result;
use gofive_spec::Pointer;
use serde_json::{Value, json};

use crate::sources::Edits;

/// What all operations share.
pub(super) const COMMON: &str = "openapi/common.yaml";
const ODDITIES: &str = "x-gofive-oddities";

/// An edit of a node of a file.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Another value for a property of the node, or none. A new property comes behind those with the names of `behind`.
    Set { file: String, node: Pointer, name: String, value: Option<Value>, behind: Vec<String> },
    /// More properties of the node.
    Add { file: String, node: Pointer, entries: Vec<(String, Value)> },
    /// More oddities of an operation.
    Oddities { file: String, operation: Pointer, sentences: Vec<String> },
}

impl Change {
    pub(super) fn set(file: &str, node: &Pointer, name: &str, value: Option<Value>) -> Self {
        Self::set_behind(file, node, name, value, &[])
    }

    pub(super) fn set_behind(file: &str, node: &Pointer, name: &str, value: Option<Value>, behind: &[&str]) -> Self {
        let behind = behind.iter().map(|name| (*name).to_owned()).collect();
        Self::Set { file: file.to_owned(), node: node.clone(), name: name.to_owned(), value, behind }
    }

    pub(super) fn file(&self) -> &str {
        match self {
            Self::Set { file, .. } | Self::Add { file, .. } | Self::Oddities { file, .. } => file,
        }
    }
}

/// Carries out edits.
pub(super) fn apply(changes: &[Change], edits: &mut Edits) -> Result<()> {
    for change in changes {
        match change {
            Change::Set { file, node, name, value, behind } => edits.set(file, node, name, value.clone(), behind)?,
            Change::Add { file, node, entries } => edits.add(file, node, entries)?,
            Change::Oddities { file, operation, sentences } => oddities(edits, file, operation, sentences)?,
        }
    }
    Ok(())
}

/// Adds sentences to the oddities of an operation, which may have none yet.
fn oddities(edits: &mut Edits, file: &str, operation: &Pointer, sentences: &[String]) -> Result<()> {
    let known = operation.join(ODDITIES).find(&edits.sources.valid_yaml(file)?.root).and_then(Value::as_array).cloned();
    let Some(known) = known else {
        let behind =
            ["x-gofive-evidence", "x-gofive-observed", "x-gofive-idempotency", "x-gofive-payload", "x-gofive-paging"];
        return edits.set(file, operation, ODDITIES, Some(json!(sentences)), &behind.map(str::to_owned));
    };
    edits.append(file, &operation.join(ODDITIES), &known, sentences)
}
