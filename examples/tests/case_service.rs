//! The web service that opens cases: what its callers see of each failure.

mod common;

use std::time::Duration;

use common::sandbox;
use gofive_examples::case_service::{Settings, router};
use gofive_sandbox::{Fault, Sandbox, operation};
use serde_json::{Value, json};

/// The service on a port of its own, on a sandbox.
async fn service() -> (Sandbox, String) {
    // The tests' own reqwest clients need a provider of cryptography. An error means that there is one.
    let _ = gofive_api::rustls::crypto::ring::default_provider().install_default();
    let (sandbox, gofive) = sandbox().await;
    let settings =
        Settings { venio: gofive.venio(), category_id: 2140016585, assigned_to_user_id: "UAT007".to_owned() };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/cases", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(settings)).await });
    (sandbox, url)
}

/// Posts a case; returns the status and the body.
async fn post(url: &str) -> (u16, Value) {
    let case = json!({ "subject": "Printer on fire", "customer_code": "C000154" });
    let response = reqwest::Client::new().post(url).json(&case).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_case_is_opened_once() {
    let (sandbox, url) = service().await;
    let (status, body) = post(&url).await;
    assert_eq!(status, 201);
    assert!(body["id"].is_string(), "{body}");
    assert_eq!(sandbox.carried_out(operation::ADD_CASE), 1);
}

#[tokio::test]
async fn a_refusal_is_shown_with_its_reason() {
    let (sandbox, url) = service().await;
    let wrong = json!({ "assignedToUserId": "UAT007" });
    sandbox
        .respond(operation::ADD_CASE)
        .when(wrong)
        .once()
        .business_error("4001", "assignedToUserId is not found")
        .mount()
        .unwrap();
    let problem = json!({ "problem": "assignedToUserId is not found", "code": "4001" });
    assert_eq!(post(&url).await, (422, problem));
    sandbox.verify().unwrap();
}

#[tokio::test]
async fn a_missing_permission_is_a_matter_of_the_service() {
    let (sandbox, url) = service().await;
    sandbox.respond(operation::ADD_CASE).status(403).always().mount().unwrap();
    let (status, body) = post(&url).await;
    assert_eq!((status, &body["problem"]), (500, &json!("this service is not set up properly")));
}

#[tokio::test]
async fn a_case_that_may_be_there_is_not_sent_again() {
    let (sandbox, url) = service().await;
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::ResetAfter]);
    let (status, body) = post(&url).await;
    assert_eq!(status, 502);
    assert!(body["problem"].as_str().unwrap().contains("may have been opened"), "{body}");
    assert_eq!(sandbox.carried_out(operation::ADD_CASE), 1);
}

#[tokio::test]
async fn a_caller_learns_when_to_try_again() {
    let (sandbox, url) = service().await;
    let stub = sandbox.respond(operation::ADD_CASE).status(429).header("Retry-After", "1");
    stub.always().mount().unwrap();
    let response = reqwest::Client::new().post(&url).json(&json!({ "subject": "x" })).send();
    let response = tokio::time::timeout(Duration::from_secs(60), response).await.unwrap().unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].as_bytes()), (503, &b"1"[..]));
}
