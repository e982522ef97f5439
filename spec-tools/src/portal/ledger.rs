//! Finds a title's row in the ledgers (`openapi/<product>/portal.yaml`), which gives its product and group.

use anyhow::{Context as _, Result, bail};
use gofive_spec::Pointer;

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

/// Finds the row of `title`. `product` and `group` select one of several rows; if there is no row, both are required.
pub fn find(
    ledgers: &[LedgerFile<'_>],
    title: &str,
    method: &str,
    product: Option<&str>,
    group: Option<&str>,
) -> Result<LedgerRow> {
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
    match found.as_slice() {
        [row] => return Ok((*row).clone()),
        [] => {}
        several => bail!("`{title}` is in the ledgers more than once: choose one of {}", described(several.to_vec())),
    }
    let elsewhere: Vec<_> = rows().filter(titled).collect();
    if !elsewhere.is_empty() {
        bail!("{method} `{title}` differs from the ledgers: {}. Fix the one that is wrong", described(elsewhere));
    }
    let (Some(product), Some(group)) = (product, group) else {
        bail!(
            "`{title}` is not in a ledger: pass, for example, --product venio --group Case, and add its row to \
             openapi/<product>/portal.yaml"
        );
    };
    let product = product.to_owned();
    let (title, group, method) = (title.to_owned(), group.to_owned(), Some(method.to_owned()));
    Ok(LedgerRow { product, group, title, method, page: None, operation: None, pointer: None })
}

impl LedgerFile<'_> {
    fn rows(&self) -> impl Iterator<Item = LedgerRow> {
        self.ledger.titles.iter().cloned().map(|row| {
            let Title { group, pointer, title, method, page, operation, .. } = row;
            LedgerRow { product: self.product.clone(), group, title, method, page, operation, pointer: Some(pointer) }
        })
    }
}
