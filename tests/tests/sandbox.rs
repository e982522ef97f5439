//! Calls the sandbox: each operation once, and operations that read what others have created.

use std::time::Duration;

use gofive_api::venio::{
    AddCaseRequest, AddCustomerEventRequest, CaseType, EditCaseRequest, EditCustomerEventRequest,
    GetCustomerEventsRequest, UpdateProductStockProduct, UpdateProductStockRequest,
};
use gofive_api::{ErrorKind, Gofive};
use gofive_sandbox::{Sandbox, operation};
use gofive_spec::Spec;
use gofive_tests::calls::{Example, call};
use gofive_tests::{events_of, sandboxed, specs};
use jiff::Timestamp;

#[tokio::test]
async fn the_sandbox_serves_every_operation() {
    for (_, spec) in specs() {
        for operation in spec.operations() {
            // A fresh sandbox, because some records can be cancelled or converted only once.
            let sandbox = Sandbox::start().await.unwrap();
            let gofive = sandboxed(&sandbox);
            let mut example = Example::of(&spec, operation);
            if operation.id == "authorize" {
                example = example.with_body(serde_json::json!({
                    "grant_type": "client_credentials",
                    "client_id": sandbox.client_id(),
                    "client_secret": sandbox.client_secret(),
                }));
            }
            if operation.path.contains("{quotationNo}") {
                // The portal shows no number of a quotation, so the test creates one.
                let creation = Example::of(&spec, spec.operation("create_or_update_quotation").unwrap());
                let created = gofive.venio().create_or_update_quotation(&creation.request()).await.unwrap();
                example = example.with("quotationNo", created.json().to_value().unwrap()["quotationNo"].clone());
            }
            let outcome = call(&gofive, &operation.id, &example).await;
            assert!(outcome.is_ok(), "{}: {outcome:?}", operation.id);
            assert!(sandbox.calls(operation.id.parse().unwrap()) > 0, "{}", operation.id);
        }
    }
}

fn case(subject: &str) -> AddCaseRequest {
    AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject(subject)
        .category_id(2_140_016_585)
        .date_case(Timestamp::now())
        .date_due(Timestamp::now())
        .assigned_to_user_id("6d473b8f-a6b3-4536-b1e6-f4b7688414e2")
        .build()
}

#[tokio::test]
async fn a_case_can_be_edited_only_if_it_exists() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    let opened = venio.add_case(&case("Printer on fire")).await.unwrap();
    assert_eq!(opened.feedback_id.unwrap().as_str(), "67941", "the portal's example");
    let edit = EditCaseRequest::builder()
        .subject("Printer extinguished")
        .category_id(2_140_016_585)
        .date_case(Timestamp::now())
        .date_due(Timestamp::now())
        .assigned_to_user_id("6d473b8f-a6b3-4536-b1e6-f4b7688414e2")
        .build();
    let cases = sandbox.cases();
    let number = &cases.last().unwrap().case_no;
    venio.edit_case(number, &edit).await.unwrap();
    assert_eq!(sandbox.cases().last().unwrap().body["subject"], "Printer extinguished");
    let error = venio.edit_case("T000000000", &edit).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, Some("4001")), "{error}");
    assert!(error.description().unwrap().contains("T000000000"), "{error}");
}

#[tokio::test]
async fn an_added_event_can_be_listed_and_edited() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    let event = AddCustomerEventRequest::builder()
        .event_name("Meeting with Client")
        .event_type(1)
        .event_date("2024-02-01T10:00:00".parse::<jiff::civil::DateTime>().unwrap())
        .customer_code("C000154")
        .build();
    venio.add_customer_event(&event).await.unwrap();
    let listed = venio.get_customer_events(&events_of("C000154")).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].event_name.as_deref(), Some("Meeting with Client"));
    assert_eq!(
        listed[0].event_date.as_ref().unwrap().in_bangkok().unwrap().strftime("%F %T").to_string(),
        "2024-02-01 10:00:00"
    );

    let id = listed[0].event_id.unwrap();
    let edited = venio
        .edit_customer_event(id, &EditCustomerEventRequest::builder().event_name("Postponed").build())
        .await
        .unwrap();
    assert_eq!(edited.event_name.as_deref(), Some("Postponed"));
    let of_type = |number| GetCustomerEventsRequest::builder().customer_code("C000154").event_type_ids(number).build();
    let listed = venio.get_customer_events(&of_type(1)).await.unwrap();
    assert_eq!(listed[0].event_name.as_deref(), Some("Postponed"));
    assert!(venio.get_customer_events(&of_type(2)).await.unwrap().is_empty());
    assert!(venio.edit_customer_event(999_999, &EditCustomerEventRequest::default()).await.is_err());
}

