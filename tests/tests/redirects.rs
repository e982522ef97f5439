//! Redirects are not followed: none is documented, and following one could turn a call into another one.

use gofive_api::venio::AddCustomerEventRequest;
use gofive_api::{ErrorKind, RetryPolicy};
use gofive_tests::scripted::{Action, Scripted, grants, products, status};
use gofive_tests::wire::{self, WireServer, json};

const REDIRECTS: [&str; 8] = [
    "300 Multiple Choices",
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "304 Not Modified",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
    "399 Unknown",
];

fn event() -> AddCustomerEventRequest {
    let moment = jiff::Timestamp::UNIX_EPOCH;
    AddCustomerEventRequest::builder().event_name("e").event_type(1).event_date(moment).customer_code("c").build()
}

/// Many clients turn the create into a GET, and take the response of the GET for that of the create.
#[tokio::test]
async fn a_create_does_not_become_a_read() {
    for redirect in REDIRECTS {
        let head = format!("{redirect}\r\nlocation: /v2/elsewhere?email=somebody");
        let server = WireServer::responding_with(vec![status(&head), json(r#"{"status":{"code":"1000"}}"#)]).await;
        let error = server.gofive().venio().add_customer_event(&event()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Server, "{redirect}");
        assert_eq!(error.http_status().unwrap().to_string(), redirect[..3]);
        assert!(
            error.to_string().contains(&format!("{}/v2/elsewhere, which is not followed", server.url())),
            "{error}"
        );
        assert!(!error.to_string().contains("somebody"), "a query may contain anything: {error}");
        assert!(error.outcome_unknown() && !error.is_retryable(), "{error}");
        assert_eq!(server.received().len(), 1, "{redirect}");
    }
}

#[tokio::test]
async fn the_subscription_key_is_not_sent_to_a_redirect_target() {
    let elsewhere = WireServer::responding_with_json(r#"{"data":{}}"#).await;
    for redirect in REDIRECTS {
        let head = format!("{redirect}\r\nlocation: {}/v2/products/A001", elsewhere.url());
        let server = WireServer::responding_with(vec![status(&head)]).await;
        let error = server.gofive().venio().get_product("A001").await.unwrap_err();
        assert!(error.to_string().contains(&format!("redirects to {}/v2/products/A001", elsewhere.url())), "{error}");
    }
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn the_client_secret_is_not_sent_to_a_redirect_target() {
    let elsewhere = WireServer::responding_with_json(r#"{"access_token":"t"}"#).await;
    for redirect in REDIRECTS {
        let head = format!("{redirect}\r\nlocation: {}/token", elsewhere.url());
        let server = Scripted::start(move |_, _| Action::Respond(status(&head)), products);
        let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!((error.operation(), error.kind()), (Some("get_product"), ErrorKind::Server), "{redirect}");
        assert!(error.is_retryable() && error.to_string().contains(&format!("{}/token", elsewhere.url())), "{error}");
    }
    assert!(elsewhere.received().is_empty() && elsewhere.token_requests().is_empty());
}

#[tokio::test]
async fn a_redirect_without_a_usable_location_is_an_error() {
    for location in ["", "\r\nlocation: ", "\r\nlocation: http://", "\r\nlocation: mailto:someone"] {
        let head = format!("302 Found{location}");
        let server = Scripted::start(grants, move |_, _| Action::Respond(status(&head)));
        let error = server.gofive().venio().get_product("A001").await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Server, Some(302)), "{location:?}");
    }
}

/// A server may echo a secret in the location.
#[tokio::test]
async fn a_secret_in_the_location_is_masked() {
    let head = format!("302 Found\r\nlocation: /login/{}", wire::SUBSCRIPTION_KEY);
    let server = Scripted::start(grants, move |_, _| Action::Respond(status(&head)));
    let error = server.gofive().venio().get_product("A001").await.unwrap_err();
    assert!(error.to_string().contains("/login/***"), "{error}");
}
