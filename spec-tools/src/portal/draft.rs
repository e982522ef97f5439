//! Drafts the operations of pages: each page as a draft of its own, on the spec with the drafts before it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use gofive_spec::{Direction, Pointer};
use heck::ToSnakeCase;

use super::edit::{self, Edited};
use super::group::{self, GroupFile, operations};
use super::ledger::{self, LedgerFile, LedgerRow};
use super::listing::{self, Found};
use super::name;
use super::operation::{self, Draft, Identity};
use super::page::{Page, Unread};
use super::read::Portal;
use super::schema::{Schemas, Shared};
use super::taken::Texts;
use crate::sources::Sources;

/// Which pages are drafted, and what neither they nor the ledgers say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Titles or numbers of pages. Without any, the only page that there is.
    pub titles: Vec<String>,
    /// Every page whose operation is not in the spec.
    pub all: bool,
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

/// The drafts of several pages.
#[derive(Debug, Default)]
pub struct Drafts {
    pub drafted: Vec<Drafted>,
    /// The pages that could not be drafted, with the reasons.
    pub refused: Vec<String>,
    /// The number of pages whose operation the spec has.
    pub known: usize,
    /// What is beside the pages in their files, and cannot be read.
    pub unread: Vec<(String, Unread)>,
}

/// Drafts the operations of the pages that the options choose.
///
/// # Errors
/// If an option names something that does not exist, or if the only page cannot be drafted.
pub fn draft(sources: &Sources, portal: &Portal, options: &Options) -> Result<Drafts> {
    let products = sources.products();
    if let Some(product) = options.product.as_ref().filter(|asked| !products.contains(asked)) {
        bail!("`{product}` is not a product: the products are {}", products.join(", "));
    }
    let mut ledgers = ledger::all(sources)?;
    ledgers.retain(|ledger| options.product.as_ref().is_none_or(|product| ledger.product == *product));
    let chosen = choose(&ledgers, portal, options)?;
    let (mut sources, mut shared) = (sources.clone(), Vec::new());
    let mut drafts = Drafts { unread: portal.unread.clone(), ..Drafts::default() };
    let is_only = chosen.len() == 1;
    if !is_only && let Some(number) = &options.page {
        bail!("`{number}` can be the number of one page only: choose one of the {}", chosen.len());
    }
    for (page, row) in chosen {
        let drafted = row.and_then(|row| one(&sources, page, &row, options, &mut shared));
        match drafted.with_context(|| format!("no draft of {}", page.file)) {
            Ok(Some(drafted)) => {
                for edited in &drafted.files {
                    sources.write(&edited.file, edited.text.as_str());
                }
                drafts.drafted.push(drafted);
            }
            Ok(None) => drafts.known += 1,
            Err(error) if is_only => return Err(error),
            Err(error) => drafts.refused.push(format!("line {}: `{}`: {error:#}", page.line, page.title)),
        }
    }
    Ok(drafts)
}

/// The pages that the options choose, with their rows in the ledgers.
fn choose<'a>(
    ledgers: &'a [LedgerFile<'a>],
    portal: &'a Portal,
    options: &'a Options,
) -> Result<Vec<(&'a Page, Result<LedgerRow>)>> {
    let mut listed = portal.listed();
    listed.retain(|listed| listed.page.is_some());
    for listed in &mut listed {
        listed.folder = options.group.as_ref().map_or(listed.folder, std::slice::from_ref);
    }
    let wanted = |page: &Page, title: &String| page.title == title.trim() || page.number.as_ref() == Some(title);
    if !options.all && options.titles.is_empty() && listed.len() != 1 {
        bail!("there are {} pages of operations: pass the titles of some, or --all", listed.len());
    }
    let is_missing = |title: &&String| !portal.pages.iter().any(|page| wanted(page, title));
    if let Some(title) = options.titles.iter().find(is_missing) {
        bail!("`{title}` is neither a file nor the title or the number of one of the {} pages", portal.pages.len());
    }
    let found = listing::find(listed, ledgers, &[]);
    let rows = found.iter().filter_map(|found| {
        let page = found.listed.page?;
        let is_chosen = options.titles.is_empty() || options.titles.iter().any(|title| wanted(page, title));
        is_chosen.then(|| (page, row(found, page, ledgers)))
    });
    Ok(rows.collect())
}

