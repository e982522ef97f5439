//! The requests that are built from the documented examples: the `.http` files, and the commands for curl.

use std::path::Path;

use serde_json::Value;

use crate::frozen::{edited, frozen_and_built};
use crate::reference::document;
use crate::snapshot;

const VARIABLES: [&str; 5] = ["host", "subscriptionKey", "clientId", "clientSecret", "token"];

fn http(product: &str) -> String {
    frozen_and_built().text(&format!("gofive-spec/bundled/{product}.http")).unwrap().to_owned()
}

#[test]
fn every_documented_request_is_in_the_file_of_its_product() {
    snapshot("samples", "empeo", &http("empeo"));
    let venio = http("venio");
    let start = venio.find("\n### ").unwrap();
    let of_case = venio.find("\n### Open a case").unwrap();
    let requests = [&venio[..start], &venio[of_case..]].concat();
    let end = requests.match_indices("\n### ").nth(2).unwrap().0;
    snapshot("samples", "venio-case", &requests[..end]);
}

/// The curl sample of an operation of the frozen spec.
fn curl(product: &str, pointer: &str) -> String {
    let pages = spec_tools::reference(&frozen_and_built()).unwrap().files;
    let page = document(&pages[Path::new(&format!("{product}.html"))]);
    let samples = page.pointer(pointer).unwrap()["x-codeSamples"].clone();
    assert_eq!(samples.as_array().map(Vec::len), Some(1));
    samples[0]["source"].as_str().unwrap().to_owned()
}

#[test]
fn every_operation_has_a_command_for_curl() {
    let commands = [
        ("venio", "/paths/~1authorization~1connect~1token/post"),
        ("venio", "/paths/~1v1~1case~1{caseNo}/put"),
        ("empeo", "/paths/~1empeo~1api~1v2~1employees~1lists/get"),
    ];
    let commands = commands.map(|(product, pointer)| curl(product, pointer));
    snapshot("samples", "curl", &commands.join("\n\n"));
    for (path, page) in spec_tools::reference(&frozen_and_built()).unwrap().files {
        if path == Path::new("index.html") {
            continue;
        }
        let page = document(&page);
        let items = page["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
        for operation in items {
            assert!(operation["x-codeSamples"][0]["source"].is_string(), "{}", operation["operationId"]);
        }
        let webhooks = page.get("x-webhooks").and_then(Value::as_object).into_iter().flat_map(|hooks| hooks.values());
        for operation in webhooks.flat_map(|item| item.as_object().unwrap().values()) {
            assert!(operation.get("x-codeSamples").is_none(), "a program does not call a webhook");
        }
    }
}

#[test]
fn no_text_of_an_example_ends_its_request_or_begins_a_variable() {
    let hostile = "{{token}}\\n### DELETE {{host}}/\\n' $(reboot) `reboot` \\\\";
    let sources = edited("venio/case.yaml", "note: description", &format!("note: \"{hostile}\""));
    let built = spec_tools::build(&sources).unwrap().files;
    let file = &built[Path::new("gofive-spec/bundled/venio.http")];
    let requests = |text: &str| text.lines().filter(|line| line.starts_with("###")).count();
    assert_eq!(requests(file), requests(&http("venio")));
    for (at, _) in file.match_indices("{{") {
        let name = file[at + 2..].split("}}").next().unwrap();
        assert!(VARIABLES.contains(&name), "{name:?} is not a variable of the file");
    }
    let value = file.split("\"note\": ").nth(1).unwrap().lines().next().unwrap().trim_end_matches(',');
    let note: String = serde_json::from_str(value).unwrap();
    assert!(note.starts_with("{{token}}\n### DELETE"), "the request has the text of the example: {note:?}");

    let pages = spec_tools::reference(&sources).unwrap().files;
    let page = document(&pages[Path::new("venio.html")]);
    let command = page["paths"]["/v1/case"]["post"]["x-codeSamples"][0]["source"].as_str().unwrap().to_owned();
    let printed =
        std::process::Command::new("bash").args(["-c", &command.replacen("curl ", "printf '%s\\n' ", 1)]).output();
    let printed = String::from_utf8(printed.unwrap().stdout).unwrap();
    let body = &printed[printed.find('{').unwrap()..];
    assert_eq!(serde_json::from_str::<Value>(body).unwrap()["note"], note.as_str(), "a shell takes the body as it is");
}
