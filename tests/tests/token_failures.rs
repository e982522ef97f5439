//! Failures of the token endpoint: one retry for all calls, spaced requests, and no permanent failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use gofive_api::venio::AuthorizeRequest;
use gofive_api::{Error, ErrorKind, Gofive, Method, RetryPolicy};
use gofive_tests::scripted::{Action, Scripted, StoppedClock, granted, product, products, status};
use gofive_tests::wire::{WireServer, json, response};
use tokio::time::Instant;

fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5))
}

/// Runs 50 tasks that call again and again for two seconds, and returns their errors.
async fn loop_for_two_seconds(gofive: &Gofive) -> Vec<Error> {
    let end = Instant::now() + Duration::from_secs(2);
    let tasks = (0..50).map(|_| {
        let venio = gofive.venio();
        tokio::spawn(async move {
            let mut errors = Vec::new();
            while Instant::now() < end {
                errors.push(venio.get_product("A001").await.unwrap_err());
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            errors
        })
    });
    let tasks: Vec<_> = tasks.collect();
    join_all(tasks).await.into_iter().flat_map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_failed_token_request_costs_one_retry_however_many_calls_wait() {
    let server = Scripted::start(
        |_, n| Action::Respond(if n == 1 { status("503 Unavailable") } else { granted(n, 3600) }),
        |_, n| Action::Respond(if n <= 1000 { product() } else { status("503 Unavailable") }),
    );
    let gofive = server.client().retry(quick()).build().unwrap();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let venio = gofive.venio();
            tokio::spawn(async move { venio.get_product("A001").await.map(|_| ()) })
        })
        .collect();
    for call in join_all(calls).await {
        call.unwrap().unwrap();
    }
    assert_eq!(server.token_requests(), 2);

    // The retry budget is still full: it allows a hundred retries during an outage.
    for _ in 0..200 {
        gofive.venio().get_product("A001").await.unwrap_err();
    }
    assert_eq!(server.calls(), 1000 + 200 + 100);
}

#[tokio::test]
async fn refused_credentials_are_remembered_for_a_while() {
    let refusal = || response(401, "application/json", r#"{"error":"invalid_client"}"#);
    let server =
        Scripted::start(move |_, n| Action::Respond(if n < 3 { refusal() } else { granted(n, 3600) }), products);
    let _clock = StoppedClock::stop();
    let gofive = server.client().token_refusal_ttl(Duration::from_secs(3)).build().unwrap();
    let first = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!((first.kind(), first.is_retryable()), (ErrorKind::TokenRefused, false));
    for _ in 0..20 {
        for error in join_all((0..50).map(|_| gofive.request(Method::GET, "/v9/news").send())).await {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::TokenRefused, 0));
        }
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    assert_eq!(server.token_requests(), 1);
    tokio::time::advance(Duration::from_secs(3)).await;
    gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(server.token_requests(), 2, "requested again");
    tokio::time::advance(Duration::from_secs(3)).await;
    gofive.venio().get_product("A001").await.unwrap();
}

#[tokio::test]
async fn refused_credentials_can_be_remembered_forever_or_not_at_all() {
    for (ttl, requests) in [(Duration::MAX, 1), (Duration::ZERO, 3)] {
        let server = Scripted::start(|_, _| Action::Respond(response(401, "application/json", "{}")), products);
        let gofive = server.client().token_refusal_ttl(ttl).build().unwrap();
        for _ in 0..3 {
            assert_eq!(gofive.venio().get_product("A001").await.unwrap_err().kind(), ErrorKind::TokenRefused);
        }
        assert_eq!(server.token_requests(), requests);
    }
}

#[tokio::test]
async fn temporary_failures_are_spaced() {
    let server = Scripted::start(|_, _| Action::Respond(status("503 Unavailable")), products);
    let gofive = server.client().retry(quick()).build().unwrap();
    let errors = loop_for_two_seconds(&gofive).await;
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Server && error.is_retryable()));
    // The fetches are at least 0.25, 0.5 and 1 second apart: at most four of three attempts, and one that begins at the
    // end of the two seconds.
    let requests = server.token_requests();
    assert!(requests <= 15, "{requests} requests for {} calls", errors.len());
}

#[tokio::test]
async fn a_call_without_time_for_another_token_request_fails_with_the_last_error() {
    let server = Scripted::start(|_, _| Action::Respond(status("503 Unavailable\r\nretry-after: 20")), products);
    let gofive = server.client().retry(RetryPolicy::none()).total_timeout(Duration::from_secs(5)).build().unwrap();
    for _ in 0..2 {
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Server, Some(503)), "not a timeout: {error}");
        assert_eq!((error.retry_after(), error.attempts()), (Some(Duration::from_secs(20)), 0));
    }
    assert_eq!(server.token_requests(), 1);
}

