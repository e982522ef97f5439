//! Helpers that the decoding tests share, as in the workspace. There are no snapshots: features change what `Debug` prints.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, as it should")]

#[path = "WORKSPACE/tests/src/calls.rs"]
pub mod calls;
#[path = "WORKSPACE/tests/src/wire.rs"]
pub mod wire;

use std::collections::BTreeMap;

pub use calls::events_of;
use gofive_spec::Spec;

/// The OpenAPI documents of all products, by product.
pub fn specs() -> Vec<(&'static str, Spec)> {
    let parse = |(product, text)| (product, Spec::parse(text).expect("the committed bundles are OpenAPI documents"));
    gofive_spec::BUNDLES.into_iter().map(parse).collect()
}

/// Does nothing, in place of the comparison with snapshots.
pub fn snapshots(_: &str, _: &BTreeMap<String, String>) {}
