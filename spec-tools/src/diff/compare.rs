//! Compares two states of the spec, layer by layer.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::Value;

use super::change::Change;
use super::fact::{Fact, Seen, Subject};
use super::pair::Pair;
use super::report::{Report, Step};
use super::snapshot::Snapshot;
use super::what::What;
use super::words::{English, Words};
use super::{behaviour, document, merge, rust, version, wire};
use crate::sources::Sources;
use crate::sources::git::Revision;

/// Compares a revision with the working tree.
pub fn with_revision(base: &Revision, working_tree: &Sources) -> Result<Report> {
    let mut report = compare(&Snapshot::committed(&base.sources)?, &Snapshot::built(working_tree)?)?;
    report.base.clone_from(&base.named);
    let from = version::step::version(&base.sources).ok();
    report.version = from.map(|from| Step { to: version::step::needed(&from, report.class), from });
    Ok(report)
}

/// Compares two snapshots.
pub fn compare(old: &Snapshot, new: &Snapshot) -> Result<Report> {
    let changes = changes(old, new, &English);
    let class = changes.iter().map(|change| change.class).max();
    let notes = old.notes.iter().chain(&new.notes).cloned().collect();
    Ok(Report { base: String::new(), class, version: None, notes, changes })
}

fn changes(old: &Snapshot, new: &Snapshot, words: &impl Words) -> Vec<Change> {
    let mut changes = Vec::new();
    let products: BTreeSet<_> = old.products.keys().chain(new.products.keys()).collect();
    for product in products {
        let pair = Pair::new(product, old.products.get(product), new.products.get(product));
        let mut facts = Vec::new();
        if pair.old.is_some() && pair.new.is_some() {
            facts.extend(wire::compare(&pair));
        }
        facts.extend(behaviour::compare(&pair));
        facts.extend(document::compare(&pair));
        facts.extend(rust::compare(&pair));
        if let (Some(old), Some(new)) = (pair.old, pair.new)
            && facts.is_empty()
            && old.doc != new.doc
        {
            facts.push(unexplained(&old.doc, &new.doc));
        }
        changes.extend(merge::merge(&pair, facts, words));
    }
    changes
}

/// The entry for a difference that no layer reports.
fn unexplained(old: &Value, new: &Value) -> Fact {
    let names =
        |doc: &Value| doc.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    let differ: Vec<_> =
        names(old).union(&names(new)).filter(|name| old.get(*name) != new.get(*name)).cloned().collect();
    let root = Some(String::new());
    Fact::new(Subject::Document(differ.join(", ")), What::Elsewhere(None), Seen::Document, (root.clone(), root))
}

#[cfg(test)]
mod tests;
