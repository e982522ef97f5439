//! Promises of the manifests.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::process::Command;

use gofive_tests::workspace;
use serde_json::Value;

/// The declared minimum Rust version is enough for every dependency that is compiled here.
#[test]
fn no_dependency_needs_a_newer_rust() {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    // 1.88 and 1.88.0 are the same.
    let version =
        |text: &str| text.split('.').map(|part| part.parse().unwrap()).chain([0]).take(3).collect::<Vec<u32>>();
    let declared = packages.iter().find(|package| package["name"] == "gofive-api").unwrap();
    let declared = version(declared["rust_version"].as_str().unwrap());
    for package in packages {
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(version(needed) <= declared, "{} needs Rust {needed}", package["name"]);
        }
    }
}
