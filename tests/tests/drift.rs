//! Drift: what responses have that the spec does not know is reported once, without values.

use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use gofive_api::venio::EnquireEmployeesRequest;
use gofive_api::{Drift, DriftKind, Gofive, GofiveBuilder, Idempotency, Method, Paging, RawJson, RetryPolicy};
use gofive_sandbox::{Sandbox, operation};
use gofive_tests::calls::{Example, call};
use gofive_tests::wire::{WireServer, json, response};
use gofive_tests::{of_sandbox, specs};
use serde_json::{Map, Value, json as value};
use tokio::runtime::{Builder, Runtime};

/// A list of what was reported.
#[derive(Clone, Default)]
struct Reported(Arc<Mutex<Vec<Drift>>>);

impl Reported {
    fn listen(&self, builder: GofiveBuilder) -> Gofive {
        let reported = self.0.clone();
        let builder = builder.retry(RetryPolicy::none());
        builder.on_drift(move |drift| reported.lock().unwrap().push(drift.clone())).build().unwrap()
    }

    /// What was reported since the last time, in lines.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap()).iter().map(Drift::to_string).collect()
    }
}

#[tokio::test]
async fn a_program_learns_of_a_new_property_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = value!({"status": {"code": "1000"}, "data": {"productCode": 7, "colour": "red"}});
    sandbox.respond(operation::GET_PRODUCT).json(body).mount().unwrap();
    let reported = Reported::default();
    let gofive = reported.listen(of_sandbox(&sandbox));

    let product = gofive.venio().get_product("A001").await.unwrap();
    assert_eq!(product.product_code.as_deref(), Some("7"), "the call is not affected");
    let expected = [
        "get_product, HTTP 200: /data/productCode: integer, documented as string",
        "get_product, HTTP 200: /data/colour: unknown property",
    ];
    assert_eq!(reported.take(), expected);

    let again = gofive.clone();
    tokio::spawn(async move { again.venio().get_product("A002").await }).await.unwrap().unwrap();
    assert_eq!(reported.take(), [""; 0], "once for all clones of a session");
}

