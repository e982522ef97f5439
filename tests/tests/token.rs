//! The bearer token: one for all, renewed in time, fetched anew once when it is refused.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::time::Duration;

use gofive_api::{ErrorKind, Gofive};
use gofive_sandbox::Sandbox;
use gofive_tests::sandboxed;
use gofive_tests::wire::{self, WireServer, json, response};

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

#[tokio::test]
async fn a_token_is_asked_for_as_documented() {
    let server = WireServer::answering_json(PRODUCT).await;
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
    let gofive = sandboxed(&sandbox);
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
async fn a_token_is_renewed_before_its_end() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(1)).start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    venio.get_product("A001").await.unwrap();
    venio.get_product("A001").await.unwrap();
    assert_eq!(sandbox.tokens_issued(), 1);
    tokio::time::sleep(Duration::from_millis(900)).await;
    venio.get_product("A001").await.unwrap();
    assert_eq!(sandbox.tokens_issued(), 2, "renewed a fifth of its life ahead, so that no call met a 401");
}

#[tokio::test]
async fn a_refused_token_is_fetched_anew_and_the_call_repeated_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    venio.get_product("A001").await.unwrap();
    sandbox.revoke_tokens();
    venio.get_product("A001").await.unwrap();
    assert_eq!(sandbox.tokens_issued(), 2);
}

#[tokio::test]
async fn a_call_that_stays_refused_is_repeated_only_once() {
    let server = WireServer::answering(vec![response(401, "application/json", "{}")]).await;
    let error = server.gofive().venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Authentication, Some(401)));
    assert_eq!((server.received().len(), server.token_requests().len()), (2, 2));
}

#[tokio::test]
async fn a_401_in_mid_flight_loses_nothing() {
    let server = WireServer::answering(vec![response(401, "application/json", "{}"), json(PRODUCT)]).await;
    let product = server.gofive().venio().get_product("A001").await.unwrap();
    assert_eq!(product.product_code.as_deref(), Some("A001"));
    let sent = server.received();
    assert_eq!(sent[0].head, sent[1].head, "the very same request");
}

#[tokio::test]
async fn a_token_of_the_callers_own_is_used_and_not_renewed() {
    let server = WireServer::answering(vec![response(401, "application/json", "{}")]).await;
    let gofive = server.client().access_token("own").build().unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!((server.received().len(), server.token_requests().len()), (1, 0));
    assert_eq!(server.received()[0].header("authorization"), Some("Bearer own"));
}

#[tokio::test]
async fn refused_credentials_are_an_error_of_their_own_kind() {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), "wrong-secret")
        .subscription_key(sandbox.subscription_key())
        .build()
        .unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenRefused);
    assert_eq!((error.operation(), error.code()), (Some("authorize"), Some("invalid_client")));
    assert!(error.description().is_some());
    assert!(!format!("{error} {error:?}").contains("wrong-secret"));
}

/// Numbers, numeric texts and absence are seen in the wild; nonsense is treated as absence.
#[tokio::test]
async fn every_kind_of_lifetime_is_understood() {
    for expires_in in ["3600", "\"3600\"", "3600.0", "null", "\"soon\"", "-1", "1e300"] {
        let token = json(&format!(r#"{{"access_token": "t", "expires_in": {expires_in}}}"#));
        let server = WireServer::answering(vec![token, json(PRODUCT), json(PRODUCT)]).await;
        let gofive = server.client().credentials("another-client", "s").build().unwrap();
        gofive.venio().get_product("A001").await.unwrap_or_else(|error| panic!("{expires_in}: {error}"));
        gofive.venio().get_product("A001").await.unwrap_or_else(|error| panic!("{expires_in}: {error}"));
        assert_eq!(server.token_requests().len(), 1, "{expires_in}");
    }
}

#[tokio::test]
async fn an_answer_without_a_token_is_an_error_that_shows_no_body() {
    for (answer, kind) in [
        (json(r#"{"access_token": ""}"#), ErrorKind::TokenRefused),
        (json("{}"), ErrorKind::TokenRefused),
        (json("<html>half-a-token</html>"), ErrorKind::Decode),
        (response(403, "application/json", r#"{"half":"half-a-token"}"#), ErrorKind::TokenRefused),
        (response(503, "text/html", "half-a-token"), ErrorKind::Server),
        (response(429, "text/html", "half-a-token"), ErrorKind::RateLimited),
    ] {
        let server = WireServer::answering(vec![answer]).await;
        let gofive = server.client().credentials("another-client", "s").build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!format!("{error} {error:?}").contains("half-a-token"));
        assert!(error.body().is_none());
    }
}

/// Whoever asked first may go away; the others get the token that it asked for.
#[tokio::test]
async fn the_caller_who_went_away_does_not_take_the_token_along() {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = sandboxed(&sandbox);
    {
        let venio = gofive.venio();
        let mut first = Box::pin(venio.get_product("A001"));
        // Polled once: the request for the token is on its way.
        let _ = futures_poll_once(first.as_mut()).await;
    }
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(sandbox.tokens_issued(), 1);
}

async fn futures_poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
