//! Checks of the manifests: the minimum Rust version, the number of dependencies, the binaries of these tests.

use std::collections::BTreeSet;
use std::process::Command;

use gofive_tests::workspace;
use serde_json::Value;

/// The declared minimum Rust version is enough for every dependency in Cargo.lock, also on other platforms.
#[test]
fn no_dependency_needs_a_newer_rust() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    // 1.88 and 1.88.0 are the same version.
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

/// The number of packages that a user builds, by features. BENCHMARKS.md has the same figures, and says how to count.
#[test]
fn the_dependencies_of_users_do_not_grow_unnoticed() {
    let figures = std::fs::read_to_string(workspace().join("BENCHMARKS.md")).unwrap();
    for (features, packages) in [
        ("", 95),
        ("venio", 96),
        ("chrono,venio", 97),
        ("time,venio", 101),
        ("venio,rustls", 108),
        ("profile,venio,rustls", 112),
        ("recorder,venio,rustls", 112),
        ("empeo,etaxgo,rustls,schemars,venio", 114),
        ("blocking,empeo,etaxgo,gzip,rustls,schemars,venio", 125),
    ] {
        let tree = tree("gofive-api", "normal", &["--no-default-features", "--features", features]);
        let found: BTreeSet<_> = tree.lines().collect();
        assert_eq!(found.len(), packages, "`{features}`: is it worth it? Then change BENCHMARKS.md, too: {found:#?}");
        assert!(figures.contains(&format!("| `{features}` | {packages} |")), "BENCHMARKS.md: {features:?}");
    }
}

/// A feature may add one: programs that do not turn it on do not build it.
#[test]
fn the_client_depends_on_no_other_crate_of_the_workspace_by_default() {
    let manifest = std::fs::read_to_string(workspace().join("gofive-api/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let root = std::fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let root: toml::Table = root.parse().unwrap();
    let dependencies = root["workspace"]["dependencies"].as_table().unwrap();
    let own: Vec<_> =
        dependencies.iter().filter(|(_, value)| value.get("path").is_some()).map(|(name, _)| name).collect();
    assert!(own.len() > 2, "{own:?}");
    for section in ["dependencies", "build-dependencies"] {
        let used = manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten();
        for (name, value) in used {
            let is_optional = value.get("optional").and_then(toml::Value::as_bool) == Some(true);
            assert!(is_optional || (!own.contains(&name) && value.get("path").is_none()), "{name} in [{section}]");
        }
    }
    let built = tree("gofive-api", "normal", &[]);
    let others = own.iter().filter(|name| name.as_str() != "gofive-api" && built.contains(&format!("{name} v")));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&&String>::new());
}

/// A program that embeds the sandbox, as the examples do, builds no parser of a command line.
#[test]
fn only_the_program_of_the_sandbox_needs_clap() {
    let has_clap = |tree: String| tree.lines().any(|package| package.starts_with("clap "));
    assert!(!has_clap(tree("gofive-sandbox", "normal", &[])));
    assert!(!has_clap(tree("gofive-api", "normal,dev", &["--all-features"])));
    assert!(has_clap(tree("gofive-sandbox", "normal", &["--features", "cli"])));
    assert!(has_clap(tree("gofive-cli", "normal", &[])));
}

/// The packages that a package depends on, one per line.
fn tree(package: &str, edges: &str, features: &[&str]) -> String {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", package, "--edges", edges, "--prefix", "none", "--no-dedupe"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .args(features)
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8(tree.stdout).unwrap()
}

/// A file that is not a module of a binary would not be compiled, and its tests would not run.
#[test]
fn every_file_of_tests_is_part_of_a_binary() {
    let read = |file: &str| std::fs::read_to_string(workspace().join("tests").join(file)).unwrap();
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let binaries = manifest["test"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap());
    let mut compiled = BTreeSet::new();
    for binary in binaries {
        let root = read(&format!("tests/{binary}.rs"));
        let modules = root.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        for file in modules.chain([binary]) {
            assert!(compiled.insert(format!("{file}.rs")), "{file}.rs is compiled twice");
        }
    }
    let files = std::fs::read_dir(workspace().join("tests/tests")).unwrap();
    let files: BTreeSet<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files, compiled, "add a `mod` to tests/tests/client.rs");
}

/// The README and the first page of the rustdoc name the versions of the crates that the public API depends on.
#[test]
fn the_documentation_names_the_versions_that_users_need() {
    let read = |file: &str| std::fs::read_to_string(workspace().join(file)).unwrap();
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let dependencies = &manifest["workspace"]["dependencies"];
    let (readme, client) = (read("README.md"), read("gofive-api/src/lib.rs"));
    let rustdoc: Vec<_> = client.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    for (file, text) in [("README.md", readme.replace('\n', " ")), ("gofive-api/src/lib.rs", rustdoc.join(" "))] {
        for name in ["jiff", "rust_decimal", "tokio"] {
            let version = dependencies[name]["version"].as_str().unwrap();
            // The character after the version: 1.5 is not named by 1.54.
            let named = text.match_indices(&format!("{name} {version}")).any(|(at, found)| {
                !text[at + found.len()..].starts_with(|next: char| next.is_ascii_digit() || next == '.')
            });
            assert!(named, "{file} does not name {name} {version}");
        }
        assert!(text.contains("gofive-sandbox"), "{file} does not name the sandbox");
    }
    for (name, version) in dependencies.as_table().unwrap() {
        let version = version.get("version").unwrap_or(version).as_str();
        let added = readme.split([' ', '\n']).filter_map(|word| word.strip_prefix(&format!("{name}@")));
        added.for_each(|added| assert_eq!(Some(added), version, "README.md adds {name}@{added}"));
    }
}
