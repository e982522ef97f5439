//! `cargo xtask portal status`: what the portal has against the ledgers, the spec, and what was seen of it before.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Serialize;

use super::listing::{self, Listed, Route};
use super::lock::{self, Lock, Look};
use super::page::Unread;
use super::read::Portal;
use crate::bundle::bundle_all;
use crate::ledger::{Ledger, Title};
use crate::sources::{Edited, Edits, Sources};
use crate::wording::{cell, code};

/// What the portal has, compared with what the repository knows of it.
#[derive(Debug, Default, Serialize)]
pub struct Status {
    /// The number of endpoints that the portal lists.
    pub endpoints: usize,
    /// The number of pages that were read.
    pub pages: usize,
    /// The number of these that were not seen before, so that no change of them can be seen.
    pub unseen: usize,
    pub differences: Vec<Difference>,
    /// What could not be fetched or read, and why.
    pub missing: Vec<Missing>,
    /// What was seen of the pages of each product, these included.
    #[serde(skip)]
    seen: BTreeMap<String, Lock>,
    /// The rows of the ledgers, with the numbers that they do not have yet.
    #[serde(skip)]
    learnt: Vec<(String, Title)>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// `None`: neither the group nor the path says whose it is.
    pub product: Option<String>,
    pub group: String,
    pub title: String,
    pub number: Option<String>,
    #[serde(flatten)]
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// No ledger has the title.
    New,
    /// The portal does not have the title any more.
    Gone,
    /// The title was another one.
    Renamed { from: String },
    /// The title was in another group.
    Moved { from: String },
    /// The ledger does not have the number yet.
    NumberLearnt,
    /// The ledger has another number.
    NumberChanged { from: String },
    /// The ledger has another method.
    MethodChanged { from: String, to: String },
    /// The page says something else than when it was last seen.
    Changed { since: String },
}

/// A page that could not be fetched or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The address or the file, and the line.
    pub location: String,
    pub why: String,
}

/// Compares the portal with the repository. `missing` is what could not be fetched, `today` the day: `2026-11-27`.
///
/// # Errors
/// If the spec, a ledger or a lock cannot be read, or if there is nothing to compare.
pub fn status(sources: &Sources, portal: &Portal, mut missing: Vec<Missing>, today: &str) -> Result<Status> {
    let ledgers = Ledger::all(sources)?;
    // The routes of a spec with findings are not known, which matters only for pages without a number.
    let (bundles, _) = bundle_all(sources);
    let routes: Vec<Route<'_>> = bundles
        .iter()
        .flat_map(|bundle| bundle.api.operations.iter().map(|own| (&*bundle.product, &*own.id, own.method, &*own.path)))
        .collect();
    let mut listed = portal.listed();
    if listed.is_empty() {
        bail!("the sources list no endpoint: pass an index (llms.txt), or pages of the portal");
    }
    for (file, Unread { line, text, why }) in &portal.unread {
        missing.push(Missing { location: format!("{file}:{line}"), why: format!("`{text}`: {why}") });
    }
    let read = |product: String| Ok((product.clone(), Lock::read(sources, &product)?));
    let seen = sources.products().into_iter().map(read).collect::<Result<_>>()?;
    let (endpoints, pages) = (listed.len(), portal.pages.len());
    let mut status = Status { endpoints, pages, missing, seen, ..Status::default() };
    listing::find(&mut listed, &ledgers, &routes);
    for one in &listed {
        status.compare(one, today);
    }
    for ledger in &ledgers {
        status.gone(ledger, &listed);
    }
    status.differences.sort_by_key(|one| one.product.clone());
    Ok(status)
}

impl Status {
    fn compare(&mut self, listed: &Listed<'_>, today: &str) {
        let Listed { row, product, .. } = *listed;
        let mut whats = row.map_or_else(|| vec![What::New], |row| differing(row, listed));
        if let (Some(row), true) = (row, whats.contains(&What::NumberLearnt)) {
            let row = Title { page: listed.number.map(str::to_owned), ..row.clone() };
            self.learnt.push((product.unwrap_or_default().to_owned(), row));
        }
        // Compares the page with what was seen of it.
        if let (Some(page), Some(product)) = (listed.page, product) {
            match self.seen.entry(product.to_owned()).or_default().look(page, today) {
                Look::Same => {}
                Look::Changed(since) => whats.push(What::Changed { since }),
                Look::First => self.unseen += 1,
            }
        }
        self.differences.extend(whats.into_iter().map(|what| difference(listed, what)));
    }

