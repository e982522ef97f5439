//! `cargo xtask diff`: reports how a change of the spec affects users. Three layers compare the built documents and sources of
//! the base and the working tree; all that they report about one subject becomes one entry.
//!
//! The report assumes that the server behaves as the new spec says, also towards programs built with the old one.

mod behaviour;
mod change;
pub mod changelog;
mod drift_doc;
mod markdown;
mod pair;
mod rust;
mod schema;
mod snapshot;
mod text;
pub mod version;
mod wire;
mod words;

use std::collections::BTreeSet;

use anyhow::Result;
use semver::Version;
use serde::Serialize;
use serde_json::Value;

pub use self::change::{Change, ChangeLocation, Class, Detail, Effect, Whom};
pub use self::snapshot::{Product, Snapshot};

use self::change::{Aspect, Fact, Subject};
use self::pair::Pair;
use crate::sources::Sources;
use crate::sources::git::Revision;

/// The outcome of a comparison. Its JSON is what `--format json` prints.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The base of the comparison.
    pub base: String,
    /// The highest class of all changes; `None` if nothing changed.
    pub class: Option<Class>,
    /// The version of the base, and the lowest version that `gofive-api` needs now.
    pub version: Option<Step>,
    /// What could not be compared.
    pub notes: Vec<String>,
    /// The changes by product and operation, breaking first.
    pub changes: Vec<Change>,
}

#[derive(Debug, Serialize)]
pub struct Step {
    pub from: Version,
    pub to: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Markdown,
    Json,
}

/// Compares a revision with the working tree.
pub fn with_revision(base: &Revision, working_tree: &Sources) -> Result<Report> {
    let mut report = compare(&Snapshot::committed(&base.sources)?, &Snapshot::built(working_tree)?)?;
    report.base.clone_from(&base.named);
    report.version =
        version::version(&base.sources).ok().map(|from| Step { to: version::needed(&from, report.class), from });
    Ok(report)
}

/// Compares two snapshots.
pub fn compare(old: &Snapshot, new: &Snapshot) -> Result<Report> {
    let mut changes = Vec::new();
    let products: BTreeSet<_> = old.products.keys().chain(new.products.keys()).collect();
    for product in products {
        let pair = Pair::new(product, old.products.get(product), new.products.get(product));
        let mut facts = Vec::new();
        if let (Some(before), Some(after)) = (pair.old, pair.new) {
            facts.extend(wire::compare(&pair)?);
            facts.extend(behaviour::compare(&pair));
            facts.extend(rust::compare(&pair));
            if facts.is_empty() && before.doc != after.doc {
                facts.push(unexplained(&before.doc, &after.doc));
            }
        } else {
            facts.extend(behaviour::compare(&pair));
            facts.extend(rust::compare(&pair));
        }
        changes.extend(change::merge(&pair, facts));
    }
    let class = changes.iter().map(|change| change.class).max();
    let notes = old.notes.iter().chain(&new.notes).cloned().collect();
    Ok(Report { base: String::new(), class, version: None, notes, changes })
}

/// The entry for a difference that no layer reports.
fn unexplained(old: &Value, new: &Value) -> Fact {
    let names =
        |doc: &Value| doc.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    let differ: Vec<_> =
        names(old).union(&names(new)).filter(|name| old.get(*name) != new.get(*name)).cloned().collect();
    let aspect = Aspect::new(Class::DocsOnly, "differs, but neither on the wire nor in Rust");
    let root = Some(String::new());
    Fact { subject: Subject::Document(differ.join(", ")), aspect, at: (root.clone(), root) }
}

/// Operations by name, with their changes.
type Groups<'a> = Vec<(String, Vec<&'a Change>)>;

impl Report {
    pub fn is_breaking(&self) -> bool {
        self.class == Some(Class::Breaking)
    }

    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Markdown => markdown::render(self),
            Format::Json => serde_json::to_string_pretty(self).expect("a report has only text as names") + "\n",
        }
    }

    /// `breaking (1 breaking, 2 additive)`
    fn summary(&self) -> String {
        let Some(class) = self.class else { return "no change".into() };
        let count = |class| self.changes.iter().filter(|change| change.class == class).count();
        let classes = [Class::Breaking, Class::Additive, Class::DocsOnly];
        let counts = classes.into_iter().map(|class| (count(class), class)).filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, class)| format!("{count} {class}")).collect();
        format!("{class} ({})", counts.join(", "))
    }

    /// The sentence about the version that the crate needs.
    fn step(&self) -> String {
        match (&self.version, self.class) {
            (_, None) => "No new version of `gofive-api` is needed.".into(),
            (Some(step), _) => format!("`gofive-api` goes from {} to at least {}.", step.from, step.to),
            (None, Some(Class::Breaking)) => "`gofive-api` needs a breaking step (0.1 → 0.2, or 1 → 2).".into(),
            (None, Some(_)) => "`gofive-api` needs at least a patch.".into(),
        }
    }

    /// The changes by product and operations, groups with breaking changes first.
    fn groups(&self) -> Vec<(&str, Groups<'_>)> {
        let mut products: Vec<(&str, Groups<'_>)> = Vec::new();
        for change in &self.changes {
            if products.last().is_none_or(|(product, _)| *product != change.product) {
                products.push((&change.product, Vec::new()));
            }
            let title = match change.operations.as_slice() {
                [] => "all operations".to_owned(),
                operations => operations.join(", "),
            };
            let Some((_, groups)) = products.last_mut() else { continue };
            match groups.iter_mut().find(|(other, _)| *other == title) {
                Some((_, changes)) => changes.push(change),
                None => groups.push((title, vec![change])),
            }
        }
        products
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::DocsOnly => "docs only",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

impl std::fmt::Display for Whom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::CallersCode => "callers' code",
            Self::RunningProgram => "running programs",
        })
    }
}
