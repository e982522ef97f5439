//! `cargo xtask bench`: measures the client beside its peers, and writes each group of measurements into `BENCHMARKS.md`,
//! between the marks of the group. What is outside of the marks is kept by hand.

mod building;
mod command;
mod environment;
mod peer;
mod sandbox;
mod speed;

use std::path::Path;

use anyhow::{Context as _, Result};

const OUTPUT: &str = "BENCHMARKS.md";

/// A group of measurements.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Group {
    /// Calls: time, CPU, memory and allocations
    Speed,
    /// Builds of the crate: CPU and size
    Building,
    /// The sandbox under load, beside Prism
    Sandbox,
    /// The command `gofive` beside the library, and its start-up beside that of `gh`
    Command,
}

/// Runs the given groups, or all. Takes some minutes; other work on the machine makes the result say less.
pub(crate) fn run(workspace: &Path, generator: &Path, groups: &[Group]) -> Result<()> {
    let workspace = &workspace.canonicalize()?;
    let path = workspace.join(OUTPUT);
    let groups =
        if groups.is_empty() { &[Group::Speed, Group::Building, Group::Sandbox, Group::Command] } else { groups };
    for group in groups {
        let (name, measured) = match group {
            Group::Speed => ("speed", speed::run(workspace, generator)?),
            Group::Building => ("building", building::run(workspace, generator)?),
            Group::Sandbox => ("sandbox", sandbox::run(workspace)?),
            Group::Command => ("command", command::run(workspace)?),
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
