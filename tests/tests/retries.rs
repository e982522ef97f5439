//! Which failures are retried, which are not, and the options of a call.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gofive_api::venio::{AddCustomerEventRequest, CreateOrUpdateCustomerRequest, CustomerState};
use gofive_api::{CallOptions, Capture, Error, ErrorKind, Idempotency, Method, RetryPolicy};
use gofive_tests::wire::{NOWHERE, WireServer, json, response};

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

/// A policy with short waits, for tests.
fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5))
}

fn status(head: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

fn event() -> AddCustomerEventRequest {
    let moment = jiff::Timestamp::UNIX_EPOCH;
    AddCustomerEventRequest::builder().event_name("e").event_type(1).event_date(moment).customer_code("c").build()
}

/// Closes the connection instead of responding.
fn reset() -> Vec<u8> {
    Vec::new()
}

fn cut() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":".to_vec()
}

#[tokio::test]
async fn a_read_is_retried_until_it_succeeds() {
    let temporary = ["408 Timeout", "429 Slow", "502 Bad", "503 Unavailable", "504 Timeout"].map(status);
    for failure in temporary.into_iter().chain([reset(), cut()]) {
        let server = WireServer::responding_with(vec![failure.clone(), failure, json(PRODUCT)]).await;
        let gofive = server.client().retry(quick()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        let sent = server.received();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|request| request.head == sent[0].head), "the very same request");
    }
}

