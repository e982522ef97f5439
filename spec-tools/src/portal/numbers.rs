//! Notes the numbers of pages that the portal shows: in the rows of the ledgers, and in the operations.

use anyhow::{Result, anyhow};
use gofive_spec::Pointer;

use super::edit::{Edited, Lines, indent, line};
use super::update::set;
use crate::bundle::bundle_all;
use crate::finding::report;
use crate::sources::Sources;
use crate::sources::yaml::Source;

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
    let (mut edited, mut files) = (sources.clone(), std::collections::BTreeSet::new());
    for Learnt { product, row, operation, number } in learnt {
        let file = format!("openapi/{product}/portal.yaml");
        let text = in_ledger(&file, edited.text(&file)?, row, number)?;
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

/// The text of a ledger with the number in a row, behind title and method.
fn in_ledger(file: &str, text: &str, row: &Pointer, number: &str) -> Result<String> {
    let source = Source::parse(file, text).map_err(|findings| anyhow!("{}", report(&findings)))?;
    let mut lines = Lines::of(text);
    let start = line(&source, row);
    let own = &mut lines.0[start];
    if let Some(at) = [", operation:", ", missing:"].iter().find_map(|name| own.rfind(name)) {
        own.insert_str(at, &format!(", page: {number}"));
    } else {
        let pad = " ".repeat(indent(own) + 2);
        lines.insert(start + 1, &format!("{pad}page: {number}\n"));
    }
    Ok(lines.text())
}
