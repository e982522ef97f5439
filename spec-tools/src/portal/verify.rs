//! Compares operations of the spec with their pages. The draft of a page is what the page says.

use anyhow::{Result, bail};

use super::difference::{Difference, differences};
use super::draft;
use super::page::Page;
use super::read::Portal;
use crate::bundle::bundle_all;
use crate::finding::{Location, report};
use crate::sources::Sources;

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
        text.push_str(&format!(
            "{compared} operations compared, {differing} differ, {declared} differences declared\n"
        ));
        text
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
        let mut declared = draft.row.differences.clone();
        let mut verified = Verified {
            operation: operation.id.clone(),
            at: bundle.locate(&operation.pointer),
            page: page.file.clone(),
            differences: Vec::new(),
            declared: Vec::new(),
            outdated: Vec::new(),
        };
        for difference in differences(&draft, bundle, operation) {
            match declared.remove(&difference.text) {
                Some(why) => verified.declared.push((difference.text, why.as_str().unwrap_or_default().to_owned())),
                None => verified.differences.push(difference),
            }
        }
        verified.outdated = declared.into_iter().map(|(text, _)| text).collect();
        verification.operations.push(verified);
    }
    if verification.operations.is_empty() && verification.refused.is_empty() && ids.is_empty() {
        bail!("none of the {} pages belongs to an operation of the spec", portal.pages.len());
    }
    Ok(verification)
}
