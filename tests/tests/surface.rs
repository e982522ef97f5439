//! The API of the crate as its users see it: one page per operation, one per type. A change of the spec shows up here.

use gofive_api::Operation;
use gofive_spec::Spec;
use gofive_tests::{snapshots, specs, surface};

fn surface_of(product: &str, operations: &[&Operation]) {
    let pages = surface::operations(product, operations);
    let reviewed = specs().into_iter().find(|(known, _)| *known == product).unwrap().1;
    assert_eq!(pages.len(), reviewed.operations().len());
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

#[test]
fn the_crate_has_every_operation_of_the_bundles() {
    let tables = [
        ("venio", gofive_api::venio::OPERATIONS.to_vec()),
        ("empeo", gofive_api::empeo::OPERATIONS.to_vec()),
        ("etaxgo", gofive_api::etaxgo::OPERATIONS.to_vec()),
    ];
    for ((product, table), (same, bundle)) in tables.iter().zip(gofive_spec::BUNDLES) {
        assert_eq!(*product, same);
        let spec = Spec::parse(bundle).unwrap();
        let in_crate: Vec<_> = table.iter().map(|operation| (operation.method(), operation.path())).collect();
        let in_spec: Vec<_> =
            spec.operations().iter().map(|operation| (operation.method.as_str(), operation.path.as_str())).collect();
        assert_eq!(in_crate, in_spec);
    }
}