#[tokio::test]
async fn a_created_product_is_found_in_stock_and_in_lists() {
    let spec = Spec::parse(gofive_spec::VENIO).unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = sandboxed(&sandbox);
    let venio = gofive.venio();
    let mut body = spec.operation("create_or_update_products").unwrap().request_examples()[0].value.clone();
    body["products"][0]["productCode"] = "Z900".into();
    venio.create_or_update_products(&serde_json::from_value(body).unwrap()).await.unwrap();
    assert_eq!(venio.get_product("Z900").await.unwrap().product_code.as_deref(), Some("Z900"));

    let stock = |code: &str| UpdateProductStockProduct::builder().product_code(code).qty(7).build();
    let results = venio
        .update_product_stock(&UpdateProductStockRequest::builder().products([stock("Z900"), stock("nowhere")]).build())
        .await
        .unwrap();
    assert_eq!(results.iter().map(|result| result.is_success).collect::<Vec<_>>(), [Some(true), Some(false)]);
    assert_eq!(venio.get_product("Z900").await.unwrap().qty.unwrap(), serde_json::json!(7));

    let active = Example::default().with_body(serde_json::json!({"take": 0, "status": [1]}));
    let all = call(&gofive, "get_products_with_take_and_status", &active).await.unwrap();
    assert!(all.contains("Z900"));
    assert_eq!(venio.get_product("nowhere").await.unwrap_err().code(), Some("4001"));
}

#[tokio::test]
async fn a_created_customer_is_found() {
    use gofive_api::venio::{CreateOrUpdateCustomerRequest, CustomerState};

    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    let customer =
        CreateOrUpdateCustomerRequest::builder().customer_name("John Doe").customer_state(CustomerState::LEAD).build();
    let created = venio.create_or_update_customer(&customer).await.unwrap();
    let code: String = created.json().pointer("/customerCode").unwrap().read().unwrap();
    let found = venio.get_customer_by_customer_code(&code).await.unwrap();
    assert_eq!(found.customer_name.unwrap(), serde_json::json!("John Doe"));
}

/// The error of the sandbox names the property that violates the spec.
#[tokio::test]
async fn a_request_that_violates_the_spec_is_refused_with_the_property() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    let mut one: serde_json::Value = serde_json::to_value(case("s")).unwrap();
    one["dateDue"] = "tomorrow".into();
    let error = venio.add_case(&serde_json::from_value(one.clone()).unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.http_status()), (ErrorKind::Validation, Some("4001"), Some(400)));
    assert!(error.description().unwrap().contains("dateDue"), "{error}");
    one["dateCase"] = "today".into();
    let error = venio.add_case(&serde_json::from_value(one).unwrap()).await.unwrap_err();
    assert_eq!(error.code(), Some("4002"), "more than one error");
}

#[tokio::test]
async fn a_wrong_subscription_key_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key("wrong")
        .build()
        .unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::TokenRefused, Some(401)), "{error}");
}

/// The kinds of error that the sandbox never causes by itself.
#[tokio::test]
async fn a_stub_provokes_any_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    let stub = || sandbox.respond(operation::ADD_CASE).when(serde_json::json!({"subject": "x"})).once();
    stub().business_error("4001", "assignedToUserId is not found").mount().unwrap();
    stub().status(403).mount().unwrap();
    stub().status(404).mount().unwrap();
    stub().body("<html>", "text/html").mount().unwrap();
    venio.add_case(&case("y")).await.unwrap();
    let business = venio.add_case(&case("x")).await.unwrap_err();
    assert_eq!(
        (business.kind(), business.code(), business.http_status()),
        (ErrorKind::Business, Some("4001"), Some(200))
    );
    assert_eq!(business.description(), Some("assignedToUserId is not found"));
    for (kind, status) in [(ErrorKind::Permission, 403), (ErrorKind::NotFound, 404), (ErrorKind::Decode, 200)] {
        let error = venio.add_case(&case("x")).await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (kind, Some(status)), "{error}");
    }
    assert_eq!((sandbox.verify(), sandbox.carried_out(operation::ADD_CASE)), (Ok(()), 1));
}

#[tokio::test]
async fn a_stubbed_token_request_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    sandbox.respond(operation::AUTHORIZE).once().business_error("invalid_client", "disabled").mount().unwrap();
    let error = venio.get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::TokenRefused, Some(400)), "{error}");
    assert_eq!((sandbox.tokens_issued(), sandbox.verify()), (0, Ok(())));
}

#[tokio::test]
async fn a_revoked_token_is_replaced() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(2)).start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    venio.get_product("A001").await.unwrap();
    // A token is not discarded in the first tenth of its life.
    tokio::time::sleep(Duration::from_millis(250)).await;
    sandbox.revoke_tokens();
    venio.get_product("A001").await.unwrap();
    assert_eq!((sandbox.tokens_issued(), sandbox.calls(operation::GET_PRODUCT)), (2, 3));
}

/// Its base URL is on loopback.
#[tokio::test]
async fn the_sandbox_listens_on_loopback_and_stops_when_dropped() {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = sandboxed(&sandbox);
    assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
    gofive.venio().get_product("A001").await.unwrap();
    drop(sandbox);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(gofive.venio().get_product("A001").await.is_err());
}
