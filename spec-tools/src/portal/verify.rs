//! Compares operations of the spec with their pages, and takes over what the pages say: edits single properties, and keeps
//! everything else. The draft of a page is what the page says.

use anyhow::{Result, bail};
use gofive_spec::Pointer;
use serde_json::{Map, Value};

use super::difference::{COMMON, Change, Difference, differences};
use super::draft;
use super::page::Page;
use super::read::Portal;
use crate::bundle::{Bundle, bundle_all};
use crate::finding::{Location, report};
use crate::sources::{Edited, Edits, Sources};

/// The differences between the operations and their pages.
#[derive(Debug, Default)]
pub struct Verification {
    pub operations: Vec<Verified>,
    /// Operations that were asked for, and that no page describes.
    pub without_page: Vec<String>,
    /// Pages that cannot be compared, with the reasons.
    pub refused: Vec<String>,
}

/// An operation and its page.
#[derive(Debug)]
pub struct Verified {
    pub operation: String,
    pub at: Location,
    /// The file of the page.
    pub page: String,
    /// The differences that nobody has declared.
    pub differences: Vec<Difference>,
    /// The differences that the ledger declares with a reason.
    pub declared: Vec<(String, String)>,
    /// What the ledger declares, and does not differ any more.
    pub outdated: Vec<String>,
}

/// The edited files, and what is left.
#[derive(Debug)]
pub struct Updated {
    pub files: Vec<Edited>,
    /// The differences that were taken over.
    pub taken: Vec<String>,
    /// The operations afterwards, with the differences that a person has to decide.
    pub left: Verification,
}

impl Verification {
    /// Whether nothing differs but what the ledgers declare.
    pub fn is_quiet(&self) -> bool {
        let is_quiet = |verified: &Verified| verified.differences.is_empty() && verified.outdated.is_empty();
        self.operations.iter().all(is_quiet) && self.refused.is_empty() && self.without_page.is_empty()
    }

    /// The report for the maintainer.
    pub fn report(&self) -> String {
        let mut text = String::new();
        for Verified { operation, at, page, differences, outdated, .. } in &self.operations {
            if !differences.is_empty() || !outdated.is_empty() {
                text.push_str(&format!("{operation} ({at}), {page}:\n"));
            }
            text.extend(differences.iter().map(|difference| format!("  {}\n", difference.text)));
            text.extend(outdated.iter().map(|line| format!("  declared, and no longer so: {line}\n")));
        }
        let declared: usize = self.operations.iter().map(|verified| verified.declared.len()).sum();
        text.extend(self.refused.iter().map(|line| format!("not compared: {line}\n")));
        text.extend(self.without_page.iter().map(|id| format!("no page: {id}\n")));
        let differing = self.operations.iter().filter(|verified| !verified.differences.is_empty()).count();
        if differing > 0 {
            text.push_str(
                "\nTake over what is right on the page with `cargo xtask portal update`. For what is right in the spec, copy the line \
                 into `differences:` of the ledger's row, with the reason.\n",
            );
        }
        let compared = self.operations.len();
        text + &format!("{compared} operations compared, {differing} differ, {declared} differences declared\n")
    }
}

/// Compares the operations with these ids, or all, with their pages.
///
/// # Errors
/// If the spec cannot be read, or has no operation of an id.
pub fn verify(sources: &Sources, portal: &Portal, ids: &[String]) -> Result<Verification> {
    let (bundles, findings) = bundle_all(sources);
    if !findings.is_empty() {
        bail!("{}", report(&findings));
    }
    let operations = || {
        bundles.iter().flat_map(|bundle| bundle.written.api.operations.iter().map(move |operation| (bundle, operation)))
    };
    if let Some(id) = ids.iter().find(|id| !operations().any(|(_, operation)| operation.id == **id)) {
        bail!("`{id}` is not an operation of the spec");
    }
    let mut verification = Verification::default();
    for (bundle, operation) in operations().filter(|(_, operation)| ids.is_empty() || ids.contains(&operation.id)) {
        let is_its = |page: &&Page| match (&operation.page, &page.number) {
            (Some(page), Some(number)) => page == number,
            _ => page.title == operation.title && page.method == operation.method,
        };
        let Some(page) = portal.pages.iter().find(is_its) else {
            if ids.contains(&operation.id) {
                verification.without_page.push(operation.id.clone());
            }
            continue;
        };
        let draft = match draft::of_operation(sources, page, &operation.id, &bundle.product) {
            Ok(draft) => draft,
            Err(error) => {
                verification.refused.push(format!("{}: {error:#}", operation.id));
                continue;
            }
        };
        let known = &draft.row.differences;
        let found = differences(&draft, bundle, operation).into_iter();
        let (declared, differences): (Vec<_>, Vec<_>) = found.partition(|one| known.contains_key(&one.text));
        let is_outdated = |text: &&String| declared.iter().all(|one| one.text != **text);
        let why = |text: &str| known[text].as_str().unwrap_or_default().to_owned();
        verification.operations.push(Verified {
            operation: operation.id.clone(),
            at: bundle.locate(&operation.pointer),
            page: page.file.clone(),
            differences,
            outdated: known.keys().filter(is_outdated).cloned().collect(),
            declared: declared.into_iter().map(|one| (one.text.clone(), why(&one.text))).collect(),
        });
    }
    if verification.operations.is_empty() && verification.refused.is_empty() && ids.is_empty() {
        bail!("none of the {} pages belongs to an operation of the spec", portal.pages.len());
    }
    Ok(verification)
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
                match &change.value {
                    Some(Value::Object(flags)) if change.name == "required" => {
                        require(&mut edits, &file, &node, flags)?;
                    }
                    value => edits.set(&file, &node, &change.name, value.clone(), &change.behind)?,
                }
            }
            taken.push(format!("{}: {}", verified.operation, difference.text));
        }
    }
    let left = verify(&edits.sources, portal, ids)?;
    Ok(Updated { files: edits.files(|_| "what the pages say".into())?, taken, left })
}

/// Lets an object require each property, or not.
fn require(edits: &mut Edits, file: &str, node: &Pointer, flags: &Map<String, Value>) -> Result<()> {
    let listed = node.join("required").find(&edits.sources.valid_yaml(file)?.root).and_then(Value::as_array).cloned();
    let mut names = listed.unwrap_or_default();
    names.retain(|name| !flags.contains_key(name.as_str().unwrap_or_default()));
    names.extend(flags.iter().filter(|(_, flag)| **flag == true).map(|(name, _)| name.as_str().into()));
    edits.set(file, node, "required", (!names.is_empty()).then(|| names.into()), &[])
}
