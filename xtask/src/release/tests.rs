//! Checks of the published crates that need no build. `cargo xtask release --dry-run` does the rest.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use toml::Table;

use super::CRATES;
use super::links;
use super::manifest::{missing, repository, unpublished_dependencies};

fn workspace() -> PathBuf {
    crate::workspace::find(None).unwrap()
}

#[test]
fn a_dependency_that_is_not_on_crates_io_is_found_in_any_section() {
    let manifest: Table = r#"
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
        "#
    .parse()
    .unwrap();
    assert_eq!(
        unpublished_dependencies(&manifest),
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
    assert_eq!(unpublished_dependencies(&manifest.parse().unwrap()), Vec::<String>::new());
}

#[test]
fn a_release_needs_the_address_of_the_repository() {
    let with = |line: &str| -> Result<String, String> {
        let root: Table = format!("[workspace.package]\nversion = '1.0.0'\n{line}").parse().unwrap();
        repository(&root).map(str::to_owned).map_err(|error| error.to_string())
    };
    assert_eq!(with("repository = 'https://example.org/gofive'"), Ok("https://example.org/gofive".to_owned()));
    for unknown in ["", "repository = ''"] {
        let error = with(unknown).unwrap_err();
        assert!(error.starts_with("`repository` in [workspace.package] of Cargo.toml is empty: write"), "{error}");
    }
    for wrong in [
        "http://example.org/gofive",
        "git@example.org:gofive",
        "https://example.org",
        "https://example.org/",
        "https://example.org/gofive/",
        "https://example.org/gofive.git",
        "https://example.org/go five",
    ] {
        let error = with(&format!("repository = '{wrong}'")).unwrap_err();
        assert!(error.contains(&format!("is {wrong:?}: write the address")), "{error}");
    }
}

#[test]
fn a_packaged_manifest_says_where_its_documentation_and_repository_are() {
    let complete = "[package]\nname = 'a'\ndescription = 'd'\ndocumentation = 'https://docs.rs/a'\nreadme = 'README.md'\n\
                    license = 'MIT'\nrust-version = '1.88'\nrepository = 'https://example.org/a'\n";
    let found = |manifest: &str| missing(&manifest.parse().unwrap(), "https://example.org/a").join("; ");
    assert_eq!(found(complete), "");
    assert_eq!(found(&complete.replace("readme = 'README.md'", "readme = false")), "`readme` is missing");
    assert!(found(&complete.replace("example.org/a", "example.org/b")).contains("`repository.workspace = true`"));
    assert!(found(&complete.replace("docs.rs/a", "docs.rs/b")).contains("write https://docs.rs/a"));
}

#[test]
fn a_link_to_a_file_is_found_in_the_readme_and_in_the_documentation() {
    let package = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(package.path().join(file), text).unwrap();
    fs::create_dir(package.path().join("src")).unwrap();
    write("README.md", "[a](https://example.org), [b](#b), [c](LICENSE)");
    write("src/page.md", "[d](crate::Error), [e](../docs/e.md)");
    write(
        "src/lib.rs",
        "//! [`f`](Self::f), [g](docs/g.md)\nfn f() { let not = \"[h](h.md)\"; } // [i](i.md)\n    /// [j]\n    ///\n    /// [j]: j.html\n",
    );
    let found = links::to_files(package.path()).unwrap();
    assert_eq!(
        found,
        ["README.md: LICENSE", "src/lib.rs: docs/g.md", "src/lib.rs: j.html", "src/page.md: ../docs/e.md"]
    );
}

/// All that a registry shows of a crate is in its folder, and the addresses that only the root manifest has are taken from it.
#[test]
fn each_published_crate_has_a_readme_and_the_values_of_the_workspace() {
    for name in CRATES {
        let manifest = fs::read_to_string(workspace().join(name).join("Cargo.toml")).unwrap();
        let package = manifest.parse::<Table>().unwrap()["package"].clone();
        assert_eq!(package["repository"]["workspace"].as_bool(), Some(true), "{name}");
        assert_eq!(package["readme"].as_str(), Some("README.md"), "{name}");
        assert!(package["documentation"].as_str().unwrap().ends_with(&format!("/{name}")), "{name}");
        assert!(workspace().join(name).join("README.md").is_file(), "{name}");
    }
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

/// `.ci/publish` has the crates in their order, and `cargo binstall` looks for what `.ci/binaries` packs and the workflow uploads.
#[test]
fn the_scripts_of_the_workflow_know_the_crates_and_the_names_of_the_archives() {
    let read = |file: &str| fs::read_to_string(workspace().join(file)).unwrap();
    assert!(read(".ci/publish").contains(&format!("for crate in {}; do", CRATES.join(" "))));
    let binaries = read(".ci/binaries");
    assert!(binaries.contains("name=$1-$target-v$version\n"), "pkg-url has the name of the archive");
    for (name, program) in [("gofive-cli", "gofive"), ("gofive-sandbox", "gofive-sandbox")] {
        assert!(binaries.contains(&format!("\npack {name} {program} ")), "{name}");
        let package = read(&format!("{name}/Cargo.toml")).parse::<Table>().unwrap()["package"].clone();
        let binstall = &package["metadata"]["binstall"];
        let archive = "{ name }-{ target }-v{ version }";
        assert_eq!(
            binstall["pkg-url"].as_str(),
            Some(format!("{{ repo }}/releases/download/v{{ version }}/{archive}{{ archive-suffix }}").as_str())
        );
        assert_eq!(binstall["bin-dir"].as_str(), Some(format!("{archive}/{{ bin }}{{ binary-ext }}").as_str()));
        assert_eq!(binstall["overrides"]["cfg(windows)"]["pkg-fmt"].as_str(), Some("zip"));
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
