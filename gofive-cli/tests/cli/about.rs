//! What the command says about itself.

use crate::gofive::gofive;

#[test]
fn every_shell_completes_operations_and_values() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = gofive(&format!("completion {shell}")).payload();
        for word in ["add-case", "case-type", "get-employees-list"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // The script for PowerShell has no values.
        assert_eq!(script.contains("request-for-action"), shell != "powershell", "{shell}");
    }
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(gofive(&format!("man {}", folder.path().display())).payload(), "");
    let page = std::fs::read_to_string(folder.path().join("gofive-venio-add-case.1")).unwrap();
    assert!(page.contains("case\\-type") && page.contains("api\\-13759273"), "{page}");
}

#[test]
fn the_readme_has_every_exit_code_of_the_help() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let help = gofive("--help").payload();
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    // A long line of the help is wrapped.
    let codes = codes.lines().filter_map(|line| line.trim().split_once("  "));
    let missing: Vec<_> = codes.filter(|(code, meaning)| !readme.contains(&format!("| {code} | {meaning}"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_version_says_which_spec_the_command_has() {
    let version = gofive("version --json").json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(version["specs"]["venio"].as_str().is_some_and(|version| version.starts_with("20")), "{version}");
    assert_eq!(gofive("version").payload(), gofive("--version").payload());
}
