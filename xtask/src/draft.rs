//! A portal page as a person saves it → a draft of its operation in the spec. One file a stage:
//!
//! ```text
//! text, html   the file → lines
//! head, sections, table, sample   lines → what the page says (page.rs)
//! tree         the rows of a table → members inside members
//! shape, meaning, answer, odd     table against example → types and oddities
//! name, schema, operation         → the operation and its schemas
//! yaml, ledger, place             → the group's file, the root, the ledger
//! ```
//!
//! What a page does not say is not guessed: it is listed, with the line.

pub mod answer;
pub mod head;
pub mod html;
pub mod ledger;
pub mod meaning;
pub mod name;
pub mod odd;
pub mod operation;
pub mod page;
pub mod place;
pub mod sample;
pub mod schema;
pub mod sections;
pub mod shape;
pub mod table;
pub mod text;
pub mod tree;
pub mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use self::ledger::Row;
use self::operation::Place;
use self::page::Page;
use self::place::GroupFile;
use self::schema::Schemas;

pub use self::operation::Draft;
pub use self::place::Edited;

/// What the page's file and the ledger do not tell.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub product: Option<String>,
    pub group: Option<String>,
    /// The portal's number of the page: `api-13759273`.
    pub page: Option<String>,
    /// Only look at the draft: an operation that is in the spec already is no error.
    pub print: bool,
}

/// A draft, and the files as they are with it.
#[derive(Debug)]
pub struct Drafted {
    pub draft: Draft,
    pub files: Vec<Edited>,
}

/// Drafts the operation of the page in `file`; writes nothing.
///
/// # Errors
/// If no operation can be made of the page, or if the spec has it already.
pub fn draft(workspace: &Path, file: &Path, options: &Options) -> Result<Drafted> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("{shown} cannot be read"))?;
    let page = text::read(&bytes).and_then(page::read).with_context(|| format!("{shown} gives no draft"))?;
    from_page(workspace, &page, options).with_context(|| format!("{shown} gives no draft"))
}

fn from_page(workspace: &Path, page: &Page, options: &Options) -> Result<Drafted> {
    let products = crate::bundle::products(&workspace.join("openapi")).context("openapi/ cannot be read")?;
    let asked = options.product.as_deref();
    if let Some(product) = asked.filter(|asked| !products.iter().any(|product| product == asked)) {
        bail!("`{product}` is no product: the products are {}", products.join(", "));
    }
    let ledgers = products.iter().map(|product| ledger::read(workspace, product)).collect::<Result<Vec<_>>>()?;
    let row = ledger::find(&ledgers, &page.title, &page.method, asked, options.group.as_deref())?;
    let Some(ledger) = products.iter().position(|product| *product == row.product).map(|index| &ledgers[index]) else {
        bail!("{} has no ledger", row.product);
    };
    let others: Vec<_> = ledger.rows.iter().map(|row| row.title.clone()).collect();
    let files = GroupFile::all(workspace, &row.product)?;
    let number = options.page.clone().or_else(|| page.number.clone()).or_else(|| row.page.clone());
    let place = Place {
        id: name::operation_id(&row.title, &others),
        title: row.title.clone(),
        group: row.group.clone(),
        page: number,
    };
    if !options.print {
        refuse_twice(&files, page, &row, &place.id)?;
    }
    let taken = taken(workspace, &files, &row)?;
    let group = GroupFile::of(files, &row.group);
    let here = group.schemas();
    let schemas = Schemas {
        id: &place.id.clone(),
        here: &here,
        taken,
        drafted: Vec::new(),
        roles: BTreeMap::new(),
        checks: Vec::new(),
    };
    let mut draft = operation::draft(page, place, schemas);
    let unattributed = ledger.source.root.get("unattributed_pages").and_then(Value::as_array).into_iter().flatten();
    if unattributed.into_iter().any(|other| other["page"].as_str() == draft.place.page.as_deref()) {
        draft.checks.push(format!("{}: delete the page from `unattributed_pages`", ledger.source.file));
    }
    if row.pointer.is_empty() {
        draft.checks.push(format!("{}: add the row of `{}`", ledger.source.file, row.title));
    }
    let files = place::place(workspace, &draft, &row, ledger, &group)?;
    Ok(Drafted { draft, files })
}

/// The spec has each operation once.
fn refuse_twice(files: &[GroupFile], page: &Page, row: &Row, id: &str) -> Result<()> {
    let look = "look at the draft with --print, and take over by hand what is new";
    if let Some(operation) = &row.operation {
        bail!("`{}` is in the spec already, as `{operation}`: {look}", row.title.trim());
    }
    for source in files.iter().filter_map(|file| file.source.as_ref()) {
        for (path, method, operation) in place::operations(&source.root) {
            let at = source.locate(&format!("/paths/{}/{method}", crate::source::escape(path)));
            if path.eq_ignore_ascii_case(&page.path) && method.eq_ignore_ascii_case(&page.method) {
                bail!("{at}: {} {path} is in the spec already: {look}", page.method);
            }
            if operation["operationId"] == id {
                bail!("{at}: another operation is called `{id}` already: rename it, or write this one by hand");
            }
        }
    }
    Ok(())
}

/// The names that a new schema may not have: those of the product's other schemas, and those with a meaning in Rust.
fn taken(workspace: &Path, files: &[GroupFile], row: &Row) -> Result<Vec<String>> {
    let reserved = crate::lint::RESERVED.iter().map(|&name| name.to_owned());
    // Drafted once more, an operation may have its own names again.
    if row.operation.is_some() {
        return Ok(reserved.collect());
    }
    let (_, common) = ledger::read_yaml(workspace, "openapi/common.yaml")?;
    let schemas = files.iter().map(GroupFile::schemas).chain([place::schemas(&common.root)]);
    Ok(reserved.chain(schemas.flat_map(|schemas| schemas.into_iter().map(|(name, _)| name))).collect())
}

impl Drafted {
    /// Writes the files.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn write(&self, workspace: &Path) -> Result<()> {
        for edited in &self.files {
            let path = workspace.join(&edited.file);
            std::fs::write(path, &edited.text).with_context(|| format!("{} cannot be written", edited.file))?;
        }
        Ok(())
    }

    /// The drafted YAML.
    pub fn yaml(&self) -> String {
        self.draft.yaml()
    }

    /// What was drafted, what is to be checked, and what could not be read.
    pub fn report(&self) -> String {
        let draft = &self.draft;
        let mut text = format!("{}: {} {}\n", draft.place.id, draft.method.to_uppercase(), draft.path);
        for edited in &self.files {
            text.push_str(&format!("  {}: {}\n", edited.file, edited.what));
        }
        text.push_str("\nTo write: the words, in English and your own; `cargo xtask lint` lists each.\n\nTo check:\n");
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
