//! `cargo xtask release --dry-run`: checks that the packaged crates build outside of the workspace.

mod links;
mod manifest;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use toml::Table;

use spec_tools::Sources;
use spec_tools::diff::version::{self, Check};
use spec_tools::sources::git;

use crate::workspace::cargo;

/// The published crates, in order: each needs those before it.
const CRATES: [&str; 5] = ["gofive-spec", "gofive-sandbox", "gofive-shapes", "gofive-api", "gofive-cli"];

/// The client, which the other crates support.
const CLIENT: &str = "gofive-api";

/// The allowed files in the root of a packaged crate; cargo adds the last four.
const CONTENTS: [&str; 11] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "bundled",
    "docs",
    "examples",
    "src",
    ".cargo_vcs_info.json",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
];

/// The packaged crates, unpacked into a temporary folder.
struct Release {
    workspace: PathBuf,
    allow_dirty: bool,
    /// The target folder in which cargo packages, and builds the packages.
    target: PathBuf,
    /// The folder with the unpacked crates, outside of the workspace; deleted at the end.
    unpacked: TempDir,
}

type Step = (&'static str, fn(&Release) -> Result<String>);

/// The steps of the check. Each needs those before it, and returns its result as one line.
const STEPS: [Step; 17] = [
    ("repository", Release::repository_is_known),
    ("tree", Release::tree_is_clean),
    ("version", Release::version_follows_the_diff),
    ("generated files", Release::generated_files_are_current),
    ("packages", Release::package),
    ("contents", Release::contents_are_complete),
    ("manifests", Release::manifests_are_complete),
    ("links", Release::links_are_absolute),
    ("no feature", |release| release.build(CLIENT, &["--no-default-features"])),
    ("default features", |release| release.build(CLIENT, &[])),
    ("all features", |release| release.build(CLIENT, &["--all-features"])),
    ("examples", |release| release.build(CLIENT, &["--all-features", "--examples"])),
    ("sandbox", |release| release.build("gofive-sandbox", &[])),
    ("sandbox program", |release| release.build("gofive-sandbox", &["--features", "cli"])),
    ("command", |release| release.build("gofive-cli", &[])),
    ("whole command", |release| release.build("gofive-cli", &["--all-features"])),
    ("docs", Release::document),
];

/// Checks the release, and prints how to publish it.
pub(crate) fn dry_run(workspace: &Path, allow_dirty: bool) -> Result<()> {
    let workspace = std::path::absolute(workspace).context("the workspace has no path: fix --workspace")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let unpacked = tempfile::tempdir().context("no temporary folder can be created")?;
    let target = workspace.join(target).join("release-check");
    let release = Release { workspace, allow_dirty, target, unpacked };
    for (name, check) in STEPS {
        let result = check(&release).with_context(|| format!("{name}: not ready to publish"))?;
        println!("{name:<17} {result}");
    }
    println!("\nReady. {}", by_hand());
    Ok(())
}

/// The instructions for publishing, which this command never does.
pub(crate) fn by_hand() -> String {
    let commands = CRATES.map(|name| format!("    cargo publish -p {name}")).join("\n");
    format!("To publish, as a maintainer, from a clean checkout of the tagged commit:\n{commands}")
}

impl Release {
    fn repository_is_known(&self) -> Result<String> {
        Ok(manifest::repository(&self.root()?)?.to_owned())
    }

    fn version_follows_the_diff(&self) -> Result<String> {
        let release = git::latest_release(&self.workspace)?;
        match version::check(release.as_ref(), &Sources::read(&self.workspace)?)? {
            check @ Check::TooLow { .. } => bail!("{check}"),
            check => Ok(check.to_string()),
        }
    }

    fn tree_is_clean(&self) -> Result<String> {
        if self.allow_dirty {
            return Ok("not checked (--allow-dirty)".into());
        }
        let changes = run(Command::new("git").args(["status", "--porcelain"]).current_dir(&self.workspace))?;
        if !changes.is_empty() {
            bail!("uncommitted changes:\n{changes}commit or stash them, or pass --allow-dirty");
        }
        Ok("clean".into())
    }

    fn generated_files_are_current(&self) -> Result<String> {
        let sources = Sources::read(&self.workspace)?;
        let output = spec_tools::build(&sources)?;
        let differences = output.differences(&sources);
        if !differences.is_empty() {
            bail!("{}\n\nOut of date. Run `cargo xtask codegen` and commit the result.", differences.join("\n"));
        }
        Ok(format!("{} files are up to date", output.files.len()))
    }

    fn package(&self) -> Result<String> {
        let mut cargo = Command::new(cargo());
        cargo
            .args(["package", "--quiet", "--no-verify", "--target-dir"])
            .arg(&self.target)
            .current_dir(&self.workspace);
        if self.allow_dirty {
            cargo.arg("--allow-dirty");
        }
        for name in CRATES {
            cargo.args(["--package", name]);
        }
        run(&mut cargo)?;
        for name in CRATES {
            let archive = self.target.join("package").join(format!("{}.crate", self.full_name(name)?));
            let size = archive.metadata().with_context(|| format!("cargo did not create {}", archive.display()))?.len();
            run(Command::new("tar").arg("-xzf").arg(&archive).current_dir(self.unpacked.path()))?;
            println!("{:<17} {name}: {} KiB", "", size.div_ceil(1024));
        }
        Ok(format!("unpacked to {}", self.unpacked.path().display()))
    }

    fn contents_are_complete(&self) -> Result<String> {
        for name in CRATES {
            let mut found = Vec::new();
            for entry in std::fs::read_dir(self.folder(name)?).with_context(|| format!("{name} cannot be listed"))? {
                found.push(entry.with_context(|| format!("{name} cannot be listed"))?.file_name());
            }
            if let Some(surplus) = found.iter().find(|entry| !CONTENTS.iter().any(|known| entry == known)) {
                let surplus = surplus.display();
                bail!(
                    "{name} contains {surplus}: `exclude` it in {name}/Cargo.toml, or add it to CONTENTS in xtask/src/release.rs"
                );
            }
            for needed in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
                if !found.iter().any(|entry| entry == needed) {
                    bail!(
                        "{name} lacks {needed}: put it into {name}/, or fix `readme` and `include` of its Cargo.toml"
                    );
                }
            }
        }
        Ok("licences, README, and no files that users do not need".into())
    }

    fn manifests_are_complete(&self) -> Result<String> {
        let root = self.root()?;
        let repository = manifest::repository(&root)?;
        for name in CRATES {
            let packaged = table(&self.folder(name)?.join("Cargo.toml"))?;
            let missing = manifest::missing(&packaged, repository);
            if !missing.is_empty() {
                bail!("the package of {name}, see [package] of {name}/Cargo.toml: {}", missing.join("; "));
            }
            let tied = manifest::unpublished_dependencies(&packaged);
            if !tied.is_empty() {
                let tied = tied.join(", ");
                bail!(
                    "{name} would depend on crates that are not on crates.io: {tied}; give each a `version` in /Cargo.toml"
                );
            }
            // Cargo silently drops a development dependency without a version; the examples need this one.
            let examples = packaged.get("dev-dependencies").and_then(|table| table.get("gofive-sandbox"));
            if name == CLIENT && examples.is_none() {
                bail!("{CLIENT} lost the dependency on gofive-sandbox: give it a `version` in /Cargo.toml");
            }
        }
        Ok("complete, and every dependency has a version and no path".into())
    }

    fn links_are_absolute(&self) -> Result<String> {
        for name in CRATES {
            let links = links::to_files(&self.folder(name)?)?;
            if !links.is_empty() {
                bail!(
                    "the registry's pages of {name} would have links to files that are not there:\n    {}\nWrite the https \
                     address; of {CLIENT}/README.md, `cargo xtask codegen` writes the links",
                    links.join("\n    ")
                );
            }
        }
        Ok("none leads to a file".into())
    }

    fn build(&self, name: &str, arguments: &[&str]) -> Result<String> {
        run(self.cargo("build", name)?.args(arguments))?;
        Ok("built".into())
    }

    /// Builds the pages as docs.rs does, which shows the feature of each item.
    fn document(&self) -> Result<String> {
        for name in ["gofive-spec", "gofive-sandbox", "gofive-shapes", CLIENT] {
            let mut cargo = self.cargo("doc", name)?;
            cargo.args(["--lib", "--no-deps", "--all-features"]);
            // `doc_cfg` is not stable: only the crate itself may use it.
            cargo.env("RUSTDOCFLAGS", "-D warnings --cfg docsrs").env("RUSTC_BOOTSTRAP", name.replace('-', "_"));
            run(&mut cargo)?;
        }
        let page = self.target.join("build/doc/gofive_api/profile/index.html");
        let text = std::fs::read_to_string(&page).with_context(|| format!("{} was not built", page.display()))?;
        if !text.contains("crate feature") {
            bail!("{} does not name the feature `profile`: see `doc_cfg` in {CLIENT}/src/lib.rs", page.display());
        }
        Ok("built, without warnings, with the features of the items".into())
    }

    /// A cargo command for a packaged crate. The other packaged crates replace those of crates.io.
    fn cargo(&self, command: &str, on: &str) -> Result<Command> {
        let mut cargo = Command::new(cargo());
        cargo.args([command, "--quiet"]).current_dir(self.folder(on)?);
        cargo.env("CARGO_TARGET_DIR", self.target.join("build"));
        for name in CRATES.into_iter().filter(|name| *name != on) {
            let folder = self.folder(name)?;
            cargo.arg("--config").arg(format!("patch.crates-io.{name}.path='{}'", folder.display()));
        }
        Ok(cargo)
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        Ok(self.unpacked.path().join(self.full_name(name)?))
    }

    /// `gofive-api-0.1.0`; all crates have the version of the workspace.
    fn full_name(&self, name: &str) -> Result<String> {
        Ok(format!("{name}-{}", manifest::version(&self.root()?)?))
    }

    fn root(&self) -> Result<Table> {
        table(&self.workspace.join("Cargo.toml"))
    }
}

fn table(manifest: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(manifest).with_context(|| format!("{} cannot be read", manifest.display()))?;
    text.parse().with_context(|| format!("{} is not TOML", manifest.display()))
}

/// Runs a command and returns its output.
fn run(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}").replace('"', "");
    let output = command.output().with_context(|| format!("`{shown}` cannot be run: install it"))?;
    if !output.status.success() {
        bail!("`{shown}` failed:\n{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
