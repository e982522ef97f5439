//! An operation that is drafted and not reviewed: what the linter asks of it, and what is built from it.

use std::path::Path;

use spec_tools::Sources;
use spec_tools::coverage::{self, lookup};
use spec_tools::diff::{Class, Snapshot};
use spec_tools::finding::{self, Finding};
use spec_tools::output::Output;

use crate::frozen::{committed, edit, only, text, write};
use crate::new_operation::{GROUP, with_the_new_operation};
use crate::snapshot;

const FILE: &str = "venio/test-fixture.yaml";
const TITLE: &str = "      x-gofive-title: Update Test Widget\n";

/// The committed spec with an operation as it is drafted: without a word that a person writes.
fn drafted() -> Sources {
    let marked = GROUP.replace(TITLE, &format!("{TITLE}      x-gofive-reviewed: false\n"));
    let mut sources = with_the_new_operation(&marked);
    for (from, to) in [
        ("summary: Change a widget\n", "summary:\n"),
        ("description: The new content of a widget.\n", "description:\n"),
        ("          description: Text on the widget.\n", ""),
        ("[Red, Green]", "['', '']"),
    ] {
        edit(&mut sources, FILE, from, to);
    }
    let group = text(&sources, FILE);
    let (head, rest) = group.split_once("      description: >-\n").unwrap();
    let (_, tail) = rest.split_once(TITLE).unwrap();
    write(&mut sources, FILE, format!("{head}{TITLE}{tail}"));
    edit(&mut sources, "venio/openapi.yaml", "A fixture of the tests, not a part of the API.", "''");
    sources
}

/// The draft after the review: the words stay missing.
fn reviewed() -> Sources {
    let mut sources = drafted();
    edit(&mut sources, FILE, "      x-gofive-reviewed: false\n", "");
    sources
}

#[test]
fn words_that_a_draft_lacks_are_warnings() {
    let checked = spec_tools::check(&drafted()).unwrap();
    assert_eq!(checked.findings, []);
    snapshot("unreviewed", "warnings", &finding::warnings(&checked.warnings));
}

#[test]
fn words_that_a_reviewed_operation_lacks_are_findings() {
    let (draft, reviewed) = (spec_tools::check(&drafted()).unwrap(), spec_tools::check(&reviewed()).unwrap());
    assert_eq!(reviewed.warnings, []);
    let location = |finding: &Finding| (finding.rule, finding.at.file.clone(), finding.at.pointer.clone());
    let [mut before, mut after] =
        [&draft.warnings, &reviewed.findings].map(|all| all.iter().map(location).collect::<Vec<_>>());
    before.sort();
    after.sort();
    assert!(before.len() > 5, "{before:?}");
    assert_eq!(before, after);
}

/// What the wire needs is a finding in a draft, too, and so are words of others.
#[test]
fn a_draft_has_all_that_the_wire_needs() {
    for (file, from, to, rule) in [
        (FILE, "      x-gofive-payload: [/data]\n", "      x-gofive-payload: [/other]\n", "payload"),
        (FILE, "      x-gofive-idempotency: idempotent\n", "", "schema"),
        (FILE, "                  label: Round widget\n", "", "example-schema"),
        (FILE, "summary: A widget with two parts", "summary: \"A widget\\u202e\"", "character"),
        (FILE, "x-gofive-reviewed: false", "x-gofive-reviewed: true", "schema"),
        ("venio/case.yaml", "      summary: Open a case\n", "", finding::MISSING_TEXT),
        ("venio/portal.yaml", "operation: update_test_widget", "operation: update_widget", "ledger"),
    ] {
        let mut sources = drafted();
        edit(&mut sources, file, from, to);
        let findings = spec_tools::check(&sources).unwrap().findings;
        assert!(findings.iter().any(|finding| finding.rule == rule), "{to:?}: {findings:#?}");
        // The words of the draft are not among them, even if nothing is known of the documents.
        assert!(
            !findings.iter().any(|finding| finding.at.file.ends_with(FILE) && finding.rule == finding::MISSING_TEXT)
        );
    }
}

fn generated<'a>(output: &'a Output, file: &str) -> &'a str {
    output.files.get(&Path::new("gofive-api/src/generated").join(file)).map_or("", String::as_str)
}

