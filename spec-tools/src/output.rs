//! Writes the built files, or lists the committed ones that are out of date.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use similar::TextDiff;

use crate::sources::Sources;
use crate::sources::folder::problem;

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
    ///
    /// # Errors
    /// If a symbolic link, or something else that is neither a file nor a folder, is in the way. Nothing is written then.
    pub fn write(&self, workspace: &Path) -> Result<Vec<PathBuf>> {
        for path in self.files.keys() {
            check_way(workspace, path, false)?;
        }
        let obsolete = self.obsolete(workspace)?;
        let mut touched = Vec::new();
        for (path, text) in &self.files {
            let target = workspace.join(path);
            if fs::read(&target).ok().as_deref() != Some(text.as_bytes()) {
                if let Some(folder) = target.parent() {
                    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
                }
                replace(&target, text).with_context(|| format!("cannot write {}", path.display()))?;
                touched.push(path.clone());
            }
        }
        for path in obsolete {
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

    /// The files in the folders of built files that are not built. Hidden ones belong to editors.
    fn obsolete(&self, workspace: &Path) -> Result<Vec<PathBuf>> {
        let mut obsolete = Vec::new();
        let mut pending: Vec<PathBuf> = self.folders.iter().cloned().collect();
        while let Some(folder) = pending.pop() {
            check_way(workspace, &folder, true)?;
            let Ok(entries) = fs::read_dir(workspace.join(&folder)) else { continue };
            for entry in entries {
                let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
                let path = folder.join(entry.file_name());
                let kind = entry.file_type().with_context(|| format!("{} cannot be read", path.display()))?;
                if let Some(problem) = problem(&name(&path), kind) {
                    bail!("{} {problem}. Nothing was written", path.display());
                }
                if kind.is_dir() {
                    pending.push(path);
                } else if !self.files.contains_key(&path) && !entry.file_name().to_string_lossy().starts_with('.') {
                    obsolete.push(path);
                }
            }
        }
        obsolete.sort();
        Ok(obsolete)
    }
}

/// Checks that no part of the path below the workspace is a link: what is behind it is not ours to write or to delete.
fn check_way(workspace: &Path, path: &Path, is_folder: bool) -> Result<()> {
    let mut part = PathBuf::new();
    for step in path {
        part.push(step);
        let kind = match fs::symlink_metadata(workspace.join(&part)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            metadata => metadata.with_context(|| format!("{} cannot be read", part.display()))?.file_type(),
        };
        let wrong_kind = match (is_folder || part != path, kind.is_dir()) {
            (true, false) => Some("is a file, not a folder. Delete it"),
            (false, true) => Some("is a folder, not a file. Delete it"),
            _ => None,
        };
        if let Some(problem) = problem(&name(&part), kind).or(wrong_kind) {
            bail!("{} {problem}. Nothing was written", part.display());
        }
    }
    Ok(())
}

/// Replaces a file as a whole, so that it is never half written, and no other file that shares its content changes.
fn replace(target: &Path, text: &str) -> std::io::Result<()> {
    let mut written = target.as_os_str().to_owned();
    written.push(".new");
    // A new file: one that is left from an interrupted run may be a link.
    let _ = fs::remove_file(&written);
    File::create_new(&written)?.write_all(text.as_bytes())?;
    fs::rename(&written, target).inspect_err(|_| drop(fs::remove_file(&written)))
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
