//! Checks the HTML reference as text. tests/browser/ opens the same files in a real browser.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use spec_tools::Sources;

use crate::frozen::{edit, edited, frozen};
use crate::{snapshot, workspace};

const CASE: &str = "venio/case.yaml";

/// The page about Venio.
fn venio(sources: &Sources) -> String {
    spec_tools::reference(sources).unwrap().files.remove(Path::new("venio.html")).unwrap()
}

#[test]
fn the_page_about_evidence_explains_every_grade() {
    let page = fs::read_to_string(workspace().join("gofive-api/docs/evidence.md")).unwrap();
    for grade in gofive_spec::Grade::ALL.map(spec_tools::wording::grade) {
        assert!(page.contains(&format!("\n| {grade} |")), "{grade}");
    }
}

#[test]
fn the_reference_describes_what_is_known_of_an_operation() {
    let venio = document(&venio(&frozen()));
    let description = |pointer: &str| venio.pointer(pointer).unwrap()["description"].as_str().unwrap().to_owned();
    snapshot("reference", "enquire_employees", &description("/paths/~1v1~1Employees~1Enquiry/post"));
    snapshot("reference", "get_quotation", &description("/paths/~1v1~1quotation~1{quotationNo}/get"));
    snapshot("reference", "chat_message", &description("/x-webhooks/chat_message/post"));
    assert_eq!(venio["x-webhooks"]["chat_message"]["post"]["security"], json!([]), "a webhook carries no bearer token");
    let values = &venio["components"]["schemas"]["CaseType"]["x-enumDescriptions"];
    insta::assert_snapshot!(values, @r#"{"1":"REQUEST_FOR_ACTION: Someone has to act.","2":"FOR_YOUR_INFORMATION: Someone has to be informed."}"#);
}

#[test]
fn the_reference_shows_what_the_page_prints_and_where_a_value_is_known_from() {
    let printed = "value: {salesOrderIds: [], reason: string}\n                x-gofive-portal: {Ids: []}";
    let mut sources = edited("venio/salesorder.yaml", "value: {salesOrderIds: [], reason: string}", printed);
    edit(&mut sources, CASE, "enum: [1, 2]", "enum: [1, 2]\n      x-gofive-value-evidence: {wire: [2]}");
    let venio = document(&venio(&sources));
    let body = &venio["paths"]["/v1/salesorders/reject"]["delete"]["requestBody"]["content"]["application/json"];
    assert_eq!(body["examples"]["documented"]["value"], json!({"salesOrderIds": [], "reason": "string"}));
    assert_eq!(body["examples"]["documented, as printed"]["value"], json!({"Ids": []}));
    let values = &venio["components"]["schemas"]["CaseType"]["x-enumDescriptions"];
    assert_eq!(values["1"], "REQUEST_FOR_ACTION: Someone has to act.");
    assert_eq!(values["2"], "FOR_YOUR_INFORMATION: Someone has to be informed. (From public integrations.)");
}

#[test]
fn a_page_fetches_nothing() {
    for (path, page) in spec_tools::reference(&frozen()).unwrap().files {
        let skeleton = skeleton(&page);
        assert!(skeleton.contains("default-src 'none'"), "{}: no policy against fetching", path.display());
        for fetching in ["src=", "=\"http", "='http", "@import", "url(", "<base", "<iframe", "{{"] {
            assert!(!skeleton.contains(fetching), "{}: {fetching}\n{skeleton}", path.display());
        }
        assert!(!page.contains("cdn.redoc.ly"), "{}: the viewer's logo", path.display());
    }
}

#[test]
fn no_text_of_the_spec_can_end_its_html_element() {
    let hostile = "</script><!--<script>alert(1)</script>{{viewer}}";
    let page = venio(&edited(CASE, "summary: Open a case", &format!("summary: '{hostile}'")));
    assert_eq!(document(&page)["paths"]["/v1/case"]["post"]["summary"], hostile);
    assert_eq!(skeleton(&page), skeleton(&venio(&frozen())));
}

#[test]
fn a_spec_with_findings_builds_no_reference() {
    let edited = edited(CASE, "x-gofive-idempotency: non-idempotent", "x-gofive-idempotency: maybe");
    let error = spec_tools::reference(&edited).unwrap_err().to_string();
    assert!(
        error.contains("openapi/venio/case.yaml:") && error.contains("not one of safe, idempotent, non-idempotent"),
        "{error}"
    );
}

#[test]
fn the_vendored_viewer_is_the_published_release() {
    let folder = workspace().join("spec-tools/vendor/redoc-2.5.4");
    let script = fs::read(folder.join("redoc.standalone.js")).unwrap();
    let sum = Sha256::digest(&script).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    assert!(fs::read_to_string(folder.join("README.md")).unwrap().contains(&sum), "the script has sha256 {sum}");
    assert!(!String::from_utf8(script).unwrap().contains("</script"), "it would end its own element");
}

/// The document that the page passes to the viewer.
pub(crate) fn document(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"document\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The page without the content of its scripts.
fn skeleton(page: &str) -> String {
    let mut parts = page.split("<script");
    let mut skeleton = parts.next().unwrap().to_owned();
    for part in parts {
        skeleton.push_str(part.split_once("</script>").map_or("", |(_, rest)| rest));
    }
    skeleton
}
