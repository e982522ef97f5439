//! The path from an edit of the spec to the crate: a changed property changes a few lines.

use crate::frozen::{edit, edit_behind, frozen_and_built};
use crate::snapshot;

const CASE: &str = "venio/case.yaml";

#[test]
fn one_changed_property_changes_a_few_lines() {
    let mut sources = frozen_and_built();
    assert_eq!(spec_tools::build(&sources).unwrap().differences(&sources), Vec::<String>::new());

    let property = "        note:\n          type: string\n          description: Further details of the case.\n";
    edit_behind(&mut sources, CASE, "    AddCaseRequest:\n", property, &property.replace("string", "integer"));
    edit(&mut sources, CASE, "note: description", "note: 1");

    let differences = spec_tools::build(&sources).unwrap().differences(&sources);
    // The positions in the files change with every other edit of the generator.
    let shown = differences.join("\n");
    let shown = shown.lines().map(|line| if line.starts_with("@@") { "@@" } else { line });
    snapshot("codegen", "one-property-changed", &shown.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_file_that_is_no_longer_built_is_listed() {
    let mut sources = frozen_and_built();
    sources.write("gofive-spec/bundled/old.json", "{}");
    let differences = spec_tools::build(&sources).unwrap().differences(&sources);
    assert_eq!(differences, ["gofive-spec/bundled/old.json is no longer built"]);
}
