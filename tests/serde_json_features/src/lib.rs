//! Helpers that the decoding tests share, as in the workspace. There are no snapshots: features change what `Debug` prints.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, as it should")]

#[path = "WORKSPACE/tests/src/calls.rs"]
pub mod calls;
#[path = "WORKSPACE/tests/src/wire.rs"]
pub mod wire;

use std::collections::BTreeMap;

pub use calls::{events_of, specs};

/// Does nothing, in place of the comparison with snapshots.
pub fn snapshots(_: &str, _: &BTreeMap<String, String>) {}
