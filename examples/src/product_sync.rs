//! Copies all products into a database every night, and goes on where it was interrupted.
//!
//! A page and the position behind it are stored in one transaction, so a crash loses nothing and repeats at most the page that
//! was on its way. What a whole run has not seen is deleted at its end.

use futures_util::TryStreamExt as _;
use gofive_api::RawJson;
use gofive_api::venio::{GetProductsByFilterRequest, ProductType, Venio};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::Failure;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS product (key TEXT PRIMARY KEY, json TEXT NOT NULL, run INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS unfinished (run INTEGER NOT NULL, position INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS finished (run INTEGER PRIMARY KEY, products INTEGER NOT NULL, deleted INTEGER NOT NULL);";

/// What identifies a product. The page does not document its properties; the portal of 2021 had `partId`.
const KEYS: [&str; 2] = ["/productCode", "/partId"];

/// What a run has done.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many products the run had seen before it was interrupted.
    pub resumed_at: u64,
    /// How many products there are now.
    pub products: u64,
    /// How many products the database had before, and the API has no more.
    pub deleted: u64,
}

/// Brings the table `product` up to date.
///
/// After an error or a crash call it again: it goes on behind the last page that was stored. Products that were added or removed at
/// the API between the two may be missed; the next run sees them.
pub async fn sync(venio: &Venio, database: &mut Connection, page_size: u32) -> Result<Outcome, Failure> {
    database.execute_batch(TABLES)?;
    let (run, resumed_at) = unfinished(database)?;
    let all = GetProductsByFilterRequest::builder()
        .product_type(ProductType::PRODUCT)
        .status([])
        .take(page_size.into())
        .build();
    let mut pages = venio.get_products_by_filter_pages(&all).start_at(resumed_at);
    while let Some(page) = pages.try_next().await? {
        // Short enough for a task: a database that is slow, or far away, belongs into `spawn_blocking`.
        let transaction = database.transaction()?;
        for product in &page {
            store(&transaction, product, run)?;
        }
        transaction.execute("UPDATE unfinished SET position = ?", [i64::try_from(pages.position())?])?;
        transaction.commit()?;
    }
    finish(database, run, resumed_at)
}

/// The run that was interrupted, with its position, or else a new one.
fn unfinished(database: &mut Connection) -> Result<(i64, u64), Failure> {
    let transaction = database.transaction()?;
    let interrupted = transaction
        .query_row("SELECT run, position FROM unfinished", [], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    if let Some((run, position)) = interrupted {
        return Ok((run, position.try_into()?));
    }
    let run = transaction.query_row("SELECT COALESCE(MAX(run), 0) + 1 FROM finished", [], |row| row.get(0))?;
    transaction.execute("INSERT INTO unfinished VALUES (?, 0)", [run])?;
    transaction.commit()?;
    Ok((run, 0))
}

fn store(transaction: &Transaction<'_>, product: &RawJson, run: i64) -> Result<(), Failure> {
    let key = KEYS.iter().find_map(|key| product.pointer(key).filter(|key| !key.is_null()));
    let key = key.ok_or_else(|| format!("a product has none of {KEYS:?}"))?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO product VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET json = ?2, run = ?3",
    )?;
    insert.execute(params![key.as_str().trim_matches('"'), product.as_str(), run])?;
    Ok(())
}

fn finish(database: &mut Connection, run: i64, resumed_at: u64) -> Result<Outcome, Failure> {
    let transaction = database.transaction()?;
    let deleted = transaction.execute("DELETE FROM product WHERE run <> ?", [run])?;
    let products: i64 = transaction.query_row("SELECT COUNT(*) FROM product", [], |row| row.get(0))?;
    transaction.execute("INSERT INTO finished VALUES (?, ?, ?)", params![run, products, i64::try_from(deleted)?])?;
    transaction.execute("DELETE FROM unfinished", [])?;
    transaction.commit()?;
    Ok(Outcome { resumed_at, products: products.try_into()?, deleted: deleted.try_into()? })
}
