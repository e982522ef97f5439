//! The API of the crate as its users see it: one page per operation, one per type. A change of the spec shows up here.

use gofive_api::Operation;
use gofive_tests::{snapshots, surface};

fn surface_of(product: &str, operations: &[&Operation]) {
    let pages = surface::operations(product, operations);
    assert_eq!(pages.len(), operations.len());
    snapshots(&format!("{product}/operations"), &pages);
    snapshots(&format!("{product}/types"), &surface::types(product));
}

#[test]
fn venio() {
    surface_of("venio", gofive_api::venio::OPERATIONS);
}

#[test]
fn empeo() {
    surface_of("empeo", gofive_api::empeo::OPERATIONS);
}

#[test]
fn etaxgo() {
    surface_of("etaxgo", gofive_api::etaxgo::OPERATIONS);
}
