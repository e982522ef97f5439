//! Builds the command and compares it with the library, and its start-up with that of `gh`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::environment::{facts, first_line, output};
use crate::workspace::cargo;

/// Runs the comparisons; returns their tables.
pub(super) fn run(workspace: &Path) -> Result<String> {
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--release", "-p", "gofive-cli"]).current_dir(workspace);
    ensure!(build.status()?.success(), "the command does not compile");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let gofive = target.join("release").join(format!("gofive{}", std::env::consts::EXE_SUFFIX));
    let gh = first_line("gh", "--version").unwrap_or_else(|| "without gh".to_owned());
    let mut bench = Command::new(cargo());
    bench.args(["bench", "--quiet", "--package", "gofive-benches", "--bench", "comparison", "--", "command"]);
    Ok(facts(gh)? + &output(bench.arg(gofive).current_dir(workspace))?)
}
