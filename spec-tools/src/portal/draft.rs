//! Drafts the operations of pages: each page as a draft of its own, on the spec with the drafts before it.

use std::collections::BTreeMap;
use std::fmt::Display;

use anyhow::{Context as _, Result, bail};
use gofive_spec::Pointer;
use heck::ToSnakeCase;
use serde_json::Value;

use super::edit::Insertion;
use super::listing::{self, Listed};
use super::name;
use super::operation::{self, Draft};
use super::page::{Page, Unread};
use super::read::Portal;
use super::schema::{Schemas, Shared};
use crate::finding::Location;
use crate::group::{self, GroupFile, operations};
use crate::ledger::{Ledger, Title};
use crate::sources::{Edited, Sources};

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

/// The drafts of several pages.
#[derive(Debug, Default)]
pub struct Drafts {
    pub drafted: Vec<Draft>,
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
    let mut ledgers = Ledger::all(sources)?;
    ledgers.retain(|ledger| options.product.as_ref().is_none_or(|product| ledger.product() == product));
    let chosen = choose(&ledgers, portal, options)?;
    let (mut sources, mut shared) = (sources.clone(), Vec::new());
    let mut drafts = Drafts { unread: portal.unread.clone(), ..Drafts::default() };
    let is_only = chosen.len() == 1;
    if !is_only && let Some(number) = &options.page {
        bail!("`{number}` can be the number of one page only: choose one of the {}", chosen.len());
    }
    for (page, row) in chosen {
        let drafted = row.and_then(|(product, row)| match row.operation {
            Some(_) if options.all => Ok(None),
            _ => Product::of(&sources, product)?.draft(page, row, options, &mut shared).map(Some),
        });
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

/// A page, its product, and its row there; or why it has none.
type Chosen<'a> = (&'a Page, Result<(&'a str, Title)>);

/// The pages that the options choose.
fn choose<'a>(ledgers: &'a [Ledger<'a>], portal: &'a Portal, options: &'a Options) -> Result<Vec<Chosen<'a>>> {
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
    listing::find(&mut listed, ledgers, &[]);
    let rows = listed.iter().filter_map(|listed| {
        let page = listed.page?;
        let is_chosen = options.titles.is_empty() || options.titles.iter().any(|title| wanted(page, title));
        is_chosen.then(|| (page, row(listed, page)))
    });
    Ok(rows.collect())
}

/// The product of a page, and its row there, or a new row in the group that the page belongs to.
fn row<'a>(listed: &Listed<'a>, page: &Page) -> Result<(&'a str, Title)> {
    let (title, method) = (page.title.clone(), page.method.to_string());
    if let Some(known) = listed.row {
        if known.title.trim() != title {
            bail!(
                "the portal has renamed `{}` to `{title}`: rename it in the ledger, and in the spec if it has it",
                known.title
            );
        }
        if let Some(other) = known.method.as_ref().filter(|other| **other != method) {
            bail!("`{title}` is {method} on the page, and {other} in the ledger: fix the one that is wrong");
        }
    }
    let group = listed.folder.last().cloned();
    let new = group.map(|group| Title { group, title: title.clone(), method: Some(method), ..Title::default() });
    let row = listed.row.cloned().or(new);
    listed.product.zip(row).with_context(|| {
        format!("`{title}` is not in a ledger, or in several: pass, for example, --product venio --group Case")
    })
}

/// The draft of a page under the name of an operation that the spec has.
pub(super) fn of_operation(sources: &Sources, page: &Page, id: &str, product: &str) -> Result<Draft> {
    let product = Product::of(sources, product)?;
    let Some(row) = product.ledger.titles.iter().find(|row| row.operation.as_deref() == Some(id)) else {
        bail!("`{id}` is not in {}", product.ledger.source.file);
    };
    let row = Title { page: page.number.clone().or(row.page.clone()), ..row.clone() };
    product.operation(page, id, row, &mut Vec::new())
}

/// A product of the spec, for which pages are drafted.
struct Product<'a> {
    sources: &'a Sources,
    ledger: Ledger<'a>,
    files: Vec<GroupFile<'a>>,
}

impl<'a> Product<'a> {
    fn of(sources: &'a Sources, product: &str) -> Result<Self> {
        Ok(Self { sources, ledger: Ledger::of(sources, product)?, files: GroupFile::all(sources, product)? })
    }

    /// The draft of a page, with the edited files unless it is only printed.
    fn draft(&self, page: &Page, row: Title, options: &Options, shared: &mut Vec<(Shared, String)>) -> Result<Draft> {
        let mut id = self.id(page, &row.title);
        let mut checks = Vec::new();
        if !options.print {
            let look = "print the draft with --print, and copy by hand what is new";
            if let Some(operation) = &row.operation {
                bail!("`{}` is already in the spec, as `{operation}`: {look}", row.title.trim());
            }
            let is_its = |path: &str| path.eq_ignore_ascii_case(&page.path);
            if let Some(at) = self.find(|path, method, _| is_its(path) && method == page.method.key()) {
                bail!("{at}: {} {} is already in the spec: {look}", page.method, page.path);
            }
            let named = |id: &str| self.find(|_, _, operation| operation["operationId"] == id);
            if let Some(at) = named(&id) {
                let longer = format!("{id}_{}", row.group.to_snake_case());
                if named(&longer).is_some() {
                    bail!("{at}: another operation is already called `{id}`: rename it, or write this one by hand");
                }
                checks.push(format!("operationId: `{id}` is taken ({at}): choose a better name than `{longer}`"));
                id = longer;
            }
        }
        let number = options.page.as_ref().or(page.number.as_ref()).or(row.page.as_ref()).cloned();
        let mut draft = self.operation(page, &id, Title { page: number, ..row }, shared)?;
        draft.checks.extend(checks);
        if self.ledger.unattributed.iter().any(|other| Some(&other.page) == draft.row.page.as_ref()) {
            draft.checks.push(format!("{}: delete the page from `unattributed_pages`", self.ledger.source.file));
        }
        if !options.print {
            let group = GroupFile::of(&self.files, &draft.row.group);
            draft.files = Insertion { draft: &draft, ledger: &self.ledger, group: &group }.apply(self.sources)?;
        }
        Ok(draft)
    }

    /// The draft of a page, with its id and its row, but without files.
    fn operation(&self, page: &Page, id: &str, row: Title, shared: &mut Vec<(Shared, String)>) -> Result<Draft> {
        let taken = self.taken(&row)?;
        let group = GroupFile::of(&self.files, &row.group);
        operation::draft(page, row, Schemas::new(id, &group, taken, shared))
    }

    /// The operation's id, from the title; from method and path if the title has no letters that a name can have.
    fn id(&self, page: &Page, title: &str) -> String {
        let others: Vec<_> = self.ledger.titles.iter().map(|row| row.title.clone()).collect();
        let id = name::operation_id(title, &others);
        if id.starts_with(|c: char| c.is_ascii_lowercase()) {
            return id;
        }
        format!("{}_{}", page.method.key(), page.path.replace(['{', '}'], "")).to_snake_case()
    }

    /// Where the first operation is whose path, method and content are these.
    fn find(&self, is_it: impl Fn(&str, &str, &Value) -> bool) -> Option<Location> {
        self.files.iter().filter_map(|file| file.source).find_map(|source| {
            let mut operations = operations(&source.root);
            let (path, method, _) = operations.find(|(path, method, operation)| is_it(path, method, operation))?;
            Some(source.locate(Pointer::from_steps(["paths", path, method])))
        })
    }

    /// The names that a new schema may not have: those of the product's other schemas, and those reserved in Rust.
    fn taken(&self, row: &Title) -> Result<Vec<String>> {
        let reserved = crate::rust::names::types(self.ledger.product()).into_iter().map(|reserved| reserved.name);
        // An operation that is drafted again may reuse its own names.
        if row.operation.is_some() {
            return Ok(reserved.collect());
        }
        let common = self.sources.valid_yaml("openapi/common.yaml")?;
        let schemas = self.files.iter().map(GroupFile::schemas).chain([group::schemas(&common.root)]);
        Ok(reserved.chain(schemas.flat_map(|schemas| schemas.into_iter().map(|(name, _)| name))).collect())
    }
}

impl Draft {
    /// The report for the maintainer: what was drafted, what to check, and what could not be read.
    pub fn report(&self) -> String {
        let mut text = format!("{}: {} {}\n", self.id, self.method.to_uppercase(), self.path);
        text.extend(self.files.iter().map(|Edited { file, what, .. }| format!("  {file}: {what}\n")));
        text.push_str(&section("To check", &self.checks));
        if self.unread.is_empty() {
            text.push_str("\nEvery line of the page was read.\n");
        }
        text + &section("Not read", &self.unread)
    }
}

impl Drafts {
    /// The edited files, each with the text that has all drafts.
    pub fn files(&self) -> BTreeMap<&str, &str> {
        let edited = self.drafted.iter().flat_map(|draft| &draft.files);
        edited.map(|edited| (edited.file.as_str(), edited.text.as_str())).collect()
    }

    /// The report for the maintainer.
    pub fn report(&self) -> String {
        let reports: Vec<_> = self.drafted.iter().map(Draft::report).collect();
        let mut text = reports.join("\n");
        if !self.drafted.is_empty() {
            text.push_str(
                "\nTo write: summaries and descriptions, in English and in your own words; `cargo xtask lint` lists each. Then \
                 remove `x-gofive-reviewed: false`.\n",
            );
        }
        text.push_str(&section("Not drafted", &self.refused));
        text.push_str(&section("Not read", self.unread.iter().map(|(file, unread)| format!("{file}: {unread}"))));
        if self.known > 0 || self.drafted.len() != 1 || !self.refused.is_empty() {
            let (drafted, refused) = (self.drafted.len(), self.refused.len());
            text.push_str(&format!("\n{drafted} drafted, {} in the spec already, {refused} not drafted\n", self.known));
        }
        text
    }
}

/// A heading and lines below it; nothing without lines.
fn section(heading: &str, lines: impl IntoIterator<Item = impl Display>) -> String {
    let lines: Vec<_> = lines.into_iter().map(|line| format!("  {line}\n")).collect();
    if lines.is_empty() { String::new() } else { format!("\n{heading}:\n{}", lines.concat()) }
}
