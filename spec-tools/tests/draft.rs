//! Drafting an operation from a saved portal page: the draft of `add_case` is the hand-written one without its descriptions.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spec_tools::Sources;
use spec_tools::portal::{Options, name};
use spec_tools::sources::yaml::Source;

use crate::frozen::{edit_everywhere, frozen, text};
use crate::page::{ADD_CASE, PAGE, as_html, draft, drafted, undrafted, with_draft};
use crate::snapshot;

const CASE: &str = "venio/case.yaml";

/// The frozen spec with the draft of `add_case` instead of the operation as written by hand.
fn with_add_case_drafted() -> Sources {
    let sources = undrafted();
    let drafted = drafted(&sources, ADD_CASE);
    with_draft(sources, &drafted)
}

#[test]
fn the_draft_of_add_case_is_the_hand_written_operation_without_its_descriptions() {
    let (drafted, kept) = (venio(&with_add_case_drafted()), venio(&frozen()));
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
    let found = drafted(&undrafted(), ADD_CASE).operation["x-gofive-oddities"].clone();
    let kept = venio(&frozen())["paths"]["/v1/case"]["post"]["x-gofive-oddities"].clone();
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
    assert_eq!(spec_tools::check(&undrafted()).unwrap().findings, [], "the spec is valid without add_case");
    let checked = spec_tools::check(&with_add_case_drafted()).unwrap();
    assert_eq!(checked.findings, [], "what nobody has reviewed may lack words, and nothing else");
    let missing: Vec<_> =
        checked.warnings.iter().map(|finding| format!("{} {}", finding.at.pointer, finding.problem)).collect();
    snapshot("draft", "words-to-write", &missing.join("\n"));
}

#[test]
fn the_crate_built_from_the_draft_differs_only_in_docs() {
    let mut described = with_add_case_drafted();
    for (missing, written) in [
        ("description: ''", "description: Written."),
        ("summary: ''", "summary: Written"),
        ("      x-gofive-reviewed: false\n", ""),
        ("x-enum-descriptions: ['', '']", "x-enum-descriptions: [Written., Written.]"),
    ] {
        edit_everywhere(&mut described, CASE, missing, written);
    }
    let code = |sources: &Sources| {
        let files = spec_tools::build(sources).unwrap().files.into_iter();
        files.filter(|(path, _)| path.extension().is_some_and(|end| end == "rs")).collect::<Vec<_>>()
    };
    let (of_draft, by_hand) = (code(&described), code(&frozen()));
    assert_eq!(of_draft.len(), by_hand.len());
    for ((path, drafted), (_, kept)) in of_draft.iter().zip(&by_hand) {
        assert!(undocumented(drafted) == undocumented(kept), "{} differs by more than docs", path.display());
    }
}

#[test]
fn all_other_lines_of_the_files_stay_unchanged() {
    let sources = undrafted();
    let drafted = drafted(&sources, ADD_CASE);
    for edited in &drafted.files {
        let before = sources.text(&edited.file).unwrap();
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
    assert_eq!(drafted.files[2].text, text(&frozen(), "venio/portal.yaml"), "the ledger is the frozen one again");
    assert_eq!(drafted.files[1].text, text(&frozen(), "venio/openapi.yaml"), "and so is the root");
}

#[test]
fn the_report_lists_what_to_check() {
    snapshot("draft", "report", &drafted(&undrafted(), ADD_CASE).report());
}

/// Every way in which a browser may save the page gives the same draft.
#[test]
fn a_page_saved_as_html_gives_the_same_draft() {
    let sources = undrafted();
    let plain = drafted(&sources, ADD_CASE);
    for (name, html) in as_html(ADD_CASE) {
        let options = Options::default();
        let drafted = draft(&sources, &html, &options).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        assert_eq!(drafted.row.page.as_deref(), Some(PAGE), "{name}: the page's number is in the file");
        assert_eq!(drafted.yaml(), plain.yaml(), "{name}");
        assert_eq!(drafted.report(), plain.report(), "{name}");
    }
}

/// A draft of an operation that the spec has is refused, but can be printed.
#[test]
fn an_operation_is_in_the_spec_once() {
    let options = Options::default();
    let error = draft(&frozen(), ADD_CASE, &options).unwrap_err();
    assert!(error.contains("is already in the spec, as `add_case`"), "{error}");
    let printed = draft(&frozen(), ADD_CASE, &Options { print: true, ..options }).unwrap();
    assert!(printed.yaml().starts_with("paths:\n  /v1/case:\n    post:\n      operationId: add_case\n"));
}

/// Compares the rule for names with the names that were chosen by hand, for all titles that the portal had in November 2026.
#[test]
fn operations_are_named_after_their_titles() {
    let titles = Source::parse("titles.yaml", include_str!("pages/titles.yaml")).unwrap().root;
    let mut different = Vec::new();
    let mut equal = 0;
    for rows in titles.as_object().unwrap().values() {
        let rows: Vec<Vec<String>> = serde_json::from_value(rows.clone()).unwrap();
        let titles: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
        for row in &rows {
            let [title, by_hand] = row.as_slice() else { continue };
            let derived = name::operation_id(title, &titles);
            if derived == *by_hand {
                equal += 1;
            } else {
                different.push(format!("{}: {derived}, by hand {by_hand}", title.trim()));
            }
        }
    }
    snapshot("draft", "names-chosen-by-hand", &format!("{equal} equal\n{}", different.join("\n")));
}

fn venio(sources: &Sources) -> Value {
    let (bundles, _) = spec_tools::bundle::bundle_all(sources);
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
                "value" | "example" => Some(json!([name, value.to_string()])),
                "x-gofive-reviewed" => None,
                name if words.contains(&name) && !value.is_object() => None,
                name => Some(json!([name, without_descriptions(value)])),
            };
            // An array, so that the order matters.
            properties.iter().filter_map(property).collect()
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
