//! The version that the crates have, and the one that a change requires.

use anyhow::{Context as _, Result, anyhow};
use semver::Version;

use crate::diff::change::Class;
use crate::sources::Sources;

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
    let version = of_workspace(sources, "version")?;
    Version::parse(version).with_context(|| format!("the version in Cargo.toml: {version}"))
}

/// A text that all crates of the workspace share, such as `repository`.
pub(crate) fn of_workspace<'a>(sources: &'a Sources, key: &str) -> Result<&'a str> {
    let (_, section) = sources
        .text("Cargo.toml")?
        .split_once("[workspace.package]")
        .ok_or_else(|| anyhow!("Cargo.toml has no [workspace.package]"))?;
    let mut lines = section.lines().skip(1).take_while(|line| !line.starts_with('['));
    let value = lines.find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
    let value = value.ok_or_else(|| anyhow!("[workspace.package] of Cargo.toml has no {key}"))?.trim_start();
    let text = value.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    text.map(|(text, _)| text).ok_or_else(|| anyhow!("{key} in Cargo.toml is not a text: {value}"))
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
