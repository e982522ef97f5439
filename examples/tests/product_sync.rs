//! The nightly copy of all products, with what goes wrong at night.

mod common;

use std::time::Duration;

use common::sandbox;
use gofive_examples::product_sync::{Outcome, sync};
use gofive_sandbox::{Fault, RecordKind, Sandbox, operation};
use rusqlite::Connection;
use serde_json::json;

/// Adds products to the three that a sandbox has.
fn add_products(sandbox: &Sandbox, count: usize) {
    for number in 0..count {
        let product = json!({ "productCode": format!("N{number:04}"), "productName": "Note" });
        sandbox.put_record(RecordKind::Products, product).unwrap();
    }
}

fn count(database: &Connection) -> i64 {
    database.query_row("SELECT COUNT(*) FROM product", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn every_product_is_copied() {
    let (sandbox, gofive) = sandbox().await;
    add_products(&sandbox, 47);
    let mut database = Connection::open_in_memory().unwrap();
    let outcome = sync(&gofive.venio(), &mut database, 10).await.unwrap();
    assert_eq!(outcome, Outcome { resumed_at: 0, products: 50, deleted: 0 });
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on_where_it_was() {
    let (sandbox, gofive) = sandbox().await;
    add_products(&sandbox, 47);
    let folder = tempfile::tempdir().unwrap();
    let open = || Connection::open(folder.path().join("products.sqlite")).unwrap();

    // The third page never comes, and the process ends meanwhile.
    let stall = Fault::delay(Duration::from_secs(60));
    let nothing = Fault::delay(Duration::ZERO);
    sandbox.queue_faults(operation::GET_PRODUCTS_BY_FILTER, vec![nothing.clone(), nothing, stall]);
    let mut database = open();
    let killed = tokio::time::timeout(Duration::from_secs(2), sync(&gofive.venio(), &mut database, 10)).await;
    assert!(killed.is_err() && count(&database) == 20);
    drop(database);

    let mut database = open();
    let before = sandbox.calls(operation::GET_PRODUCTS_BY_FILTER);
    let outcome = sync(&gofive.venio(), &mut database, 10).await.unwrap();
    assert_eq!(outcome, Outcome { resumed_at: 20, products: 50, deleted: 0 });
    // Pages 3 to 5, and the empty one behind them.
    assert_eq!(sandbox.calls(operation::GET_PRODUCTS_BY_FILTER) - before, 4);
}

#[tokio::test]
async fn failures_that_pass_are_not_noticed() {
    let (sandbox, gofive) = sandbox().await;
    add_products(&sandbox, 47);
    let none = Fault::delay(Duration::ZERO);
    let faults = vec![Fault::BadGateway, none.clone(), Fault::ResetAfter, none, Fault::TruncatedBody];
    sandbox.queue_faults(operation::GET_PRODUCTS_BY_FILTER, faults);
    let mut database = Connection::open_in_memory().unwrap();
    assert_eq!(sync(&gofive.venio(), &mut database, 10).await.unwrap().products, 50);
}

#[tokio::test]
async fn a_product_that_is_gone_is_deleted_by_the_next_run() {
    let (sandbox, gofive) = sandbox().await;
    let mut database = Connection::open_in_memory().unwrap();
    assert_eq!(sync(&gofive.venio(), &mut database, 10).await.unwrap().products, 3);
    assert!(sandbox.delete_record(RecordKind::Products, "A002"));
    let outcome = sync(&gofive.venio(), &mut database, 10).await.unwrap();
    assert_eq!(outcome, Outcome { resumed_at: 0, products: 2, deleted: 1 });
}
