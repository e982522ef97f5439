//! Every request exactly as it is sent: the client sends nothing that the API does not document.

use std::collections::BTreeMap;

use gofive_api::Decimal;
use gofive_spec::Spec;
use gofive_tests::calls::{Example, call};
use gofive_tests::wire::{self, Received, WireServer};
use gofive_tests::{events_of, snapshots, specs};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The documented request of an operation.
fn example<T: DeserializeOwned>(operation: &str) -> T {
    let spec = Spec::parse(gofive_spec::VENIO).unwrap();
    Example::of(&spec, spec.operation(operation).unwrap()).request()
}

const SUCCESS: &str = r#"{"status":{"code":"1000"}}"#;

#[tokio::test]
async fn every_request_is_sent_as_documented() {
    for (product, spec) in specs() {
        let mut pages = BTreeMap::new();
        for operation in spec.operations() {
            let server = WireServer::responding_with_json(SUCCESS).await;
            call(&server.gofive(), &operation.id, &Example::of(&spec, operation)).await.unwrap();
            let mut received = if operation.id == "authorize" { server.token_requests() } else { server.received() };
            let request = received.remove(0);
            pages.insert(operation.id.clone(), as_sent(&request));
        }
        snapshots(&format!("{product}/requests"), &pages);
    }
}

