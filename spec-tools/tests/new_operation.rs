//! A new operation needs nothing but its spec: everything else is generated. `tests/new_operation/run` does the same in a
//! copy of the repository, compiles it, and runs all tests.

use std::path::Path;

use spec_tools::Sources;
use spec_tools::output::Output;

use crate::frozen::{committed, edit, write};

pub(crate) const GROUP: &str = include_str!("../../tests/new_operation/group.yaml");
const TAGS: &str = include_str!("../../tests/new_operation/tags.yaml");
const PATHS: &str = include_str!("../../tests/new_operation/paths.yaml");
const TITLES: &str = include_str!("../../tests/new_operation/groups.yaml");

/// The committed spec with one more operation, whose group is in this file.
pub(crate) fn with_the_new_operation(group: &str) -> Sources {
    let mut sources = committed();
    write(&mut sources, "venio/test-fixture.yaml", group);
    for (file, line, added) in [
        ("venio/openapi.yaml", "\ntags:\n", TAGS),
        ("venio/openapi.yaml", "\npaths:\n", PATHS),
        ("venio/portal.yaml", "\ngroups:\n", TITLES),
    ] {
        edit(&mut sources, file, line, &format!("{line}{added}"));
    }
    sources
}

fn built_with_the_new_operation() -> Output {
    spec_tools::build(&with_the_new_operation(GROUP)).unwrap()
}

#[test]
fn a_new_operation_is_in_every_generated_file_which_all_are_rust() {
    let output = built_with_the_new_operation();
    for (path, text) in &output.files {
        if path.extension().is_some_and(|extension| extension == "rs") {
            syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
    for (path, part) in [
        ("gofive-api/src/generated/venio/client.rs", "pub async fn update_test_widget("),
        ("gofive-api/src/generated/venio/types.rs", "pub struct UpdateTestWidgetRequest {"),
        ("gofive-api/src/generated/venio/types.rs", "pub struct UpdateTestWidgetResponse {"),
        ("gofive-api/src/generated/venio/operations.rs", "UPDATE_TEST_WIDGET: Operation"),
        ("gofive-api/src/generated/venio/mod.rs", "# Test Fixture"),
        ("gofive-api/src/generated/names.rs", "update_test_widget"),
        ("gofive-api/src/generated/venio/responses.json", "update_test_widget"),
        ("gofive-api/src/generated/operations.md", "update_test_widget"),
        ("gofive-sandbox/src/generated/operation.rs", "pub const UPDATE_TEST_WIDGET: Operation"),
        ("gofive-spec/bundled/venio.json", "update_test_widget"),
        ("gofive-spec/bundled/venio.http", "update_test_widget"),
        ("openapi/COVERAGE.md", "update_test_widget"),
        ("tests/src/generated/schemas.rs", r#"("update_test_widget", schema_for!("#),
    ] {
        assert!(output.files[Path::new(path)].contains(part), "{path} has no {part:?}");
    }
}

/// The type of each argument decides how the test reads it from the example.
#[test]
fn the_tests_call_a_new_operation_with_all_its_arguments() {
    let output = built_with_the_new_operation();
    let calls = &output.files[Path::new("tests/src/generated/calls.rs")];
    let calls: String = calls.split_whitespace().collect();
    let call = r#".update_test_widget(with.number("shelfId"),&with.text("widgetNo"),&with.request()"#;
    assert!(calls.contains(call), "{calls}");
}

/// No other file changes: those of the other products, for example.
#[test]
fn a_new_operation_changes_only_the_files_of_its_product_and_the_lists_of_all_operations() {
    let (before, after) = (spec_tools::build(&committed()).unwrap(), built_with_the_new_operation());
    assert_eq!(before.folders, after.folders);
    let changed = after.files.iter().filter(|(path, text)| before.files.get(*path) != Some(*text));
    let changed: Vec<_> = changed.map(|(path, _)| path.to_str().unwrap()).collect();
    assert_eq!(
        changed,
        [
            "README.md",
            "gofive-api/README.md",
            "gofive-api/src/generated/names.rs",
            "gofive-api/src/generated/operations.md",
            "gofive-api/src/generated/venio/client.rs",
            "gofive-api/src/generated/venio/mod.rs",
            "gofive-api/src/generated/venio/operations.rs",
            "gofive-api/src/generated/venio/responses.json",
            "gofive-api/src/generated/venio/types.rs",
            "gofive-sandbox/src/generated/operation.rs",
            "gofive-spec/bundled/venio.http",
            "gofive-spec/bundled/venio.json",
            "openapi/COVERAGE.md",
            "tests/src/generated/calls.rs",
            "tests/src/generated/schemas.rs",
        ]
    );
}
