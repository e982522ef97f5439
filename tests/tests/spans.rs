//! The spans of calls and of their attempts: their parents, and the fields that describe the result.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use gofive_api::venio::EnquireEmployeesRequest;
use gofive_api::{ErrorKind, Gofive, Idempotency, Method, RetryPolicy};
use gofive_tests::logs::{Recorder, Span};
use gofive_tests::scripted::{Action, Gate, Scripted, StoppedClock, granted, grants, product, products, status};
use gofive_tests::wire::{NOWHERE, Received, WireServer, json, response};
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::set_default;

fn instant() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO)
}

fn unavailable_once(_: &Received, number: usize) -> Action {
    Action::Respond(if number == 1 { status("503 Unavailable") } else { product() })
}

/// Number, HTTP status, error and OpenTelemetry status of each attempt of this call.
fn attempts_of<'a>(call: &Span, spans: &'a [Span]) -> Vec<[Option<&'a str>; 4]> {
    let children = spans.iter().filter(|span| span.parent == Some(call.index));
    let fields = ["attempt", "http.response.status_code", "error.type", "otel.status_code"];
    children.map(|span| fields.map(|field| span.get(field))).collect()
}

/// Checks that one call was recorded, with two attempts, the first of which failed.
fn assert_one_retry(recorder: &Recorder) {
    let calls = recorder.spans("gofive");
    assert_eq!(calls.len(), 1);
    let attempts = recorder.spans("attempt");
    let expected = [[Some("1"), Some("503"), Some("Server"), Some("ERROR")], [Some("2"), Some("200"), None, None]];
    assert_eq!(attempts_of(&calls[0], &attempts), expected);
    assert!(calls.iter().chain(&attempts).all(|span| span.closed), "{calls:?} {attempts:?}");
}

#[tokio::test]
async fn each_attempt_is_a_child_span_of_its_call() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let server = Scripted::start(grants, unavailable_once);
    server.client().retry(instant()).build().unwrap().venio().get_product("A001").await.unwrap();
    assert_one_retry(&recorder);
}

