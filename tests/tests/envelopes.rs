//! The envelopes of the API, as observed on its pages and in public integrations, read over a real socket.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use gofive_api::ErrorKind;
use gofive_api::venio::RejectSalesOrderRequest;
use gofive_tests::events_of;
use gofive_tests::wire::{WireServer, json, response};

/// Order of members, type of the code, and where the code stands do not matter.
#[tokio::test]
async fn a_success_is_recognised_in_every_shape() {
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
        let server = WireServer::answering_json(&body).await;
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
        let server = WireServer::answering_json(body).await;
        let error = server.gofive().venio().get_product("A001").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Business, "{body}");
        assert_eq!(error.code(), Some("4001"), "{body}");
        assert_eq!(error.description(), Some("ไม่พบสินค้า"), "{body}");
        assert_eq!((error.operation(), error.http_status()), (Some("get_product"), Some(200)));
        assert_eq!(error.body(), Some(body.as_bytes()), "kept whole");
    }
}

#[tokio::test]
async fn a_subcode_of_letters_is_an_error_too() {
    let server = WireServer::answering_json(r#"{"status":{"code":"PRODUCT_LOCKED","description":"locked"}}"#).await;
    let error = server.gofive().venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Business, Some("PRODUCT_LOCKED")));
}

/// `data.data` with a second status inside, which may contradict the first.
#[tokio::test]
async fn the_inner_envelope_is_checked_as_well() {
    let server = WireServer::answering_json(
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

/// A body that is the payload itself says among its own members how the call went, and keeps them.
#[tokio::test]
async fn a_body_without_an_envelope_is_checked_too() {
    let reject = async |body: &str| {
        let rejection = RejectSalesOrderRequest::builder().sales_order_ids([1]).reason("double").build();
        WireServer::answering_json(body).await.gofive().venio().reject_sales_order(&rejection).await
    };
    let answer = reject(r#"{"statusCode":"1000","message":"Success","httpStatusCode":200}"#).await.unwrap();
    assert_eq!((answer.status_code, &answer.extra["message"]), (Some(1000), &"Success".into()));
    let no_words = reject(r#"{"statusCode":1000}"#).await.unwrap();
    assert_eq!((no_words.status_code, no_words.extra.len()), (Some(1000), 0));

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

/// Of an undocumented answer the payload is handed on as it comes, with or without an envelope.
#[tokio::test]
async fn an_undocumented_answer_is_unwrapped_if_it_can_be() {
    for (body, payload) in [
        (r#"{"status":{"code":"1000"},"data":[1,2]}"#, "[1,2]"),
        (r#"{"units":["box"]}"#, r#"{"units":["box"]}"#),
        ("[1]", "[1]"),
        ("true", "true"),
    ] {
        let server = WireServer::answering_json(body).await;
        let value = server.gofive().venio().get_product_units().await.unwrap();
        assert_eq!(value.json().to_string(), payload);
    }
    let no_content = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n".to_vec();
    let server = WireServer::answering(vec![no_content]).await;
    assert!(server.gofive().venio().get_product_units().await.unwrap().json().is_null());
    let server = WireServer::answering(vec![json(r#"{"status":{"code":"4001","description":"no"}}"#)]).await;
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
        let server = WireServer::answering_json(body).await;
        let events = server.gofive().venio().get_customer_events(&events_of("C000055")).await.unwrap();
        assert!(events.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn an_error_says_where_decoding_failed() {
    let body = r#"{"status":{"code":"1000","description":"Success"},"data":[{"eventId":2},{"eventId":[]}]}"#;
    let server = WireServer::answering(vec![response(200, "application/json", body)]).await;
    let error = server.gofive().venio().get_customer_events(&events_of("C000055")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.json_path(), Some("data[1].eventId"));
    assert_eq!(error.body(), Some(body.as_bytes()));
    assert!(error.to_string().contains("data[1].eventId"), "{error}");
}
