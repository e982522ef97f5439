//! The Rust of docs/testing.md. The last test holds that the page has it as it is here.

use gofive_api::venio::{AddCaseRequest, CaseType};
use gofive_api::{Error, ErrorKind, Gofive};
use gofive_sandbox::{Fault, Faults, Outcome, RecordKind, RequestRecord, Sandbox, operation};
use jiff::Timestamp;
use serde_json::json;

/// A part of the program that is tested.
async fn open_case(gofive: &Gofive, subject: &str) -> Result<(), Error> {
    let case = AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject(subject)
        .category_id(2_140_016_585)
        .date_case(Timestamp::now())
        .date_due(Timestamp::now())
        .assigned_to_user_id("6d473b8f-a6b3-4536-b1e6-f4b7688414e2")
        .build();
    gofive.venio().add_case(&case).await?;
    Ok(())
}

/// Another part of it.
async fn order_total(gofive: &Gofive, number: &str) -> Result<String, Error> {
    let order = gofive.venio().get_sales_order(number).await?;
    Ok(order.grand_total.map(|total| total.to_string()).unwrap_or_default())
}

async fn start() -> (Sandbox, Gofive) {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .build()
        .unwrap();
    (sandbox, gofive)
}

#[tokio::test]
async fn a_refusal_has_the_reason_of_gofive() {
    let (sandbox, gofive) = start().await;
    sandbox
        .respond(operation::ADD_CASE)
        .when(json!({ "subject": "Printer on fire" }))
        .once()
        .business_error("4001", "assignedToUserId is not found")
        .mount()
        .unwrap();
    let error = open_case(&gofive, "Printer on fire").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Business);
    assert_eq!(error.description(), Some("assignedToUserId is not found"));
    sandbox.verify().unwrap();
}

#[tokio::test]
async fn the_total_is_that_of_the_order() {
    let (sandbox, gofive) = start().await;
    let order = json!({ "salesOrderNo": "SO1", "grandTotal": 107.5 });
    sandbox.put_record(RecordKind::SalesOrders, order).unwrap();
    assert_eq!(order_total(&gofive, "SO1").await.unwrap(), "107.5");
    let sent = sandbox.requests(operation::GET_SALES_ORDER);
    assert_eq!(sent[0].path, "/v2/salesorder/SO1");
}

#[tokio::test]
async fn a_total_is_read_although_a_third_of_the_requests_fails() {
    let (sandbox, gofive) = start().await;
    sandbox.set_faults(Faults::seeded(7).with(Fault::BadGateway, 0.33));
    for _ in 0..20 {
        order_total(&gofive, "SO260600039").await.unwrap();
    }
    assert!(sandbox.calls(operation::GET_SALES_ORDER) > 20);
}

#[tokio::test]
async fn a_case_is_opened_once_although_the_response_is_lost() {
    let (sandbox, gofive) = start().await;
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::ResetAfter]);
    let error = open_case(&gofive, "Printer on fire").await.unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!(sandbox.carried_out(operation::ADD_CASE), 1);
}

#[tokio::test]
async fn no_request_is_refused() {
    let (sandbox, gofive) = start().await;
    open_case(&gofive, "Printer on fire").await.unwrap();
    order_total(&gofive, "SO260600039").await.unwrap();
    let refused = |request: &RequestRecord| matches!(request.outcome, Outcome::Refused { .. });
    assert!(!sandbox.all_requests().iter().any(refused));
}

#[test]
fn the_page_has_the_code_of_this_file() {
    let (page, here) = (include_str!("../../docs/testing.md"), include_str!("testing_guide.rs"));
    let blocks: Vec<_> = page.split("<!-- rust -->\n```rust\n").skip(1).collect();
    assert_eq!(blocks.len(), 5);
    for block in blocks {
        let code = block.split("```").next().unwrap();
        assert!(here.contains(code), "testing_guide.rs has no\n{code}");
    }
}