/// The page behind another is requested by the task that receives the other.
#[tokio::test]
async fn calls_for_pages_are_child_spans_of_whoever_takes_the_pages() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let employees = |names| json(&format!(r#"{{"status": {{"code": "1000"}}, "data": {{"value": {names}}}}}"#));
    let server = Scripted::start(grants, move |_, number| {
        Action::Respond(employees(if number < 4 { r#"[{"fullname": "a"}, {"fullname": "b"}]"# } else { "[]" }))
    });
    let pages = server.gofive().venio().enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2);
    let export = tracing::info_span!(target: "gofive_api", "export");
    let taken: Vec<_> = pages.prefetch(true).try_collect().instrument(export).await.unwrap();
    assert_eq!(taken.len(), 3);
    let export = recorder.spans("export").remove(0).index;
    let calls = recorder.spans("gofive");
    assert!(calls.len() >= 4 && calls.iter().all(|call| call.parent == Some(export)), "{calls:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_are_child_spans_on_a_multi_thread_runtime() {
    let runs = (0..8).map(|_| {
        let (recorder, server) = (Recorder::default(), Scripted::start(grants, unavailable_once));
        let gofive = server.client().retry(instant()).build().unwrap();
        let subscriber = recorder.subscriber();
        let call = async move { gofive.venio().get_product("A001").await.unwrap() };
        (recorder, server, tokio::spawn(call.with_subscriber(subscriber)))
    });
    for (recorder, _server, call) in runs.collect::<Vec<_>>() {
        call.await.unwrap();
        assert_one_retry(&recorder);
        // The third is the token request, which a task of its own makes.
        assert_eq!(recorder.spans("attempt").len(), 3);
    }
}

/// The default subscriber of the thread changes during the call.
#[tokio::test]
async fn a_call_keeps_the_subscriber_that_it_began_with() {
    let gate = Gate::closed();
    let opened = gate.clone();
    let server = Scripted::start(grants, move |_, number| match number {
        1 => Action::RespondAfter(gate.clone(), status("503 Unavailable")),
        _ => Action::Respond(product()),
    });
    let gofive = server.client().retry(instant()).build().unwrap();
    let recorder = Recorder::default();
    let guard = set_default(recorder.subscriber());
    let call = tokio::spawn(async move { gofive.venio().get_product("A001").await });
    server.wait_for_calls(1).await;
    drop(guard);
    // Another subscriber is set during the call.
    let other = Recorder::default();
    let _guard = set_default(other.subscriber());
    opened.open();
    call.await.unwrap().unwrap();
    assert_one_retry(&recorder);
    assert_eq!(other.spans("attempt").len(), 0);
}

#[tokio::test]
async fn token_requests_are_spans_without_a_parent() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let token = |_: &Received, number| match number {
        1 => Action::Respond(status("503 Unavailable")),
        2 => Action::Respond(json("{}")),
        _ => Action::Respond(granted(number, 3600)),
    };
    let server = Scripted::start(token, products);
    server.client().retry(instant()).build().unwrap().venio().get_product("A001").await.unwrap();
    let attempts = recorder.spans("attempt");
    let fields = |span: &Span| {
        assert_eq!((span.parent, span.get("otel.name")), (None, Some("POST /authorization/connect/token")));
        ["attempt", "http.response.status_code", "error.type"].map(|field| span.get(field).map(str::to_owned))
    };
    let expected = [["1", "503", "Server"], ["2", "200", "Decode"], ["3", "200", ""]];
    let expected = expected.map(|fields| fields.map(|field| Some(field.to_owned()).filter(|field| !field.is_empty())));
    assert_eq!(attempts[..3].iter().map(fields).collect::<Vec<_>>(), expected);
    assert_eq!(attempts.len(), 4);
}

/// Makes a call that fails. Returns the kind of its error, its span, and the span of its last attempt.
async fn failed(gofive: Gofive, recorder: &Recorder) -> (ErrorKind, Span, Option<Span>) {
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    let call = recorder.spans("gofive").pop().unwrap();
    let last = recorder.spans("attempt").into_iter().rfind(|span| span.parent.is_some());
    (error.kind(), call, last)
}

#[tokio::test]
async fn each_failed_response_marks_the_span_of_its_call() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":".to_vec();
    for (response, http_status, attempt_failed) in [
        (json(r#"{"status":{"code":"4001","description":"no"}}"#), Some("200"), false),
        (json("<html>"), Some("200"), false),
        (cut, Some("200"), true),
        (status("302 Found\r\nlocation: /elsewhere"), Some("302"), true),
        (status("400 Bad"), Some("400"), true),
        (status("401 Unauthorized"), Some("401"), true),
        (status("403 No"), Some("403"), true),
        (status("404 None"), Some("404"), true),
        (status("429 Slow"), Some("429"), true),
        (status("500 Oops"), Some("500"), true),
        (json(&"x".repeat(2000)), Some("200"), true),
        (Vec::new(), None, true),
    ] {
        let recorder = Recorder::default();
        let _guard = set_default(recorder.subscriber());
        let server = WireServer::responding_with(vec![response]).await;
        let gofive = server.client().retry(instant()).max_response_size(1000).build().unwrap();
        let (kind, call, last) = failed(gofive, &recorder).await;
        let kind = format!("{kind:?}");
        let last = last.unwrap();
        assert_eq!((call.get("error.type"), call.get("otel.status_code")), (Some(&*kind), Some("ERROR")));
        assert_eq!(call.get("http.response.status_code"), http_status, "{kind}");
        assert_eq!(last.get("http.response.status_code"), http_status, "{kind}");
        let expected = if attempt_failed { (Some(&*kind), Some("ERROR")) } else { (None, None) };
        assert_eq!((last.get("error.type"), last.get("otel.status_code")), expected);
    }
}

/// Failures without a connection, time or token, and of a request that cannot be built.
#[tokio::test]
async fn each_failure_without_a_response_marks_the_span_of_its_call() {
    let _clock = StoppedClock::stop();
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let nowhere = Gofive::builder().base_url(NOWHERE).subscription_key("k").access_token("t");
    let (kind, call, last) = failed(nowhere.retry(instant()).build().unwrap(), &recorder).await;
    assert_eq!((kind, call.get("error.type")), (ErrorKind::Transport, Some("Transport")));
    assert_eq!((call.get("otel.status_code"), call.get("http.request.resend_count")), (Some("ERROR"), Some("2")));
    assert_eq!(last.unwrap().get("otel.status_code"), Some("ERROR"));

    let refusal = response(401, "application/json", r#"{"error":"invalid_client"}"#);
    let server = Scripted::start(move |_, _| Action::Respond(refusal.clone()), products);
    let (kind, call, _) = failed(server.gofive(), &recorder).await;
    assert_eq!((kind, call.get("error.type")), (ErrorKind::TokenRefused, Some("TokenRefused")));
    assert_eq!((call.get("otel.status_code"), call.get("http.response.status_code")), (Some("ERROR"), None));

    let server = Scripted::start(grants, |_, _| Action::Hang);
    let gofive = server.client().total_timeout(Duration::from_secs(5)).build().unwrap();
    let ((kind, call, last), ()) = tokio::join!(failed(gofive, &recorder), async {
        server.wait_for_calls(1).await;
        tokio::time::advance(Duration::from_secs(6)).await;
    });
    assert_eq!((kind, call.get("error.type")), (ErrorKind::Timeout, Some("Timeout")));
    assert_eq!(call.get("otel.status_code"), Some("ERROR"));
    // It was dropped before it ended.
    assert!(last.is_some_and(|span| span.closed && span.get("otel.status_code").is_none()));

    let unbuildable = server.gofive().request(Method::GET, "/v9/news").query("a list", [[1]]);
    let error = unbuildable.send().await.unwrap_err();
    let call = recorder.spans("gofive").pop().unwrap();
    assert_eq!((error.kind(), call.get("error.type")), (ErrorKind::Validation, Some("Validation")));
    assert_eq!(call.get("otel.status_code"), Some("ERROR"));
}

#[tokio::test]
async fn spans_name_the_server_and_the_operation_and_a_success_has_no_otel_status() {
    let recorder = Recorder::default();
    let _guard = set_default(recorder.subscriber());
    let server = Scripted::start(grants, products);
    let gofive = server.gofive();
    gofive.venio().get_product("argument-of-the-call").await.unwrap();
    gofive
        .request(Method::PUT, "/v9/news/argument-of-the-call")
        .idempotency(Idempotency::Idempotent)
        .send()
        .await
        .unwrap();
    let port = server.url().rsplit(':').next().unwrap();
    let (calls, attempts) = (recorder.spans("gofive"), recorder.spans("attempt"));
    for span in calls.iter().chain(&attempts) {
        assert_eq!((span.get("server.address"), span.get("server.port")), (Some("127.0.0.1"), Some(port)));
        assert_eq!((span.get("otel.status_code"), span.get("error.type")), (None, None));
        assert!(!format!("{span:?}").contains("argument-of-the-call"), "{span:?}");
    }
    let named = |span: &Span| {
        ["otel.name", "otel.kind", "http.request.method"].map(|field| span.get(field).unwrap().to_owned())
    };
    assert_eq!(
        calls.iter().map(named).collect::<Vec<_>>(),
        [["get_product", "internal", "GET"], ["request", "internal", "PUT"]]
    );
    assert_eq!(
        attempts[1..].iter().map(named).collect::<Vec<_>>(),
        [["GET /v2/products/{productCode}", "client", "GET"], ["PUT", "client", "PUT"]]
    );
}
