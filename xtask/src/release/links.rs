//! The links of a packaged crate: pages of a registry do not have the files beside the README.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use spec_tools::readme::relative_links;

/// The links of the package's README and of its documentation that lead to a file, each with the file that has it.
///
/// Documentation may link to items by their Rust paths, which rustdoc checks.
pub(super) fn to_files(package: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(package)? {
        let extension = file.extension().and_then(|extension| extension.to_str());
        let is_code = extension == Some("rs");
        if !is_code && extension != Some("md") {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let name = file.strip_prefix(package).unwrap_or(&file).display().to_string();
        let is_readme = name == "README.md";
        let text = if is_code { documentation(&text) } else { text };
        let links = relative_links(&text).into_iter().filter(|(target, _)| is_readme || target.contains(['/', '.']));
        found.extend(links.map(|(target, _)| format!("{name}: {target}")));
    }
    Ok(found)
}

/// The text of all documentation comments of a file.
fn documentation(code: &str) -> String {
    let mut text = String::new();
    for line in code.lines().map(str::trim_start) {
        let comment = line.strip_prefix("//!").or_else(|| line.strip_prefix("///"));
        // Other lines end a paragraph.
        text.push_str(comment.map_or("", |comment| comment.strip_prefix(' ').unwrap_or(comment)));
        text.push('\n');
    }
    text
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
        let path = entry.with_context(|| format!("{} cannot be listed", folder.display()))?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}
