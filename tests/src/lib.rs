//! What the tests share: the workspace's files, a wire server, a way to call every operation.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, as it should")]

pub mod calls;
pub mod surface;
pub mod wire;

use std::path::PathBuf;

use gofive_api::Gofive;
use gofive_sandbox::Sandbox;

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), ".."].iter().collect()
}

/// A session with the sandbox.
pub fn sandboxed(sandbox: &Sandbox) -> Gofive {
    Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .build()
        .expect("the sandbox's own credentials are usable")
}

/// Snapshots in `tests/snapshots/<folder>/<name>.snap`, without the noise of where they were taken.
pub fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(workspace().join("tests/snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
