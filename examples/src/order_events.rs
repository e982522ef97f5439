//! Turns webhooks of sales orders into rows of a database, each exactly once.
//!
//! Receiving and handling are apart. A webhook is stored before it is acknowledged; the same order twice is one row. Handling
//! fetches the order and its customer, because the webhook proves nothing, and stores the result and that it is handled in one
//! transaction. So a crash at any moment loses no event and handles none twice.

use gofive_api::venio::{SalesOrder, Venio};
use gofive_api::webhook::{self, Webhook};
use gofive_api::{Error, ErrorKind};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::Failure;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS event (order_number TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT 'waiting', reason TEXT);
    CREATE TABLE IF NOT EXISTS sales_order
        (number TEXT PRIMARY KEY, total TEXT, currency TEXT, customer_code TEXT, customer_name TEXT);";

/// What became of a webhook.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// It waits to be handled. Acknowledge it.
    Stored,
    /// The order is known already. Acknowledge it.
    Known,
    /// It is about something else. Acknowledge it.
    Ignored,
}

/// Creates the tables.
pub fn prepare(database: &Connection) -> Result<(), Failure> {
    Ok(database.execute_batch(TABLES)?)
}

/// Stores a webhook. Acknowledge it after that, with a 200; an error means that the body is not JSON.
///
/// Check its shared secret before ([`SharedSecret`](webhook::SharedSecret)).
pub fn receive(database: &Connection, body: &[u8]) -> Result<Received, Failure> {
    let Webhook::SalesOrder(event) = webhook::parse(body)? else { return Ok(Received::Ignored) };
    let Some(number) = event.data.and_then(|data| data.sale_order_no) else { return Ok(Received::Ignored) };
    let added = database.execute("INSERT INTO event (order_number) VALUES (?) ON CONFLICT DO NOTHING", [number])?;
    Ok(if added == 0 { Received::Known } else { Received::Stored })
}

/// Handles the events that wait, one after the other; returns how many orders were stored.
///
/// An error that may pass ends it: call it again later. An order that Gofive does not have is marked as refused, with the reason.
pub async fn handle(venio: &Venio, database: &mut Connection) -> Result<usize, Failure> {
    let mut handled = 0;
    while let Some(number) = next(database)? {
        let (order, customer_name) = match fetch(venio, &number).await {
            Ok(fetched) => fetched,
            Err(error) if is_refusal(error.kind()) => {
                let refused = "UPDATE event SET state = 'refused', reason = ?2 WHERE order_number = ?1";
                database.execute(refused, params![number, error.description()])?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let transaction = database.transaction()?;
        transaction.execute(
            "INSERT INTO sales_order VALUES (?, ?, ?, ?, ?)",
            params![
                number,
                order.grand_total.map(|total| total.to_string()),
                order.currency_code,
                order.customer_code,
                customer_name
            ],
        )?;
        transaction.execute("UPDATE event SET state = 'handled' WHERE order_number = ?", [number])?;
        transaction.commit()?;
        handled += 1;
    }
    Ok(handled)
}

/// The order and the name of its customer.
async fn fetch(venio: &Venio, number: &str) -> Result<(SalesOrder, Option<String>), Error> {
    let order = venio.get_sales_order(number).await?;
    let Some(code) = &order.customer_code else { return Ok((order, None)) };
    let name = venio.get_customer_by_customer_code(code).await?.customer_name;
    Ok((order, name.and_then(|name| name.read().ok())))
}

fn next(database: &Connection) -> Result<Option<String>, Failure> {
    let waiting = "SELECT order_number FROM event WHERE state = 'waiting' ORDER BY rowid LIMIT 1";
    Ok(database.query_row(waiting, [], |row| row.get(0)).optional()?)
}

/// Whether the order is at fault, and not the moment.
fn is_refusal(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Business | ErrorKind::Validation | ErrorKind::NotFound)
}
