//! What the crate looks like to its users: a page an operation, a page a type. A change of the spec shows up here.

use gofive_tests::{snapshots, surface};

#[test]
fn operations_of_venio() {
    let pages = surface::operations("venio", &gofive_api::venio::OPERATIONS);
    assert_eq!(pages.len(), gofive_api::venio::OPERATIONS.len());
    snapshots("venio/operations", &pages);
}

#[test]
fn types_of_venio() {
    snapshots("venio/types", &surface::types("venio"));
}
