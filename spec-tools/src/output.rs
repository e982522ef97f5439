//! Writes the built files, or lists the committed ones that are out of date.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use similar::TextDiff;

use crate::sources::Sources;

/// The number of lines of a difference that are shown.
const SHOWN_LINES: usize = 30;

/// Built files by their path below the workspace, and the folders that contain only built files.
#[derive(Debug, Default)]
pub struct Output {
    pub files: BTreeMap<PathBuf, String>,
    pub folders: BTreeSet<PathBuf>,
}

impl Output {
    /// Writes files that differ and deletes files that are no longer built. Returns the changed paths.
    pub fn write(&self, workspace: &Path) -> Result<Vec<PathBuf>> {
        let mut touched = Vec::new();
        for (path, text) in &self.files {
            let target = workspace.join(path);
            if fs::read_to_string(&target).ok().as_ref() != Some(text) {
                if let Some(folder) = target.parent() {
                    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
                }
                fs::write(&target, text).with_context(|| format!("cannot write {}", path.display()))?;
                touched.push(path.clone());
            }
        }
        for path in self.obsolete(workspace)? {
            fs::remove_file(workspace.join(&path)).with_context(|| format!("cannot delete {}", path.display()))?;
            touched.push(path);
        }
        Ok(touched)
    }

    /// A short difference for each of the workspace's files that is out of date.
    pub fn differences(&self, committed: &Sources) -> Vec<String> {
        let mut differences = Vec::new();
        for (path, text) in &self.files {
            match committed.text(&name(path)) {
                Ok(committed) if committed == text => {}
                Ok(committed) => differences.push(difference(path, committed, text)),
                Err(error) => differences.push(format!("{error:#}")),
            }
        }
        for folder in self.folders.iter().map(|folder| name(folder)) {
            let left_over = committed.below(&folder).filter(|path| !self.files.contains_key(Path::new(path)));
            differences.extend(left_over.map(|path| format!("{path} is no longer built")));
        }
        differences
    }

    fn obsolete(&self, workspace: &Path) -> Result<Vec<PathBuf>> {
        let mut obsolete = Vec::new();
        let mut pending: Vec<PathBuf> = self.folders.iter().cloned().collect();
        while let Some(folder) = pending.pop() {
            let Ok(entries) = fs::read_dir(workspace.join(&folder)) else { continue };
            for entry in entries {
                let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
                let path = folder.join(entry.file_name());
                if entry.path().is_dir() {
                    pending.push(path);
                } else if !self.files.contains_key(&path) {
                    obsolete.push(path);
                }
            }
        }
        obsolete.sort();
        Ok(obsolete)
    }
}

/// The name of a file or folder in [`Sources`].
fn name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn difference(path: &Path, committed: &str, built: &str) -> String {
    let path = path.display().to_string();
    let diff = TextDiff::from_lines(committed, built);
    let text = diff.unified_diff().context_radius(1).header(&path, "as built from openapi/").to_string();
    let mut lines: Vec<_> = text.lines().take(SHOWN_LINES).collect();
    let hidden = text.lines().count().saturating_sub(SHOWN_LINES);
    let rest = format!("… and {hidden} more lines");
    if hidden > 0 {
        lines.push(&rest);
    }
    lines.join("\n")
}
