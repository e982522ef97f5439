//! Every failure is one type of error that says what went wrong, where, and what to do.

use std::time::Duration;

use gofive_api::{Error, ErrorKind, Gofive, RetryPolicy};
use gofive_tests::wire::{self, WireServer, json, response, response_of};
use serde_json::{Value, json as value};

async fn product_from(response: Vec<u8>) -> Error {
    let server = WireServer::responding_with(vec![response]).await;
    let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap_err()
}

#[tokio::test]
async fn each_status_code_has_its_error_kind() {
    for (status, kind, retryable) in [
        (400, ErrorKind::Validation, false),
        (401, ErrorKind::Authentication, false),
        (403, ErrorKind::Permission, false),
        (404, ErrorKind::NotFound, false),
        (408, ErrorKind::Timeout, true),
        (409, ErrorKind::Validation, false),
        (429, ErrorKind::RateLimited, true),
        (500, ErrorKind::Server, false),
        (502, ErrorKind::Server, true),
        (503, ErrorKind::Server, true),
        (520, ErrorKind::Server, true),
        (530, ErrorKind::Server, true),
        (531, ErrorKind::Server, false),
    ] {
        for body in ["{}", "", r#"{"statusCode":429,"message":"slow"}"#, "<html>sorry</html>", "\u{0}"] {
            let error = product_from(response(status, "application/json", body)).await;
            assert_eq!((error.kind(), error.is_retryable()), (kind, retryable), "{status} {body:?}");
            assert_eq!(error.http_status(), Some(status));
            assert_eq!(error.body(), Some(body.as_bytes()));
        }
    }
}

/// The application refused the call, in the envelope of the operation.
#[tokio::test]
async fn a_429_with_a_business_code_is_not_retryable() {
    let body = r#"{"status":{"code":"4002","description":"two"}}"#;
    let error = product_from(response(429, "application/json", body)).await;
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::RateLimited, Some("4002"), false));
}

