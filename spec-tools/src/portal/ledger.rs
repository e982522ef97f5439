//! Finds a title's row in the ledgers (`openapi/<product>/portal.yaml`), which gives its product and group.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::sources::Sources;
use crate::sources::yaml::Source;

/// One title of a ledger.
#[derive(Clone, Debug)]
pub struct LedgerRow {
    pub product: String,
    pub group: String,
    pub title: String,
    pub method: Option<String>,
    pub page: Option<String>,
    pub operation: Option<String>,
    /// JSON pointer of the row.
    pub pointer: String,
}

/// A product's ledger: the text of its file, and all rows.
#[derive(Debug)]
pub struct LedgerFile<'a> {
    pub text: &'a str,
    pub source: &'a Source,
    pub rows: Vec<LedgerRow>,
}

/// Reads the ledger of one product.
pub fn read<'a>(sources: &'a Sources, product: &str) -> Result<LedgerFile<'a>> {
    let file = format!("openapi/{product}/portal.yaml");
    let (text_of_file, source) = (sources.text(&file)?, sources.valid_yaml(&file)?);
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut rows = Vec::new();
    for (group_index, group) in list(&source.root, "groups").iter().enumerate() {
        for (index, row) in list(group, "titles").iter().enumerate() {
            rows.push(LedgerRow {
                product: product.to_owned(),
                group: text(group, "group").unwrap_or_default(),
                title: text(row, "title").unwrap_or_default(),
                method: text(row, "method"),
                page: text(row, "page"),
                operation: text(row, "operation"),
                pointer: format!("/groups/{group_index}/titles/{index}"),
            });
        }
    }
    Ok(LedgerFile { text: text_of_file, source, rows })
}

/// Finds the row of `title`. `product` and `group` select one of several rows; if there is no row, both are required.
pub fn find(
    ledgers: &[LedgerFile<'_>],
    title: &str,
    method: &str,
    product: Option<&str>,
    group: Option<&str>,
) -> Result<LedgerRow> {
    let rows = || ledgers.iter().flat_map(|ledger| &ledger.rows);
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
    Ok(LedgerRow { product, group, title, method, page: None, operation: None, pointer: String::new() })
}