#[test]
fn a_draft_is_generated_behind_the_feature_and_nothing_else_changes() {
    let (before, after) = (spec_tools::build(&committed()).unwrap(), spec_tools::build(&drafted()).unwrap());
    for file in ["venio/client.rs", "venio/types.rs", "venio/responses.json", "mod.rs"] {
        assert_eq!(generated(&before, file), generated(&after, file), "{file}");
    }
    let calls = Path::new("tests/src/generated/calls.rs");
    assert_eq!(before.files[calls], after.files[calls]);

    let module = generated(&after, "venio/mod.rs");
    let attribute = "#[cfg(feature = \"unreviewed\")]\n";
    for behind in ["mod unreviewed;", "pub use self::unreviewed::types::*;"] {
        assert!(module.contains(&format!("{attribute}{behind}\n")), "{module}");
    }
    let row = "| `update_test_widget` | Update Test Widget (not reviewed, behind the feature `unreviewed`) |";
    assert!(module.contains(row), "{module}");
    let client = generated(&after, "venio/unreviewed/client.rs");
    let doc = "    /// Update Test Widget.\n    ///\n    /// Drafted from the portal's page, not reviewed.\n";
    assert!(client.contains(doc) && client.contains("pub async fn update_test_widget("), "{client}");
    assert_eq!(client.matches("pub async fn").count(), 1);
    let types = generated(&after, "venio/unreviewed/types.rs");
    for name in ["struct UpdateTestWidgetRequest {", "struct UpdateTestWidgetResponse {", "TestWidgetColour, i64"] {
        assert!(types.contains(name), "{name}: {types}");
    }
    let table = generated(&after, "venio/operations.rs");
    assert!(table.contains("    #[cfg(feature = \"unreviewed\")]\n    &UPDATE_TEST_WIDGET,\n"), "{table}");
    assert!(table.contains(&format!("{attribute}pub(super) static UPDATE_TEST_WIDGET: Operation")), "{table}");
    let bundle = &after.files[Path::new("gofive-spec/bundled/venio.json")];
    assert!(bundle.contains("\"description\": \"Drafted from the portal's page, not reviewed.\""));
}

/// The code of a draft is that of a reviewed operation.
#[test]
fn a_review_moves_the_code_out_of_the_feature() {
    let mut sources = with_the_new_operation(GROUP);
    let reviewed = spec_tools::build(&sources).unwrap();
    edit(&mut sources, FILE, TITLE, &format!("{TITLE}      x-gofive-reviewed: false\n"));
    let drafted = spec_tools::build(&sources).unwrap();
    assert_eq!(generated(&reviewed, "venio/unreviewed/client.rs"), "");
    for file in ["client.rs", "types.rs"] {
        let draft = generated(&drafted, &format!("venio/unreviewed/{file}"));
        let draft = draft.replace("    /// Drafted from the portal's page, not reviewed.\n    ///\n", "");
        let both = format!("{draft}{}", generated(&drafted, &format!("venio/{file}")));
        let lost: Vec<_> = generated(&reviewed, &format!("venio/{file}"))
            .split("\n\n")
            .filter(|item| !both.contains(item.trim_end_matches(['}', '\n', ' '])))
            .collect();
        assert!(lost.is_empty(), "{file}: {lost:#?}\n{draft}");
    }
}

#[test]
fn the_coverage_counts_a_draft_apart() {
    let (before, after) = (spec_tools::check(&committed()).unwrap(), spec_tools::check(&drafted()).unwrap());
    let all = |ledgers| coverage::counts(ledgers).pop().unwrap().1;
    let mut expected = all(&before.ledgers);
    expected[4] += 1;
    assert_eq!(all(&after.ledgers), expected);
    let next = lookup::next(&after.bundles, &after.ledgers);
    assert!(next.iter().all(|lookup| lookup.operation != "update_test_widget"));
    let page = &spec_tools::build(&drafted()).unwrap().files[Path::new("openapi/COVERAGE.md")];
    assert!(page.contains("(`update_test_widget`), not reviewed |"), "{page}");
}

/// The changes from one state of Venio to the other: class and headline.
fn changes(old: &Snapshot, new: &Snapshot) -> Vec<(Class, String)> {
    let report = spec_tools::diff::compare(old, new).unwrap();
    report.changes.into_iter().map(|change| (change.class, change.headline)).collect()
}

#[test]
fn no_change_of_a_draft_is_breaking() {
    let built = |sources: Sources| Snapshot::built(&only(sources, "venio")).unwrap();
    let (before, draft, reviewed) = (built(committed()), built(drafted()), built(self::reviewed()));
    let class = |old: &Snapshot, new: &Snapshot| changes(old, new).into_iter().map(|(class, _)| class).max();
    assert_eq!(class(&draft, &before), Some(Class::Additive), "{:#?}", changes(&draft, &before));
    let review = (Class::Additive, "operation `update_test_widget`: is reviewed".to_owned());
    assert_eq!(changes(&draft, &reviewed)[0], review);
    let withdrawn = (Class::Breaking, "operation `update_test_widget`: is not reviewed any more".to_owned());
    assert_eq!(changes(&reviewed, &draft)[0], withdrawn);

    let mut edited = drafted();
    for (from, to) in [
        ("required: [label, parts]", "required: [label, parts, weight]"),
        ("        widgetNo:\n", "        widgetNumber:\n"),
        ("      x-gofive-idempotency: idempotent\n", "      x-gofive-idempotency: non-idempotent\n"),
        ("operationId: update_test_widget", "operationId: change_test_widget"),
        ("enum: [1, 2]", "enum: [3, 4]"),
    ] {
        edit(&mut edited, FILE, from, to);
    }
    let new = built(edited.clone());
    let changes = changes(&draft, &new);
    assert!(changes.len() > 5 && changes.iter().all(|(class, _)| *class < Class::Breaking), "{changes:#?}");
    // The same changes break a program that calls the operation after its review.
    edit(&mut edited, FILE, "      x-gofive-reviewed: false\n", "");
    assert_eq!(class(&reviewed, &built(edited)), Some(Class::Breaking));
}
