//! The bearer token: shared by all calls, renewed in the background, and replaced if another token can help.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gofive_api::{Attempt, CallOptions, ErrorKind, Gofive, RetryPolicy};
use gofive_sandbox::Sandbox;
use gofive_tests::sandboxed;
use gofive_tests::scripted::{Action, Gate, Scripted, StoppedClock, granted, grants, product, products, status};
use gofive_tests::wire::{self, Received, WireServer, json, response};
use tokio::sync::Notify;

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

#[tokio::test]
async fn a_token_is_requested_as_documented() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    server.gofive().venio().get_product("A001").await.unwrap();
    let request = &server.token_requests()[0];
    assert_eq!(request.line(), "POST /authorization/connect/token HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("ocp-apim-subscription-key"), Some(wire::SUBSCRIPTION_KEY));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.body,
        "grant_type=client_credentials&client_id=wire-client&client_secret=wire%2Bclient%2Fsecret"
    );
    let call = &server.received()[0];
    assert_eq!(call.header("authorization"), Some(&*format!("Bearer {}", wire::TOKEN)));
    assert_eq!(call.header("ocp-apim-subscription-key"), Some(wire::SUBSCRIPTION_KEY));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_first_calls_fetch_one_token() {
    let sandbox = Sandbox::start().await.unwrap();
    // A busy machine takes long for a thousand calls, and they are all on their way.
    let patient = CallOptions::new().attempt_timeout(Duration::from_secs(600)).total_timeout(Duration::from_secs(600));
    let gofive = sandboxed(&sandbox).with_options(patient);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let venio = gofive.clone().venio();
            tokio::spawn(async move { venio.get_product("A001").await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(sandbox.tokens_issued(), 1);
}

#[tokio::test]
async fn calls_use_a_token_until_it_expires_while_the_next_is_fetched_in_the_background() {
    let _clock = StoppedClock::stop();
    let slow = Gate::closed();
    let renewal = slow.clone();
    let server = Scripted::start(
        move |_, n| {
            if n == 1 {
                Action::Respond(granted(1, 30))
            } else {
                Action::RespondAfter(renewal.clone(), granted(n, 3600))
            }
        },
        |request, _| products_for("token-1", request),
    );
    let venio = server.client().total_timeout(Duration::from_secs(3)).build().unwrap().venio();
    venio.get_product("A001").await.unwrap();
    // In the last fifth of its life a renewal begins, and no call waits for it.
    tokio::time::advance(Duration::from_secs(25)).await;
    venio.get_product("A001").await.unwrap();
    server.wait_for_token_requests(2).await;
    tokio::time::advance(Duration::from_millis(4_900)).await;
    venio.get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 2, "one renewal for all calls");
    slow.open();
}

#[tokio::test]
async fn a_failed_renewal_fails_no_call_and_is_retried() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(
        |_, n| match n {
            1 => Action::Respond(granted(1, 10)),
            2 => Action::Respond(status("503 Unavailable")),
            n => Action::Respond(granted(n, 3600)),
        },
        |request, n| products_for(if n <= 3 { "token-1" } else { "token-3" }, request),
    );
    let failed = Arc::new(Notify::new());
    let seen = failed.clone();
    let observer = move |attempt: &Attempt| {
        if attempt.http_status == Some(503) {
            seen.notify_one();
        }
    };
    let venio = server.client().retry(RetryPolicy::none()).observer(observer).build().unwrap().venio();
    venio.get_product("A001").await.unwrap();
    tokio::time::advance(Duration::from_millis(8_700)).await;
    venio.get_product("A001").await.unwrap();
    failed.notified().await;
    venio.get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 2, "the back-off lasts");
    tokio::time::advance(Duration::from_millis(1_400)).await;
    venio.get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 3);
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_is_retried() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(grants, |request, n| match n {
        1 => products_for("token-1", request),
        2 => Action::Respond(response(401, "application/json", "{}")),
        _ => products_for("token-2", request),
    });
    let venio = server.gofive().venio();
    venio.get_product("A001").await.unwrap();
    tokio::time::advance(Duration::from_secs(10)).await;
    venio.get_product("A001").await.unwrap();
    assert_eq!((server.calls(), server.token_requests()), (3, 2));
}

/// If a new token is refused, the subscription key may be wrong or the operation forbidden: another token would not help.
#[tokio::test]
async fn a_new_token_is_not_discarded() {
    let server = Scripted::start(grants, |_, _| Action::Respond(response(401, "application/json", "{}")));
    let venio = server.gofive().venio();
    for _ in 0..100 {
        let error = venio.get_product("A001").await.unwrap_err();
        assert_eq!((error.kind(), error.http_status(), error.attempts()), (ErrorKind::Authentication, Some(401), 1));
    }
    assert_eq!((server.calls(), server.token_requests()), (100, 1));
}

#[tokio::test]
async fn an_operation_that_is_always_refused_replaces_the_token_every_ten_seconds_at_most() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(grants, |request, _| {
        let refused = request.line().contains("/units");
        Action::Respond(if refused { response(401, "application/json", "{}") } else { product() })
    });
    let venio = server.gofive().venio();
    for _ in 0..50 {
        tokio::time::advance(Duration::from_secs(1)).await;
        let error = venio.get_product_units().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        venio.get_product("A001").await.unwrap();
    }
    assert_eq!(server.token_requests(), 50 / 10, "at most one in ten seconds");
}

