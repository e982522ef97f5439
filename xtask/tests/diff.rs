//! Runs `cargo xtask diff`, `semver` and `changelog` in temporary repositories: dirty, shallow, with bases of other layouts
//! or without a base.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use spec_tools::Sources;
use tempfile::TempDir;

const PAYROLL: &str = "openapi/empeo/payroll.yaml";
const BUNDLE: &str = "gofive-spec/bundled/empeo.json";
/// What a repository has of them.
const FOLDERS: [&str; 3] = ["openapi", "gofive-api", "gofive-spec"];
/// The frozen spec of the tools' tests.
const SPEC: &str = "../spec-tools/tests/spec";

/// The spec of empeo in the frozen spec, and what is built from it.
static FROZEN: LazyLock<Sources> = LazyLock::new(|| {
    let workspace = Sources::read(&here().join("..")).unwrap();
    let mut frozen = Sources::read(&here().join(SPEC)).unwrap();
    for schema in workspace.below("openapi/schema") {
        frozen.write(schema, workspace.text(schema).unwrap());
    }
    for (path, text) in spec_tools::build(&frozen).unwrap().files {
        frozen.write(path.to_str().unwrap(), text);
    }
    let of_venio = |path: &&str| path.contains("/venio/") || path.ends_with("/venio.json");
    let venio: Vec<_> =
        FOLDERS.iter().flat_map(|folder| frozen.below(folder)).filter(of_venio).map(str::to_owned).collect();
    for path in &venio {
        frozen.remove(path);
    }
    frozen
});

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A repository with the frozen spec of empeo, committed on `main`.
struct Repository {
    folder: TempDir,
    workspace: PathBuf,
}

impl Repository {
    fn new() -> Self {
        Self::within("")
    }

    /// The workspace is a folder of the repository.
    fn within(path: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join(path);
        for folder in FOLDERS {
            write_below(folder, &workspace);
        }
        fs::write(workspace.join("Cargo.toml"), "[workspace.package]\nversion = \"0.1.0\"\n").unwrap();
        let repository = Self { folder, workspace };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit();
        repository
    }

    fn path(&self) -> &Path {
        &self.workspace
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = git(self.folder.path(), arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", words(&output));
        words(&output).trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "A state of the spec"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// Removes a property of a response.
    fn break_it(&self) {
        self.edit(
            PAYROLL,
            "        companyCode:\n          type: string\n          description: Code of the company.\n",
            "",
        );
    }

    fn add_a_property(&self) {
        self.edit(PAYROLL, "        companyCode:\n", "        colour:\n          type: string\n        companyCode:\n");
    }

    fn xtask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        xtask(self.path(), arguments)
    }
}

/// Writes the files of a folder of the frozen spec.
fn write_below(folder: &str, workspace: &Path) {
    for path in FROZEN.below(folder) {
        let file = workspace.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, FROZEN.text(path).unwrap()).unwrap();
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let person = ["user.name=Tests", "user.email=tests@example.invalid", "commit.gpgsign=false"];
    Command::new("git")
        .args(person.iter().flat_map(|setting| ["-c", setting]))
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap()
}

/// The exit code and the output.
fn xtask(workspace: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.arg("--workspace").arg(workspace).args(arguments).output().unwrap();
    (output.status.code(), words(&output))
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn says(outcome: &(Option<i32>, String), code: i32, words: &[&str]) {
    assert_eq!(outcome.0, Some(code), "{}", outcome.1);
    for words in words {
        assert!(outcome.1.contains(words), "no {words:?} in:\n{}", outcome.1);
    }
}

/// The line of the property that `break_it` removes.
fn line_of_the_property() -> usize {
    FROZEN.text(PAYROLL).unwrap().lines().position(|line| line == "        companyCode:").unwrap() + 1
}

#[test]
fn uncommitted_changes_count_and_are_not_touched() {
    let repository = Repository::new();
    says(&repository.xtask(&["diff", "--deny", "breaking"]), 0, &["no change, compared with the merge base with main"]);
    repository.break_it();
    fs::write(repository.path().join("openapi/empeo/untracked.yaml"), "a: 1\n").unwrap();
    repository.git(&["add", "openapi/empeo/untracked.yaml"]);
    let before = repository.git(&["status", "--porcelain"]);
    let outcome = repository.xtask(&["diff"]);
    let location = format!("payroll.yaml:{} of the base", line_of_the_property());
    says(&outcome, 0, &["breaking (1 breaking)", "CostCenter.companyCode`: removed", &location]);
    says(&repository.xtask(&["diff", "--deny", "breaking"]), 1, &["breaking (1 breaking)"]);
    assert_eq!(repository.git(&["status", "--porcelain"]), before);
}

#[test]
fn additive_changes_are_not_denied() {
    let repository = Repository::new();
    repository.add_a_property();
    says(&repository.xtask(&["diff", "--deny", "breaking"]), 0, &["additive (1 additive)", "0.1.0 to at least 0.1.1"]);
}

#[test]
fn the_base_is_where_the_branch_began() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "branch"]);
    repository.add_a_property();
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.break_it();
    repository.commit();
    repository.git(&["checkout", "--quiet", "branch"]);
    says(&repository.xtask(&["diff"]), 0, &["additive (1 additive)", "CostCenter.colour`: added"]);
}