/// The request as text. Secrets, and parts that differ from run to run, are masked.
fn as_sent(request: &Received) -> String {
    let mut text = String::new();
    for line in request.head.lines() {
        let line = match line.split_once(": ") {
            // The tests turn on the feature `gzip`, which adds this header.
            Some(("accept-encoding", value)) => {
                assert_eq!(value, "gzip");
                continue;
            }
            Some((name @ "host", _)) => format!("{name}: (the server)"),
            Some((name @ "user-agent", value)) => {
                assert!(value.starts_with("gofive-api/"));
                format!("{name}: gofive-api/(version)")
            }
            Some((name, value)) => {
                format!("{name}: {}", value.replace(wire::TOKEN, "***").replace(wire::SUBSCRIPTION_KEY, "***"))
            }
            None => line.to_owned(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    let body = match serde_json::from_str::<serde_json::Value>(&request.body) {
        Ok(json) => serde_json::to_string_pretty(&json).unwrap(),
        Err(_) => request.body.clone(),
    };
    format!("{text}\n{body}")
}

#[tokio::test]
async fn path_arguments_cannot_lead_to_another_path() {
    let server = WireServer::responding_with_json(SUCCESS).await;
    let venio = server.gofive().venio();
    for value in ["", " ", ".", ".."] {
        let error = venio.get_product(value).await.unwrap_err();
        assert_eq!(error.kind(), gofive_api::ErrorKind::Validation);
        assert!(error.to_string().contains("productCode"), "{error}");
    }
    assert!(server.received().is_empty(), "nothing was sent");
    venio.get_product("a/../b c?d#e%20ไทย").await.unwrap();
    let line = server.received()[0].line().to_owned();
    assert_eq!(line, "GET /v2/products/a%2F..%2Fb%20c%3Fd%23e%2520%E0%B9%84%E0%B8%97%E0%B8%A2 HTTP/1.1");
}

#[tokio::test]
async fn optional_properties_are_omitted_and_unknown_ones_can_be_added() {
    use gofive_api::venio::{CreateOrUpdateCustomerRequest, CustomerState};

    let server = WireServer::responding_with_json(SUCCESS).await;
    let mut customer =
        CreateOrUpdateCustomerRequest::builder().customer_name("John Doe").customer_state(CustomerState::LEAD).build();
    customer.extra.insert("newProperty".into(), true.into());
    server.gofive().venio().create_or_update_customer(&customer).await.unwrap();
    let sent: serde_json::Value = serde_json::from_str(&server.received()[0].body).unwrap();
    assert_eq!(sent, serde_json::json!({"customerName": "John Doe", "customerState": 1, "newProperty": true}));
}

#[tokio::test]
async fn a_property_is_missing_null_or_a_value() {
    use gofive_api::Nullable;
    use gofive_api::venio::SalesOrderRequestLine;

    let line = || SalesOrderRequestLine::builder().product_code("P1");
    let sent = |line: SalesOrderRequestLine| serde_json::to_value(line).unwrap();
    assert_eq!(sent(line().build()), json!({"productCode": "P1"}), "not set");
    assert_eq!(sent(line().vat_tax_value(None).build()), json!({"productCode": "P1", "vatTaxValue": null}));
    assert_eq!(sent(line().vat_tax_value(7).build()), json!({"productCode": "P1", "vatTaxValue": 7}));
    let amount: Decimal = "7.50".parse().unwrap();
    assert_eq!(line().vat_tax_value(amount.clone()).build(), line().vat_tax_value(Some(amount)).build());
    assert_eq!(sent(line().product_name("Lamp").build())["productName"], "Lamp");

    // A deserialized request has the same three states.
    let read: SalesOrderRequestLine =
        serde_json::from_str(r#"{"productCode":"P1","price":null,"qty":3,"colour":"red"}"#).unwrap();
    assert_eq!((read.price, read.qty, read.vat_tax_value), (Nullable::Null, Nullable::Value(3), Nullable::Missing));
    assert_eq!(read.extra["colour"].as_str(), "\"red\"");
    let error = serde_json::from_str::<SalesOrderRequestLine>(r#"{"price": 1}"#).unwrap_err();
    assert!(error.to_string().starts_with("missing field `productCode`"), "{error}");
}

/// An integration always sends it.
#[tokio::test]
async fn the_barcode_of_a_variant_is_null_unless_set() {
    use gofive_api::venio::ProductVariant;

    let variant = ProductVariant::builder()
        .product_code("P1-RED")
        .product_name("Lamp, red")
        .active(true)
        .prices([])
        .attribute([]);
    let sent = serde_json::to_value(variant.build()).unwrap();
    assert_eq!(sent.get("productBarcode"), Some(&Value::Null));
    assert_eq!((sent.get("lowStockAlert"), sent.get("cost")), (None, None));
}

#[tokio::test]
async fn a_property_in_extra_must_be_unknown() {
    use gofive_api::venio::{CreateOrUpdateSalesOrderRequest, GetCustomerEventsRequest, SalesOrderRequestLine};

    let server = WireServer::responding_with_json(SUCCESS).await;
    let venio = server.gofive().venio();
    let mut order = example::<CreateOrUpdateSalesOrderRequest>("create_or_update_sales_order");
    let line = SalesOrderRequestLine::builder().product_code("P1").extra([("price", 1)]).build();
    order.sales_order_details = Some(vec![line]);
    let error = venio.create_or_update_sales_order(&order).await.unwrap_err();
    assert_eq!(error.kind(), gofive_api::ErrorKind::Validation);
    assert!(format!("{error:?}").contains("`extra` has the property `price`"), "{error:?}");
    let request = GetCustomerEventsRequest::builder().customer_code("C1").extra([("customerCode", "C2")]).build();
    assert_eq!(venio.get_customer_events(&request).await.unwrap_err().kind(), gofive_api::ErrorKind::Validation);
    assert!(server.received().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn the_query_is_not_part_of_the_body_and_an_empty_body_may_be_omitted() {
    let server = WireServer::responding_with_json(r#"{"data": []}"#).await;
    let venio = server.gofive().venio();
    let mut request = events_of("C1");
    venio.get_customer_events(&request).await.unwrap();
    request.date_from = Some("2025-02-05T10:00:00".parse().unwrap());
    request.extra.insert("DateTo".into(), "2025-02-06T10:00:00".into());
    venio.get_customer_events(&request).await.unwrap();
    let sent = server.received();
    assert!(sent.iter().all(|request| request.line().contains("/v1/customerEvent/filter?customerCode=C1 ")));
    assert_eq!(sent[0].body, "");
    let body: Value = serde_json::from_str(&sent[1].body).unwrap();
    assert_eq!(body, json!({"dateFrom": "2025-02-05T10:00:00", "DateTo": "2025-02-06T10:00:00"}));
}

#[tokio::test]
async fn a_list_is_the_whole_body() {
    use gofive_api::venio::{UpdateProductStockProduct, UpdateProductStockRequest};

    let products = ["A1", "A2"].map(|code| UpdateProductStockProduct::builder().product_code(code).qty(3).build());
    let request = UpdateProductStockRequest::builder().products(products).build();
    let sent = serde_json::to_value(&request).unwrap();
    assert_eq!(sent, json!([{"productCode": "A1", "qty": 3}, {"productCode": "A2", "qty": 3}]));
    assert_eq!(serde_json::from_value::<UpdateProductStockRequest>(sent).unwrap(), request);
}

#[tokio::test]
async fn a_timestamp_is_sent_in_the_format_that_the_operation_documents() {
    use gofive_api::venio::{AddCaseRequest, AddCustomerEventRequest, CaseType};

    let moment: jiff::Timestamp = "2025-02-05T10:35:53.693Z".parse().unwrap();
    let server = WireServer::responding_with_json(SUCCESS).await;
    let case = AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject("Printer on fire")
        .category_id(2_140_016_585)
        .date_case(moment)
        .date_due(moment)
        .activity_nos(["A20250200028"])
        .assigned_to_user_id("6d473b8f-a6b3-4536-b1e6-f4b7688414e2")
        .build();
    server.gofive().venio().add_case(&case).await.unwrap();
    let event = AddCustomerEventRequest::builder()
        .event_name("Meeting with Client")
        .event_type(1)
        .event_date(moment)
        .customer_code("C000349")
        .build();
    server.gofive().venio().add_customer_event(&event).await.unwrap();
    let sent = server.received();
    assert!(sent[0].body.contains(r#""dateCase":"2025-02-05T17:35:53.693+0700""#), "{}", sent[0].body);
    assert!(sent[1].body.contains(r#""eventDate":"2025-02-05T17:35:53""#), "{}", sent[1].body);
}
