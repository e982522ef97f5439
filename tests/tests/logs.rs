//! What is written to logs: which operation, how it went; never a body, never a secret.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use gofive_tests::wire::{self, WireServer, json, response};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that is logged, spans included, at every level.
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn bodies_are_logged_on_request_with_secrets_masked() {
    let (log, _guard) = listen();
    let echo = format!(r#"{{"status":{{"code":"1000"}},"data":"{} {}"}}"#, wire::TOKEN, wire::SUBSCRIPTION_KEY);
    let server = WireServer::answering(vec![json(&echo)]).await;
    let gofive = server.client().log_bodies(true).build().unwrap();
    let request = gofive.request(gofive_api::Method::POST, "/v9/news").json(&"body-of-the-request");
    request.send().await.unwrap();
    let shown = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("body-of-the-request") && shown.contains("*** ***"), "{shown}");
    for hidden in [wire::TOKEN, wire::CLIENT_SECRET, wire::SUBSCRIPTION_KEY, "wire%2Bclient"] {
        assert!(!shown.contains(hidden), "{hidden} was logged:\n{shown}");
    }
}

#[tokio::test]
async fn bodies_are_logged_without_passwords_forged_lines_or_half_secrets() {
    let (log, _guard) = listen();
    let filler = "x ".repeat(1020);
    let cut = &wire::CLIENT_SECRET[..10];
    let answers = [
        r#"{"data":{"access_token":"hunter2 token","password":"hunter2"}}"#.to_owned(),
        "\"\u{1b}[31m\n2026-01-01 ERROR forged \u{202e}\"".to_owned(),
        format!("\"{} {}{}\"", filler, wire::CLIENT_SECRET, "x".repeat(3000)),
    ];
    let server = WireServer::answering(answers.iter().map(|answer| json(answer)).collect()).await;
    let gofive = server.client().log_bodies(true).build().unwrap();
    for _ in 0..answers.len() {
        let request = gofive.request(gofive_api::Method::POST, "/v9/news");
        let _ = request.json(&serde_json::json!({"Password": "hunter2", "text": "สวัสดีครับ"})).send().await;
    }
    let shown = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("สวัสดีครับ"), "Thai stays readable");
    for hidden in ["hunter2", "\u{1b}[31m", "\u{202e}", cut, "\n2026-01-01 ERROR forged"] {
        assert!(!shown.contains(hidden), "{hidden:?} was logged:\n{shown}");
    }
    assert!(shown.contains("2026-01-01 ERROR forged"), "but not on a line of its own");
    assert!(shown.lines().all(|line| line.len() < 2048 + 512), "no line is long");
}

#[tokio::test]
async fn neither_bodies_nor_secrets_are_logged_at_any_level() {
    let (log, _guard) = listen();
    let answers = vec![
        response(401, "application/json", "{}"),
        json(r#"{"status":{"code":"1000"},"data":{"productCode":"body-of-the-answer"}}"#),
        json(r#"{"status":{"code":"4001","description":"body-of-the-answer"}}"#),
        response(502, "text/html", "body-of-the-answer"),
    ];
    let server = WireServer::answering(answers).await;
    let venio = server.gofive().venio();
    for _ in 0..4 {
        let _ = venio.get_product("argument-of-the-call").await;
    }
    let shown = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("get_product") && shown.contains("502") && shown.contains("Business"), "{shown}");
    for hidden in [wire::TOKEN, wire::CLIENT_SECRET, wire::SUBSCRIPTION_KEY, "body-of-the-answer", "wire%2Bclient"] {
        assert!(!shown.contains(hidden), "{hidden} was logged:\n{shown}");
    }
}
