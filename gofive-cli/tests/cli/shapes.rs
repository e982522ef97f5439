//! Recording shapes, and looking at them.

use std::path::Path;

use gofive_sandbox::{Fault, Sandbox, operation};
use serde_json::{Value, json};

use crate::gofive::{Run, command, gofive, of_sandbox, on, run, words};

/// Runs a command line in a folder.
fn within(folder: &Path, line: &str) -> Run {
    run(command().current_dir(folder).args(words(line)), "")
}

fn read(folder: &Path, operation: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join(format!("{operation}.json"))).unwrap()).unwrap()
}

/// The shapes of the only session of a file, by kind of response.
fn responses(folder: &Path, operation: &str) -> Value {
    let file = read(folder, operation);
    let sessions = file["sessions"].as_object().unwrap();
    assert_eq!(sessions.len(), 1);
    sessions.values().next().unwrap()["responses"].clone()
}

fn is_shapes(entry: &std::fs::DirEntry) -> bool {
    entry.path().extension().is_some_and(|extension| extension == "json")
}

/// An archive of a browser with these entries.
fn archive(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "a browser"}, "pages": [], "entries": entries}}).to_string()
}

#[allow(clippy::needless_pass_by_value, reason = "so the calls read better")]
fn entry(method: &str, url: &str, status: i32, content: Value) -> Value {
    json!({
        "startedDateTime": "2026-11-27T10:00:00.000Z",
        "request": {"method": method, "url": url, "headers": [{"name": "Authorization", "value": "Bearer canary"}]},
        "response": {"status": status, "headers": [], "content": content},
        "time": 12.5
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_records_the_shape_of_its_response() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let line = format!("--record {} venio get-product A001", folder.path().display());
    let payload = on(&sandbox, &line).json();
    let shapes = responses(folder.path(), "get_product");
    let record = &shapes["200 success"]["properties"]["data"]["properties"];
    assert_eq!(record.as_object().unwrap().len(), payload.as_object().unwrap().len());
    assert_eq!(record["productCode"]["texts"]["other"], json!({"4": 1}));
    assert!(!std::fs::read_to_string(folder.path().join("get_product.json")).unwrap().contains("A001"));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_calls_of_a_folder_are_one_session() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let line = format!("--record {} venio get-product", folder.path().display());
    for _ in 0..3 {
        assert_eq!(on(&sandbox, &format!("{line} A001")).code, 0);
    }
    assert_eq!(on(&sandbox, &format!("{line} missing")).code, 7);
    let shapes = responses(folder.path(), "get_product");
    let kinds: Vec<_> = shapes.as_object().unwrap().keys().collect();
    assert_eq!(kinds, ["200 success", "400 failure"]);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.iter().filter(|name| !name.to_string_lossy().starts_with('.')).count(), 1, "no token: {names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_any_path_is_recorded_if_the_spec_has_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let line = format!("--record {}", folder.path().display());
    let known = on(&sandbox, &format!("{line} api GET /v2/PRODUCTS/A001"));
    assert_eq!((known.code, known.stderr.as_str()), (0, ""));
    assert!(responses(folder.path(), "get_product")["200 success"]["properties"]["data"].is_object());
    // The query does not belong to the path.
    assert_eq!(on(&sandbox, &format!("{line} api GET /v2/products/A001?x=1")).code, 7);
    assert!(responses(folder.path(), "get_product")["400 failure"].is_object());
    let unknown = on(&sandbox, &format!("{line} api GET /v9/news"));
    let warning = "warning: the spec does not have this path, so the response is not recorded\n";
    assert!(unknown.stderr.starts_with(warning), "{}", unknown.stderr);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().filter(|entry| is_shapes(entry.as_ref().unwrap())).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_that_are_not_json_are_counted() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.queue_faults(operation::GET_PRODUCT, vec![Fault::BadGateway]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(on(&sandbox, &format!("--record {} venio get-product A001", folder.path().display())).code, 0);
    let shapes = responses(folder.path(), "get_product");
    assert_eq!(shapes["502 unreadable"], json!({"seen": 1}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_refused_before_the_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = on(&sandbox, &format!("--record {} venio get-product A001", file.path().display()));
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("cannot be created") && refused.stderr.contains("try: choose another folder"),
        "{}",
        refused.stderr
    );
    assert!(sandbox.requests(operation::GET_PRODUCT).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_written_fails_no_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("get_product.json"), "mine").unwrap();
    let mut command = command();
    let line = format!("--record {} venio get-product A001", folder.path().display());
    let run = run(of_sandbox(&mut command, &sandbox).args(words(&line)), "");
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("A001") && run.stderr.starts_with("warning: "), "{}", run.stderr);
    assert!(run.stderr.contains("get_product.json cannot be read: not a file of shapes"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(folder.path().join("get_product.json")).unwrap(), "mine");
}

#[test]
fn an_archive_of_a_browser_is_read_for_responses_of_the_api() {
    let folder = tempfile::tempdir().unwrap();
    let api = "https://api.gofive.co.th";
    let body = json!({"status": {"code": "1000"}, "data": {"productCode": "canary"}}).to_string();
    let base64 = "eyJzdGF0dXMiOnsiY29kZSI6IjQwMDEifX0=";
    let entries = [
        entry("GET", &format!("{api}/v2/products/canary"), 200, json!({"mimeType": "application/json", "text": body})),
        entry("GET", &format!("{api}/v2/products/A?x=canary"), 200, json!({"text": base64, "encoding": "base64"})),
        entry("GET", &format!("{api}/v2/products/A"), 200, json!({"text": "%", "encoding": "base64"})),
        entry("GET", &format!("{api}/v2/products/A"), 304, json!({"size": 0})),
        entry("OPTIONS", &format!("{api}/v2/products/A"), 204, json!({"text": ""})),
        entry("GET", &format!("{api}/v9/canary"), 200, json!({"text": "{}"})),
        entry(
            "POST",
            &format!("{api}/authorization/connect/token"),
            200,
            json!({"text": "{\"access_token\": \"canary\"}"}),
        ),
        entry("GET", "https://app.example/v2/products/A", 200, json!({"text": "{\"canary\": 1}"})),
        entry("GET", "https://app.example/blocked", -1, json!({})),
    ];
    std::fs::write(folder.path().join("browser.har"), format!("\u{feff}{}", archive(&entries))).unwrap();
    let printed = within(folder.path(), "record --har browser.har").payload();
    assert_eq!(
        printed,
        "2 responses of 1 operation recorded in shapes\n2 responses of other hosts ignored\n\
         3 responses of paths that the spec does not have, or of the exchange of tokens ignored\n\
         1 response whose body the browser has not saved ignored\n1 response whose body is not valid base64 ignored\n"
    );
    let shapes = folder.path().join("shapes");
    let kinds = responses(&shapes, "get_product");
    assert_eq!(kinds.as_object().unwrap().keys().collect::<Vec<_>>(), ["200 failure", "200 success"]);
    for entry in std::fs::read_dir(&shapes).unwrap() {
        assert!(!std::fs::read_to_string(entry.unwrap().path()).unwrap().contains("canary"));
    }
}

#[test]
fn what_was_read_of_a_broken_archive_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let whole = archive(&[
        entry("GET", "https://api.gofive.co.th/v2/products/A", 200, json!({"text": "{}"})),
        entry("GET", "https://api.gofive.co.th/v2/products/B", 200, json!({"text": "secret value"})),
    ]);
    for (text, expected) in [
        (&whole[..whole.len() - 20], "it ends too early"),
        ("{\"log\": {}}", "it has no list `entries` in `log`"),
        ("{\"log\": {\"entries\": [{}]}}", "an entry lacks its request or its response, at line 1"),
        ("{\"log\": {\"entries\": [\"secret value\"]}}", "an entry lacks its request or its response, at line 1"),
        ("PK\u{3}", "it is not JSON, at line 1"),
    ] {
        std::fs::write(folder.path().join("browser.har"), text).unwrap();
        let failed = within(folder.path(), "record --har browser.har");
        assert_eq!(failed.code, 1);
        assert!(failed.stderr.contains(expected) && !failed.stderr.contains("secret"), "{}", failed.stderr);
    }
    assert_eq!(responses(&folder.path().join("shapes"), "get_product")["200 no-code"]["seen"], 1);
    assert_eq!(within(folder.path(), "record --har missing.har").code, 1);
    assert_eq!(within(folder.path(), "record --har browser.har --base-url api").code, 2);
}

#[test]
fn unknown_names_are_listed_and_can_be_struck_out() {
    let folder = tempfile::tempdir().unwrap();
    let record = json!({"productCode": "A001", "shelf": 7, "secretProject": null});
    let text = json!({"status": {"code": "1000"}, "data": vec![record; 20]}).to_string();
    let entries = [entry("GET", "https://api.gofive.co.th/v2/products/A", 200, json!({"text": text}))];
    std::fs::write(folder.path().join("browser.har"), archive(&entries)).unwrap();
    within(folder.path(), "record --har browser.har").payload();
    let shown = within(folder.path(), "shapes show shapes").payload();
    assert!(shown.contains("\n  secretProject  /data/*/secretProject\n  shelf  /data/*/shelf\n"), "{shown}");
    assert!(shown.ends_with("\n  gofive shapes strike shapes/get_product.json secretProject\n"), "{shown}");
    let struck = within(folder.path(), "shapes strike shapes/get_product.json secretProject").payload();
    assert_eq!(struck, "shapes/get_product.json: secretProject struck out\n");
    let shown = within(folder.path(), "shapes show shapes/get_product.json").payload();
    assert!(!shown.contains("secretProject") && shown.contains("shelf") && shown.contains("(other names)"), "{shown}");
    let missing = within(folder.path(), "shapes strike shapes secretProject");
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("no property has the name \"secretProject\""), "{}", missing.stderr);
}

#[test]
fn what_is_not_a_file_of_shapes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.json"), "{\"a\": 1}").unwrap();
    for (line, expected) in [
        ("shapes show other.json", "other.json cannot be read: not a file of shapes: unknown field `a`"),
        ("shapes show missing.json", "missing.json cannot be read: "),
        ("shapes show .", "other.json cannot be read: not a file of shapes"),
    ] {
        let refused = within(folder.path(), line);
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    }
    std::fs::remove_file(folder.path().join("other.json")).unwrap();
    assert!(within(folder.path(), "shapes show .").stderr.contains("has no files of shapes"));
    assert_eq!(gofive("shapes strike shapes").code, 2);
}

/// The commands of docs/sharing-shapes.md, and what they print.
#[test]
fn the_guide_shows_what_the_commands_print() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sharing-shapes.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let record = json!({"productCode": "A001", "shelf": 7});
    let text = json!({"status": {"code": "1000"}, "data": vec![record; 32]}).to_string();
    let url = "https://api.gofive.co.th/v1/products/getProduct";
    let entries = [entry("POST", url, 200, json!({"text": text}))];
    std::fs::write(folder.path().join("browser.har"), archive(&entries)).unwrap();
    let mut blocks = 0;
    for block in guide.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (line, expected) = block.strip_prefix("$ ").unwrap().split_once('\n').unwrap();
        let (program, arguments) = line.split_once(' ').unwrap();
        let printed = match program {
            "gofive" => within(folder.path(), arguments).payload(),
            _ => std::fs::read_to_string(folder.path().join(arguments)).unwrap(),
        };
        assert_eq!(as_in_the_guide(&printed), expected, "{line}");
        blocks += 1;
    }
    assert_eq!(blocks, 5);
}

/// The text with the month and the session of the guide.
fn as_in_the_guide(text: &str) -> String {
    let month = gofive_api::shapes::Month::now().to_string();
    let session =
        text.lines().find_map(|line| line.trim().strip_suffix("\": {")?.strip_prefix('"').filter(|id| id.len() == 16));
    let text = text.replace(&month, "2026-11");
    session.map_or(text.clone(), |session| text.replace(session, "3f9a2c41b0d7e655"))
}
