//! What the manifest of a packaged crate must have, and what it must not have.

use anyhow::{Context as _, Result, bail};
use toml::{Table, Value};

/// The address of the repository, from the root manifest.
///
/// # Errors
/// If it is not known yet, or not an address that links can begin with.
pub(super) fn repository(root: &Table) -> Result<&str> {
    let value = root.get("workspace").and_then(|table| table.get("package")?.get("repository")?.as_str());
    let value = value.unwrap_or_default();
    if value.is_empty() {
        bail!(
            "`repository` in [workspace.package] of Cargo.toml is empty: write the https address of this repository, and run \
             `cargo xtask codegen`"
        );
    }
    let address = value.strip_prefix("https://").unwrap_or_default();
    let parts: Vec<_> = address.split('/').collect();
    let is_address =
        parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
    if !is_address || value.strip_suffix(".git").is_some() {
        bail!(
            "`repository` in [workspace.package] of Cargo.toml is {value:?}: write the address of its page, such as \
             https://example.org/owner/name, without a slash or `.git` at the end"
        );
    }
    Ok(value)
}

/// What a reader of the registry would miss in a packaged manifest.
pub(super) fn missing(manifest: &Table, repository: &str) -> Vec<String> {
    let package = manifest.get("package");
    let text = |key: &str| package.and_then(|package| package.get(key)?.as_str()).unwrap_or_default();
    let mut missing: Vec<_> = ["description", "documentation", "readme", "license", "rust-version"]
        .into_iter()
        .filter(|key| text(key).is_empty())
        .map(|key| format!("`{key}` is missing"))
        .collect();
    if text("repository") != repository {
        missing.push("`repository` is not that of the workspace: write `repository.workspace = true`".to_owned());
    }
    let name = text("name");
    let documentation = text("documentation");
    if ![format!("https://docs.rs/{name}"), format!("https://docs.rs/crate/{name}")].contains(&documentation.to_owned())
    {
        missing.push(format!("`documentation` is {documentation:?}: write https://docs.rs/{name}"));
    }
    missing
}

/// The dependencies of a packaged manifest that have a path, a git repository or no version.
pub(super) fn unpublished_dependencies(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = targets.filter_map(|(_, table)| table.as_table()).chain([manifest]);
    let mut found = Vec::new();
    for table in tables {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, dependency) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
                let elsewhere = ["path", "git"].iter().any(|source| dependency.get(source).is_some());
                let version = dependency.as_str().or_else(|| dependency.get("version")?.as_str());
                if elsewhere || version.is_none() {
                    found.push(format!("{name} in [{section}]"));
                }
            }
        }
    }
    found
}

/// The version of all crates, from the root manifest.
pub(super) fn version(root: &Table) -> Result<&str> {
    let version = root.get("workspace").and_then(|table| table.get("package")?.get("version")?.as_str());
    version.context("Cargo.toml has no workspace.package.version: write it")
}
