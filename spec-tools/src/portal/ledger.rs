//! Finds a title's row in the ledgers (`openapi/<product>/portal.yaml`), which gives its product and group.

use anyhow::{Context as _, Result, bail};
use gofive_spec::Pointer;

use super::page::Page;
use crate::ledger::{Ledger, Title};
use crate::sources::Sources;

/// The row of a title in a ledger, or a row to add.
#[derive(Clone, Debug)]
pub struct LedgerRow {
    pub product: String,
    pub group: String,
    pub title: String,
    pub method: Option<String>,
    pub page: Option<String>,
    pub operation: Option<String>,
    /// The location of the row, if the ledger has it.
    pub pointer: Option<Pointer>,
}

/// A product's ledger with the text of its file.
#[derive(Debug)]
pub struct LedgerFile<'a> {
    pub product: String,
    pub text: &'a str,
    pub ledger: Ledger<'a>,
}

/// Reads the ledger of one product.
pub fn read<'a>(sources: &'a Sources, product: &str) -> Result<LedgerFile<'a>> {
    let file = format!("openapi/{product}/portal.yaml");
    let text = sources.text(&file)?;
    let ledger = Ledger::read(sources.valid_yaml(&file)?)
        .with_context(|| format!("{file} is not a ledger: `cargo xtask lint` shows where"))?;
    Ok(LedgerFile { product: product.to_owned(), text, ledger })
}

/// Finds the row of a page. `product` and `group` select one of several rows, and so does the page's folder. If there is no
/// row, a new one belongs to them.
pub fn find(ledgers: &[LedgerFile<'_>], page: &Page, product: Option<&str>, group: Option<&str>) -> Result<LedgerRow> {
    let (title, method) = (page.title.as_str(), page.method.as_str());
    let folder = page.folder.last().map(String::as_str);
    let of_path = page.path.split('/').nth(1).filter(|first| ledgers.iter().any(|ledger| ledger.product == *first));
    let rows: Vec<_> = ledgers.iter().flat_map(LedgerFile::rows).collect();
    let rows = || rows.iter();
    let titled = |row: &&LedgerRow| row.title.trim() == title;
    let wanted = |row: &&LedgerRow| {
        product.is_none_or(|product| row.product == product) && group.is_none_or(|group| row.group == group)
    };
    let of_method = |row: &&LedgerRow| row.method.as_deref().is_none_or(|its| its == method);
    let found: Vec<_> = rows().filter(titled).filter(wanted).filter(of_method).collect();
    let described = |rows: Vec<&LedgerRow>| {
        let one = |row: &LedgerRow| {
            format!(
                "--product {} --group \"{}\" ({})",
                row.product,
                row.group,
                row.method.as_deref().unwrap_or("no method")
            )
        };
        rows.into_iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let here = |row: &&&LedgerRow| {
        folder.is_none_or(|folder| row.group == folder) && of_path.is_none_or(|product| row.product == product)
    };
    let of_folder: Vec<_> = found.iter().copied().filter(|row| here(&row)).collect();
    match found.as_slice() {
        [row] => return Ok((*row).clone()),
        [] => {}
        _ if of_folder.len() == 1 => return Ok(of_folder[0].clone()),
        several => bail!("`{title}` is in the ledgers more than once: choose one of {}", described(several.to_vec())),
    }
    let elsewhere: Vec<_> = rows().filter(titled).collect();
    if !elsewhere.is_empty() {
        bail!("{method} `{title}` differs from the ledgers: {}. Fix the one that is wrong", described(elsewhere));
    }
    let numbered = |row: &&LedgerRow| row.page.is_some() && row.page == page.number;
    if let Some(row) = rows().find(numbered) {
        bail!(
            "the portal has renamed `{}` ({}) to `{title}`: rename it in the ledger and in the spec",
            row.title,
            page.path
        );
    }
    let has_folder =
        |ledger: &&LedgerFile<'_>| ledger.ledger.titles.iter().any(|row| Some(row.group.as_str()) == folder);
    let of_folder: Vec<_> = ledgers.iter().filter(has_folder).map(|ledger| ledger.product.as_str()).collect();
    let product = product.or(of_path).or(match of_folder.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let (Some(product), Some(group)) = (product, group.or(folder)) else {
        bail!("`{title}` is not in a ledger: pass, for example, --product venio --group Case");
    };
    let product = product.to_owned();
    let (title, group, method) = (title.to_owned(), group.to_owned(), Some(method.to_owned()));
    Ok(LedgerRow { product, group, title, method, page: None, operation: None, pointer: None })
}

impl LedgerFile<'_> {
    pub fn rows(&self) -> impl Iterator<Item = LedgerRow> {
        self.ledger.titles.iter().cloned().map(|row| {
            let Title { group, pointer, title, method, page, operation, .. } = row;
            LedgerRow { product: self.product.clone(), group, title, method, page, operation, pointer: Some(pointer) }
        })
    }
}
