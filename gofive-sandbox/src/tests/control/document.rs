//! The document of the control API says what the server does.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::webhook::{Delivery, DeliveryFault, Event, EventKind, RegisteredTarget, SecretHeader, Target};
use crate::{BusinessError, MountedStub, Operation, OperationState, RecordKind, RequestRecord, Stub, StubResponse};

/// The names of the properties that a type reads; its error about another one has them.
fn fields<T: DeserializeOwned>(start: &Value) -> BTreeSet<String> {
    let mut value = start.clone();
    value["?"] = Value::Null;
    let error = serde_json::from_value::<T>(value).err().expect("the type refuses unknown properties").to_string();
    let expected = error.strip_prefix("unknown field `?`, expected ").unwrap_or_else(|| panic!("{error}"));
    let mut names: BTreeSet<_> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    names.extend(start.as_object().unwrap().keys().cloned());
    names
}

/// The names of the properties of a schema.
fn documented(document: &Value, name: &str) -> BTreeSet<String> {
    document["components"]["schemas"][name]["properties"].as_object().unwrap().keys().cloned().collect()
}

/// All examples of bodies: of requests, then of responses, with the name of their schema.
fn examples(document: &Value) -> Vec<(String, String, Value)> {
    let mut examples = Vec::new();
    for operation in document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
    {
        let bodies = operation["responses"].as_object().unwrap().values().chain([&operation["requestBody"]]);
        for content in bodies.map(|body| &body["content"]["application/json"]) {
            let schema = content["schema"]["$ref"].as_str().unwrap_or_default();
            for (name, example) in content["examples"].as_object().into_iter().flatten() {
                let id = format!("{}: {name}", operation["operationId"].as_str().unwrap());
                examples.push((id, schema.rsplit('/').next().unwrap().to_owned(), example["value"].clone()));
            }
        }
    }
    examples
}

#[tokio::test]
async fn every_type_that_is_read_has_the_documented_properties() {
    let sandbox = Sandbox::start().await.unwrap();
    let document = Controller::of(&sandbox).await.document;
    let none = json!({});
    for (name, fields) in [
        ("Stub", fields::<Stub>(&none)),
        ("StubResponse", fields::<StubResponse>(&none)),
        ("BusinessError", fields::<BusinessError>(&none)),
        ("Faults", fields::<Faults>(&none)),
        ("Target", fields::<Target>(&none)),
        ("SecretHeader", fields::<SecretHeader>(&none)),
        ("Event", fields::<Event>(&none)),
    ] {
        assert_eq!(documented(&document, name), fields, "{name}");
    }
    let kinds = |kinds: Vec<&'static str>| json!(kinds);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["EventKind"]["enum"], kinds(EventKind::all().map(EventKind::name).collect()));
    let of_records = RecordKind::ALL.map(RecordKind::name);
    assert_eq!(schemas["RecordKind"]["enum"], kinds(of_records.to_vec()));
    assert_eq!(documented(&document, "RecordsByKind"), of_records.map(str::to_owned).into());
    assert_eq!(schemas["Operation"]["enum"], kinds(Operation::ALL.iter().map(|operation| operation.id()).collect()));
    let faults: Vec<_> = Fault::presets().into_iter().map(|(_, fault)| serde_json::to_value(fault).unwrap()).collect();
    let kinds: BTreeSet<_> = faults.iter().map(|fault| fault["kind"].as_str().unwrap()).collect();
    let properties = &document["components"]["schemas"]["Fault"]["properties"];
    let enumeration = properties["kind"]["enum"].as_array().unwrap().iter();
    assert_eq!(enumeration.map(|kind| kind.as_str().unwrap()).collect::<BTreeSet<_>>(), kinds);
    let used: BTreeSet<_> = faults.iter().flat_map(|fault| fault.as_object().unwrap().keys().cloned()).collect();
    assert_eq!(documented(&document, "Fault"), used);
}