/// A 401 in the envelope of the operation comes from the application, which may have carried out a part of the call. It may
/// also refuse the token, so the next call has another one.
#[tokio::test]
async fn a_401_with_a_business_code_is_the_error_of_the_call() {
    let _clock = StoppedClock::stop();
    let body = r#"{"status":{"code":"4001","description":"not yours"}}"#;
    let server = Scripted::start(grants, |request, n| match n {
        1 => products_for("token-1", request),
        2 => Action::Respond(response(401, "application/json", body)),
        _ => products_for("token-2", request),
    });
    let venio = server.gofive().venio();
    venio.get_product("A001").await.unwrap();
    tokio::time::advance(Duration::from_secs(60)).await;
    let error = venio.get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.attempts()), (ErrorKind::Authentication, Some("4001"), 1));
    venio.get_product("A001").await.unwrap();
    assert_eq!((server.calls(), server.token_requests()), (3, 2));
}

/// With a rate limit, calls may wait longer than the lifetime of a token.
#[tokio::test]
async fn a_token_does_not_expire_in_the_queue() {
    let _clock = StoppedClock::stop();
    let issued = Arc::new(Mutex::new(Vec::new()));
    let millis = Arc::new(AtomicU64::new(0));
    let (log, at_token, now) = (issued.clone(), millis.clone(), millis.clone());
    let server = Scripted::start(
        move |_, n| {
            log.lock().unwrap().push(at_token.load(Ordering::SeqCst));
            Action::Respond(granted(n, 2))
        },
        move |request, _| {
            let token: usize =
                request.header("authorization").unwrap().trim_start_matches("Bearer token-").parse().unwrap();
            let age = now.load(Ordering::SeqCst) - issued.lock().unwrap()[token - 1];
            Action::Respond(if age < 2_000 { product() } else { response(401, "application/json", "{}") })
        },
    );
    let gofive = server.client().requests_per_second(20.0).build().unwrap();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let venio = gofive.venio();
            tokio::spawn(async move { venio.get_product("A001").await.map(drop) })
        })
        .collect();
    for sent in 1..=200 {
        server.wait_for_calls(sent).await;
        millis.fetch_add(50, Ordering::SeqCst);
        tokio::time::advance(Duration::from_millis(50)).await;
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert!(server.token_requests() <= 10, "{} tokens in 10 seconds", server.token_requests());
}

#[tokio::test]
async fn a_token_set_by_the_caller_is_used_and_never_renewed() {
    let server = WireServer::responding_with(vec![response(401, "application/json", "{}")]).await;
    let gofive = server.client().access_token("own").build().unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!((server.received().len(), server.token_requests().len()), (1, 0));
    assert_eq!(server.received()[0].header("authorization"), Some("Bearer own"));
}

#[tokio::test]
async fn refused_credentials_have_their_own_error_kind() {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), "wrong-secret")
        .subscription_key(sandbox.subscription_key())
        .build()
        .unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenRefused);
    assert_eq!((error.operation(), error.code()), (Some("get_product"), Some("invalid_client")));
    assert!(error.description().is_some());
    assert!(!format!("{error} {error:?}").contains("wrong-secret"));
}

/// Servers send numbers, numeric texts or nothing. Anything else is treated as missing.
#[tokio::test]
async fn every_format_of_a_lifetime_is_read() {
    for expires_in in ["3600", "\"3600\"", "3600.0", "null", "\"soon\"", "-1", "1e300"] {
        let token = json(&format!(r#"{{"access_token": "t", "expires_in": {expires_in}}}"#));
        let server = WireServer::responding_with(vec![token, json(PRODUCT), json(PRODUCT)]).await;
        let gofive = server.client().credentials("another-client", "s").build().unwrap();
        gofive.venio().get_product("A001").await.unwrap_or_else(|error| panic!("{expires_in}: {error}"));
        gofive.venio().get_product("A001").await.unwrap_or_else(|error| panic!("{expires_in}: {error}"));
        assert_eq!(server.token_requests().len(), 1, "{expires_in}");
    }
}

/// The token is kept for a second by the wall clock, which a stopped clock does not stop, and renewed in its last fifth.
#[tokio::test]
async fn a_lifetime_of_zero_is_ignored() {
    let server = Scripted::start(|_, n| Action::Respond(granted(n, 0)), products);
    let began = std::time::Instant::now();
    let _clock = StoppedClock::stop();
    let venio = server.gofive().venio();
    for _ in 0..50 {
        venio.get_product("A001").await.unwrap();
    }
    let allowed = 1 + began.elapsed().as_millis() / 800;
    assert!(server.token_requests() as u128 <= allowed, "{} token requests", server.token_requests());
}

#[tokio::test]
async fn white_space_around_credentials_is_removed() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    let secret = format!(" {}\r\n", wire::CLIENT_SECRET);
    let gofive = server.client().credentials("\twire-client\n", secret).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    let body = &server.token_requests()[0].body;
    assert!(body.ends_with("&client_id=wire-client&client_secret=wire%2Bclient%2Fsecret"), "{body}");

    let gofive = server.client().access_token(" own\n").build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(server.received()[1].header("authorization"), Some("Bearer own"));
}

/// The first caller starts the token request; the other callers get the token even if the first one is dropped.
#[tokio::test]
async fn a_token_request_continues_when_its_first_caller_is_dropped() {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = sandboxed(&sandbox);
    {
        let venio = gofive.venio();
        let mut first = Box::pin(venio.get_product("A001"));
        // Polled once, the call has started the token request.
        let _ = poll_once(first.as_mut()).await;
    }
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(sandbox.tokens_issued(), 1);
}

/// Responds with a product if the request has this token.
fn products_for(token: &str, request: &Received) -> Action {
    let right = request.header("authorization") == Some(&format!("Bearer {token}"));
    Action::Respond(if right { product() } else { response(500, "text/plain", "the wrong token") })
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
