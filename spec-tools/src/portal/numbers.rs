//! Notes the numbers of pages that the portal shows: in the rows of the ledgers, and in the operations.

use std::collections::BTreeSet;

use anyhow::Result;
use gofive_spec::Pointer;

use super::edit::Edited;
use crate::bundle::bundle_all;
use crate::sources::Sources;
use crate::sources::yaml::edit::set;

/// A number that a ledger does not have yet.
#[derive(Clone, Debug)]
pub(super) struct Learnt {
    pub(super) product: String,
    /// The row of the ledger.
    pub(super) row: Pointer,
    /// The operation, unless it is in another product's document.
    pub(super) operation: Option<String>,
    pub(super) number: String,
}

/// The edited files.
pub(super) fn note(sources: &Sources, learnt: &[Learnt]) -> Result<Vec<Edited>> {
    let (bundles, _) = bundle_all(sources);
    let (mut edited, mut files) = (sources.clone(), BTreeSet::new());
    for Learnt { product, row, operation, number } in learnt {
        let file = format!("openapi/{product}/portal.yaml");
        let text = set(&file, edited.text(&file)?, row, "page", Some(number.as_str().into()), &[])?;
        edited.write(&file, text);
        files.insert(file);
        let bundle = bundles.iter().find(|bundle| bundle.product == *product);
        let operation = operation.as_deref().zip(bundle).and_then(|(id, bundle)| {
            let at = bundle.locate(&bundle.written.api.operation(id)?.pointer);
            Some((at.file, at.pointer.parse::<Pointer>().ok()?))
        });
        if let Some((file, node)) = operation {
            let title = ["x-gofive-title".to_owned()];
            let text = set(&file, edited.text(&file)?, &node, "x-gofive-page", Some(number.as_str().into()), &title)?;
            edited.write(&file, text);
            files.insert(file);
        }
    }
    let edit = |file: String| {
        let text = edited.text(&file)?.to_owned();
        Ok(Edited { file, text, what: "the numbers of pages that are known now".into() })
    };
    files.into_iter().map(edit).collect()
}
