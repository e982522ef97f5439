//! Logs name the operation and its result. They have bodies only on request, and never secrets.

use std::sync::Arc;
use std::time::Duration;

use gofive_api::{Attempt, RetryPolicy};
use gofive_tests::logs::{Fields, LogEvent, Printed, Recorder};
use gofive_tests::scripted::{Action, Scripted, StoppedClock, granted, grants, product, products, status};
use gofive_tests::wire::{self, WireServer, json, response};
use gofive_tests::workspace;
use tokio::sync::Notify;
use tracing::Level;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

/// Records everything that is logged at every level, including spans.
fn listen() -> (Printed, DefaultGuard) {
    let printed = Printed::default();
    let guard = set_default(printed.everything());
    (printed, guard)
}

#[tokio::test]
async fn bodies_are_logged_on_request_with_secrets_masked() {
    let (printed, _guard) = listen();
    let echo = format!(r#"{{"status":{{"code":"1000"}},"data":"{} {}"}}"#, wire::TOKEN, wire::SUBSCRIPTION_KEY);
    let server = WireServer::responding_with(vec![json(&echo)]).await;
    let gofive = server.client().log_bodies(true).build().unwrap();
    let request = gofive.request(gofive_api::Method::POST, "/v9/news").json(&"body-of-the-request");
    request.send().await.unwrap();
    let shown = printed.text();
    assert!(shown.contains("body-of-the-request") && shown.contains("*** ***"), "{shown}");
    for hidden in [wire::TOKEN, wire::CLIENT_SECRET, wire::SUBSCRIPTION_KEY, "wire%2Bclient"] {
        assert!(!shown.contains(hidden), "{hidden} was logged:\n{shown}");
    }
}

#[tokio::test]
async fn bodies_are_logged_without_passwords_forged_lines_or_half_secrets() {
    let (printed, _guard) = listen();
    let filler = "x ".repeat(1020);
    let cut = &wire::CLIENT_SECRET[..10];
    let responses = [
        r#"{"data":{"access_token":"hunter2 token","password":"hunter2"}}"#.to_owned(),
        "\"\u{1b}[31m\n2026-01-01 ERROR forged \u{202e}\"".to_owned(),
        format!("\"{} {}{}\"", filler, wire::CLIENT_SECRET, "x".repeat(3000)),
    ];
    let server = WireServer::responding_with(responses.iter().map(|response| json(response)).collect()).await;
    let gofive = server.client().log_bodies(true).build().unwrap();
    for _ in 0..responses.len() {
        let request = gofive.request(gofive_api::Method::POST, "/v9/news");
        let _ = request.json(&serde_json::json!({"Password": "hunter2", "text": "สวัสดีครับ"})).send().await;
    }
    let shown = printed.text();
    assert!(shown.contains("สวัสดีครับ"), "Thai stays readable");
    for hidden in ["hunter2", "\u{1b}[31m", "\u{202e}", cut, "\n2026-01-01 ERROR forged"] {
        assert!(!shown.contains(hidden), "{hidden:?} was logged:\n{shown}");
    }
    assert!(shown.contains("2026-01-01 ERROR forged"), "the text is logged, but not on a line of its own");
    assert!(shown.lines().all(|line| line.len() < 2048 + 512), "no line is long");
}

#[tokio::test]
async fn neither_bodies_nor_secrets_are_logged_at_any_level() {
    let (printed, _guard) = listen();
    let responses = vec![
        response(401, "application/json", "{}"),
        json(r#"{"status":{"code":"1000"},"data":{"productCode":"body-of-the-response"}}"#),
        json(r#"{"status":{"code":"4001","description":"body-of-the-response"}}"#),
        response(502, "text/html", "body-of-the-response"),
    ];
    let server = WireServer::responding_with(responses).await;
    let venio = server.gofive().venio();
    for _ in 0..4 {
        let _ = venio.get_product("argument-of-the-call").await;
    }
    let shown = printed.text();
    assert!(shown.contains("get_product") && shown.contains("502") && shown.contains("Business"), "{shown}");
    for hidden in [wire::TOKEN, wire::CLIENT_SECRET, wire::SUBSCRIPTION_KEY, "body-of-the-response", "wire%2Bclient"] {
        assert!(!shown.contains(hidden), "{hidden} was logged:\n{shown}");
    }
}

#[tokio::test]
async fn drift_is_logged_once_at_info_without_values() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let server = WireServer::responding_with_json(r#"{"data":{"productCode":7,"colour":"red"}}"#).await;
    let venio = server.gofive().venio();
    for _ in 0..2 {
        venio.get_product("A001").await.unwrap();
    }
    let events = recorder.events(Level::INFO);
    let fields = |name| events.iter().map(|event| event.fields[name].as_str()).collect::<Vec<_>>();
    assert_eq!(fields("message"), ["the response differs from the spec"; 2]);
    assert_eq!(fields("operation"), ["get_product"; 2]);
    assert_eq!(fields("http_status"), ["200"; 2]);
    assert_eq!(fields("pointer"), ["/data/productCode", "/data/colour"]);
    assert_eq!(fields("kind"), ["integer, documented as string", "unknown property"]);
    let of_the_call = |event: &LogEvent| event.span.is_some_and(|span| recorder.span(span).name == "gofive");
    assert!(events.iter().all(of_the_call));
}

/// This holds even if bodies are logged on request.
#[tokio::test]
async fn token_requests_and_their_responses_are_never_logged() {
    let (printed, _guard) = listen();
    let echo = format!(r#"{{"error":"server_error","error_description":"{}"}}"#, wire::CLIENT_SECRET);
    let token = move |_: &wire::Received, n| match n {
        1 => Action::Respond(response(503, "application/json", &echo)),
        _ => Action::Respond(granted(n, 3600)),
    };
    let server = Scripted::start(token, products);
    let gofive = server.client().retry(instant()).log_bodies(true).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    let shown = printed.text();
    assert!(shown.contains("retrying") && shown.contains("authorize") && shown.contains("A001"), "{shown}");
    for hidden in ["token-2", "server_error", wire::CLIENT_SECRET, wire::SUBSCRIPTION_KEY, "wire%2Bclient"] {
        assert!(!shown.contains(hidden), "{hidden} was logged:\n{shown}");
    }
}

fn instant() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO)
}

/// The fields of all warnings, with their messages.
fn warnings(recorder: &Recorder) -> Vec<Fields> {
    recorder.events(Level::WARN).into_iter().map(|event| event.fields).collect()
}

fn warning(operation: &str, attempt: u32, http_status: Option<u16>, kind: &str, wait_ms: u64) -> Fields {
    let texts = [("message", "retrying"), ("operation", operation), ("kind", kind)];
    let numbers = [("attempt", attempt.into()), ("wait_ms", wait_ms)];
    let http_status = http_status.map(|status| ("http_status", status.to_string()));
    let texts = texts.map(|(name, text)| (name, text.to_owned()));
    texts.into_iter().chain(numbers.map(|(name, number)| (name, number.to_string()))).chain(http_status).collect()
}

#[tokio::test]
async fn each_retry_is_one_warning_with_all_details() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":".to_vec();
    for (trouble, http_status, kind) in [
        (status("503 Unavailable"), Some(503), "server"),
        (status("429 Slow"), Some(429), "rate limited"),
        (status("408 Timeout"), Some(408), "timeout"),
        (cut, Some(200), "decode"),
        (Vec::new(), None, "transport"),
    ] {
        let recorder = Recorder::default();
        let _guard = set_default(recorder.subscriber());
        let server = WireServer::responding_with(vec![trouble.clone(), trouble, product()]).await;
        let gofive = server.client().retry(instant()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        let expected = [1, 2].map(|attempt| warning("get_product", attempt, http_status, kind, 0));
        assert_eq!(warnings(&recorder), expected);
        let of_the_call = |event: LogEvent| event.span.is_some_and(|span| recorder.span(span).name == "gofive");
        assert!(recorder.events(Level::WARN).into_iter().all(of_the_call));
    }
}

/// The last failure is the error of the call, not a warning.
#[tokio::test]
async fn a_failure_without_a_retry_is_not_a_warning() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    for (response, warnings) in [(product(), 0), (status("404 None"), 0), (status("503 Unavailable"), 2)] {
        let before = recorder.events(Level::WARN).len();
        let server = WireServer::responding_with(vec![response]).await;
        let _ = server.client().retry(instant()).build().unwrap().venio().get_product("A001").await;
        assert_eq!(recorder.events(Level::WARN).len() - before, warnings);
    }
    assert_eq!(recorder.events(Level::ERROR).len(), 0);
}

#[tokio::test]
async fn a_retry_with_a_new_token_is_a_warning() {
    let _clock = StoppedClock::stop();
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let server = Scripted::start(grants, |_, n| match n {
        2 => Action::Respond(status("401 Unauthorized")),
        _ => Action::Respond(product()),
    });
    let gofive = server.gofive();
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(warnings(&recorder), []);
    // A new token is not replaced, so the clock moves on first.
    tokio::time::advance(Duration::from_secs(60)).await;
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(warnings(&recorder), [warning("get_product", 1, Some(401), "authentication", 0)]);
}

#[tokio::test]
async fn each_retry_of_a_token_request_is_one_warning() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let token = |_: &wire::Received, n| match n {
        1 => Action::Respond(status("503 Unavailable")),
        2 => Action::Close,
        _ => Action::Respond(granted(n, 3600)),
    };
    let server = Scripted::start(token, products);
    server.client().retry(instant()).build().unwrap().venio().get_product("A001").await.unwrap();
    let expected = [warning("authorize", 1, Some(503), "server", 0), warning("authorize", 2, None, "transport", 0)];
    assert_eq!(warnings(&recorder), expected);
}