/// Only a response about the credentials refuses them. Any other failure may be temporary, so it is retried.
#[tokio::test]
async fn refused_credentials_are_distinguished_from_temporary_failures() {
    let json_of = |status, body: &str| response(status, "application/json", body);
    let refusals = [
        json_of(400, r#"{"error":"invalid_client","error_description":"wrong"}"#),
        json_of(400, r#"{"error":"unauthorized_client"}"#),
        json_of(401, r#"{"statusCode":401,"message":"Access denied due to invalid subscription key."}"#),
        json_of(403, "{}"),
        json_of(200, r#"{"error":"invalid_grant"}"#),
        json_of(500, r#"{"error":"invalid_client"}"#),
    ];
    for refusal in refusals {
        let shown = String::from_utf8_lossy(&refusal).into_owned();
        let server = Scripted::start(move |_, _| Action::Respond(refusal.clone()), products);
        let error = server.client().retry(quick()).build().unwrap().venio().get_product("A001").await.unwrap_err();
        assert_eq!((error.kind(), server.token_requests()), (ErrorKind::TokenRefused, 1), "{shown}");
        assert!(!error.is_retryable());
    }
    let with_id =
        |head: &str| format!("HTTP/1.1 {head}\r\nx-request-id: 7f3a\r\ncontent-length: 0\r\n\r\n").into_bytes();
    let temporary = [
        (json_of(400, r#"{"error":"temporarily_unavailable"}"#), Some(400)),
        (json_of(401, r#"{"error":"server_error"}"#), Some(401)),
        (response(401, "text/html", "<html>sorry</html>"), Some(401)),
        (response(403, "text/html", "<html>firewall</html>"), Some(403)),
        (response(200, "text/html", "<html>maintenance</html>"), Some(200)),
        (json("{}"), Some(200)),
        (json(r#"{"access_token": ""}"#), Some(200)),
        (json(r#"{"access_token": "line\nbreak"}"#), Some(200)),
        (json("[]"), Some(200)),
        (with_id("301 Moved\r\nlocation: https://elsewhere.example/token?secret=1"), Some(301)),
        (with_id("404 None"), Some(404)),
        (with_id("421 Misdirected"), Some(421)),
        (with_id("425 Early"), Some(425)),
        (with_id("429 Slow"), Some(429)),
        (with_id("500 Oops"), Some(500)),
        (json_of(503, r#"{"error":"Service Unavailable"}"#), Some(503)),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"access_token\":".to_vec(), Some(200)),
        (Vec::new(), None),
    ];
    for (failure, http_status) in temporary {
        let shown = String::from_utf8_lossy(&failure).into_owned();
        let bytes = failure.clone();
        let server = Scripted::start(
            move |_, n| Action::Respond(if n == 1 { bytes.clone() } else { granted(n, 3600) }),
            products,
        );
        let gofive = server.client().retry(quick()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(server.token_requests(), 2, "{shown}");

        let server = Scripted::start(move |_, _| Action::Respond(failure.clone()), products);
        let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::TokenRefused, "{shown}");
        assert_eq!((error.is_retryable(), error.http_status()), (true, http_status), "{shown}");
        assert_eq!(error.request_id().is_some(), shown.contains("7f3a"), "{shown}");
        assert!(error.body().is_none() && !error.to_string().contains("secret=1"), "{error}");
    }
}

/// The session calls its observer after every attempt, including token requests. Here the observer panics once.
#[test]
fn a_panic_during_a_token_request_does_not_break_the_session() {
    let server = Scripted::start(|_, n| Action::Respond(granted(n, 3600)), products);
    let count = Arc::new(AtomicUsize::new(0));
    let observer = move |attempt: &gofive_api::Attempt| {
        let first = attempt.operation == "authorize" && count.fetch_add(1, Ordering::SeqCst) == 0;
        assert!(!first, "a panic on purpose");
    };
    let gofive = server.client().observer(observer).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(gofive.venio().get_product("A001")).unwrap_err();
    assert_eq!((error.kind(), error.is_retryable(), error.attempts()), (ErrorKind::Transport, true, 0), "{error}");
    runtime.block_on(gofive.venio().get_product("A001")).unwrap();
}

/// The same kind as that of the session's own request for a token.
#[tokio::test]
async fn a_token_that_is_refused_by_hand_is_refused() {
    let request =
        AuthorizeRequest::builder().grant_type("client_credentials").client_id("a").client_secret("b").build();
    for (http_status, kind) in [
        (400, ErrorKind::TokenRefused),
        (401, ErrorKind::TokenRefused),
        (403, ErrorKind::TokenRefused),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
    ] {
        let body = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
        let server = WireServer::responding_with(vec![response(http_status, "application/json", body)]).await;
        let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
        let error = gofive.venio().authorize(&request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some("invalid_client")), "{http_status}");
        assert!(!error.is_retryable() || http_status == 429, "{http_status}");
    }
}
