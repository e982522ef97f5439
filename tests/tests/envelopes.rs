//! The envelopes of the API, as the portal and public integrations show them, read over a real socket.

use gofive_api::ErrorKind;
use gofive_api::venio::RejectSalesOrderRequest;
use gofive_tests::events_of;
use gofive_tests::wire::{WireServer, json, response};

/// The order of properties, the type of the code and its position do not matter.
#[tokio::test]
async fn a_success_is_recognised_in_every_envelope() {
    for envelope in [
        r#"{"status":{"code":"1000","description":"Success"},"data":DATA}"#,
        r#"{"data":DATA,"status":{"code":1000,"description":"Success"}}"#,
        r#"{"status":{"code":1000},"data":DATA}"#,
        r#"{"data":DATA,"statusCode":1000,"httpStatusCode":200}"#,
        r#"{"statusCode":200,"message":"OK","totals":1,"data":DATA}"#,
        r#"{"statusCode":"1000","data":DATA}"#,
        r#"{"status":{"code":201,"description":null},"data":DATA}"#,
        r#"{"status":null,"data":DATA}"#,
        r#"{"status":true,"data":DATA}"#,
        r#"{"data":DATA}"#,
        " {\r\n\t\"data\" : DATA }\n",
    ] {
        let body = envelope.replace("DATA", r#"{"productCode":"A001"}"#);
        let server = WireServer::responding_with_json(&body).await;
        let product =
            server.gofive().venio().get_product("A001").await.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(product.product_code.as_deref(), Some("A001"), "{body}");
    }
}

#[tokio::test]
async fn a_business_error_inside_a_success_is_an_error() {
    for body in [
        r#"{"status":{"code":"4001","description":"ไม่พบสินค้า"},"data":null}"#,
        r#"{"status":{"code":4001,"description":"ไม่พบสินค้า"}}"#,
        r#"{"data":"ไม่พบ","status":{"code":"4001","description":"ไม่พบสินค้า"}}"#,
        r#"{"data":{"productCode":"A001"},"status":{"code":"4001","description":"ไม่พบสินค้า"}}"#,
        r#"{"statusCode":4001,"message":"ไม่พบสินค้า","data":null}"#,
        r#"{"message":"ไม่พบสินค้า","httpStatusCode":200,"statusCode":4001,"data":[]}"#,
    ] {
        let server = WireServer::responding_with_json(body).await;
        let error = server.gofive().venio().get_product("A001").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Business, "{body}");
        assert_eq!(error.code(), Some("4001"), "{body}");
        assert_eq!(error.description(), Some("ไม่พบสินค้า"), "{body}");
        assert_eq!((error.operation(), error.http_status()), (Some("get_product"), Some(200)));
        assert_eq!(error.body(), Some(body.as_bytes()), "kept whole");
    }
}

#[tokio::test]
async fn a_business_code_of_letters_is_an_error() {
    let server =
        WireServer::responding_with_json(r#"{"status":{"code":"PRODUCT_LOCKED","description":"locked"}}"#).await;
    let error = server.gofive().venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Business, Some("PRODUCT_LOCKED")));
}

/// `data` may be an envelope with a second status, which may contradict the first.
#[tokio::test]
async fn the_business_code_of_an_inner_envelope_is_checked() {
    let server = WireServer::responding_with_json(
        r#"{"status":{"code":"1000","description":"Success"},"data":{"data":null,"statusCode":4002,"message":"two errors","httpStatusCode":400}}"#,
    )
    .await;
    let request = serde_json::json!({
        "caseType": 1, "subject": "s", "categoryId": 1, "dateCase": "d", "dateDue": "d", "assignedToUserId": "u",
    });
    let error = server.gofive().venio().add_case(&serde_json::from_value(request).unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Business, Some("4002")));
    assert_eq!(error.description(), Some("two errors"));
}

/// A body without an envelope has the business code among the properties of the payload, which keeps them.
#[tokio::test]
async fn the_business_code_of_a_body_without_an_envelope_is_checked() {
    let reject = async |body: &str| {
        let rejection = RejectSalesOrderRequest::builder().sales_order_ids([1]).reason("double").build();
        WireServer::responding_with_json(body).await.gofive().venio().reject_sales_order(&rejection).await
    };
    let response = reject(r#"{"statusCode":"1000","message":"Success","httpStatusCode":200}"#).await.unwrap();
    assert_eq!((response.status_code, &response.extra["message"]), (Some(1000), &"Success".into()));
    let no_message = reject(r#"{"statusCode":1000}"#).await.unwrap();
    assert_eq!((no_message.status_code, no_message.extra.len()), (Some(1000), 0));

    for (body, code) in [
        (r#"{"message":"two errors","statusCode":4002,"httpStatusCode":200}"#, "4002"),
        (r#"{"statusCode":"ORDER_LOCKED","message":"two errors"}"#, "ORDER_LOCKED"),
        (r#"{"status":{"code":4001,"description":"two errors"},"statusCode":1000}"#, "4001"),
    ] {
        let error = reject(body).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Business, Some(code)), "{body}");
        assert_eq!(error.description(), Some("two errors"), "{body}");
    }

    let error = reject(r#"{"statusCode":{"code":1000}}"#).await.unwrap_err();
    assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("statusCode")));
}

/// An undocumented payload is returned as it was sent, with or without an envelope.
#[tokio::test]
async fn an_undocumented_payload_is_unwrapped_if_there_is_an_envelope() {
    for (body, payload) in [
        (r#"{"status":{"code":"1000"},"data":[1,2]}"#, "[1,2]"),
        (r#"{"units":["box"]}"#, r#"{"units":["box"]}"#),
        ("[1]", "[1]"),
        ("true", "true"),
    ] {
        let server = WireServer::responding_with_json(body).await;
        let value = server.gofive().venio().get_product_units().await.unwrap();
        assert_eq!(value.json().to_string(), payload);
    }
    let no_content = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n".to_vec();
    let server = WireServer::responding_with(vec![no_content]).await;
    assert!(server.gofive().venio().get_product_units().await.unwrap().json().is_null());
    let server = WireServer::responding_with(vec![json(r#"{"status":{"code":"4001","description":"no"}}"#)]).await;
    assert_eq!(server.gofive().venio().get_product_units().await.unwrap_err().kind(), ErrorKind::Business);
}

#[tokio::test]
async fn a_list_that_is_missing_or_null_is_empty() {
    for body in [
        r#"{"status":{"code":"1000"},"data":null}"#,
        r#"{"status":{"code":"1000"}}"#,
        r#"{"data":null}"#,
        r#"{"data":[]}"#,
        "[]",
    ] {
        let server = WireServer::responding_with_json(body).await;
        let events = server.gofive().venio().get_customer_events(&events_of("C000055")).await.unwrap();
        assert!(events.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn an_error_says_where_decoding_failed() {
    let body = r#"{"status":{"code":"1000","description":"Success"},"data":[{"eventId":2},{"eventId":[]}]}"#;
    let server = WireServer::responding_with(vec![response(200, "application/json", body)]).await;
    let error = server.gofive().venio().get_customer_events(&events_of("C000055")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.json_path(), Some("data[1].eventId"));
    assert_eq!(error.body(), Some(body.as_bytes()));
    assert!(error.to_string().contains("data[1].eventId"), "{error}");
}
