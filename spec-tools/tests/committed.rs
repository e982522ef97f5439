//! What must hold for the committed spec and the files built from it, whatever operations there are.

use std::collections::BTreeSet;

use gofive_spec::{Grade, Spec};
use spec_tools::coverage::{Status, lookup};
use spec_tools::{Checked, wording};

use crate::frozen::committed;
use crate::website::pages;

/// The committed bundles, by product.
fn bundles() -> Vec<(String, Spec)> {
    let committed = committed();
    let bundle = |product: &String| {
        let text = committed.text(&format!("gofive-spec/bundled/{product}.json")).unwrap();
        (product.clone(), Spec::parse(text).unwrap())
    };
    let bundles: Vec<_> = committed.products().iter().map(bundle).collect();
    assert!(!bundles.is_empty());
    bundles
}

#[test]
fn the_committed_spec_has_no_findings() {
    let Checked { bundles, findings, .. } = spec_tools::check(&committed()).unwrap();
    assert_eq!(findings, []);
    assert!(!bundles.is_empty());
}

#[test]
fn the_committed_files_are_current() {
    let differences = spec_tools::build(&committed()).unwrap().differences(&committed());
    assert!(differences.is_empty(), "run `cargo xtask codegen`:\n{}", differences.join("\n"));
}

#[test]
fn two_runs_give_identical_files() {
    let files = || spec_tools::build(&committed()).unwrap().files;
    assert_eq!(files(), files());
}

#[test]
fn every_operation_has_a_ledger_row_and_every_row_an_operation_or_a_list_of_what_is_missing() {
    let ledgers = spec_tools::check(&committed()).unwrap().ledgers;
    for (product, spec) in bundles() {
        let ledger = ledgers.iter().find(|ledger| ledger.product == product).unwrap();
        let mut in_ledger = BTreeSet::new();
        for row in &ledger.rows {
            match &row.status {
                Status::Specified { operation, method, path, .. } => {
                    let specified = spec.operation(operation).unwrap();
                    assert_eq!((&specified.method, &specified.path), (method, path), "{operation}");
                    assert!(in_ledger.insert(operation.clone()), "{operation} has two rows");
                }
                Status::Listed { missing, .. } => assert!(!missing.is_empty(), "{}", row.title),
                Status::Elsewhere { .. } | Status::Only2021 { .. } | Status::NoEndpoint => {}
            }
        }
        let in_spec: BTreeSet<_> = spec.operations().iter().map(|operation| operation.id.clone()).collect();
        assert_eq!(in_ledger, in_spec);
    }
}

#[test]
fn exactly_the_incomplete_operations_are_listed_to_be_looked_up() {
    let checked = spec_tools::check(&committed()).unwrap();
    let next = lookup::next(&checked.bundles, &checked.ledgers);
    let listed: BTreeSet<_> = next.into_iter().map(|lookup| lookup.operation).collect();
    let mut incomplete = BTreeSet::new();
    for (_, spec) in bundles() {
        for operation in spec.operations() {
            let grades = [operation.evidence.request, operation.evidence.response];
            if operation.is_reviewed && grades.iter().any(|grade| *grade != Grade::Complete) {
                incomplete.insert(operation.id.clone());
            }
        }
    }
    assert_eq!(listed, incomplete);
}

#[test]
fn every_operation_has_a_page_with_its_evidence_and_all_that_is_odd() {
    let pages = pages(&committed());
    for (product, spec) in bundles() {
        for operation in spec.operations() {
            let end = format!("/{}.md", operation.id);
            let mut found = pages.iter().filter(|(path, _)| path.starts_with("reference/") && path.ends_with(&end));
            let (_, page) = found.next().unwrap_or_else(|| panic!("{product}: no page about {}", operation.id));
            assert!(found.next().is_none(), "{}", operation.id);
            for (part, grade) in operation.evidence.parts() {
                assert!(page.contains(&format!(">{part} {}</span>", wording::grade(grade))), "{}", operation.id);
            }
            for sentence in operation.oddities.iter().chain(&operation.unknown) {
                assert!(page.contains(&format!("\n- {}\n", wording::line(sentence))), "{}: {sentence}", operation.id);
            }
        }
    }
}
