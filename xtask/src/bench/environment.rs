//! What a measurement runs on, and the programs that it runs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// What was measured on what: compiler, peer, cores, processor.
pub(super) fn facts(peer: String) -> Result<String> {
    let mut facts = vec![first_line("rustc", "--version").context("rustc cannot be asked for its version")?, peer];
    facts.extend(std::thread::available_parallelism().ok().map(|cores| format!("{cores} cores")));
    facts.extend(cpu());
    Ok(format!("Measured with {}.\n\n", facts.join(", ")))
}

/// The processor, where the system reports it.
fn cpu() -> Option<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}

/// What a program prints, which is shown too; its errors are shown as they come.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?} cannot be run"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    ensure!(output.status.success(), "{command:?} failed");
    Ok(text)
}

/// The first line that a program prints about its version, on either output.
pub(super) fn first_line(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok().filter(|output| output.status.success())?;
    let printed = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&printed).lines().next().map(|line| line.trim().to_owned())
}

/// The folder for everything that a measurement builds.
pub(super) fn scratch(workspace: &Path) -> PathBuf {
    workspace.join("target/bench")
}