/// Without its code, each attempt would create another customer.
#[tokio::test]
async fn an_upsert_is_retried_if_the_request_has_its_key() {
    let success = json(r#"{"status":{"code":"1000"}}"#);
    let customer = || CreateOrUpdateCustomerRequest::builder().customer_name("n").customer_state(CustomerState::LEAD);
    for (request, attempts) in [
        (customer().customer_code("C1").build(), 2),
        (customer().customer_code(None).build(), 1),
        (customer().customer_code("").build(), 1),
        (customer().build(), 1),
    ] {
        let server = WireServer::responding_with(vec![status("503 Unavailable"), success.clone()]).await;
        let gofive = server.client().retry(quick()).build().unwrap();
        let created = gofive.venio().create_or_update_customer(&request).await;
        assert_eq!((server.received().len(), created.is_ok()), (attempts, attempts == 2), "{request:?}");
        if let Err(error) = created {
            assert!(error.outcome_unknown() && !error.is_retryable(), "{error}");
        }
    }
    // The same for a custom request.
    let server = WireServer::responding_with(vec![status("503 Unavailable"), success]).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    let request = gofive.request(Method::POST, "/v9/news").idempotency(Idempotency::IdempotentWith(&["items/code"]));
    request.json(&serde_json::json!({"items": [{"code": "a"}]})).send().await.unwrap();
}

#[tokio::test]
async fn a_create_is_retried_only_after_a_429() {
    let success = json(r#"{"status":{"code":"1000"}}"#);
    let retry_after = "503 Unavailable\r\nretry-after: 0";
    let failures = ["408 Timeout", "500 Oops", "502 Bad", "503 Unavailable", retry_after, "504 Timeout", "520 Unknown"];
    for failure in failures.map(status).into_iter().chain([reset(), cut()]) {
        let server = WireServer::responding_with(vec![failure, success.clone()]).await;
        let gofive = server.client().retry(quick()).build().unwrap();
        let error = gofive.venio().add_customer_event(&event()).await.unwrap_err();
        assert_eq!((server.received().len(), error.attempts()), (1, 1), "{error}");
        assert!(error.outcome_unknown() && !error.is_retryable(), "{error}");
    }
    for slow in ["429 Slow", "429 Slow\r\nretry-after: 0"] {
        let server = WireServer::responding_with(vec![status(slow), success.clone()]).await;
        let gofive = server.client().retry(quick()).build().unwrap();
        gofive.venio().add_customer_event(&event()).await.unwrap();
        assert_eq!(server.received().len(), 2);

        // It is only a convention that the server has not carried out a request with a 429, so this can be switched off.
        let server = WireServer::responding_with(vec![status(slow), success.clone()]).await;
        let gofive = server.client().retry(quick().non_idempotent_on_429(false)).build().unwrap();
        gofive.venio().add_customer_event(&event()).await.unwrap_err();
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_create_is_retried_if_no_connection_was_made() {
    let gofive = gofive_api::Gofive::builder()
        .base_url(NOWHERE)
        .access_token("t")
        .subscription_key("k")
        .retry(quick())
        .build()
        .unwrap();
    let error = gofive.venio().add_customer_event(&event()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
    assert!(!error.outcome_unknown() && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn refusals_and_business_errors_are_not_retried() {
    let business = json(r#"{"status":{"code":"4001","description":"no"}}"#);
    for response in [status("400 Bad"), status("403 No"), status("404 None"), status("500 Oops"), business] {
        let server = WireServer::responding_with(vec![response]).await;
        let gofive = server.client().retry(quick()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn attempts_are_bounded_and_reported() {
    let server = WireServer::responding_with(vec![status("503 Unavailable")]).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), server.received().len()), (ErrorKind::Server, 3, 3));
    assert!(error.to_string().contains("after 3 attempts"), "{error}");

    let once = gofive.with_options(CallOptions::new().retry(RetryPolicy::none()));
    assert_eq!(once.venio().get_product("A001").await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_retry_after_beyond_the_limit_is_left_to_the_caller() {
    let server = WireServer::responding_with(vec![status("429 Slow\r\nretry-after: 3600")]).await;
    let start = Instant::now();
    let error = server.gofive().venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn the_total_timeout_ends_all_attempts() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gofive = gofive_api::Gofive::builder()
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .access_token("t")
        .subscription_key("k")
        .attempt_timeout(Duration::from_millis(40))
        .total_timeout(Duration::from_secs(1))
        .retry(quick().max_attempts(1000))
        .build()
        .unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.attempts() >= 2, "{error}");
}

#[tokio::test]
async fn an_outage_is_not_amplified() {
    let server = WireServer::responding_with(vec![status("503 Unavailable")]).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    for _ in 0..200 {
        gofive.venio().get_product("A001").await.unwrap_err();
    }
    assert_eq!(server.received().len(), 200 + 100, "each call once, and a hundred retries in total");
}

#[tokio::test]
async fn the_observer_is_called_after_every_attempt() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let server = WireServer::responding_with(vec![status("503 Unavailable"), json(PRODUCT)]).await;
    let observer = move |attempt: &gofive_api::Attempt| log.lock().unwrap().push(attempt.clone());
    let gofive = server.client().retry(quick()).observer(observer).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    let seen = seen.lock().unwrap();
    let attempts: Vec<_> =
        seen.iter().map(|attempt| (attempt.operation.as_str(), attempt.number, attempt.http_status)).collect();
    assert_eq!(
        attempts,
        [("authorize", 1, Some(200)), ("get_product", 1, Some(503)), ("get_product", 2, Some(200))],
        "token requests are counted separately"
    );
    assert!(seen[1].wait.is_some() && seen[2].wait.is_none());
}

#[tokio::test]
async fn call_options_keep_the_session_shared() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    let gofive = server.gofive();
    gofive.venio().get_product("A001").await.unwrap();
    let seen = Capture::new();
    let options = CallOptions::new().header("x-tenant", "7").header("x-tenant", "8").header("User-Agent", "orders/1");
    let options = options.request_id("order-4711").capture(&seen);
    gofive.with_options(options).venio().get_product("A001").await.unwrap();
    let sent = server.received();
    assert_eq!(sent[1].headers("x-tenant"), ["7", "8"]);
    assert_eq!(sent[1].headers("x-request-id"), ["order-4711"]);
    assert_eq!(sent[1].headers("user-agent"), ["orders/1"], "in place of the session's");
    assert_eq!(sent[0].headers("x-tenant"), [""; 0]);
    assert_eq!(server.token_requests().len(), 1, "one token for both");
    let response = seen.take().unwrap();
    assert_eq!((response.status(), response.body()), (200, PRODUCT.as_bytes()));
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    assert!(seen.take().is_none());
}

#[tokio::test]
async fn headers_of_the_session_cannot_be_replaced() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    for (name, value) in [("Authorization", "x"), ("ocp-apim-subscription-key", "x"), ("bad name", "x"), ("x", "a\nb")]
    {
        let gofive = server.gofive().with_options(CallOptions::new().header(name, value));
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{name}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_response_beyond_max_response_size_is_not_read() {
    let long = format!(r#"{{"data":{{"productCode":"{}"}}}}"#, "a".repeat(10_000));
    let announced = json(&long);
    let unannounced = format!("HTTP/1.1 200 OK\r\n\r\n{long}").into_bytes();
    for response in [announced, unannounced] {
        let server = WireServer::responding_with(vec![response]).await;
        let gofive = server.client().max_response_size(1_000).build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("1000 bytes"), "{error}");
    }
}

#[tokio::test]
async fn an_endpoint_missing_from_the_spec_can_be_called() {
    let server = WireServer::responding_with_json(r#"{"status":{"code":"1000"},"data":{"names":["a"]}}"#).await;
    let gofive = server.gofive();
    let request = gofive.request(Method::POST, "/v9/news").query("top", 3).json(&serde_json::json!({"a": 1}));
    assert_eq!(request.send().await.unwrap(), serde_json::json!({"names": ["a"]}));
    let sent = server.received().remove(0);
    assert_eq!((sent.line(), &*sent.body), ("POST /v9/news?top=3 HTTP/1.1", r#"{"a":1}"#));
    assert!(sent.header("authorization").is_some());

    for path in ["v9/news", "https://elsewhere.example/", "/v9/../v1/case", ""] {
        let error: Error = gofive.request(Method::GET, path).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation, "{path}");
    }
    let server =
        WireServer::responding_with(vec![response(200, "application/json", r#"{"statusCode":4001,"message":"no"}"#)])
            .await;
    let error =
        server.gofive().request(Method::GET, "/v9/news").idempotency(Idempotency::Safe).send().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Business, Some("4001")));
}

/// The session stays usable.
#[tokio::test]
async fn a_call_may_be_dropped_at_any_moment() {
    let server = WireServer::responding_with(vec![status("503 Unavailable"), json(PRODUCT)]).await;
    let gofive = server.client().retry(quick()).max_concurrency(1).requests_per_second(500.0).build().unwrap();
    for micros in (0..4_000).step_by(100) {
        let venio = gofive.venio();
        let _ = tokio::time::timeout(Duration::from_micros(micros), venio.get_product("A001")).await;
    }
    let product = tokio::time::timeout(Duration::from_secs(30), gofive.venio().get_product("A001")).await;
    assert_eq!(product.unwrap().unwrap().product_code.as_deref(), Some("A001"));
}

#[tokio::test]
async fn options_extend_earlier_options() {
    let server = WireServer::responding_with(vec![status("503 Unavailable"), json(PRODUCT)]).await;
    let seen = Capture::new();
    let first =
        CallOptions::new().retry(quick()).header("x-a", "1").header("x-b", "2").header("x-b", "3").capture(&seen);
    let gofive = server.gofive().with_options(first).with_options(CallOptions::new().header("x-b", "4"));
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(seen.take().unwrap().status(), 200);
    let sent = server.received().remove(1).head;
    assert!(["x-a: 1\r\n", "x-b: 4\r\n"].iter().all(|header| sent.contains(header)), "{sent}");
    assert!(!sent.contains("x-b: 2") && !sent.contains("x-b: 3"), "{sent}");
}
