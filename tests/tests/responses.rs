//! Decodes every documented response, and variants with missing, null or mistyped properties.

use std::collections::BTreeMap;

use gofive_api::{ErrorKind, Gofive};
use gofive_spec::Spec;
use gofive_tests::calls::{Example, call};
use gofive_tests::wire::{WireServer, json};
use gofive_tests::{events_of, snapshots, specs};
use serde_json::{Value, json};

/// A server and its client, for many calls: the test sets each response. A client of its own per call takes much longer.
async fn connected() -> (WireServer, Gofive) {
    let server = WireServer::responding_with_json("{}").await;
    let gofive = server.gofive();
    (server, gofive)
}

#[tokio::test]
async fn every_documented_response_is_decoded() {
    let (server, gofive) = connected().await;
    for (product, spec) in specs() {
        let mut pages = BTreeMap::new();
        for operation in spec.operations() {
            for gofive_spec::Example { name, value: body, .. } in operation.response_examples() {
                server.respond_with(json(&body.to_string()));
                let shown = call(&gofive, &operation.id, &Example::of(&spec, operation)).await.unwrap();
                for known in shown.split("extra: {").skip(1) {
                    assert!(known.starts_with('}'), "{}: the spec lacks a property: {shown}", operation.id);
                }
                pages.insert(format!("{}-{name}", operation.id), format!("{body:#}\n\n{shown}"));
            }
        }
        if !pages.is_empty() {
            snapshots(&format!("{product}/responses"), &pages);
        }
    }
}

#[tokio::test]
async fn a_missing_property_never_fails_a_response() {
    assert_never_fails(without).await;
}

#[tokio::test]
async fn a_null_property_never_fails_a_response() {
    assert_never_fails(with_null).await;
}

/// Changes each property of each documented response, at every depth. The response always has a code: `success.rs` tests
/// responses without a code, which need their payload.
async fn assert_never_fails(change: impl Fn(&Value, &str) -> Value) {
    let (server, gofive) = connected().await;
    for (_, spec) in specs() {
        for operation in spec.operations() {
            let request = Example::of(&spec, operation);
            for example in operation.response_examples() {
                let body = with_code(example.value.clone());
                for pointer in property_pointers(&body, "") {
                    let changed = change(&body, &pointer);
                    server.respond_with(json(&changed.to_string()));
                    let outcome = call(&gofive, &operation.id, &request).await;
                    assert!(outcome.is_ok(), "{}: {changed}: {outcome:?}", operation.id);
                }
            }
        }
    }
}

/// Each property of each documented response gets a value of every other JSON type. One test per value, so that they run
/// concurrently.
macro_rules! a_property_of_another_type_is_read_or_named_in_the_error {
    ($($name:ident: $value:tt)*) => {$(
        #[tokio::test]
        async fn $name() {
            assert_read_or_named(&json!($value)).await;
        }
    )*};
}

a_property_of_another_type_is_read_or_named_in_the_error! {
    a_text_is_read_or_named_in_the_error: "text"
    a_text_of_digits_is_read_or_named_in_the_error: "7"
    a_number_is_read_or_named_in_the_error: 7
    a_boolean_is_read_or_named_in_the_error: true
    a_list_is_read_or_named_in_the_error: []
    an_object_is_read_or_named_in_the_error: {}
}