    /// The titles of a ledger that an index of its product does not list.
    fn gone(&mut self, ledger: &Ledger<'_>, listed: &[Listed<'_>]) {
        if !listed.iter().any(|listed| listed.in_index && listed.product == Some(ledger.product())) {
            return;
        }
        for row in &ledger.titles {
            let is_listed = listed.iter().any(|listed| listed.row.is_some_and(|own| std::ptr::eq(own, row)));
            // An endpoint that several products have may be listed once.
            if !is_listed && row.counted_under.is_none() && !row.only_2021 && !row.not_an_endpoint {
                let (product, number) = (Some(ledger.product()), row.page.as_deref());
                let gone = Listed { title: row.title.trim(), number, product, row: Some(row), ..Listed::default() };
                self.differences.push(difference(&gone, What::Gone));
            }
        }
    }

    /// Whether the repository knows all that the portal has.
    pub fn is_quiet(&self) -> bool {
        self.differences.is_empty() && self.missing.is_empty()
    }

    /// The files in which is noted what was seen: `portal.lock`, and the numbers of pages in the ledgers and the spec; only
    /// those that change.
    ///
    /// # Errors
    /// If the row of a ledger cannot be edited.
    pub fn record(&self, sources: &Sources) -> Result<Vec<Edited>> {
        let mut edited = Vec::new();
        for (product, seen) in &self.seen {
            if Lock::read(sources, product)? != *seen {
                let what = "the pages that were seen".into();
                edited.push(Edited { file: lock::file(product), text: seen.text(), what });
            }
        }
        let (bundles, _) = bundle_all(sources);
        let mut edits = Edits::new(sources);
        for (product, row) in &self.learnt {
            let number = row.page.as_deref().map(Into::into);
            edits.set(&format!("openapi/{product}/portal.yaml"), &row.pointer, "page", number.clone(), &[])?;
            // An operation that is counted elsewhere is in another product's document.
            let id = row.operation.as_deref().filter(|_| row.counted_under.is_none());
            let bundle = bundles.iter().find(|bundle| bundle.product == *product);
            if let Some((bundle, own)) = bundle.and_then(|bundle| Some((bundle, bundle.written.api.operation(id?)?))) {
                let (at, title) = (bundle.locate(&own.pointer), ["x-gofive-title".to_owned()]);
                let node = at.pointer.parse().unwrap_or_default();
                edits.set(&at.file, &node, "x-gofive-page", number, &title)?;
            }
        }
        edited.extend(edits.files(|_| "the numbers of pages that are known now".into())?);
        Ok(edited)
    }

    /// The report as text, or as Markdown.
    pub fn words(&self, is_markdown: bool) -> String {
        let mut text = format!("{} endpoints listed, {} pages read", self.endpoints, self.pages);
        if self.unseen > 0 {
            text.push_str(&format!(", {} of them not seen before (`--record` notes them)", self.unseen));
        }
        text.push('\n');
        if self.is_quiet() {
            text.push_str("Nothing differs from the ledgers and from what was seen before.\n");
        }
        if is_markdown && !self.differences.is_empty() {
            text.push_str("\n| product | group | title | page | what |\n|---|---|---|---|---|\n");
        }
        for Difference { product, group, title, number, what } in &self.differences {
            let (product, number) = (product.as_deref().unwrap_or("?"), number.as_deref().unwrap_or("—"));
            let what = what.words();
            text.push_str(&if is_markdown {
                format!("| {} |\n", [product, group, title, number, &what].map(cell).join(" | "))
            } else {
                format!("{product}: {group} › {title} ({number}): {what}\n")
            });
        }
        if !self.missing.is_empty() {
            text.push_str("\nNot fetched, or not read:\n\n");
        }
        for Missing { location, why } in &self.missing {
            let (location, why) =
                if is_markdown { (code(location), cell(why)) } else { (location.clone(), why.clone()) };
            text.push_str(&format!("- {location}: {why}\n"));
        }
        text
    }
}

fn difference(listed: &Listed<'_>, what: What) -> Difference {
    let group = listed.folder.last().or(listed.row.map(|row| &row.group)).cloned().unwrap_or_default();
    let [product, number] = [listed.product, listed.number].map(|text| text.map(str::to_owned));
    Difference { product, group, title: listed.title.to_owned(), number, what }
}

/// In what the portal differs from the row of a ledger.
fn differing(row: &Title, listed: &Listed<'_>) -> Vec<What> {
    let mut whats = Vec::new();
    if row.title.trim() != listed.title {
        whats.push(What::Renamed { from: row.title.trim().to_owned() });
    }
    if !listed.folder.is_empty() && !listed.folder.contains(&row.group) {
        whats.push(What::Moved { from: row.group.clone() });
    }
    match (&row.page, listed.number) {
        (None, Some(_)) => whats.push(What::NumberLearnt),
        (Some(from), Some(number)) if from != number => whats.push(What::NumberChanged { from: from.clone() }),
        _ => {}
    }
    let methods = row.method.as_ref().zip(listed.page.map(|page| page.method.as_str()));
    if let Some((from, to)) = methods.filter(|(from, to)| from != to) {
        whats.push(What::MethodChanged { from: from.clone(), to: to.to_owned() });
    }
    whats
}

impl What {
    fn words(&self) -> String {
        match self {
            Self::New => "new".into(),
            Self::Gone => "gone".into(),
            Self::Renamed { from } => format!("renamed from \"{from}\""),
            Self::Moved { from } => format!("moved from the group \"{from}\""),
            Self::NumberLearnt => "its number is known now".into(),
            Self::NumberChanged { from } => format!("another page: {from} before"),
            Self::MethodChanged { from, to } => format!("{to} instead of {from}"),
            Self::Changed { since } => format!("changed since {since}"),
        }
    }
}
