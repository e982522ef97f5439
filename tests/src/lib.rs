//! Helpers that the tests share: the workspace's files, servers, a way to call every operation, recorded logs.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, as it should")]
#![allow(clippy::format_push_string, reason = "pages are small, and this reads better")]

/// The code of the READMEs, compiled with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../gofive-sandbox/README.md")]
#[doc = include_str!("../../gofive-spec/README.md")]
struct Readme;

/// The code of the page about drift.
#[cfg(doctest)]
#[doc = include_str!("../../docs/drift.md")]
struct DriftGuide;

pub mod calls;
pub mod child;
pub mod fuzzing;
pub mod imports;
pub mod logs;
pub mod proxy;
#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, reason = "generated code")]
#[path = "generated/schemas.rs"]
pub mod schemas;
pub mod scripted;
pub mod soak;
pub mod surface;
pub mod tls;
pub mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use calls::{events_of, specs};
use gofive_api::reqwest::{Client, ClientBuilder};
use gofive_api::rustls::{ClientConfig, RootCertStore, crypto::ring};
use gofive_api::{Gofive, GofiveBuilder};
use gofive_sandbox::Sandbox;

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), ".."].iter().collect()
}

/// A client of the sandbox.
pub fn sandboxed(sandbox: &Sandbox) -> Gofive {
    of_sandbox(sandbox).build().expect("the sandbox's own credentials are usable")
}

/// A builder of a client of the sandbox.
pub fn of_sandbox(sandbox: &Sandbox) -> GofiveBuilder {
    Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
}

/// A client of the program's own, for plain HTTP: it trusts no certificate.
pub fn own_client() -> ClientBuilder {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Client::builder().tls_backend_preconfigured(tls).no_proxy()
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
