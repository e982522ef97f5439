//! Versions: which one a change requires, and whether the workspace's version is high enough.

use std::fmt;

use anyhow::{Context as _, Result, anyhow};
use semver::Version;

use super::{Class, Report};
use crate::sources::Sources;
use crate::sources::git::Revision;

/// The result of `cargo xtask semver`.
#[derive(Debug)]
pub enum Check {
    /// There is no release yet, so any version is allowed.
    Unreleased { version: Version },
    /// `version` is high enough.
    Enough { base: String, version: Version, needed: Version },
    /// `version` is lower than the changes require.
    TooLow { base: String, version: Version, needed: Version, report: Report },
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreleased { version } => {
                write!(f, "{version} is accepted: there is no release (tag v*) yet")
            }
            Self::Enough { base, version, needed } => {
                write!(f, "{version} is high enough: at least {needed} must follow {base}")
            }
            Self::TooLow { base, version, needed, report } => {
                writeln!(f, "{version} is too low: at least {needed} must follow {base}.")?;
                let class = report.class.map(|class| class.to_string()).unwrap_or_default();
                writeln!(f, "{class}:")?;
                for change in report.changes.iter().filter(|change| Some(change.class) == report.class) {
                    writeln!(f, "    {}", change.headline)?;
                }
                write!(
                    f,
                    "Set `version = \"{needed}\"` in [workspace.package] of Cargo.toml; `cargo xtask diff` shows more."
                )
            }
        }
    }
}

/// Checks the version of the working tree against its changes since a release; `None` if there is no release yet.
pub fn check(release: Option<&Revision>, working_tree: &Sources) -> Result<Check> {
    let version = version(working_tree)?;
    let Some(release) = release else { return Ok(Check::Unreleased { version }) };
    let report = super::with_revision(release, working_tree)?;
    let from = report.version.as_ref().map(|step| step.from.clone());
    let from = from.with_context(|| format!("{} has no version in its Cargo.toml", release.named))?;
    let needed = needed(&from, report.class);
    let base = format!("{from}, {}", release.named);
    Ok(if version < needed {
        Check::TooLow { base, version, needed, report }
    } else {
        Check::Enough { base, version, needed }
    })
}

/// The lowest version that may follow `from`, by cargo's rules: below 1.0, the minor number counts as the major number.
pub fn needed(from: &Version, class: Option<Class>) -> Version {
    match class {
        None => from.clone(),
        Some(Class::Breaking) if from.major > 0 => Version::new(from.major + 1, 0, 0),
        Some(Class::Breaking) if from.minor > 0 => Version::new(0, from.minor + 1, 0),
        Some(Class::Additive) if from.major > 0 => Version::new(from.major, from.minor + 1, 0),
        // In 0.0.z every step is breaking.
        Some(_) => Version::new(from.major, from.minor, from.patch + 1),
    }
}

/// The version of all crates of the workspace.
pub fn version(sources: &Sources) -> Result<Version> {
    let (_, section) = sources
        .text("Cargo.toml")?
        .split_once("[workspace.package]")
        .ok_or_else(|| anyhow!("Cargo.toml has no [workspace.package]"))?;
    let mut lines = section.lines().skip(1).take_while(|line| !line.starts_with('['));
    let line = lines.find_map(|line| line.strip_prefix("version")?.trim_start().strip_prefix('='));
    let line = line.ok_or_else(|| anyhow!("[workspace.package] of Cargo.toml has no version"))?;
    Version::parse(line.trim().trim_matches('"')).with_context(|| format!("the version in Cargo.toml: {}", line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_follows_cargos_rules() {
        use Class::{Additive, Breaking, DocsOnly};
        for (from, breaking, additive, docs) in [
            ("0.1.0", "0.2.0", "0.1.1", "0.1.1"),
            ("0.1.7", "0.2.0", "0.1.8", "0.1.8"),
            ("0.0.3", "0.0.4", "0.0.4", "0.0.4"),
            ("1.2.3", "2.0.0", "1.3.0", "1.2.4"),
        ] {
            let from = Version::parse(from).unwrap();
            let step = |class| needed(&from, Some(class)).to_string();
            assert_eq!([step(Breaking), step(Additive), step(DocsOnly)], [breaking, additive, docs]);
            assert_eq!(needed(&from, None), from);
        }
    }
}