/// The row of a page, or a new one in the product and the group that it belongs to.
fn row(found: &Found<'_>, page: &Page, ledgers: &[LedgerFile<'_>]) -> Result<LedgerRow> {
    let ledger = ledgers.iter().find(|ledger| Some(&*ledger.product) == found.product);
    let (title, method) = (page.title.as_str(), page.method.as_str());
    match (ledger, found.row, found.listed.folder.last()) {
        (_, Some(known), _) if known.title.trim() != title => {
            bail!(
                "the portal has renamed `{}` to `{title}`: rename it in the ledger, and in the spec if it has it",
                known.title
            )
        }
        (_, Some(known), _) if known.method.as_deref().is_some_and(|known| known != method) => {
            let known = known.method.as_deref().unwrap_or_default();
            bail!("`{title}` is {method} on the page, and {known} in the ledger: fix the one that is wrong")
        }
        (Some(ledger), Some(known), _) => Ok(ledger.row(known)),
        (Some(ledger), None, Some(group)) => {
            let (title, method) = (title.to_owned(), Some(method.to_owned()));
            let (product, group) = (ledger.product.clone(), group.clone());
            Ok(LedgerRow { product, group, title, method, page: None, operation: None, pointer: None })
        }
        _ => bail!("`{title}` is not in a ledger, or in several: pass, for example, --product venio --group Case"),
    }
}

/// The draft of one page; `None` if all pages are drafted, and the spec has this one.
fn one(
    sources: &Sources,
    page: &Page,
    row: &LedgerRow,
    options: &Options,
    shared: &mut Vec<Shared>,
) -> Result<Option<Drafted>> {
    let ledger = &ledger::read(sources, &row.product)?;
    let files = GroupFile::all(sources, &row.product)?;
    let known = in_spec(&files, page, row);
    if options.all && row.operation.is_some() {
        return Ok(None);
    }
    if let Some(known) = known.filter(|_| !options.print) {
        return Err(known);
    }
    let mut identity = identity(page, row, id(page, row, ledger));
    if options.page.is_some() {
        identity.page.clone_from(&options.page);
    }
    let mut checks = Vec::new();
    if !options.print
        && let Some(at) = taken_by(&files, &identity.id)
    {
        let longer = format!("{}_{}", identity.id, row.group.to_snake_case());
        if taken_by(&files, &longer).is_some() {
            bail!("{at}: another operation is already called `{}`: rename it, or write this one by hand", identity.id);
        }
        checks.push(format!("operationId: `{}` is taken ({at}): choose a better name than `{longer}`", identity.id));
        identity.id = longer;
    }
    let taken = taken(sources, &files, row)?;
    let group = GroupFile::of(files, &row.group);
    let mut draft = written(page, identity, &group, taken, shared)?;
    draft.checks.extend(checks);
    let (file, unattributed) = (&ledger.ledger.source.file, &ledger.ledger.unattributed);
    if unattributed.iter().any(|other| Some(&other.page) == draft.identity.page.as_ref()) {
        draft.checks.push(format!("{file}: delete the page from `unattributed_pages`"));
    }
    let files = if options.print { Vec::new() } else { edit::apply(sources, &draft, row, ledger, &group)? };
    Ok(Some(Drafted { draft, files }))
}

/// The draft of a page under the name of an operation that the spec has.
pub(super) fn of_operation(sources: &Sources, page: &Page, id: &str, product: &str) -> Result<Draft> {
    let ledger = ledger::read(sources, product)?;
    let Some(row) = ledger.ledger.titles.iter().find(|row| row.operation.as_deref() == Some(id)) else {
        bail!("`{id}` is not in {}", ledger.ledger.source.file);
    };
    let row = ledger.row(row);
    let files = GroupFile::all(sources, product)?;
    let taken = taken(sources, &files, &row)?;
    let group = GroupFile::of(files, &row.group);
    written(page, identity(page, &row, id.to_owned()), &group, taken, &mut Vec::new())
}

fn identity(page: &Page, row: &LedgerRow, id: String) -> Identity {
    let number = page.number.clone().or_else(|| row.page.clone());
    Identity { id, title: row.title.clone(), group: row.group.clone(), page: number }
}

fn written(
    page: &Page,
    identity: Identity,
    group: &GroupFile<'_>,
    taken: Vec<String>,
    shared: &mut Vec<Shared>,
) -> Result<Draft> {
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
        file: &group.name,
        shared,
    };
    operation::draft(page, identity, schemas)
}

