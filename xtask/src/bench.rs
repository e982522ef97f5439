//! `cargo xtask bench`: measures the client beside its peers, and writes each group of measurements into `BENCHMARKS.md`,
//! between the marks of the group. What is outside of the marks is kept by hand.

mod building;
mod peer;
mod speed;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

const OUTPUT: &str = "BENCHMARKS.md";

/// A group of measurements.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Group {
    /// Calls: time, CPU, memory and allocations
    Speed,
    /// Builds of the crate: CPU and size
    Building,
}

/// Runs the given groups, or all. Takes some minutes; other work on the machine makes the result say less.
pub(crate) fn run(workspace: &Path, generator: &Path, groups: &[Group]) -> Result<()> {
    let workspace = &workspace.canonicalize()?;
    let path = workspace.join(OUTPUT);
    let groups = if groups.is_empty() { &[Group::Speed, Group::Building] } else { groups };
    for group in groups {
        let (name, measured) = match group {
            Group::Speed => ("speed", speed::run(workspace, generator)?),
            Group::Building => ("building", building::run(workspace, generator)?),
        };
        let page = std::fs::read_to_string(&path).with_context(|| format!("{OUTPUT} cannot be read"))?;
        std::fs::write(&path, replaced(&page, name, &measured)?)
            .with_context(|| format!("{OUTPUT} cannot be written"))?;
        println!("{OUTPUT} has the new figures of {name}");
    }
    Ok(())
}

/// The page with other text between the marks of a group.
fn replaced(page: &str, group: &str, text: &str) -> Result<String> {
    let [begin, end] =
        [format!("<!-- {group}: written by `cargo xtask bench {group}` -->"), format!("<!-- /{group} -->")];
    let (head, rest) = page.split_once(&begin).with_context(|| format!("{OUTPUT} has no line `{begin}`"))?;
    let (_, tail) = rest.split_once(&end).with_context(|| format!("{OUTPUT} has no line `{end}`"))?;
    Ok(format!("{head}{begin}\n\n{}\n\n{end}{tail}", text.trim()))
}

/// What was measured on what: compiler, peer, cores, processor.
fn facts(peer: String) -> Result<String> {
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
fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?} cannot be run"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    ensure!(output.status.success(), "{command:?} failed");
    Ok(text)
}

/// The first line that a program prints about its version, on either output.
fn first_line(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok().filter(|output| output.status.success())?;
    let printed = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&printed).lines().next().map(|line| line.trim().to_owned())
}

/// The folder for everything that a measurement builds.
fn scratch(workspace: &Path) -> PathBuf {
    workspace.join("target/bench")
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_the_text_between_the_marks_of_the_group_is_replaced() {
        let page = "a\n<!-- speed: written by `cargo xtask bench speed` -->\nold\n<!-- /speed -->\nb\n";
        let expected = "a\n<!-- speed: written by `cargo xtask bench speed` -->\n\nnew\n\n<!-- /speed -->\nb\n";
        assert_eq!(replaced(page, "speed", "new\n").expect("it has both marks"), expected);
        let error = replaced(page, "building", "new").expect_err("it has no such mark").to_string();
        assert!(error.contains("<!-- building: written by"), "{error}");
    }
}