#[tokio::test]
async fn every_example_matches_its_schema_and_every_schema_is_used() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    for (_, schema, value) in examples(&control.document) {
        control.check(&json!({"$ref": format!("#/components/schemas/{schema}")}), &value);
    }
    let text = control.document.to_string();
    for name in control.document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "{name} is not used");
    }
}

/// Reads an example as a type and writes it again, which must not lose anything.
fn same<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(value.clone()).unwrap()).unwrap()
}

#[tokio::test]
async fn every_example_can_be_read_in_rust_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let document = Controller::of(&sandbox).await.document;
    let list = |value: &Value, name: &str, same: fn(&Value) -> Value| json!({name: value[name].as_array().unwrap().iter().map(same).collect::<Vec<_>>()});
    for (id, schema, value) in examples(&document) {
        let read = match schema.as_str() {
            "Stub" => same::<Stub>(&value),
            "MountedStub" => same::<MountedStub>(&value),
            "StubList" => list(&value, "stubs", same::<MountedStub>),
            "OperationList" => list(&value, "operations", same::<OperationState>),
            "RequestList" => list(&value, "requests", same::<RequestRecord>),
            // It has defaults.
            "Faults" => [value.clone(), same::<Faults>(&value)][usize::from(value != json!({}))].clone(),
            "RegisteredTarget" => same::<RegisteredTarget>(&value),
            "TargetList" => list(&value, "targets", same::<RegisteredTarget>),
            "Event" => same::<Event>(&value),
            "Delivery" => same::<Delivery>(&value),
            "DeliveryList" => list(&value, "deliveries", same::<Delivery>),
            "DeliveryFaultList" => list(&value, "faults", same::<DeliveryFault>),
            "RecordsByKind" => same::<BTreeMap<RecordKind, Vec<Value>>>(&value),
            "Target" => {
                // It has defaults, and no secret is shown.
                assert_eq!(serde_json::from_value::<Target>(value.clone()).unwrap().url, value["url"]);
                continue;
            }
            // Only the control API has these types, or they are any JSON.
            "Clock" | "ClockAdvance" | "ClockSetting" | "FaultPresetList" | "FaultQueue" | "QueuedFaults"
            | "Health" | "Record" | "RecordKey" | "RecordKindList" | "RecordList" | "Snapshot" | "TokenLifetime"
            | "Tokens" => continue,
            other => panic!("{id}: which type is {other}?"),
        };
        assert_eq!(read, value, "{id}");
    }
}

#[tokio::test]
async fn every_example_is_accepted_by_the_server() {
    let sandbox = Sandbox::start().await.unwrap();
    let Controller { client, document, .. } = Controller::of(&sandbox).await;
    let operations = document["paths"].as_object().unwrap().values();
    for operation in operations.flat_map(|path| path.as_object().unwrap().values()) {
        let id = operation["operationId"].as_str().unwrap();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: BTreeMap<_, _> = parameters
            .map(|parameter| {
                let example = &parameter["example"];
                let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                (parameter["name"].as_str().unwrap(), text)
            })
            .collect();
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let bodies = &operation["requestBody"]["content"]["application/json"]["examples"];
        let bodies: Vec<_> = match bodies.as_object() {
            Some(bodies) => bodies.values().map(|example| Some(example["value"].clone())).collect(),
            None => vec![None],
        };
        for body in bodies {
            let sandbox = Sandbox::start().await.unwrap();
            prepare(&sandbox);
            let control = Controller { sandbox: &sandbox, client: client.clone(), document: document.clone() };
            control.succeed(id, &parameters, body).await;
        }
    }
}

/// Creates what the parameters of the examples identify.
fn prepare(sandbox: &Sandbox) {
    sandbox.respond(operation::ADD_CASE).status(403).mount().unwrap();
    sandbox.webhooks().add_target(Target::new("http://127.0.0.1:9")).unwrap();
    sandbox.webhooks().trigger(&Event::example(EventKind::CHAT_MESSAGE)).unwrap();
}
