//! The path from an edit of the spec to the crate: a changed property changes a few lines, and the committed files are current.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use gofive_tests::{copy_of_spec, snapshot, sources, workspace};

#[test]
fn the_committed_files_are_current() {
    let differences = spec_tools::build(&sources(&workspace())).unwrap().differences(&workspace()).unwrap();
    assert!(differences.is_empty(), "run `cargo xtask codegen`:\n{}", differences.join("\n"));
}

#[test]
fn two_runs_give_identical_files() {
    let files = || spec_tools::build(&sources(&workspace())).unwrap().files;
    assert_eq!(files(), files());
}

#[test]
fn one_changed_property_changes_a_few_lines() {
    let copy = copy_of_spec();
    assert_eq!(
        spec_tools::build(&sources(copy.path())).unwrap().differences(copy.path()).unwrap(),
        Vec::<String>::new()
    );

    let case = copy.path().join("openapi/venio/case.yaml");
    let text = std::fs::read_to_string(&case).unwrap();
    let property = "        note:\n          type: string\n          description: Further details of the case.\n";
    assert!(text.contains(property));
    let integer = property.replace("string", "integer");
    std::fs::write(&case, text.replacen(property, &integer, 1).replace("note: description", "note: 1")).unwrap();
    // EditCaseRequest keeps its text.
    let text = std::fs::read_to_string(&case).unwrap();
    let (head, tail) = text.split_once("operationId: edit_case").unwrap();
    std::fs::write(&case, format!("{head}operationId: edit_case{}", tail.replace("note: 1", "note: description")))
        .unwrap();

    let differences = spec_tools::build(&sources(copy.path())).unwrap().differences(copy.path()).unwrap();
    // The positions in the files change with every other edit.
    let shown = differences.join("\n");
    let shown = shown.lines().map(|line| if line.starts_with("@@") { "@@" } else { line });
    snapshot("codegen", "one-property-changed", &shown.collect::<Vec<_>>().join("\n"));
}
