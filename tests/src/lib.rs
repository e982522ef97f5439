//! Helpers that the tests share: the workspace's files, servers, a way to call every operation, saved pages, recorded logs.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, as it should")]
#![allow(clippy::format_push_string, reason = "pages are small, and this reads better")]

/// The README's code, compiled with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

pub mod calls;
pub mod fuzzing;
pub mod imports;
pub mod logs;
pub mod pages;
pub mod proxy;
pub mod scripted;
pub mod soak;
pub mod surface;
pub mod tls;
pub mod wire;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

pub use calls::events_of;
use gofive_api::Gofive;
use gofive_sandbox::Sandbox;
use gofive_spec::Spec;
use spec_tools::Sources;
use tempfile::TempDir;

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), ".."].iter().collect()
}

/// The OpenAPI documents of all products, by product.
pub fn specs() -> Vec<(&'static str, Spec)> {
    let parse = |(product, text)| (product, Spec::parse(text).expect("the committed bundles are OpenAPI documents"));
    gofive_spec::BUNDLES.into_iter().map(parse).collect()
}

/// The files of the workspace in a folder.
pub fn sources(workspace: &Path) -> Sources {
    Sources::read(workspace).expect("the files can be read")
}

/// Copies the spec and the files built from it to a folder that a test may change.
pub fn copy_of_spec() -> TempDir {
    let copy = tempfile::tempdir().expect("there is room for a few files");
    copy_folder(&workspace().join("openapi"), &copy.path().join("openapi"));
    copy_folder(&workspace().join("gofive-api/src/generated"), &copy.path().join("gofive-api/src/generated"));
    copy_folder(&workspace().join("gofive-spec/bundled"), &copy.path().join("gofive-spec/bundled"));
    std::fs::copy(workspace().join("README.md"), copy.path().join("README.md")).expect("there is a README");
    copy
}

/// Copies the spec, with the first `times` occurrences of `from` replaced by `to` in one of its files.
#[track_caller]
pub fn changed_spec(file: &str, from: &str, to: &str, times: usize) -> TempDir {
    let copy = copy_of_spec();
    let path = copy.path().join("openapi").join(file);
    let text = std::fs::read_to_string(&path).expect("the file is part of the spec");
    assert!(text.contains(from), "{file} no longer has {from:?}: fix the test");
    std::fs::write(path, text.replacen(from, to, times)).expect("the copy can be written");
    copy
}

/// Copies the spec of one product, which is quicker to check than all of it.
pub fn copy_of_product(product: &str) -> TempDir {
    let copy = copy_of_spec();
    for (other, _) in gofive_spec::BUNDLES.into_iter().filter(|(other, _)| *other != product) {
        std::fs::remove_dir_all(copy.path().join("openapi").join(other)).expect("each product has a folder");
        std::fs::remove_file(copy.path().join(format!("openapi/bundled/{other}.json")))
            .expect("each product has a bundle");
    }
    copy
}

/// Runs the check on each item, on as many threads as there are processors.
pub fn check_in_parallel<T: Sync>(items: &[T], check: impl Fn(&T) + Sync) {
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

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the copy can be written");
    for entry in std::fs::read_dir(from).expect("the folder exists") {
        let entry = entry.expect("the folder can be listed");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("the file can be copied");
        }
    }
}

/// A client of the sandbox.
pub fn sandboxed(sandbox: &Sandbox) -> Gofive {
    Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .build()
        .expect("the sandbox's own credentials are usable")
}

/// Compares the text with the snapshot `tests/snapshots/<folder>/<name>.snap`.
pub fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(workspace().join("tests/snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Compares each page with a snapshot of its name. A snapshot without a page fails the test.
pub fn snapshots(folder: &str, pages: &BTreeMap<String, String>) {
    for (name, page) in pages {
        snapshot(folder, name, page);
    }
    let files = std::fs::read_dir(workspace().join("tests/snapshots").join(folder)).expect("the folder has snapshots");
    for file in files {
        let name = file.expect("the folder can be listed").file_name().to_string_lossy().into_owned();
        let known = name.strip_suffix(".snap").is_none_or(|name| pages.contains_key(name));
        assert!(known, "tests/snapshots/{folder}/{name} is left over: delete it");
    }
}
