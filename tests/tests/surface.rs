//! What the crate looks like to its users: a page an operation, a page a type. A change of the spec shows up here.

use gofive_tests::{snapshot, surface};

#[test]
fn operations_of_venio() {
    let pages = surface::operations("venio", &gofive_api::venio::OPERATIONS);
    assert_eq!(pages.len(), gofive_api::venio::OPERATIONS.len());
    for (id, page) in pages {
        snapshot("venio/operations", &id, &page);
    }
}

#[test]
fn types_of_venio() {
    for (name, page) in surface::types("venio") {
        snapshot("venio/types", &name, &page);
    }
}
