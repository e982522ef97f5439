//! The ledger of everything that the portal lists, against the bundles and the crate.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::BTreeSet;

use gofive_tests::{specs, workspace};
use xtask::coverage::Status;

#[test]
fn every_operation_has_its_row_and_every_row_its_operation_or_what_is_missing() {
    let ledgers = xtask::check(&workspace()).unwrap().ledgers;
    for (product, spec) in specs() {
        let ledger = ledgers.iter().find(|ledger| ledger.product == product).unwrap();
        let mut in_ledger = BTreeSet::new();
        for row in &ledger.rows {
            match &row.status {
                Status::Specified { operation, method, path, .. } => {
                    let specified = spec.operation(operation).unwrap();
                    assert_eq!((&specified.method, &specified.path), (method, path), "{operation}");
                    assert!(in_ledger.insert(operation.clone()), "{operation} stands twice");
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
