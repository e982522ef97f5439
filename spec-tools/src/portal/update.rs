//! Takes over what a page says into the files of the spec: edits single properties, and keeps everything else.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use gofive_spec::Pointer;
use serde_json::Value;

use super::difference::{COMMON, Change, Edit};
use super::read::Portal;
use super::verify::{Verification, verify};
use crate::bundle::bundle_all;
use crate::finding::report;
use crate::sources::Sources;
use crate::sources::yaml::Source;
pub(super) use crate::sources::yaml::edit::set;

/// The edited files, and what is left.
#[derive(Debug)]
pub struct Updated {
    pub files: BTreeMap<String, String>,
    /// The differences that were taken over.
    pub taken: Vec<String>,
    /// The operations afterwards, with the differences that a person has to decide.
    pub left: Verification,
}

/// Takes over the differences of the operations with these ids that the ledgers do not declare. Writes nothing.
///
/// # Errors
/// If the spec cannot be read, or if an edit does not give YAML.
pub fn update(sources: &Sources, portal: &Portal, ids: &[String]) -> Result<Updated> {
    let (bundles, _) = bundle_all(sources);
    let (mut edited, mut touched, mut taken) = (sources.clone(), BTreeSet::new(), Vec::new());
    for verified in verify(sources, portal, ids)?.operations {
        let own = |bundle: &&crate::bundle::Bundle| bundle.written.api.operation(&verified.operation).is_some();
        let Some(bundle) = bundles.iter().find(own) else { continue };
        for difference in &verified.differences {
            // A new schema belongs into the file of the operation.
            let located = |change: &Change| {
                let at = bundle.locate(&change.node);
                let is_new = change.node.as_str() == "/components/schemas";
                if is_new {
                    (verified.at.file.clone(), change.node.clone())
                } else {
                    (at.file, at.pointer.parse().unwrap_or_default())
                }
            };
            let changes: Vec<_> = difference.changes.iter().map(|change| (located(change), change)).collect();
            if changes.is_empty() || changes.iter().any(|((file, _), _)| file == COMMON) {
                continue;
            }
            for ((file, node), change) in changes {
                let text = edited.text(&file)?;
                let text = match &change.edit {
                    Edit::Set(value, behind) => set(&file, text, &node, &change.name, value.clone(), behind)?,
                    Edit::Require(flag) => require(&file, text, &node, &change.name, *flag)?,
                };
                edited.write(&file, text);
                touched.insert(file);
            }
            taken.push(format!("{}: {}", verified.operation, difference.text));
        }
    }
    let files = touched.iter().map(|file| Ok((file.clone(), edited.text(file)?.to_owned()))).collect::<Result<_>>()?;
    Ok(Updated { files, taken, left: verify(&edited, portal, ids)? })
}

/// The text with an object that requires a property, or does not.
fn require(file: &str, text: &str, node: &Pointer, name: &str, flag: bool) -> Result<String> {
    let source = Source::parse(file, text).map_err(|findings| anyhow!("{}", report(&findings)))?;
    let listed = node.join("required").find(&source.root).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut names: Vec<_> = listed.into_iter().filter(|listed| listed != name).collect();
    names.extend(flag.then(|| name.into()));
    set(file, text, node, "required", (!names.is_empty()).then(|| names.into()), &[])
}
