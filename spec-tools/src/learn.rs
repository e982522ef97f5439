//! `cargo xtask learn`: turns recorded shapes of responses into facts of the spec, and edits the files of `openapi/`.
//!
//! ```text
//! files of shapes ─▶ one shape for each operation ─▶ response ─▶ walk ─┬▶ edits of what is not known yet (fresh)
//!                                                                      ├▶ oddities
//!                                                                      └▶ what is not learnt, and why
//! ```
//!
//! One sighting proves that something exists. It proves neither that a property is required, nor that there are no other values.
//! What the spec has stays as it is: a contradiction is an oddity.

mod edit;
mod fresh;
mod kind;
mod report;
mod response;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use gofive_shapes::{Name, ShapeFile};
use gofive_spec::Pointer;

use self::edit::COMMON;
use self::fresh::Refused;
pub use self::kind::SURE;
use self::report::Lesson;
use crate::bundle::Bundle;
use crate::check::{Checked, check};
use crate::finding::Finding;
use crate::sources::{Edited, Edits, Sources};

/// How often the edits of an operation are made again without what the linter refuses.
const MAX_ATTEMPTS: usize = 8;

/// The edited files, and what was learnt of each operation.
#[derive(Debug)]
pub struct Learnt {
    pub files: Vec<Edited>,
    /// The workspace with the edits.
    pub sources: Sources,
    lessons: Vec<Lesson>,
    /// The operations that the spec does not have.
    unknown: Vec<Name>,
}

impl Learnt {
    /// What was learnt, and what was not.
    pub fn report(&self) -> String {
        report::words(&self.lessons, &self.unknown)
    }
}

/// Learns from the shapes of responses. Writes nothing.
///
/// The order of the shapes does not matter, nor how often one is passed.
///
/// # Errors
/// If the spec has findings.
pub fn learn(sources: &Sources, shapes: &[ShapeFile]) -> Result<Learnt> {
    let mut merged: BTreeMap<&Name, ShapeFile> = BTreeMap::new();
    for file in shapes {
        let known = merged.entry(&file.operation).or_insert_with(|| ShapeFile::new(file.operation.clone()));
        known.merge(file)?;
    }
    let mut checked = check(sources)?.without_findings("Nothing was learnt: fix the spec first.")?;
    let (mut edits, mut lessons, mut unknown) = (Edits::new(sources), Vec::new(), Vec::new());
    let mut operations: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, shapes) in merged {
        let id = name.as_str();
        let Some(bundle) = checked.bundles.iter().find(|bundle| bundle.written.api.operation(id).is_some()) else {
            unknown.push(name.clone());
            continue;
        };
        let (lesson, taught) = teach(bundle, &shapes, &edits)?;
        if let Some((next, after)) = taught {
            (edits, checked) = (next, after);
        }
        for file in lesson.files() {
            operations.entry(file.to_owned()).or_default().insert(id.to_owned());
        }
        lessons.push(lesson);
    }
    let what = |file: &str| {
        let ids: Vec<_> = operations.get(file).into_iter().flatten().map(|id| format!("`{id}`")).collect();
        if ids.is_empty() {
            return "what nothing refers to any more".into();
        }
        format!("what was learnt of {}", ids.join(", "))
    };
    Ok(Learnt { files: edits.files(what)?, sources: edits.sources, lessons, unknown })
}

/// Learns from the shapes of one operation. Returns the edits, if there are any, and the spec with them.
///
/// What the linter refuses is not learnt: such as a name that would be that of another field in Rust.
fn teach(bundle: &Bundle, shapes: &ShapeFile, edits: &Edits) -> Result<(Lesson, Option<(Edits, Checked)>)> {
    let mut refused = Refused::new();
    for _ in 0..MAX_ATTEMPTS {
        let lesson = response::learn(bundle, shapes, &refused);
        if lesson.changes.is_empty() {
            return Ok((lesson, None));
        }
        let mut next = edits.clone();
        edit::apply(&lesson.changes, &mut next)?;
        let checked = remove_unused(&mut next)?;
        if checked.findings.is_empty() {
            return Ok((lesson, Some((next, checked))));
        }
        for finding in &checked.findings {
            let at = origin(&lesson, finding).unwrap_or_default();
            refused.insert(at, format!("{} ({})", finding.problem, finding.hint));
        }
    }
    // Whatever is left is not a matter of single properties.
    refused.entry(String::new()).or_insert_with(|| "the linter refuses it".into());
    Ok((response::learn(bundle, shapes, &refused), None))
}

/// Checks the edited spec, and removes the shared components that only the responses of the operation referred to, which have schemas of their own now.
fn remove_unused(edits: &mut Edits) -> Result<Checked> {
    let mut checked = check(&edits.sources)?;
    let is_unused = |finding: &Finding| finding.rule == "unused" && finding.at.file == COMMON;
    while !checked.findings.is_empty() && checked.findings.iter().all(is_unused) {
        for finding in &checked.findings {
            let at: Pointer = finding.at.pointer.parse().unwrap_or_default();
            let Some((outer, name)) = at.split_last() else { return Ok(checked) };
            edits.set(COMMON, &outer, &name, None, &[])?;
        }
        let before = checked.findings.len();
        checked = check(&edits.sources)?;
        if checked.findings.len() >= before {
            break;
        }
    }
    Ok(checked)
}

/// The JSON pointer into the body of what a finding is about; `None` if it is not about a property that was learnt.
fn origin(lesson: &Lesson, finding: &Finding) -> Option<String> {
    let at: Pointer = finding.at.pointer.parse().ok()?;
    let around =
        lesson.origins.iter().filter(|origin| origin.file == finding.at.file && at.starts_with(&origin.pointer));
    Some(around.max_by_key(|origin| origin.pointer.as_str().len())?.body.clone())
}
