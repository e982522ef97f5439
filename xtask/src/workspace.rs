//! Finds the workspace to work on when a command runs: a program that was built in one checkout may run in another.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The workspace given by `--workspace`; else that of the package which cargo runs, else the one around the current folder.
pub(crate) fn find(given: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(given) = given {
        return Ok(given);
    }
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(package) => PathBuf::from(package),
        None => std::env::current_dir().context("the current folder cannot be read: pass --workspace")?,
    };
    let Some(found) = start.ancestors().find(|folder| is_workspace(folder)) else {
        bail!(
            "{} is not in a workspace of the Gofive client (a folder with Cargo.toml and openapi/): go to one, or pass \
             --workspace",
            start.display()
        );
    };
    Ok(found.to_owned())
}

fn is_workspace(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file() && folder.join("openapi").is_dir()
}

/// The cargo that runs this command, or else the one in the path.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