/// A number is read as a text, and a text as a number; anything else is an error that says where and keeps the whole body,
/// never a panic.
async fn assert_read_or_named(other: &Value) {
    let (server, gofive) = connected().await;
    for (_, spec) in specs() {
        for operation in spec.operations().iter().filter(|operation| operation.id != "authorize") {
            let request = Example::of(&spec, operation);
            for body in operation.response_examples().iter().map(|example| &example.value) {
                for pointer in property_pointers(body, "") {
                    let mut changed = body.clone();
                    *changed.pointer_mut(&pointer).unwrap() = other.clone();
                    server.respond_with(json(&changed.to_string()));
                    let Err(error) = call(&gofive, &operation.id, &request).await else { continue };
                    let kind = error.kind();
                    assert!(matches!(kind, ErrorKind::Decode | ErrorKind::Business), "{changed}: {error}");
                    assert_eq!(error.body(), Some(changed.to_string().as_bytes()));
                    let known = error.json_path().is_some()
                        || error.code().is_some()
                        || ["/data", "/data/value"].contains(&&*pointer);
                    assert!(known, "{}: {pointer}: {changed}: {error}", operation.id);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_number_is_read_as_text_and_a_text_as_number() {
    let server = WireServer::responding_with_json(
        r#"{"status":{"code":"1000"},"data":[{"eventId":"2","eventName":17,"eventType":1.0,"customerId":null}]}"#,
    )
    .await;
    let events = server.gofive().venio().get_customer_events(&events_of("C000055")).await.unwrap();
    assert_eq!((events[0].event_id, events[0].event_name.as_deref()), (Some(2), Some("17")));
    assert_eq!((events[0].event_type, events[0].customer_id), (Some(1), None));
}

/// The body with a code of success, unless it has a code.
fn with_code(mut body: Value) -> Value {
    let codes = ["/status/code", "/statusCode", "/data/statusCode"];
    if let (false, Some(properties)) = (codes.iter().any(|code| body.pointer(code).is_some()), body.as_object_mut()) {
        properties.insert("statusCode".to_owned(), json!(1000));
    }
    body
}

fn property_pointers(value: &Value, pointer: &str) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let pointer = format!("{pointer}/{name}");
                found.extend(property_pointers(value, &pointer));
                found.push(pointer);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                found.extend(property_pointers(item, &format!("{pointer}/{index}")));
            }
        }
        _ => {}
    }
    found
}

fn without(body: &Value, pointer: &str) -> Value {
    let mut changed = body.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    if let Some(Value::Object(map)) = changed.pointer_mut(parent) {
        map.remove(name);
    }
    changed
}

fn with_null(body: &Value, pointer: &str) -> Value {
    let mut changed = body.clone();
    *changed.pointer_mut(pointer).unwrap() = Value::Null;
    changed
}

#[tokio::test]
async fn both_documented_responses_of_a_new_case_have_the_same_id() {
    let bodies = [
        r#"{"status":{"code":"1000","description":"Success"},"data":{"data":{"feedbackId":67941},"statusCode":1000,"httpStatusCode":200}}"#,
        r#"{"status":{"code":"1000","description":"Success"},"data":{"feedbackId":"67941"}}"#,
    ];
    let mut ids = Vec::new();
    for body in bodies {
        let server = WireServer::responding_with_json(body).await;
        let spec = Spec::parse(gofive_spec::VENIO).unwrap();
        let request = spec.operation("add_case").unwrap().request_examples()[0].value.clone();
        let case = server.gofive().venio().add_case(&serde_json::from_value(request).unwrap()).await.unwrap();
        ids.push(case.feedback_id.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].as_str(), "67941");
}

#[tokio::test]
async fn unknown_fields_of_a_payload_are_preserved() {
    let server = WireServer::responding_with_json(
        r#"{"status":{"code":"1000","description":"Success"},"data":{"productCode":"A001","tomorrow":{"a":[1]}}}"#,
    )
    .await;
    let product = server.gofive().venio().get_product("A001").await.unwrap();
    assert_eq!(product.product_code.as_deref(), Some("A001"));
    assert_eq!(product.extra["tomorrow"], serde_json::json!({"a": [1]}));
}

#[tokio::test]
async fn a_single_object_is_read_as_a_list() {
    let one = r#"{"eventTypeId":4,"eventTypeName":"Visit"}"#;
    for data in [one.to_owned(), format!("[{one}]")] {
        let body = format!(r#"{{"status":{{"code":"1000"}},"data":{data}}}"#);
        let server = WireServer::responding_with_json(&body).await;
        let types = server.gofive().venio().get_customer_event_types().await.unwrap();
        assert_eq!(types.len(), 1);
        assert_eq!(types[0].event_type_id, Some(4));
    }
    let server = WireServer::responding_with_json(r#"{"status":{"code":"1000"},"data":null}"#).await;
    assert!(server.gofive().venio().get_customer_event_types().await.unwrap().is_empty());
}
