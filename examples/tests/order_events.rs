//! Webhooks of sales orders: stored before they are acknowledged, handled once.

mod common;

use common::sandbox;
use gofive_examples::order_events::{Received, handle, prepare, receive};
use gofive_sandbox::operation;
use rusqlite::Connection;

const EVENT: &[u8] = br#"{"Data": {"SaleOrderNo": "SO260600039"}}"#;

fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    prepare(&database).unwrap();
    database
}

fn orders(database: &Connection) -> Vec<(String, Option<String>)> {
    let mut orders = database.prepare("SELECT number, customer_code FROM sales_order ORDER BY number").unwrap();
    let rows = orders.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn the_same_order_three_times_is_one_row() {
    let (sandbox, gofive) = sandbox().await;
    let mut database = database();
    assert_eq!(receive(&database, EVENT).unwrap(), Received::Stored);
    assert_eq!(receive(&database, EVENT).unwrap(), Received::Known);
    assert_eq!(handle(&gofive.venio(), &mut database).await.unwrap(), 1);
    // Late, and after it was handled.
    assert_eq!(receive(&database, EVENT).unwrap(), Received::Known);
    assert_eq!(handle(&gofive.venio(), &mut database).await.unwrap(), 0);
    assert_eq!(orders(&database), [("SO260600039".to_owned(), Some("C000001".to_owned()))]);
    assert_eq!(sandbox.calls(operation::GET_SALES_ORDER), 1);
}

#[tokio::test]
async fn an_event_survives_an_api_that_is_down() {
    let (sandbox, gofive) = sandbox().await;
    let mut database = database();
    receive(&database, EVENT).unwrap();
    let down = sandbox.respond(operation::GET_CUSTOMER_BY_CUSTOMER_CODE).status(500).always().mount().unwrap();
    handle(&gofive.venio(), &mut database).await.unwrap_err();
    assert_eq!(orders(&database), []);
    sandbox.remove_stub(down);
    assert_eq!(handle(&gofive.venio(), &mut database).await.unwrap(), 1);
    assert_eq!(orders(&database).len(), 1);
}

#[tokio::test]
async fn an_invented_order_is_refused_and_holds_up_no_other() {
    let (_sandbox, gofive) = sandbox().await;
    let mut database = database();
    receive(&database, br#"{"Data": {"SaleOrderNo": "SO99999999"}}"#).unwrap();
    receive(&database, EVENT).unwrap();
    assert_eq!(handle(&gofive.venio(), &mut database).await.unwrap(), 1);
    let reason: String =
        database.query_row("SELECT reason FROM event WHERE state = 'refused'", [], |row| row.get(0)).unwrap();
    assert!(reason.contains("SO99999999"), "{reason}");
}

#[tokio::test]
async fn other_events_are_acknowledged_and_no_json_is_not() {
    let database = database();
    let chat = br#"{"Topic": "Chat", "Event": "Message", "Data": {}}"#;
    assert_eq!(receive(&database, chat).unwrap(), Received::Ignored);
    receive(&database, b"hello").unwrap_err();
}
