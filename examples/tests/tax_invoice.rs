//! The tax invoice of a sales order: exact, or none.

mod common;

use common::sandbox;
use gofive_examples::tax_invoice::{Seller, issue};
use gofive_sandbox::{RecordKind, Sandbox, operation};
use serde_json::{Value, json};

fn seller() -> Seller {
    let [key, branch_code, template_token] = ["9876543210987", "00000", "template-token"].map(ToOwned::to_owned);
    Seller { key, branch_code, template_token }
}

/// Puts an order with these totals into the sandbox.
fn order(sandbox: &Sandbox, sub_total: &str, vat: &str, total: &str) {
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let line = |code, qty: &str, price: &str| json!({"productCode": code, "qty": number(qty), "price": number(price)});
    let order = json!({
        "salesOrderNo": "SO1",
        "salesorderDetails": [line("A001", "3", "0.10"), line("A002", "1", "99999999999.99")],
        "subTotal": number(sub_total), "totalVat": number(vat), "grandTotal": number(total),
    });
    sandbox.put_record(RecordKind::SalesOrders, order).unwrap();
}

#[tokio::test]
async fn amounts_are_exact() {
    let (sandbox, gofive) = sandbox().await;
    order(&sandbox, "100000000000.29", "7000000000.02", "107000000000.31");
    issue(&gofive.venio(), &gofive.etaxgo(), &seller(), "SO1").await.unwrap();
    let sent = sandbox.requests(operation::CREATE_ABBREVIATED_TAX_INVOICE);
    let body = &sent[0].body;
    assert_eq!(body["GrandTotal"], "107000000000.31");
    assert_eq!(body["ItemProducts"][0]["TotalAmount"], "0.30");
    assert_eq!(body["ItemProducts"][0]["TotalVatAmount"], "0.02");
    assert_eq!(body["DocumentNo"], "SO1");
}

#[tokio::test]
async fn an_order_that_does_not_add_up_has_no_invoice() {
    let (sandbox, gofive) = sandbox().await;
    order(&sandbox, "100000000000.29", "7000000000.02", "107000000000.32");
    let error = issue(&gofive.venio(), &gofive.etaxgo(), &seller(), "SO1").await.unwrap_err();
    assert_eq!(error.to_string(), "the total of the order is 107000000000.32, and its lines add up to 107000000000.31");
    assert_eq!(sandbox.calls(operation::CREATE_ABBREVIATED_TAX_INVOICE), 0);
}

#[tokio::test]
async fn half_a_satang_cannot_be_charged() {
    let (sandbox, gofive) = sandbox().await;
    let line = json!({ "productCode": "A001", "qty": 2, "price": 0.005 });
    let order = json!({ "salesOrderNo": "SO1", "salesorderDetails": [line] });
    sandbox.put_record(RecordKind::SalesOrders, order).unwrap();
    let error = issue(&gofive.venio(), &gofive.etaxgo(), &seller(), "SO1").await.unwrap_err();
    assert_eq!(error.to_string(), "line 1: the price 0.005 is not a whole number of satang");
}
