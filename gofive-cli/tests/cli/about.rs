//! What the command says about itself.

use crate::gofive::gofive;

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
