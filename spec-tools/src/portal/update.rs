//! Takes over what a page says into the files of the spec: edits single properties, and keeps everything else.

use anyhow::Result;
use gofive_spec::Pointer;
use serde_json::Value;

use super::difference::{COMMON, Change, Edit};
use super::read::Portal;
use super::verify::{Verification, verify};
use crate::bundle::{Bundle, bundle_all};
use crate::sources::{Edited, Edits, Sources};

/// The edited files, and what is left.
#[derive(Debug)]
pub struct Updated {
    pub files: Vec<Edited>,
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
    let (mut edits, mut taken) = (Edits::new(sources), Vec::new());
    for verified in verify(sources, portal, ids)?.operations {
        let own = |bundle: &&Bundle| bundle.written.api.operation(&verified.operation).is_some();
        let Some(bundle) = bundles.iter().find(own) else { continue };
        for difference in &verified.differences {
            // A new schema belongs into the file of the operation.
            let located = |change: &Change| {
                if change.node.as_str() == "/components/schemas" {
                    return (verified.at.file.clone(), change.node.clone());
                }
                let at = bundle.locate(&change.node);
                (at.file, at.pointer.parse().unwrap_or_default())
            };
            let changes: Vec<_> = difference.changes.iter().map(|change| (located(change), change)).collect();
            if changes.is_empty() || changes.iter().any(|((file, _), _)| file == COMMON) {
                continue;
            }
            for ((file, node), change) in changes {
                match &change.edit {
                    Edit::Set(value, behind) => edits.set(&file, &node, &change.name, value.clone(), behind)?,
                    Edit::Require(flag) => require(&mut edits, &file, &node, &change.name, *flag)?,
                }
            }
            taken.push(format!("{}: {}", verified.operation, difference.text));
        }
    }
    let left = verify(&edits.sources, portal, ids)?;
    Ok(Updated { files: edits.files(|_| "what the pages say".into())?, taken, left })
}

/// Lets an object require a property, or not.
fn require(edits: &mut Edits, file: &str, node: &Pointer, name: &str, flag: bool) -> Result<()> {
    let required = node.join("required");
    let listed = required.find(&edits.sources.valid_yaml(file)?.root).and_then(Value::as_array).cloned();
    let mut names: Vec<_> = listed.unwrap_or_default().into_iter().filter(|listed| listed != name).collect();
    names.extend(flag.then(|| name.into()));
    edits.set(file, node, "required", (!names.is_empty()).then(|| names.into()), &[])
}