/// The operation's id, from the title; from method and path if the title has no letters that a name can have.
fn id(page: &Page, row: &LedgerRow, ledger: &LedgerFile<'_>) -> String {
    let others: Vec<_> = ledger.ledger.titles.iter().map(|row| row.title.clone()).collect();
    let id = name::operation_id(&row.title, &others);
    let path = page.path.replace(['{', '}'], "");
    if id.starts_with(|c: char| c.is_ascii_lowercase()) {
        id
    } else {
        format!("{}_{path}", page.method.key()).to_snake_case()
    }
}

/// Where the spec has the operation of a page.
fn in_spec(files: &[GroupFile<'_>], page: &Page, row: &LedgerRow) -> Option<anyhow::Error> {
    let look = "print the draft with --print, and copy by hand what is new";
    if let Some(operation) = &row.operation {
        return Some(anyhow!("`{}` is already in the spec, as `{operation}`: {look}", row.title.trim()));
    }
    for source in files.iter().filter_map(|file| file.source) {
        for (path, method, _) in operations(&source.root) {
            if path.eq_ignore_ascii_case(&page.path) && method == page.method.key() {
                let at = source.locate(Pointer::from_steps(["paths", path, method]));
                return Some(anyhow!("{at}: {} {path} is already in the spec: {look}", page.method));
            }
        }
    }
    None
}

/// Where an operation of this name is.
fn taken_by(files: &[GroupFile<'_>], id: &str) -> Option<crate::finding::Location> {
    files.iter().filter_map(|file| file.source).find_map(|source| {
        let (path, method, _) = operations(&source.root).find(|(_, _, operation)| operation["operationId"] == id)?;
        Some(source.locate(Pointer::from_steps(["paths", path, method])))
    })
}

/// The names that a new schema may not have: those of the product's other schemas, and those reserved in Rust.
fn taken(sources: &Sources, files: &[GroupFile<'_>], row: &LedgerRow) -> Result<Vec<String>> {
    let reserved = crate::rust::names::types(&row.product).into_iter().map(|reserved| reserved.name);
    // An operation that is drafted again may reuse its own names.
    if row.operation.is_some() {
        return Ok(reserved.collect());
    }
    let common = sources.valid_yaml("openapi/common.yaml")?;
    let schemas = files.iter().map(GroupFile::schemas).chain([group::schemas(&common.root)]);
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
        text.push_str("\nTo check:\n");
        for check in &draft.checks {
            text.push_str(&format!("  {check}\n"));
        }
        if draft.unread.is_empty() {
            text.push_str("\nEvery line of the page was read.\n");
            return text;
        }
        text.push_str("\nNot read:\n");
        for unread in &draft.unread {
            text.push_str(&format!("  {unread}\n"));
        }
        text
    }
}

impl Drafts {
    /// The edited files, each with the text that has all drafts.
    pub fn files(&self) -> BTreeMap<&str, &str> {
        let edited = self.drafted.iter().flat_map(|drafted| &drafted.files);
        edited.map(|edited| (edited.file.as_str(), edited.text.as_str())).collect()
    }

    /// The report for the maintainer.
    pub fn report(&self) -> String {
        let reports: Vec<_> = self.drafted.iter().map(Drafted::report).collect();
        let mut text = reports.join("\n");
        if !self.drafted.is_empty() {
            text.push_str(
                "\nTo write: summaries and descriptions, in English and in your own words; `cargo xtask lint` lists each. Then \
                 remove `x-gofive-reviewed: false`.\n",
            );
        }
        let list = |text: &mut String, heading: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                text.push_str(&format!("\n{heading}:\n"));
                text.extend(lines.iter().map(|line| format!("  {line}\n")));
            }
        };
        list(&mut text, "Not drafted", self.refused.clone());
        list(&mut text, "Not read", self.unread.iter().map(|(file, unread)| format!("{file}: {unread}")).collect());
        if self.known > 0 || self.drafted.len() != 1 || !self.refused.is_empty() {
            let (drafted, refused) = (self.drafted.len(), self.refused.len());
            text.push_str(&format!("\n{drafted} drafted, {} in the spec already, {refused} not drafted\n", self.known));
        }
        text
    }
}