#[test]
fn a_workspace_may_be_a_folder_of_a_repository() {
    let repository = Repository::within("a/b");
    repository.break_it();
    says(&repository.xtask(&["diff"]), 0, &["breaking (1 breaking)"]);
}

#[test]
fn a_missing_revision_is_named() {
    let repository = Repository::new();
    says(&repository.xtask(&["diff", "--base", "v9"]), 2, &["there is no revision `v9` here", "git fetch origin v9"]);
    says(&repository.xtask(&["diff", "--base", "--help"]), 2, &["--base"]);
}

#[test]
fn a_shallow_clone_says_how_to_deepen_it() {
    let repository = Repository::new();
    let first = repository.commit();
    repository.git(&["checkout", "--quiet", "-b", "branch"]);
    repository.add_a_property();
    repository.commit();
    let origin = format!("file://{}", repository.folder.path().display());
    let clones = tempfile::tempdir().unwrap();
    let clone = clones.path().join("clone");
    git(clones.path(), &["clone", "--quiet", "--depth=1", "--branch=branch", &origin, "clone"]);

    says(&xtask(&clone, &["diff"]), 2, &["neither origin/main nor main", "This clone is shallow"]);
    says(&xtask(&clone, &["diff", "--base", &first]), 2, &["no revision", &format!("--depth=1 origin {first}")]);
    git(&clone, &["fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    says(&xtask(&clone, &["diff"]), 2, &["no common ancestor", "git fetch --unshallow", "fetch-depth: 0"]);
    says(&xtask(&clone, &["diff", "--base", "origin/main"]), 0, &["additive (1 additive)"]);
}

#[test]
fn without_a_repository_or_git_there_is_nothing_to_compare_with() {
    let folder = tempfile::tempdir().unwrap();
    says(&xtask(folder.path(), &["diff"]), 2, &["is not in a git repository"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.args(["diff"]).env("PATH", folder.path()).output().unwrap();
    says(&(output.status.code(), words(&output)), 2, &["`git` cannot be run"]);
}

#[test]
fn a_base_without_the_spec_makes_everything_new() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    fs::write(folder.path().join("README.md"), "Nothing yet.\n").unwrap();
    git(folder.path(), &["add", "--all"]);
    assert!(git(folder.path(), &["commit", "--quiet", "--message", "Begin"]).status.success());
    write_below("openapi", folder.path());
    let outcome = xtask(folder.path(), &["diff", "--deny", "breaking"]);
    says(
        &outcome,
        0,
        &["The base has no bundles", "everything counts as new", "product: added", "`get_cost_centers`: added"],
    );
}

#[test]
fn a_base_of_another_layout_is_read_as_far_as_it_goes() {
    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "-r", "openapi/empeo", "openapi/common.yaml", "gofive-api"]);
    let bundle_only = repository.commit();
    repository.git(&["checkout", "--quiet", "HEAD~1", "--", "."]);
    repository.break_it();
    let outcome = repository.xtask(&["diff", "--base", &bundle_only]);
    let notes = ["The YAML behind gofive-spec/bundled/empeo.json", "The base has no generated sources of empeo"];
    says(&outcome, 0, &notes);
    says(&outcome, 0, &["breaking (1 breaking)", "callers' code", "gofive-spec/bundled/empeo.json:"]);

    // The bundles of the first revisions were beside the spec.
    repository.git(&["checkout", "--quiet", "HEAD~1", "--", "."]);
    repository.git(&["mv", "gofive-spec/bundled", "openapi/bundled"]);
    let beside = repository.commit();
    repository.git(&["mv", "openapi/bundled", "gofive-spec/bundled"]);
    repository.break_it();
    says(&repository.xtask(&["diff", "--base", &beside]), 0, &["breaking (1 breaking)", "callers' code"]);

    fs::write(repository.path().join(BUNDLE), "{").unwrap();
    let torn = repository.commit();
    says(
        &repository.xtask(&["diff", "--base", &torn]),
        2,
        &["empeo.json of the base is not JSON", "Choose another base"],
    );

    fs::write(repository.path().join(BUNDLE), r#"{"swagger": "2.0", "paths": {"/a": {"get": {"parameters": 1}}}}"#)
        .unwrap();
    fs::remove_dir_all(repository.path().join("gofive-api")).unwrap();
    let swagger = repository.commit();
    says(
        &repository.xtask(&["diff", "--base", &swagger]),
        2,
        &["empeo.json of the base has a layout that cannot be read"],
    );
}

#[test]
fn an_unreadable_working_tree_is_reported_with_its_location() {
    let repository = Repository::new();
    repository.edit(PAYROLL, "#/components/schemas/GetCostCentersRequest", "#/components/schemas/Nothing");
    says(&repository.xtask(&["diff"]), 2, &["openapi/empeo/payroll.yaml:", "does not exist", "Fix openapi/ first"]);
}

#[test]
fn the_json_has_stable_properties() {
    let repository = Repository::new();
    repository.break_it();
    let (_, text) = repository.xtask(&["diff", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let change = &report["changes"][0];
    assert_eq!(report["class"], "breaking");
    assert_eq!(report["version"], serde_json::json!({"from": "0.1.0", "to": "0.2.0"}));
    assert_eq!(change["operations"], serde_json::json!(["get_cost_centers"]));
    assert_eq!((&change["class"], &change["direction"]), (&"breaking".into(), &"response".into()));
    assert_eq!(change["details"][0], serde_json::json!({"what": "removed", "old": "string", "new": null}));
    assert_eq!(change["breaks"][0]["whom"], "callers-code");
    assert_eq!(
        change["location"],
        serde_json::json!({"file": PAYROLL, "line": line_of_the_property(), "at_base": true})
    );
}

#[test]
fn a_version_that_is_too_low_is_refused() {
    let repository = Repository::new();
    repository.break_it();
    says(&repository.xtask(&["semver"]), 0, &["0.1.0 is accepted: there is no release"]);

    repository.git(&["tag", "v0.1.0"]);
    let outcome = repository.xtask(&["semver"]);
    says(&outcome, 1, &["0.1.0 is too low: at least 0.2.0", "CostCenter.companyCode`: removed", "version = \"0.2.0\""]);
    repository.edit("Cargo.toml", "0.1.0", "0.1.9");
    says(&repository.xtask(&["semver"]), 1, &["0.1.9 is too low"]);
    repository.edit("Cargo.toml", "0.1.9", "0.2.0");
    says(&repository.xtask(&["semver"]), 0, &["0.2.0 is high enough"]);
}

#[test]
fn the_changelog_gets_its_entries_and_keeps_those_written_by_hand() {
    let repository = Repository::new();
    let by_hand =
        "# Changelog\n\n## Unreleased\n\n### Added\n\n- By hand.\n\n### Fixed\n\n- This too.\n\n## 0.1.0\n\n- First.\n";
    fs::write(repository.path().join("CHANGELOG.md"), by_hand).unwrap();
    repository.commit();
    repository.git(&["tag", "v0.1.0"]);
    let changelog = || fs::read_to_string(repository.path().join("CHANGELOG.md")).unwrap();

    repository.add_a_property();
    repository.break_it();
    says(&repository.xtask(&["changelog"]), 0, &["has the changes since v0.1.0"]);
    let expected = "# Changelog\n\n## Unreleased\n\n### Added\n\n- By hand.\n\n\
        <!-- spec: built by `cargo xtask changelog` -->\n- empeo: response property `CostCenter.colour`: added\n<!-- /spec -->\n\n\
        ### Fixed\n\n- This too.\n\n### Removed\n\n\
        <!-- spec: built by `cargo xtask changelog` -->\n- **Breaking:** empeo: response property `CostCenter.companyCode`: removed\n<!-- /spec -->\n\n\
        ## 0.1.0\n\n- First.\n";
    assert_eq!(changelog(), expected);
    repository.xtask(&["changelog"]);
    assert_eq!(changelog(), expected, "a second run changes nothing");

    repository.git(&["checkout", "--quiet", "--", "openapi"]);
    repository.xtask(&["changelog"]);
    assert_eq!(changelog(), by_hand, "reverted changes leave no trace");

    fs::write(repository.path().join("CHANGELOG.md"), "# Changelog\n").unwrap();
    says(&repository.xtask(&["changelog"]), 2, &["no `## Unreleased`"]);
    assert_eq!(changelog(), "# Changelog\n");
}