#[tokio::test]
async fn a_drift_can_be_matched() {
    let server = WireServer::responding_with_json(r#"{"data":{"quotationStatus":99}}"#).await;
    let found = Arc::new(OnceLock::new());
    let first = found.clone();
    let gofive = server.client().on_drift(move |drift| drop(first.set(drift.clone()))).build().unwrap();
    gofive.venio().get_quotation("QT1").await.unwrap();
    let drift = found.get().unwrap();
    assert_eq!((drift.operation.as_str(), drift.http_status), ("get_quotation", 200));
    assert_eq!(drift.pointer, "/data/quotationStatus");
    assert!(matches!(&drift.kind, DriftKind::UnknownValue { enumeration } if enumeration == "QuotationStatus"));
}

#[tokio::test]
async fn failures_have_drift_too() {
    let server = WireServer::responding_with(vec![
        json(r#"{"status":{"code":"4711","description":"no"}}"#),
        response(404, "application/json", r#"{"message":"no","hint":"x"}"#),
        response(502, "text/html", "<html>"),
    ])
    .await;
    let reported = Reported::default();
    let gofive = reported.listen(server.client());
    for expected in [
        &["get_product, HTTP 200: /status/code: unknown business code"][..],
        &["get_product, HTTP 404: /hint: unknown property"],
        &[],
    ] {
        gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!(reported.take(), expected);
    }
}

#[tokio::test]
async fn pages_and_custom_requests_are_searched() {
    let page = r#"{"data":{"value":[{"staffCode":"1","colour":1}]}}"#;
    let server = WireServer::responding_with_json(page).await;
    let expected = ["enquire_employees, HTTP 200: /data/value/*/colour: unknown property"];

    let reported = Reported::default();
    let gofive = reported.listen(server.client());
    let enquiry = EnquireEmployeesRequest::builder().skip(0).page_length(1).build();
    let mut pages = gofive.venio().enquire_employees_pages(&enquiry).prefetch(true);
    for _ in 0..3 {
        assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    }
    assert_eq!(reported.take(), expected);

    let gofive = reported.listen(server.client());
    let request =
        || gofive.request(Method::POST, "/v1/employees").idempotency(Idempotency::Safe).payload(["/data/value"]);
    let unnamed: Vec<RawJson> = request().send_as().await.unwrap();
    assert_eq!((unnamed.len(), reported.take()), (1, Vec::new()), "the operation is not known");
    let mut pages = request().name("enquire_employees").pages::<RawJson>(Paging::by_skip("skip", "take"));
    pages.next().await.unwrap().unwrap();
    assert_eq!(reported.take(), expected);
}

#[tokio::test]
async fn a_closure_that_panics_fails_no_call() {
    let server = WireServer::responding_with_json(r#"{"data":{"productCode":"A001","a":1,"b":2}}"#).await;
    let calls = Arc::new(Mutex::new(0));
    let count = calls.clone();
    let closure = move |_: &Drift| {
        *count.lock().unwrap() += 1;
        std::panic::resume_unwind(Box::new("a mistake"));
    };
    let gofive = server.client().on_drift(closure).build().unwrap();
    for _ in 0..2 {
        assert_eq!(gofive.venio().get_product("A001").await.unwrap().extra.len(), 2);
    }
    assert_eq!(*calls.lock().unwrap(), 2, "each difference was reported once");
}

/// A lock that is held while the closure runs would block forever.
#[test]
fn a_closure_may_call_the_session() {
    static SERVERS: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    static SESSION: OnceLock<Gofive> = OnceLock::new();
    let server =
        SERVERS.block_on(WireServer::responding_with_json(r#"{"status":{"code":"1000"},"data":{"colour":1}}"#));
    let reported = Reported::default();
    let list = reported.0.clone();
    let closure = move |drift: &Drift| {
        list.lock().unwrap().push(drift.clone());
        let gofive = SESSION.get().unwrap();
        gofive.block_on(gofive.venio().get_quotation("QT1")).unwrap().unwrap();
    };
    let gofive = SESSION.get_or_init(|| server.client().on_drift(closure).build().unwrap());
    gofive.block_on(gofive.venio().get_product("A001")).unwrap().unwrap();
    let lines = reported.take();
    assert!(lines[0].starts_with("get_product") && lines[1].starts_with("get_quotation"), "{lines:?}");
}

#[tokio::test]
async fn documented_responses_have_no_drift() {
    let server = WireServer::responding_with_json("{}").await;
    let reported = Reported::default();
    let gofive = reported.listen(server.client());
    let mut count = 0;
    for (_, spec) in specs() {
        for operation in spec.operations() {
            for example in operation.response_examples() {
                server.respond_with(json(&example.value.to_string()));
                call(&gofive, &operation.id, &Example::of(&spec, operation)).await.unwrap();
                assert_eq!(reported.take(), [""; 0], "{}: {:#}", operation.id, example.value);
                count += 1;
            }
        }
    }
    assert!(count > 10, "only {count} examples");
}

/// A sandbox returns what was sent, which the spec may not have for the response: so each call has a new one.
#[tokio::test]
async fn a_new_sandbox_has_no_drift() {
    let sandbox = Sandbox::start().await.unwrap();
    let reported = Reported::default();
    let gofive = reported.listen(of_sandbox(&sandbox));
    let mut lines = Vec::new();
    for (_, spec) in specs() {
        for operation in spec.operations().iter().filter(|operation| operation.needs_token) {
            sandbox.reset();
            // Some examples name records that the sandbox does not have: its failures are compared as well.
            let _ = call(&gofive, &operation.id, &Example::of(&spec, operation)).await;
            lines.extend(reported.take());
        }
    }
    assert_eq!(lines, [""; 0]);
}

/// Values, and names that are values, are replaced by texts that no report may have.
#[tokio::test]
async fn no_value_is_reported() {
    const CANARY: &str = "Canary 7350192";
    let server = WireServer::responding_with_json("{}").await;
    let reported = Reported::default();
    let gofive = reported.listen(server.client());
    let mut lines = Vec::new();
    for (_, spec) in specs() {
        for operation in spec.operations() {
            for example in operation.response_examples() {
                for status in [200, 400] {
                    let body = with_canaries(&example.value, CANARY).to_string();
                    server.respond_with(response(status, "application/json", &body));
                    let _ = call(&gofive, &operation.id, &Example::of(&spec, operation)).await;
                }
                lines.extend(reported.take());
            }
        }
    }
    assert!(lines.len() > 100, "only {} differences", lines.len());
    for line in lines {
        assert!(!line.contains("Canary") && !line.contains("7350192"), "{line}");
    }
}

/// The same with each scalar, and the name of an additional property of each object, replaced.
fn with_canaries(body: &Value, canary: &str) -> Value {
    match body {
        Value::Object(object) => {
            let known = object.iter().map(|(name, value)| (name.clone(), with_canaries(value, canary)));
            let unknown = [canary, "code7350192"].map(|name| (name.to_owned(), value!({canary: canary})));
            known.chain(unknown).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| with_canaries(item, canary)).collect(),
        Value::Number(_) => value!(7_350_192),
        _ => value!(canary),
    }
}
