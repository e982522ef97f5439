//! Every documented answer, decoded; and what may happen to answers.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::BTreeMap;

use gofive_api::ErrorKind;
use gofive_spec::Spec;
use gofive_tests::calls::{Example, call};
use gofive_tests::wire::WireServer;
use gofive_tests::{events_of, snapshots, specs};
use serde_json::{Value, json};

#[tokio::test]
async fn every_documented_answer_decoded() {
    for (product, spec) in specs() {
        let mut pages = BTreeMap::new();
        for operation in spec.operations() {
            for (name, body) in operation.response_examples(spec.doc()) {
                let server = WireServer::answering_json(&body.to_string()).await;
                let shown = call(&server.gofive(), &operation.id, &Example::of(&spec, operation)).await.unwrap();
                for known in shown.split("extra: {").skip(1) {
                    assert!(known.starts_with('}'), "{}: the spec could know more: {shown}", operation.id);
                }
                pages.insert(format!("{}-{name}", operation.id), format!("{body:#}\n\n{shown}"));
            }
        }
        if !pages.is_empty() {
            snapshots(&format!("{product}/answers"), &pages);
        }
    }
}

/// Each property of each documented response in turn removed, and null, at every depth. Without a code, the payload has to
/// be there; `success.rs` tests that.
#[tokio::test]
async fn no_answer_is_refused_for_a_missing_or_null_member() {
    for (_, spec) in specs() {
        for operation in spec.operations() {
            for (_, body) in operation.response_examples(spec.doc()) {
                let body = with_code(body);
                for pointer in members(&body, "") {
                    for changed in [without(&body, &pointer), with_null(&body, &pointer)] {
                        let server = WireServer::answering_json(&changed.to_string()).await;
                        let done = call(&server.gofive(), &operation.id, &Example::of(&spec, operation)).await;
                        assert!(done.is_ok(), "{}: {changed}: {done:?}", operation.id);
                    }
                }
            }
        }
    }
}

/// Each member of each documented answer in turn of every other JSON type: a number for a text and the reverse is read,
/// anything else is an error that says where and keeps the whole body. Never a panic.
#[tokio::test]
async fn a_member_of_another_type_is_read_or_refused_by_name() {
    for (_, spec) in specs() {
        for operation in spec.operations().iter().filter(|operation| operation.id != "authorize") {
            for (_, body) in operation.response_examples(spec.doc()) {
                for pointer in members(&body, "") {
                    for other in [json!("text"), json!("7"), json!(7), json!(true), json!([]), json!({})] {
                        let mut changed = body.clone();
                        *changed.pointer_mut(&pointer).unwrap() = other;
                        let server = WireServer::answering_json(&changed.to_string()).await;
                        let called = call(&server.gofive(), &operation.id, &Example::of(&spec, operation)).await;
                        if let Err(error) = called {
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
    }
}

#[tokio::test]
async fn a_number_for_a_text_and_the_reverse_are_read() {
    let server = WireServer::answering_json(
        r#"{"status":{"code":"1000"},"data":[{"eventId":"2","eventName":17,"eventType":1.0,"customerId":null}]}"#,
    )
    .await;
    let events = server.gofive().venio().get_customer_events(&events_of("C000055")).await.unwrap();
    assert_eq!((events[0].event_id, events[0].event_name.as_deref()), (Some(2), Some("17")));
    assert_eq!((events[0].event_type, events[0].customer_id), (Some(1), None));
}

/// The same body with a code of success, unless it has a code.
fn with_code(mut body: Value) -> Value {
    let places = ["/status/code", "/statusCode", "/data/statusCode"];
    if let (false, Some(members)) = (places.iter().any(|place| body.pointer(place).is_some()), body.as_object_mut()) {
        members.insert("statusCode".to_owned(), json!(1000));
    }
    body
}

fn members(value: &Value, pointer: &str) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(map) => {
            for (name, member) in map {
                let pointer = format!("{pointer}/{name}");
                found.extend(members(member, &pointer));
                found.push(pointer);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                found.extend(members(item, &format!("{pointer}/{index}")));
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
async fn both_documented_shapes_of_a_new_case_have_the_same_id() {
    let bodies = [
        r#"{"status":{"code":"1000","description":"Success"},"data":{"data":{"feedbackId":67941},"statusCode":1000,"httpStatusCode":200}}"#,
        r#"{"status":{"code":"1000","description":"Success"},"data":{"feedbackId":"67941"}}"#,
    ];
    let mut ids = Vec::new();
    for body in bodies {
        let server = WireServer::answering_json(body).await;
        let spec = Spec::parse(gofive_spec::VENIO).unwrap();
        let request = spec.operation("add_case").unwrap().request_examples()[0].1.clone();
        let case = server.gofive().venio().add_case(&serde_json::from_value(request).unwrap()).await.unwrap();
        ids.push(case.feedback_id.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].as_str(), "67941");
}

#[tokio::test]
async fn unknown_members_of_a_partly_known_answer_are_kept() {
    let server = WireServer::answering_json(
        r#"{"status":{"code":"1000","description":"Success"},"data":{"productCode":"A001","tomorrow":{"a":[1]}}}"#,
    )
    .await;
    let product = server.gofive().venio().get_product("A001").await.unwrap();
    assert_eq!(product.product_code.as_deref(), Some("A001"));
    assert_eq!(product.extra["tomorrow"], serde_json::json!({"a": [1]}));
}

#[tokio::test]
async fn a_list_may_come_as_a_single_object() {
    let one = r#"{"eventTypeId":4,"eventTypeName":"Visit"}"#;
    for data in [one.to_owned(), format!("[{one}]")] {
        let body = format!(r#"{{"status":{{"code":"1000"}},"data":{data}}}"#);
        let server = WireServer::answering_json(&body).await;
        let types = server.gofive().venio().get_customer_event_types().await.unwrap();
        assert_eq!(types.len(), 1);
        assert_eq!(types[0].event_type_id, Some(4));
    }
    let server = WireServer::answering_json(r#"{"status":{"code":"1000"},"data":null}"#).await;
    assert!(server.gofive().venio().get_customer_event_types().await.unwrap().is_empty());
}
