//! Compares the ledgers, which list everything on the portal, with the bundles and the crate.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::BTreeSet;
use std::fs;

use gofive_tests::{copy_of_spec, sources, specs, workspace};
use spec_tools::coverage::Status;
use spec_tools::coverage::lookup::{self, Lookup};

#[test]
fn every_operation_has_a_ledger_row_and_every_row_an_operation_or_a_list_of_what_is_missing() {
    let ledgers = spec_tools::check(&sources(&workspace())).unwrap().ledgers;
    for (product, spec) in specs() {
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
fn the_crate_has_every_operation_of_the_bundles() {
    let tables = [
        ("venio", gofive_api::venio::OPERATIONS.to_vec()),
        ("empeo", gofive_api::empeo::OPERATIONS.to_vec()),
        ("etaxgo", gofive_api::etaxgo::OPERATIONS.to_vec()),
    ];
    for ((product, table), (same, spec)) in tables.iter().zip(specs()) {
        assert_eq!(*product, same);
        let in_crate: Vec<_> = table.iter().map(|operation| (operation.method(), operation.path())).collect();
        let in_spec: Vec<_> =
            spec.operations().iter().map(|operation| (operation.method.as_str(), operation.path.as_str())).collect();
        assert_eq!(in_crate, in_spec);
    }
}

#[test]
fn exactly_the_incomplete_operations_are_listed_to_be_looked_up() {
    let listed: BTreeSet<_> = look_up_next(&workspace()).into_iter().map(|lookup| lookup.operation).collect();
    let mut incomplete = BTreeSet::new();
    for (_, spec) in specs() {
        for operation in spec.operations() {
            let grades = ["request", "response"].map(|part| operation.extension("evidence").unwrap()[part].clone());
            if grades.iter().any(|grade| grade != "complete") {
                incomplete.insert(operation.id.clone());
            }
        }
    }
    assert_eq!(listed, incomplete);
}

#[test]
fn the_largest_gap_comes_first() {
    let next = look_up_next(&workspace());
    let position = |id: &str| next.iter().position(|lookup| lookup.operation == id).unwrap();
    let nothing_known = position("get_product_units");
    let only_response_missing = position("create_deal");
    let partly_known = position("get_sales_order");
    assert!(nothing_known < only_response_missing && only_response_missing < partly_known);

    let table = lookup::table(&next);
    let row = |id: &str| table.lines().find(|line| line.contains(&format!("`{id}`"))).unwrap().to_owned();
    insta::assert_snapshot!(without_number(&row("get_product_units")), @"venio `get_product_units` | sidebar Product › /v1/products/units; unassigned pages of the group: api-6657280 | none: no property is known | none: no property is known |");
    insta::assert_snapshot!(without_number(&row("create_deal")), @"venio `create_deal` | api-3608469 | none: no property is known | complete |");
    insta::assert_snapshot!(without_number(&row("get_product")), @"venio `get_product` | api-3597197 | partial: 2 open objects; 12 properties without a type; 12 properties that no table lists; example: the page's response is cut after the second property of data | complete |");
}

#[test]
fn an_edit_that_closes_a_gap_reduces_the_list() {
    let copy = copy_of_spec();
    let of = |next: Vec<Lookup>| next.into_iter().find(|lookup| lookup.operation == "get_contract").unwrap().response;
    let before = of(look_up_next(copy.path()));
    let file = copy.path().join("openapi/venio/contract.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("additionalProperties: true", "", 1)).unwrap();
    let after = of(look_up_next(copy.path()));
    assert_eq!((before.open, after.open), (3, 2));
}

fn look_up_next(workspace: &std::path::Path) -> Vec<Lookup> {
    let checked = spec_tools::check(&sources(workspace)).unwrap();
    lookup::next(&checked.bundles, &checked.ledgers)
}

/// A row of the table without its number, which changes with every edit of the spec.
fn without_number(row: &str) -> String {
    row.split('|').skip(2).collect::<Vec<_>>().join("|").trim().to_owned()
}
