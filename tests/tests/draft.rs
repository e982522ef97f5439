//! Drafting an operation from a saved portal page: the draft of `add_case` is the hand-written one without its descriptions.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::BTreeMap;

use gofive_tests::pages::{ADD_CASE, PAGE, as_html, draft, drafted, undrafted, write};
use gofive_tests::{copy_of_spec, snapshot, sources, workspace};
use serde_json::{Value, json};
use spec_tools::portal::Options;

#[test]
fn the_draft_of_add_case_is_the_hand_written_operation_without_its_descriptions() {
    let copy = undrafted();
    write(&copy, &drafted(&copy, ADD_CASE));
    let (drafted, kept) = (venio(copy.path()), venio(&workspace()));
    assert_eq!(
        without_descriptions(&drafted["paths"]["/v1/case"]["post"]),
        without_descriptions(&kept["paths"]["/v1/case"]["post"])
    );
    let (drafted_schemas, kept_schemas) = (schemas(&drafted), schemas(&kept));
    assert_eq!(drafted_schemas.keys().collect::<Vec<_>>(), kept_schemas.keys().collect::<Vec<_>>());
    for (name, schema) in drafted_schemas {
        assert_eq!(schema, kept_schemas[&name], "{name}");
    }
    assert_eq!(without_descriptions(&drafted["paths"]), without_descriptions(&kept["paths"]), "in the same order");
}

/// The draft has the oddities that the page alone shows. The others are known from integrations, or are not contradictions.
#[test]
fn the_draft_finds_the_contradictions_of_the_page() {
    let found = drafted(&undrafted(), ADD_CASE).draft.operation["x-gofive-oddities"].clone();
    let kept = venio(&workspace())["paths"]["/v1/case"]["post"]["x-gofive-oddities"].clone();
    let (found, kept) = (found.as_array().unwrap(), kept.as_array().unwrap());
    assert_eq!(found.len(), 2, "{found:#?}");
    let both = |words: &[&str]| {
        for oddities in [found, kept] {
            let says = |oddity: &Value| words.iter().all(|word| oddity.as_str().unwrap().contains(word));
            assert!(oddities.iter().any(says), "{words:?}: {oddities:#?}");
        }
    };
    both(&[
        "data.feedbackId",
        "a string",
        "data.data.feedbackId",
        "an integer",
        "data.statusCode",
        "data.httpStatusCode",
    ]);
    both(&["two 401 responses", "\"Unauthorized\"", "\"User authentication required V2.\""]);
    let from_elsewhere = ["A case is called feedback", "offset with a colon", "An integration omits assignedToUserId"];
    assert_eq!(kept.len(), found.len() + from_elsewhere.len());
    for words in from_elsewhere {
        assert!(kept.iter().any(|oddity| oddity.as_str().unwrap().contains(words)), "{words}");
    }
}

#[test]
fn the_linter_asks_only_for_the_missing_descriptions() {
    let copy = undrafted();
    assert_eq!(spec_tools::check(&sources(copy.path())).unwrap().findings, [], "the spec is valid without add_case");
    write(&copy, &drafted(&copy, ADD_CASE));
    let findings = spec_tools::check(&sources(copy.path())).unwrap().findings;
    let missing: Vec<_> =
        findings.iter().map(|finding| format!("{} {}", finding.at.pointer, finding.problem)).collect();
    snapshot("draft", "words-to-write", &missing.join("\n"));
}

