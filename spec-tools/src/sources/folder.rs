//! Reads the files of a folder. Only regular files and folders are read: a symbolic link could lead anywhere, and a named pipe or
//! a device never ends.

use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{READ, Sources};

/// The limit of a file's size. Generated sources are the longest files, and have a fraction of it.
const MAX_BYTES: u64 = 64 << 20;

impl Sources {
    /// Reads the files of the workspace in a folder. Files that do not exist are omitted, and so are hidden ones.
    ///
    /// # Errors
    /// If `openapi/` does not exist, if a file cannot be read, or if there is a symbolic link among the files.
    pub fn read(workspace: &Path) -> Result<Self> {
        let openapi = workspace.join("openapi");
        fs::read_dir(&openapi).with_context(|| format!("{} cannot be read", openapi.display()))?;
        read(workspace)
    }
}

/// Reads everything that the stages read. Files that do not exist are omitted, and so are hidden ones, which belong to editors.
pub(super) fn read(folder: &Path) -> Result<Sources> {
    let mut sources = Sources::default();
    let mut pending: Vec<String> = READ.map(str::to_owned).to_vec();
    while let Some(path) = pending.pop() {
        let on_disk = folder.join(&path);
        let context = || format!("{path} cannot be read");
        let metadata = match fs::symlink_metadata(&on_disk) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            metadata => metadata.with_context(context)?,
        };
        if let Some(problem) = problem(&path, metadata.file_type()) {
            bail!("{path} {problem}");
        }
        if metadata.is_file() {
            if metadata.len() > MAX_BYTES {
                bail!("{path} cannot be read: it has more than {} MiB. Delete it", MAX_BYTES >> 20);
            }
            sources.write(&path, fs::read(&on_disk).with_context(context)?);
            continue;
        }
        for entry in fs::read_dir(&on_disk).with_context(context)? {
            let name = entry.with_context(context)?.file_name();
            let Some(name) = name.to_str() else {
                bail!("{path}/{} cannot be read: its name is not UTF-8. Rename it", name.display());
            };
            if !name.starts_with('.') {
                pending.push(format!("{path}/{name}"));
            }
        }
    }
    Ok(sources)
}

/// A file, or all files below a folder in order, by their names. Hidden ones are omitted.
///
/// # Errors
/// If a file cannot be read, or if there is a symbolic link among them.
pub fn saved(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let name = path.display().to_string();
    let context = || format!("{name} cannot be read");
    let metadata = fs::symlink_metadata(path).with_context(context)?;
    if let Some(problem) = problem(&name, metadata.file_type()) {
        bail!("{name} {problem}");
    }
    if metadata.is_file() {
        if metadata.len() > MAX_BYTES {
            bail!("{name} cannot be read: it has more than {} MiB", MAX_BYTES >> 20);
        }
        return Ok(vec![(name.clone(), fs::read(path).with_context(context)?)]);
    }
    let entries = fs::read_dir(path).with_context(context)?.collect::<Result<Vec<_>, _>>().with_context(context)?;
    let mut below: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
    below.sort();
    let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let files = below.iter().filter(|path| !is_hidden(path)).map(|path| saved(path)).collect::<Result<Vec<_>>>()?;
    Ok(files.concat())
}

/// Why something that has this name is neither read nor written, and what to do.
pub(crate) fn problem(path: &str, kind: FileType) -> Option<&'static str> {
    let is_yaml = Path::new(path).extension().is_some_and(|extension| extension == "yaml");
    if kind.is_symlink() {
        Some("is a symbolic link, which is not followed. Replace it by what it points to")
    } else if kind.is_dir() && is_yaml {
        Some("is a folder with the name of a file. Rename it")
    } else if kind.is_dir() || kind.is_file() {
        None
    } else {
        Some("is neither a file nor a folder. Delete it")
    }
}