#[tokio::test]
async fn an_error_body_is_read_in_every_known_shape() {
    for (body, code, description) in [
        (r#"{"status":{"code":"4001","description":"first"}}"#, Some("4001"), Some("first")),
        (r#"{"statusCode":4001,"message":"second"}"#, Some("4001"), Some("second")),
        (r#"{"title":"third"}"#, None, Some("third")),
        (r#"{"error":"invalid_token","error_description":"fourth"}"#, Some("invalid_token"), Some("fourth")),
        ("[]", None, None),
    ] {
        let error = product_from(response(400, "application/json", body)).await;
        assert_eq!((error.code(), error.description()), (code, description), "{body}");
    }
}

#[tokio::test]
async fn a_create_that_may_have_happened_is_not_retryable() {
    let request = serde_json::json!({"eventName": "e", "eventType": 1, "eventDate": "d", "customerCode": "c"});
    let event = serde_json::from_value(request).unwrap();
    for (head, retryable) in [
        ("503 Unavailable", false),
        ("408 Timeout", false),
        ("429 Slow\r\nretry-after: 60", true),
        ("503 Unavailable\r\nretry-after: 60", false),
    ] {
        let response = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
        let server = WireServer::responding_with(vec![response.into_bytes()]).await;
        let error = server.gofive().venio().add_customer_event(&event).await.unwrap_err();
        assert_eq!(error.is_retryable(), retryable, "{head}");
        assert_eq!(error.attempts(), 1, "{head}");
    }
}

#[tokio::test]
async fn retry_after_is_read_in_seconds_and_as_a_date() {
    let response =
        |value: &str| format!("HTTP/1.1 429 Slow\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n").into_bytes();
    assert_eq!(product_from(response("7")).await.retry_after(), Some(Duration::from_secs(7)));
    let past = product_from(response("Wed, 21 Oct 2015 07:28:00 GMT")).await;
    assert_eq!(past.retry_after(), Some(Duration::ZERO));
    let future = product_from(response("Fri, 21 Oct 2095 07:28:00 GMT")).await;
    assert!(future.retry_after().unwrap() > Duration::from_secs(1_000_000));
    assert_eq!(product_from(response("soon")).await.retry_after(), None);
}

#[tokio::test]
async fn an_html_page_is_an_error_with_an_excerpt() {
    let page = format!("<html><h1>502 Bad Gateway</h1>{}</html>", "ก".repeat(10_000));
    for status in [200, 502] {
        let error = product_from(response(status, "text/html", &page)).await;
        let kind = if status == 200 { ErrorKind::Decode } else { ErrorKind::Server };
        assert_eq!(error.kind(), kind);
        assert_eq!(error.body().unwrap().len(), page.len(), "the whole page is kept");
        assert!(error.body_excerpt().unwrap().starts_with("<html><h1>502 Bad Gateway"));
        assert!(error.to_string().chars().count() < 600, "but only its beginning is shown");
    }
}

#[tokio::test]
async fn a_body_that_is_empty_or_ends_too_early_is_an_error() {
    let empty = product_from(json("")).await;
    assert_eq!(empty.kind(), ErrorKind::Decode);
    assert!(empty.to_string().contains("the body is empty"), "{empty}");

    let short = product_from(json(r#"{"status":{"code":"1000"},"data":{"productCo"#)).await;
    assert_eq!(short.kind(), ErrorKind::Decode);
    assert!(short.to_string().contains("ends too early"), "{short}");

    let thai = r#"{"status":{"code":"1000"},"data":{"productCode":"ก"#;
    let halved = product_from(response_of(200, "application/json", &thai.as_bytes()[..thai.len() - 1])).await;
    assert!(halved.to_string().contains("ends too early"), "{halved}");

    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":{\"code\":\"1000\"},\"data\":".to_vec();
    let cut = product_from(cut).await;
    assert_eq!((cut.kind(), cut.http_status()), (ErrorKind::Decode, Some(200)));
    assert!(cut.to_string().contains("cut off"), "{cut}");
    assert!(cut.body_excerpt().unwrap().starts_with(r#"{"status""#), "what arrived is kept");
}

/// The body is Thai text in an old encoding, which JSON does not permit.
#[tokio::test]
async fn a_body_that_is_not_utf_8_is_an_error_that_says_where() {
    let body = b"{\"status\":{\"code\":\"1000\"},\"data\":{\"productCode\":\"\xa1\xa2\"}}";
    let error = product_from(response_of(200, "application/json", body)).await;
    assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("data.productCode")));
    assert_eq!(error.body(), Some(&body[..]), "kept whole");
}

#[tokio::test]
async fn a_missing_or_silent_server_is_an_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = |url: &str| {
        let builder = Gofive::builder().base_url(url).access_token("t").subscription_key("k");
        builder.attempt_timeout(Duration::from_millis(200)).build().unwrap()
    };
    // The server accepts the connection, and never responds.
    let error = client(&url).venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, true), "{error}");
    drop(listener);
    let error = client(&url).venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Transport, true), "{error}");
    assert_eq!(error.operation(), Some("get_product"));
    assert!(!error.to_string().contains(&url), "no URL: it may contain customer data");
}

#[tokio::test]
async fn a_request_id_is_kept() {
    let response = b"HTTP/1.1 500 Oops\r\nx-request-id: 7f3a\r\ncontent-length: 0\r\n\r\n".to_vec();
    let error = product_from(response).await;
    assert_eq!(error.request_id(), Some("7f3a"));
    assert!(error.to_string().contains("7f3a"));
}

/// The server may echo the secrets that it was sent.
#[tokio::test]
async fn no_secret_is_in_an_error() {
    let echo = format!("{} {} {}", wire::TOKEN, wire::SUBSCRIPTION_KEY, wire::CLIENT_SECRET);
    let bodies = [
        response(400, "application/json", &format!(r#"{{"status":{{"code":"4001","description":"{echo}"}}}}"#)),
        response(502, "text/html", &echo),
        json(&format!(r#"{{"status":{{"code":"4001","description":"{echo}"}}}}"#)),
        json(&format!(r#"{{"data":"{echo}"}}"#)),
        // As the name of a property at which parsing stops, and as the request id.
        json(&format!(r#"{{"status":{{"{}":"#, wire::TOKEN)),
        format!("HTTP/1.1 500 Oops\r\nx-request-id: {}\r\ncontent-length: 0\r\n\r\n", wire::SUBSCRIPTION_KEY)
            .into_bytes(),
    ];
    for response in bodies {
        let error = product_from(response).await;
        let shown =
            format!("{error} {error:?} {:?} {}", error.description(), String::from_utf8_lossy(error.body().unwrap()));
        for secret in [wire::TOKEN, wire::SUBSCRIPTION_KEY, wire::CLIENT_SECRET] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("***"), "{shown}");
    }
}

#[tokio::test]
async fn no_secret_is_in_the_error_of_a_refused_token() {
    let echo = format!(r#"{{"error":"invalid_client","error_description":"not {}"}}"#, wire::CLIENT_SECRET);
    let server = WireServer::responding_with(vec![response(400, "application/json", &echo)]).await;
    let gofive = server.client().credentials("someone-else", wire::CLIENT_SECRET).build().unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.description()), (ErrorKind::TokenRefused, Some("not ***")), "{error}");
}

#[tokio::test]
async fn a_short_key_is_masked_as_a_word() {
    let server = WireServer::responding_with(vec![response(400, "text/plain", "ok, the key is k")]).await;
    let gofive = server.client().subscription_key("k").build().unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.body(), Some(&b"ok, the key is *"[..]));
}

/// The texts are long, and have characters that move the cursor, end the line, or reverse the text.
#[tokio::test]
async fn printed_errors_are_bounded_and_forge_no_log_line() {
    let hostile = "ล้มเหลว\n2026-01-01 ERROR forged \u{1b}[2J\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{9b}31m\r\0";
    for text in [hostile.to_owned(), hostile.repeat(2_000)] {
        let field = Value::from(&*text);
        let responses = [
            response(400, "application/json", &value!({"status": {"code": field, "description": field}}).to_string()),
            response(400, "application/json", &value!({"error": field}).to_string()),
            json(&value!({"status": {"code": field, "description": field}}).to_string()),
            json(&value!({"data": field}).to_string()),
            json(&value!({"data": {"productCode": {"a": field}}}).to_string()),
            json(&format!(r#"{{"data":{{"productCode":[],{field}:"#)),
            response(502, "text/html", &text),
            json(&text),
        ];
        for response in responses {
            let body_len =
                response.windows(4).position(|window| window == b"\r\n\r\n").map(|at| response.len() - at - 4);
            let server = WireServer::responding_with(vec![response]).await;
            let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
            let error = gofive.venio().get_product("A001").await.unwrap_err();
            assert_eq!(error.body().map(<[u8]>::len), body_len, "the whole body is kept");
            let by_type = gofive.request(gofive_api::Method::GET, "/v9/news").send_as::<Vec<u8>>().await.unwrap_err();
            for error in [error, by_type] {
                let source = std::error::Error::source(&error).map(|source| format!("{source:?}"));
                for shown in
                    [error.to_string(), format!("{error:?}"), error.body_excerpt().unwrap(), format!("{source:?}")]
                {
                    let is_control = |c: char| c.is_control() || "\u{202e}\u{2066}\u{200f}\u{61c}".contains(c);
                    assert!(!shown.contains(is_control), "{shown:?}");
                    assert!(shown.len() < 5 * 2048, "{} bytes", shown.len());
                }
                let lines = format!("{error:#?}").lines().filter(|line| line.starts_with("2026")).count();
                assert_eq!(lines, 0);
            }
        }
        let server = WireServer::responding_with(vec![response(400, "application/json", &field.to_string())]).await;
        let error = server.gofive().venio().get_product("A001").await.unwrap_err();
        assert!(error.to_string().contains("ล้มเหลว"), "Thai stays readable: {error}");
        assert!(format!("{error:?}").contains("ล้มเหลว"), "{error:?}");
    }
}

#[test]
fn clients_and_errors_can_be_shared_between_tasks() {
    fn assert_shared<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    assert_shared::<Error>();
    assert_shared::<Gofive>();
    assert_shared::<gofive_api::venio::Venio>();
}