#[test]
fn the_crate_built_from_the_draft_differs_only_in_docs() {
    let copy = undrafted();
    write(&copy, &drafted(&copy, ADD_CASE));
    let path = copy.path().join("openapi/venio/case.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("description: ''", "description: Written.").replace("summary: ''", "summary: Written");
    std::fs::write(path, text.replace("x-enum-descriptions: ['', '']", "x-enum-descriptions: [Written., Written.]"))
        .unwrap();
    let sources = |workspace: &std::path::Path| {
        let files = spec_tools::build(&sources(workspace)).unwrap().files.into_iter();
        files.filter(|(path, _)| path.extension().is_some_and(|end| end == "rs")).collect::<Vec<_>>()
    };
    let (of_draft, committed) = (sources(copy.path()), sources(&workspace()));
    assert_eq!(of_draft.len(), committed.len());
    for ((path, drafted), (_, kept)) in of_draft.iter().zip(&committed) {
        assert!(undocumented(drafted) == undocumented(kept), "{} differs by more than docs", path.display());
    }
}

#[test]
fn all_other_lines_of_the_files_stay_unchanged() {
    let copy = undrafted();
    let drafted = drafted(&copy, ADD_CASE);
    for edited in &drafted.files {
        let before = std::fs::read_to_string(copy.path().join(&edited.file)).unwrap();
        let kept: Vec<_> = before.lines().collect();
        let mut after = edited.text.lines();
        for line in kept.iter().filter(|line| !line.contains("title: Add Case,")) {
            assert!(after.any(|its| its == *line), "{}: lost or moved: {line}", edited.file);
        }
        for line in edited.text.lines().filter(|line| !kept.contains(line)) {
            assert!(line.chars().count() <= 120, "{}: {line}", edited.file);
        }
    }
    let [add, edit] = ["  /v1/case:\n", "  /v1/case/{caseNo}:\n"].map(|path| drafted.files[0].text.find(path).unwrap());
    assert!(add < edit, "the operations are in the order of the sidebar");
    let files: Vec<_> = drafted.files.iter().map(|edited| edited.file.as_str()).collect();
    assert_eq!(files, ["openapi/venio/case.yaml", "openapi/venio/openapi.yaml", "openapi/venio/portal.yaml"]);
    let ledger = std::fs::read_to_string(workspace().join("openapi/venio/portal.yaml")).unwrap();
    assert_eq!(drafted.files[2].text, ledger, "the ledger is the committed one again");
    let root = std::fs::read_to_string(workspace().join("openapi/venio/openapi.yaml")).unwrap();
    assert_eq!(drafted.files[1].text, root, "and so is the root");
}

#[test]
fn the_report_lists_what_to_check() {
    snapshot("draft", "report", &drafted(&undrafted(), ADD_CASE).report());
}

/// Every way in which a browser may save the page gives the same draft.
#[test]
fn a_page_saved_as_html_gives_the_same_draft() {
    let copy = undrafted();
    let plain = drafted(&copy, ADD_CASE);
    for (name, html) in as_html(ADD_CASE) {
        let options = Options::default();
        let drafted = draft(&copy, &html, &options).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        assert_eq!(drafted.draft.identity.page.as_deref(), Some(PAGE), "{name}: the page's number is in the file");
        assert_eq!(drafted.yaml(), plain.yaml(), "{name}");
        assert_eq!(drafted.report(), plain.report(), "{name}");
    }
}

/// A draft of an operation that the spec has is refused, but can be printed.
#[test]
fn an_operation_is_in_the_spec_once() {
    let copy = copy_of_spec();
    let options = Options::default();
    let error = format!("{:#}", draft(&copy, ADD_CASE, &options).unwrap_err());
    assert!(error.contains("is already in the spec, as `add_case`"), "{error}");
    let printed = draft(&copy, ADD_CASE, &Options { print: true, ..options }).unwrap();
    assert!(printed.yaml().starts_with("paths:\n  /v1/case:\n    post:\n      operationId: add_case\n"));
}

/// Compares the rule for names with the names that were chosen by hand.
#[test]
fn operations_are_named_after_their_titles() {
    let checked = spec_tools::check(&sources(&workspace())).unwrap();
    let mut different = Vec::new();
    let mut equal = 0;
    for ledger in &checked.ledgers {
        let titles: Vec<_> = ledger.rows.iter().map(|row| row.title.clone()).collect();
        for row in &ledger.rows {
            let spec_tools::coverage::Status::Specified { operation, .. } = &row.status else { continue };
            let derived = spec_tools::portal::name::operation_id(&row.title, &titles);
            if derived == *operation {
                equal += 1;
            } else {
                different.push(format!("{}: {derived}, by hand {operation}", row.title.trim()));
            }
        }
    }
    snapshot("draft", "names-chosen-by-hand", &format!("{equal} equal\n{}", different.join("\n")));
}

fn venio(workspace: &std::path::Path) -> Value {
    let (bundles, _) = spec_tools::bundle::bundle_all(&sources(workspace));
    bundles.into_iter().find(|bundle| bundle.product == "venio").unwrap().doc
}

fn schemas(doc: &Value) -> BTreeMap<String, Value> {
    let schemas = doc["components"]["schemas"].as_object().unwrap();
    schemas.iter().map(|(name, schema)| (name.clone(), without_descriptions(schema))).collect()
}

/// The value without its descriptions, which a person writes.
fn without_descriptions(value: &Value) -> Value {
    match value {
        Value::Object(properties) => {
            let words = ["description", "summary", "x-enum-descriptions", "x-gofive-oddities"];
            let property = |(name, value): (&String, &Value)| match name.as_str() {
                "value" | "example" => json!([name, value.to_string()]),
                name if words.contains(&name) && !value.is_object() => json!([name, "words"]),
                name => json!([name, without_descriptions(value)]),
            };
            // An array, so that the order matters.
            properties.iter().map(property).collect()
        }
        Value::Array(items) => items.iter().map(without_descriptions).collect(),
        other => other.clone(),
    }
}

/// The source without its doc comments and line breaks.
fn undocumented(source: &str) -> String {
    let mut code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    while let Some(start) = code.find("#[doc = \"") {
        let end = start + code[start..].find("\"]").unwrap() + 2;
        code.replace_range(start..end, "");
    }
    code.split_whitespace().collect()
}
