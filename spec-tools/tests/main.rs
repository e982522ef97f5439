//! The tests of the tools, on a small frozen spec (`tests/spec/`), and what must hold for the committed spec (`committed.rs`).
//! They change the spec in memory and write no files.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod awkward;
mod bundles;
mod codegen;
mod committed;
mod coverage;
mod diff;
mod draft;
mod draft_messages;
mod frozen;
mod hide;
mod learn;
mod learn_proofs;
mod lint;
mod local_portal;
mod names;
mod new_operation;
mod page;
mod portal_draft;
mod portal_pages;
mod portal_read;
mod portal_status;
mod portal_verify;
mod samples;
mod schema;
mod texts;
mod unreviewed;
mod website;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The workspace's folder.
fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), ".."].iter().collect()
}

/// Compares the text with the snapshot `tests/snapshots/<folder>/<name>.snap`.
fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Runs the check on each item, on as many threads as there are processors.
fn check_in_parallel<T: Sync>(items: &[T], check: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(item);
                }
            });
        }
    });
}
