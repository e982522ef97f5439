//! `cargo xtask soak`: runs the soak test as a separate program, because xtask must build without the generated crate.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::workspace::cargo;

/// Runs the soak test; whether the session kept its promises.
pub(crate) fn run(workspace: &Path, calls: usize, seed: u32) -> Result<bool> {
    let status = Command::new(cargo())
        .args(["run", "--quiet", "--release", "--package", "gofive-tests", "--bin", "soak", "--"])
        .args([calls.to_string(), seed.to_string()])
        .current_dir(workspace)
        .status()
        .context("cargo cannot be run")?;
    Ok(status.success())
}
