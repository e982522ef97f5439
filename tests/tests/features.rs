//! Features of reqwest and `serde_json` that other crates of a program turn on do not affect the session.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::path::PathBuf;
use std::process::Command;

use gofive_tests::workspace;

/// Runs cargo in a copy of a program outside the workspace, and returns what it prints.
fn outside(program: &str, source: &str, arguments: &[&str]) -> String {
    let (workspace, copy) = (workspace().canonicalize().unwrap(), tempfile::tempdir().unwrap());
    let original = workspace.join("tests").join(program);
    std::fs::create_dir(copy.path().join("src")).unwrap();
    for file in ["Cargo.toml", source] {
        let text = std::fs::read_to_string(original.join(file)).unwrap();
        let text = text.replace("WORKSPACE", &workspace.display().to_string());
        std::fs::write(copy.path().join(file), text).unwrap();
    }
    // The versions of the workspace, which are already downloaded.
    std::fs::copy(workspace.join("Cargo.lock"), copy.path().join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--quiet", "--offline"])
        .current_dir(copy.path())
        // One target folder for all programs, because they have most dependencies in common.
        .env("CARGO_TARGET_DIR", target_folder().join("outside"))
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    printed
}

/// The target folder of this test, which may be outside of the workspace: `target` for `target/debug/deps/client-…`.
fn target_folder() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// Runs `other_program`, built with these features, and returns what it prints.
fn other_program(features: &str) -> String {
    outside("other_program", "src/main.rs", &["run", "--features", features])
}

#[test]
fn features_of_other_crates_change_no_protocol_compression_or_crypto_provider() {
    let printed = other_program("rustls");
    let expected = [
        "request: get /v2/products/a001 http/1.1",
        "asks for compression: false",
        "call: Ok(())",
        "https: built",
        "own provider: Ok(())",
        "with it: Ok(())",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
}

/// Without the check, reqwest would panic.
#[test]
fn tls_of_other_crates_without_a_crypto_provider_is_an_error_that_says_what_to_do() {
    let printed = other_program("");
    let lines: Vec<_> = printed.lines().collect();
    assert!(lines[0].starts_with("build: Configuration: reqwest has no cryptography provider"), "{printed}");
    assert!(lines[0].contains("turn on the feature `rustls`"), "{printed}");
    assert!(lines[1].starts_with("https: Configuration: https needs TLS"), "{printed}");
    assert_eq!(lines[2..], ["own provider: Ok(())", "with it: Ok(())"]);
}

/// With `arbitrary_precision`, `serde_json` passes numbers to serde as maps.
#[test]
fn payloads_are_decoded_the_same_whatever_features_serde_json_has() {
    let printed = outside("serde_json_features", "src/lib.rs", &["test", "--tests"]);
    let passed = printed.matches("test result: ok.").count();
    assert_eq!(passed, 1 + 6, "the library and six files of tests: {printed}");
}
