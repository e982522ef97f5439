//! The ledgers with the texts of their files (`openapi/<product>/portal.yaml`), and a row of one, which a draft writes.

use anyhow::{Context as _, Result};
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

/// Reads the ledgers of all products.
pub fn all(sources: &Sources) -> Result<Vec<LedgerFile<'_>>> {
    sources.products().iter().map(|product| read(sources, product)).collect()
}

impl LedgerFile<'_> {
    /// The row of a title that the ledger has.
    pub fn row(&self, title: &Title) -> LedgerRow {
        let Title { group, pointer, title, method, page, operation, .. } = title.clone();
        LedgerRow { product: self.product.clone(), group, title, method, page, operation, pointer: Some(pointer) }
    }
}
