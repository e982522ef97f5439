//! A `reqwest` client that the program sets: it is used, and redirects that it follows are detected.

use gofive_api::reqwest::{Client, Proxy, redirect};
use gofive_api::venio::AddCustomerEventRequest;
use gofive_api::{Error, ErrorKind, Gofive, RetryPolicy};
use gofive_tests::own_client;
use gofive_tests::wire::{self, WireServer, response};

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

/// A client that follows redirects, which is the default of reqwest.
fn following() -> Client {
    own_client().redirect(redirect::Policy::limited(10)).build().unwrap()
}

fn moved(status: u16, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

fn session(server: &WireServer) -> Gofive {
    server.client().http_client(following()).retry(RetryPolicy::none()).build().unwrap()
}

fn event() -> AddCustomerEventRequest {
    let request = serde_json::json!({"eventName": "e", "eventType": 1, "eventDate": "d", "customerCode": "c"});
    serde_json::from_value(request).unwrap()
}

fn assert_refused(error: &Error, destination: &str) {
    let shown = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{shown}");
    assert!(!error.is_retryable(), "{shown}");
    assert!(shown.contains(&format!("followed a redirect to {destination},")), "{shown}");
    assert!(shown.contains("redirect::Policy::none()"), "{shown}");
}

#[tokio::test]
async fn a_followed_redirect_is_an_error_that_names_its_target() {
    let elsewhere = WireServer::responding_with_json(PRODUCT).await;
    let destination = format!("{}/found", elsewhere.url());
    for status in [301, 302, 303, 307, 308] {
        let server = WireServer::responding_with(vec![moved(status, &format!("{destination}?customer=7"))]).await;
        let error = session(&server).venio().get_product("A001").await.unwrap_err();
        assert_refused(&error, &destination);
    }
    // Also on the same origin, because the request may have become another one.
    for status in [301, 302, 303, 307, 308] {
        let server = WireServer::responding_with(vec![moved(status, "/found"), wire::json(PRODUCT)]).await;
        let error = session(&server).venio().get_product("A001").await.unwrap_err();
        assert_refused(&error, &format!("{}/found", server.url()));
    }
}

#[tokio::test]
async fn a_redirected_create_is_an_error() {
    let created = r#"{"status":{"code":"1000"},"data":{}}"#;
    for status in [301, 302, 303] {
        let server = WireServer::responding_with(vec![moved(status, "/found"), wire::json(created)]).await;
        let error = session(&server).venio().add_customer_event(&event()).await.unwrap_err();
        assert_refused(&error, &format!("{}/found", server.url()));
        assert!(server.received()[1].line().starts_with("GET /found "), "it became another request");
    }
    // These would have to send the body again, which is not possible.
    for status in [307, 308] {
        let server = WireServer::responding_with(vec![moved(status, "/found"), wire::json(created)]).await;
        let error = session(&server).venio().add_customer_event(&event()).await.unwrap_err();
        assert_eq!(error.http_status(), Some(status), "{error}");
        assert_eq!(server.received().len(), 1, "not followed");
    }
}

#[tokio::test]
async fn endless_redirects_are_a_configuration_error() {
    let server = WireServer::responding_with(vec![moved(302, "/again")]).await;
    let error = session(&server).venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("until it gave up"), "{error}");
}

#[tokio::test]
async fn a_followed_redirect_does_not_send_the_client_secret() {
    let token = r#"{"access_token": "stolen", "expires_in": 3600}"#;
    let elsewhere = WireServer::responding_with_json(token).await;
    for status in [301, 302, 303, 307, 308] {
        elsewhere.respond_with(wire::json(token));
        let server = WireServer::responding_with(vec![moved(status, &format!("{}/token", elsewhere.url()))]).await;
        // The wire server sends its own token only to its own client id.
        let builder = server.client().credentials("someone", wire::CLIENT_SECRET).http_client(following());
        let gofive = builder.retry(RetryPolicy::none()).build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        if status < 307 {
            assert_refused(&error, &format!("{}/token", elsewhere.url()));
        } else {
            assert_eq!(error.http_status(), Some(status), "{error}");
        }
        for request in elsewhere.received() {
            let all = format!("{}{}", request.head, request.body);
            // As plain text, or encoded in a form.
            assert!(!all.contains("client%2Fsecret") && !all.contains(wire::CLIENT_SECRET), "{all}");
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_the_error_of_a_redirect() {
    let server = WireServer::responding_with(vec![
        moved(302, &format!("/{}/{}", wire::TOKEN, wire::SUBSCRIPTION_KEY)),
        wire::json(PRODUCT),
    ])
    .await;
    let error = session(&server).venio().get_product("A001").await.unwrap_err();
    assert_refused(&error, &format!("{}/***/***", server.url()));
}

/// The client may have followed a redirect before the connection failed.
#[tokio::test]
async fn a_failed_connection_does_not_prove_that_a_create_was_not_sent() {
    let server = WireServer::responding_with(vec![moved(302, "http://127.0.0.1:1/")]).await;
    let gofive = server.client().http_client(following()).build().unwrap();
    let error = gofive.venio().add_customer_event(&event()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{error}");
    assert!(error.outcome_unknown() && !error.is_retryable(), "{error}");
    assert_eq!(server.received().len(), 1);
}

/// Bodies that cannot be sent twice have a `content-length` too, because some servers require it.
#[tokio::test]
async fn bodies_are_sent_with_a_content_length() {
    let server = WireServer::responding_with_json(r#"{"status":{"code":"1000"},"data":{}}"#).await;
    for gofive in [server.gofive(), session(&server)] {
        gofive.venio().add_customer_event(&event()).await.unwrap();
    }
    for request in server.received().iter().chain(&server.token_requests()) {
        let length = request.body.len().to_string();
        assert_eq!(request.header("content-length"), Some(&*length), "{}", request.head);
        assert_eq!(request.header("transfer-encoding"), None, "{}", request.head);
        assert!(!request.body.is_empty());
    }
    assert_eq!((server.received().len(), server.token_requests().len()), (2, 2));
}

#[tokio::test]
async fn paths_and_queries_that_need_encoding_are_not_mistaken_for_redirects() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    let gofive = session(&server);
    for code in ["A 001", "ก/ข?ค#ง", "%2e%2e", "'\"<>`{}|\\^", "a+b&c=d;e"] {
        gofive.venio().get_product(code).await.unwrap();
    }
    for path in ["/a//b", "/'\"<>`{}|^", "/ก%e0?x='\"<>ก&y=%zz#z", "/a?", "/[x]:@!$&()*+,;=~"] {
        let request = gofive.request(gofive_api::Method::GET, path).query("name", "'ก \"#%&+");
        request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

#[tokio::test]
async fn settings_that_the_own_client_would_ignore_are_refused() {
    let server = WireServer::responding_with(vec![response(200, "application/json", PRODUCT)]).await;
    let builder = || server.client().http_client(following());
    for (builder, named) in [
        (builder().proxy(Proxy::all("http://127.0.0.1:1").unwrap()), "`proxy`"),
        (builder().configure_http(|http| http), "`configure_http`"),
        (builder().root_certificate("any"), "`root_certificate`"),
        (builder().only_root_certificates("any"), "`only_root_certificates`"),
        (builder().client_identity("any"), "`client_identity`"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().starts_with(named), "{error}");
    }
}
