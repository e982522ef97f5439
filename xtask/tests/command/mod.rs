//! Runs the commands in a workspace.

use std::path::Path;
use std::process::Command;

/// Runs a command in a workspace. Returns the exit code, the standard output and the standard error.
pub(crate) fn xtask(workspace: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.current_dir(workspace).arg("--workspace").arg(workspace).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}
