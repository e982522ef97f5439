//! `cargo xtask docs`: the website, a folder of static files that needs no server.

mod folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use gofive_spec::Operation;
use spec_tools::Sources;
use spec_tools::website::{LIBRARIES, RUST, Surroundings};

use self::folder::Staging;
use crate::workspace::cargo;

/// Builds the website, and replaces the folder `out` by it.
pub(crate) fn build(workspace: &Path, out: Option<PathBuf>) -> Result<PathBuf> {
    let workspace = std::path::absolute(workspace).context("the workspace has no path: fix --workspace")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let target = workspace.join(target);
    let out = std::path::absolute(out.unwrap_or_else(|| target.join("website"))).context("--out has no path")?;
    let staging = Staging::beside(&out)?;

    let gofive = command(&workspace, &target)?;
    let surroundings = Surroundings {
        command: &|product, operation| example(&gofive, product, operation),
        exists: &|path| workspace.join(path).exists(),
    };
    let pages = spec_tools::website(&Sources::read(&workspace)?, &surroundings)?;

    let (source, built) = (staging.path().join("pages"), staging.path().join("website"));
    pages.write(&source)?;
    let builder = target.join("website-builder");
    run(cargo_in(&workspace)
        .args(["run", "--quiet", "--locked", "--manifest-path", "website/Cargo.toml", "--target-dir"])
        .arg(&builder)
        .arg("--")
        .args([&source, &built]))?;
    copy_rustdoc(&workspace, &target, &built.join(RUST))?;
    staging.replace(&out, &built)?;
    Ok(out)
}

/// Builds the command `gofive`, and returns its path.
fn command(workspace: &Path, target: &Path) -> Result<PathBuf> {
    run(cargo_in(workspace)
        .args(["build", "--quiet", "--locked", "--package", "gofive-cli", "--target-dir"])
        .arg(target))?;
    Ok(target.join("debug").join(format!("gofive{}", std::env::consts::EXE_SUFFIX)))
}

/// The example in the help of an operation.
fn example(gofive: &Path, product: &str, operation: &Operation) -> Result<String> {
    let name = operation.id.replace('_', "-");
    let output = Command::new(gofive).args([product, &name, "--help"]).output();
    let output = output.with_context(|| format!("{} cannot be run", gofive.display()))?;
    let help = String::from_utf8_lossy(&output.stdout);
    let Some((_, example)) = help.split_once("\nExample:\n") else {
        bail!("`gofive {product} {name} --help` prints no example: {}", String::from_utf8_lossy(&output.stderr));
    };
    // The lines of the help are indented.
    let lines: Vec<_> = example.trim_end().lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    Ok(lines.join("\n"))
}

/// Builds the documentation of the libraries in a folder of its own, which has that of no other crate, and copies it.
fn copy_rustdoc(workspace: &Path, target: &Path, to: &Path) -> Result<()> {
    let target = target.join("website-rustdoc");
    fs::create_dir_all(&target).with_context(|| format!("{} cannot be written", target.display()))?;
    let _lock = folder::lock(&target.join("website.lock"))?;
    let built = target.join("doc");
    if built.exists() {
        fs::remove_dir_all(&built).with_context(|| format!("{} cannot be replaced", built.display()))?;
    }
    let packages = LIBRARIES.iter().flat_map(|(name, _)| ["--package", name]);
    run(cargo_in(workspace)
        .args(["doc", "--quiet", "--locked", "--no-deps", "--all-features", "--lib", "--target-dir"])
        .arg(&target)
        .args(packages))?;
    copy(&built, to)
}

fn cargo_in(workspace: &Path) -> Command {
    let mut command = Command::new(cargo());
    command.current_dir(workspace);
    command
}

fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let status = command.status().with_context(|| format!("{shown} cannot be run"))?;
    if !status.success() {
        bail!("{shown} has failed: its messages are above");
    }
    Ok(())
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("{} cannot be copied to {}", from.display(), to.display());
    fs::create_dir_all(to).with_context(context)?;
    for entry in fs::read_dir(from).with_context(context)? {
        let entry = entry.with_context(context)?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        // A lock of cargo, and nothing of the documentation.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(context)?;
        }
    }
    Ok(())
}
