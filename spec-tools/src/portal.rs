//! `cargo xtask draft`: turns a saved portal page into a draft of its operation in the spec. Each stage has its files:
//!
//! ```text
//! read, text, html, index                   the file → lines, or the index of a site
//! head, sections, table, sample             lines → the content of the page (page.rs)
//! tree                                      the rows of a table → nested properties (page.rs)
//! comparison, meaning, success, oddities    table and example → types and oddities
//! name, schema, operation                   → the operation and its schemas
//! yaml, ledger, edit                        → the group's file, the root, the ledger
//! ```
//!
//! The draft guesses nothing: what a page does not say is listed, with the line.

pub mod comparison;
mod document;
pub mod edit;
pub mod head;
pub mod html;
pub mod index;
pub mod ledger;
mod listing;
mod lock;
mod markdown;
pub mod meaning;
pub mod name;
pub mod oddities;
pub mod operation;
pub mod page;
mod read;
pub mod sample;
pub mod schema;
pub mod sections;
mod status;
pub mod success;
pub mod table;
pub mod taken;
pub mod text;
pub mod tree;
mod words;
pub mod yaml;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use gofive_spec::{Direction, Pointer};

use self::edit::GroupFile;
use self::ledger::LedgerRow;
use self::operation::Identity;
use self::page::Page;
use self::schema::{Schemas, Shared};
use self::taken::Texts;
use crate::sources::Sources;

pub use self::edit::Edited;
pub use self::operation::Draft;
pub use self::read::Portal;
pub use self::status::{Difference, Missing, Status, What, status};

/// Options for what the page's file and the ledger do not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub product: Option<String>,
    pub group: Option<String>,
    /// The portal's number of the page: `api-13759273`.
    pub page: Option<String>,
    /// Only print the draft. An operation that is already in the spec is then not an error.
    pub print: bool,
}

/// A draft, and the edited files with it.
#[derive(Debug)]
pub struct Drafted {
    pub draft: Draft,
    pub files: Vec<Edited>,
}

/// Drafts the operation of a saved page. `name` is the page's name in errors.
///
/// # Errors
/// If the page does not describe an operation, or if the spec already has it.
pub fn draft(sources: &Sources, name: &str, page: &[u8], options: &Options) -> Result<Drafted> {
    let mut portal = Portal::default();
    portal.read(name, page).with_context(|| format!("no draft of {name}"))?;
    let [page] = portal.pages.as_slice() else { bail!("no draft of {name}: it is an index") };
    from_page(sources, page, options, &mut Vec::new()).with_context(|| format!("no draft of {name}"))
}

fn from_page(sources: &Sources, page: &Page, options: &Options, shared: &mut Vec<Shared>) -> Result<Drafted> {
    let products = sources.products();
    let asked = options.product.as_deref();
    if let Some(product) = asked.filter(|asked| !products.iter().any(|product| product == asked)) {
        bail!("`{product}` is not a product: the products are {}", products.join(", "));
    }
    let ledgers = products.iter().map(|product| ledger::read(sources, product)).collect::<Result<Vec<_>>>()?;
    let row = ledger::find(&ledgers, &page.title, page.method.as_str(), asked, options.group.as_deref())?;
    let Some(ledger) = ledgers.iter().find(|ledger| ledger.product == row.product) else {
        bail!("{} has no ledger", row.product);
    };
    let others: Vec<_> = ledger.ledger.titles.iter().map(|row| row.title.clone()).collect();
    let files = GroupFile::all(sources, &row.product)?;
    let number = options.page.clone().or_else(|| page.number.clone()).or_else(|| row.page.clone());
    let identity = Identity {
        id: name::operation_id(&row.title, &others),
        title: row.title.clone(),
        group: row.group.clone(),
        page: number,
    };
    if !options.print {
        refuse_twice(&files, page, &row, &identity.id)?;
    }
    let taken = taken(sources, &files, &row)?;
    let group = GroupFile::of(files, &row.group);
    let here = group.schemas();
    let texts = Texts::of(group.root(), &here);
    let schemas = Schemas {
        id: &identity.id.clone(),
        here: &here,
        taken,
        drafted: Vec::new(),
        roles: BTreeMap::new(),
        checks: Vec::new(),
        direction: Direction::Request,
        texts: &texts,
        shared,
    };
    let mut draft = operation::draft(page, identity, schemas);
    let (file, unattributed) = (&ledger.ledger.source.file, &ledger.ledger.unattributed);
    if unattributed.iter().any(|other| Some(&other.page) == draft.identity.page.as_ref()) {
        draft.checks.push(format!("{file}: delete the page from `unattributed_pages`"));
    }
    if row.pointer.is_none() {
        draft.checks.push(format!("{file}: add the row of `{}`", row.title));
    }
    let files = edit::apply(sources, &draft, &row, ledger, &group)?;
    Ok(Drafted { draft, files })
}

/// Refuses an operation that is already in the spec.
fn refuse_twice(files: &[GroupFile], page: &Page, row: &LedgerRow, id: &str) -> Result<()> {
    let look = "print the draft with --print, and copy by hand what is new";
    if let Some(operation) = &row.operation {
        bail!("`{}` is already in the spec, as `{operation}`: {look}", row.title.trim());
    }
    for source in files.iter().filter_map(|file| file.source) {
        for (path, method, operation) in edit::operations(&source.root) {
            let at = source.locate(Pointer::from_steps(["paths", path, method]));
            if path.eq_ignore_ascii_case(&page.path) && method == page.method.key() {
                bail!("{at}: {} {path} is already in the spec: {look}", page.method);
            }
            if operation["operationId"] == id {
                bail!("{at}: another operation is already called `{id}`: rename it, or write this one by hand");
            }
        }
    }
    Ok(())
}

/// The names that a new schema may not have: those of the product's other schemas, and those reserved in Rust.
fn taken(sources: &Sources, files: &[GroupFile<'_>], row: &LedgerRow) -> Result<Vec<String>> {
    let reserved = crate::rust::names::types(&row.product).into_iter().map(|reserved| reserved.name);
    // An operation that is drafted again may reuse its own names.
    if row.operation.is_some() {
        return Ok(reserved.collect());
    }
    let common = sources.valid_yaml("openapi/common.yaml")?;
    let schemas = files.iter().map(GroupFile::schemas).chain([edit::schemas(&common.root)]);
    Ok(reserved.chain(schemas.flat_map(|schemas| schemas.into_iter().map(|(name, _)| name))).collect())
}

impl Drafted {
    /// The drafted YAML.
    pub fn yaml(&self) -> String {
        self.draft.yaml()
    }

    /// The report for the maintainer: what was drafted, what to check, and what could not be read.
    pub fn report(&self) -> String {
        let draft = &self.draft;
        let mut text = format!("{}: {} {}\n", draft.identity.id, draft.method.to_uppercase(), draft.path);
        for edited in &self.files {
            text.push_str(&format!("  {}: {}\n", edited.file, edited.what));
        }
        text.push_str("\nTo write: summaries and descriptions, in English and in your own words; `cargo xtask lint` lists each.\n\nTo check:\n");
        for check in &draft.checks {
            text.push_str(&format!("  {check}\n"));
        }
        if draft.unread.is_empty() {
            text.push_str("\nEvery line of the page was read.\n");
            return text;
        }
        text.push_str("\nNot read:\n");
        for unread in &draft.unread {
            text.push_str(&format!("  line {}: `{}`: {}\n", unread.line, unread.text, unread.why));
        }
        text
    }
}
