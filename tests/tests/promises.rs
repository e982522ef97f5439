//! Each promise of the README has a test, which `docs/promises.md` names, and each invariant of the code one that
//! `ARCHITECTURE.md` names.

use std::path::PathBuf;

use gofive_tests::workspace;

fn read(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).unwrap()
}

/// The rows of the page, each a promise and the path of its test.
fn rows(page: &str) -> Vec<(&str, &str)> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix("` |")?.rsplit_once(" | `"));
    rows.filter(|(promise, _)| *promise != "promise").collect()
}

/// The possible files of a test: `limits::name` is in a file of these tests, `limit::tests::name` in the client, `page::name` in
/// the sandbox.
fn files_of(test: &str) -> (Vec<PathBuf>, &str) {
    let (module, name) = test.rsplit_once("::").unwrap();
    let module = module.replace("::", "/");
    let folders = [
        "tests/tests",
        "spec-tools/tests",
        "spec-tools/src",
        "xtask/tests",
        "gofive-api/src",
        "gofive-sandbox/src/tests",
        "gofive-shapes/src",
        "gofive-shapes/tests",
        "gofive-cli/src",
        "gofive-cli/tests/cli",
    ];
    let files = folders.map(|folder| workspace().join(folder).join(format!("{module}.rs")));
    (files.to_vec(), name)
}

#[test]
fn every_promise_has_a_test_that_exists() {
    let (promises, architecture) = (read("docs/promises.md"), read("ARCHITECTURE.md"));
    let lines = promises.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise")).count();
    assert_eq!(rows(&promises).len(), lines, "a line has no test");
    let (_, invariants) = architecture.split_once("## Invariants").unwrap();
    let (invariants, _) = invariants.split_once("\n## ").unwrap();
    assert!(!rows(invariants).is_empty());
    for (promise, test) in rows(&promises).into_iter().chain(rows(invariants)) {
        let (files, name) = files_of(test);
        let exists = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).any(|source| {
            let by_function = source.contains(&format!("fn {name}("));
            // A macro creates the tests of the static session, each with a name of one letter.
            let by_macro = test.starts_with("static_session::") && source.contains(&format!(" {name}\n"));
            by_function || by_macro
        });
        assert!(exists, "{promise} {test} does not exist");
    }
}

#[test]
fn no_promise_of_the_readme_is_missing() {
    let (readme, page) = (read("README.md"), read("docs/promises.md"));
    let (_, list) = readme.split_once("What the client does").unwrap();
    let (list, _) = list.split_once("\n## ").unwrap();
    let promised: Vec<_> = list.lines().filter_map(|line| line.strip_prefix("- **")?.split_once("**")).collect();
    let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(promised.iter().map(|(promise, _)| *promise).collect::<Vec<_>>(), headings);
}