/// The log of the page's call at a level, with the address of the API in place of the server's.
async fn printed_at(level: Level, log_bodies: bool) -> String {
    let printed = Printed::default();
    let writer = printed.clone();
    let layer = tracing_subscriber::fmt::layer().without_time().with_ansi(false).with_span_events(FmtSpan::CLOSE);
    let layer = layer.with_writer(move || writer.clone());
    let filter = Targets::new().with_target("gofive_api", level);
    let _guard = set_default(tracing_subscriber::registry().with(layer.with_filter(filter)));
    let server = Scripted::start(grants, |_, n| match n {
        1 => Action::Respond(status("503 Unavailable\r\nretry-after: 1")),
        _ => Action::Respond(product()),
    });
    let waits = Arc::new(Notify::new());
    let decided = waits.clone();
    let observer = move |attempt: &Attempt| {
        if attempt.wait.is_some() {
            decided.notify_one();
        }
    };
    let gofive = server.client().retry(instant()).log_bodies(log_bodies).observer(observer).build().unwrap();
    let venio = gofive.venio();
    let (product, ()) = tokio::join!(venio.get_product("A001"), async {
        waits.notified().await;
        // A timer may be late by a millisecond.
        tokio::time::advance(Duration::from_secs(2)).await;
    });
    product.unwrap();
    let address = server.url().trim_start_matches("http://").replace(':', "\" server.port=");
    printed.text().replace(&address, "api.gofive.co.th\" server.port=443")
}

/// The page of the docs shows exactly what is logged.
#[tokio::test]
async fn the_page_shows_what_a_call_logs_at_each_level() {
    let _clock = StoppedClock::stop();
    let page = std::fs::read_to_string(workspace().join("gofive-api/docs/logging.md")).unwrap();
    let shown = |level: &str| {
        let (_, section) = page.split_once(&format!("\n## {level}\n")).unwrap();
        let (section, _) = section.split_once("\n#").unwrap_or((section, ""));
        let block = section.split_once("\n```text\n").and_then(|(_, block)| block.split_once("```"));
        block.map_or("", |(block, _)| block).to_owned()
    };
    for (level, name, log_bodies) in [
        (Level::ERROR, "ERROR", true),
        (Level::WARN, "WARN", true),
        (Level::INFO, "INFO", true),
        (Level::DEBUG, "INFO", true),
        (Level::TRACE, "INFO", false),
        (Level::TRACE, "TRACE", true),
    ] {
        let printed = printed_at(level, log_bodies).await;
        assert!(printed == shown(name), "at {level} the page should show:\n{printed}\nand shows:\n{}", shown(name));
    }
}
