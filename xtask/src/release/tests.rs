//! Checks of the published crates that need no build. `cargo xtask release --dry-run` does the rest.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{CRATES, unpublished_dependencies};

fn workspace() -> PathBuf {
    crate::workspace::find(None).unwrap()
}

#[test]
fn a_dependency_that_is_not_on_crates_io_is_found_in_any_section() {
    let tied = unpublished_dependencies(
        r#"
        [dependencies]
        bytes = "1"
        gofive-spec = { version = "0.1.0", path = "../gofive-spec" }

        [dev-dependencies.gofive-sandbox]
        path = "../gofive-sandbox"

        [build-dependencies.fork]
        version = "1"
        git = "https://example.org/fork"

        [target."cfg(windows)".dependencies.anything]
        features = ["std"]

        [lib]
        path = "src/lib.rs"
        "#,
    );
    assert_eq!(
        tied.unwrap(),
        [
            "anything in [dependencies]",
            "gofive-spec in [dependencies]",
            "gofive-sandbox in [dev-dependencies]",
            "fork in [build-dependencies]",
        ]
    );
}

#[test]
fn a_packaged_manifest_with_versions_only_passes() {
    let manifest = "[dependencies]\nbytes = '1'\n[dev-dependencies.gofive-sandbox]\nversion = '0.1.0'\n";
    assert_eq!(unpublished_dependencies(manifest).unwrap(), Vec::<String>::new());
    assert!(unpublished_dependencies("[dependencies").is_err());
}

/// Cargo packages only what is in a crate's folder, so each crate has its own copy.
#[test]
fn each_published_crate_carries_the_licences() {
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(workspace().join(licence)).unwrap();
        for name in CRATES {
            let copy = fs::read_to_string(workspace().join(name).join(licence)).unwrap_or_default();
            assert!(copy == text, "{name}/{licence} is not {licence}: copy it");
        }
    }
}

#[test]
fn all_crates_that_may_be_published_are_checked() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let mut published: Vec<_> =
        packages.filter(|package| package["publish"].is_null()).map(|package| &package["name"]).collect();
    published.sort_by_key(|name| CRATES.iter().position(|known| known == name));
    assert_eq!(published, CRATES);
}
