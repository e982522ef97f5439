//! A session that records the shapes of responses.

use std::collections::BTreeSet;
use std::path::Path;

use gofive_api::shapes::{Arm, ResponseKind, ShapeFile, TextFormat, read_shapes};
use gofive_api::{Gofive, Method};
use gofive_spec::Format;
use gofive_tests::calls::{Example, call};
use gofive_tests::specs;
use gofive_tests::wire::{WireServer, json, response, response_of};
use serde_json::Value;
use tempfile::TempDir;

/// A server, a session that records what it sends, and the folder.
async fn recording() -> (WireServer, Gofive, TempDir) {
    let server = WireServer::responding_with_json("{}").await;
    let folder = tempfile::tempdir().unwrap();
    let gofive = server.client().record_shapes(folder.path()).build().unwrap();
    (server, gofive, folder)
}

fn read(folder: &Path, operation: &str) -> ShapeFile {
    read_shapes(&folder.join(format!("{operation}.json"))).unwrap()
}

/// How many responses of a kind were recorded.
fn seen(folder: &Path, operation: &str, status: u16, arm: Arm) -> u64 {
    let total = read(folder, operation).total();
    total.responses.get(&ResponseKind { status, arm }).map_or(0, |shape| shape.seen)
}

/// The body with a text or a number of the test for each value.
fn marked(body: &Value) -> Value {
    match body {
        Value::Object(properties) => properties.iter().map(|(name, value)| (name.clone(), marked(value))).collect(),
        Value::Array(items) => items.iter().map(marked).collect(),
        Value::String(text) => format!("canary {text}").into(),
        Value::Number(_) => 424_242_424_242_u64.into(),
        other => other.clone(),
    }
}

fn names(body: &Value, found: &mut BTreeSet<String>) {
    match body {
        Value::Object(properties) => properties.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            names(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_documented_response_is_recorded_without_a_value() {
    let (server, gofive, folder) = recording().await;
    let mut checked = 0;
    for (_, spec) in specs() {
        for operation in spec.operations() {
            let with = Example::of(&spec, operation);
            let mut expected = BTreeSet::new();
            for example in operation.response_examples() {
                names(&example.value, &mut expected);
                for body in [&example.value, &marked(&example.value)] {
                    server.respond_with(json(&body.to_string()));
                    // Whether the payload has the documented types does not matter.
                    let _ = call(&gofive, &operation.id, &with).await;
                }
            }
            let refused = r#"{"status":{"code":"4001","description":"canary"},"canary424242424242":"canary"}"#;
            server.respond_with(response(400, "application/json", refused));
            call(&gofive, &operation.id, &with).await.unwrap_err();
            gofive.write_shapes().unwrap();
            if operation.needs_token {
                let found = read(folder.path(), &operation.id).names();
                let missing: Vec<_> =
                    expected.iter().filter(|name| !found.keys().any(|found| found.as_str() == *name)).collect();
                assert!(missing.is_empty(), "{}: {missing:?}", operation.id);
                assert_eq!(seen(folder.path(), &operation.id, 400, Arm::Failure), 1);
                checked += 1;
            } else {
                assert!(!folder.path().join(format!("{}.json", operation.id)).exists(), "it has a token");
            }
        }
    }
    drop(gofive);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for value in ["canary", "424242424242", "127.0.0.1", "wire-client"] {
            assert!(!text.contains(value), "{value} is in {}: {text}", entry.path().display());
        }
    }
    assert!(checked > 50, "{checked}");
}

#[tokio::test]
async fn each_attempt_is_recorded_by_its_status() {
    let (server, gofive, folder) = recording().await;
    server.respond_with(response(500, "text/html", "<html>"));
    gofive.venio().get_product("A001").await.unwrap_err();
    server.respond_with(json(r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#));
    gofive.venio().get_product("A001").await.unwrap();
    server.respond_with(response(204, "text/plain", ""));
    let _ = gofive.venio().get_product("A001").await;
    // As many bytes as the server announced never arrived.
    server.respond_with(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}".to_vec());
    let _ = gofive.venio().get_product("A001").await;
    drop(gofive);
    let seen = |status, arm| seen(folder.path(), "get_product", status, arm);
    assert_eq!((seen(500, Arm::Unreadable), seen(200, Arm::Success), seen(204, Arm::Empty)), (1, 1, 1));
    assert_eq!((seen(200, Arm::NoCode), seen(200, Arm::Unreadable)), (0, 0), "an incomplete body is not a body");
}

#[tokio::test]
async fn a_custom_request_is_recorded_under_the_name_of_an_operation() {
    let (server, gofive, folder) = recording().await;
    server.respond_with(json(r#"{"data":[]}"#));
    for name in ["get_product_units", "news", "authorize"] {
        gofive.request(Method::GET, "/v9/canary").name(name).query("q", "canary").send().await.unwrap();
    }
    gofive.request(Method::GET, "/v1/news").send().await.unwrap();
    drop(gofive);
    let files =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.filter(|name| !name.starts_with('.')).collect::<Vec<_>>(), ["get_product_units.json"]);
}

#[tokio::test]
async fn a_body_in_utf_16_has_a_shape() {
    let (server, gofive, folder) = recording().await;
    let body: Vec<u8> = r#"{"data":{"productCode":"ก"}}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    server.respond_with(response_of(200, "application/json", &body));
    gofive.venio().get_product("A001").await.unwrap();
    drop(gofive);
    assert_eq!(seen(folder.path(), "get_product", 200, Arm::NoCode), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_an_error_of_the_settings() {
    let server = WireServer::responding_with_json(r#"{"data":{"productCode":"A001"}}"#).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = server.client().record_shapes(&file).build().unwrap_err().to_string();
    assert!(error.contains("file cannot be created") && error.contains("record_shapes"), "{error}");

    let gofive = server.client().record_shapes(folder.path()).build().unwrap();
    std::fs::write(folder.path().join("get_product.json"), "mine").unwrap();
    gofive.venio().get_product("A001").await.expect("an error of recording fails no call");
    let error = gofive.write_shapes().unwrap_err().to_string();
    assert!(error.contains("get_product.json cannot be read: not a file of shapes"), "{error}");
    server.gofive().write_shapes().expect("a session that records nothing has nothing to write");
}

/// The formats of texts have the names of the spec's formats, and recognize the same texts.
#[test]
fn the_formats_of_texts_are_those_of_the_spec() {
    let mut compared = 0;
    for format in Format::ALL {
        for template in format.templates() {
            let text =
                template.replace("9999-99-99", "2026-11-27").replace("99", "09").replace('9', "7").replace('±', "+");
            assert_eq!(Format::of(&text), Some(format), "{text}");
            assert_eq!(TextFormat::of(&text).name(), format.name(), "{text}");
            compared += 1;
        }
    }
    assert!(compared >= 8, "{compared}");
    for text in ["2026-13-01", "2026-11-27T24:00:00", "2026-11-27T10:00:00+1530", "12", "1.5", "", "x"] {
        assert_eq!(Format::of(text), None, "{text}");
        assert!(
            Format::named(TextFormat::of(text).name())
                .is_none_or(|named| !named.is_date_time() || named == Format::AnyDateTime)
        );
    }
}
