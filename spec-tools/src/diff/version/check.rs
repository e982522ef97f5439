//! Whether the workspace's version is high enough for the changes since a release.

use std::fmt;

use anyhow::{Context as _, Result};
use semver::Version;

use super::step;
use crate::diff::compare::with_revision;
use crate::diff::report::Report;
use crate::sources::Sources;
use crate::sources::git::Revision;

/// The result of `cargo xtask semver`.
#[derive(Debug)]
pub enum Check {
    /// No release exists yet, so any version is allowed.
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

/// Checks the version of the working tree against its changes since a release; `None` before the first release.
pub fn check(release: Option<&Revision>, working_tree: &Sources) -> Result<Check> {
    let version = step::version(working_tree)?;
    let Some(release) = release else { return Ok(Check::Unreleased { version }) };
    let report = with_revision(release, working_tree)?;
    let from = report.version.as_ref().map(|step| step.from.clone());
    let from = from.with_context(|| format!("{} has no version in its Cargo.toml", release.named))?;
    let needed = step::needed(&from, report.class);
    let base = format!("{from}, {}", release.named);
    Ok(if version < needed {
        Check::TooLow { base, version, needed, report }
    } else {
        Check::Enough { base, version, needed }
    })
}
