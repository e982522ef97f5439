//! Records and snapshots in files.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::records::error::LoadError;
use crate::records::kind::RecordKind;
use crate::records::snapshot::Snapshot;

/// The records of one file, each to be checked.
#[derive(Debug)]
pub(crate) struct RecordFile {
    pub(crate) path: PathBuf,
    pub(crate) kind: RecordKind,
    pub(crate) records: Vec<Value>,
}

/// Reads the records of a folder: a file for each kind, `customers.json`, with a list of records or a single one.
///
/// Files with another extension and hidden files are ignored.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<RecordFile>, LoadError> {
    let failed = |source| LoadError::File { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(failed)?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).filter(|path| is_json(path)).collect();
    paths.sort();
    paths.into_iter().map(read_records).collect()
}

fn is_json(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn read_records(path: PathBuf) -> Result<RecordFile, LoadError> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let kind = match name.parse() {
        Ok(kind) => kind,
        Err(source) => return Err(LoadError::Kind { path, source }),
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(LoadError::File { path, source }),
    };
    match serde_json::from_str(&text) {
        Ok(Value::Array(records)) => Ok(RecordFile { path, kind, records }),
        Ok(record @ Value::Object(_)) => Ok(RecordFile { path, kind, records: vec![record] }),
        Ok(_) => Err(LoadError::Content { path, problem: "it has no list of records".to_owned() }),
        Err(error) => Err(LoadError::Content { path, problem: format!("it is not JSON: {error}") }),
    }
}

/// Writes a snapshot. A file that exists is replaced as a whole.
pub(crate) fn write_snapshot(path: &Path, snapshot: &Snapshot) -> Result<(), LoadError> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(serde_json::to_string_pretty(snapshot)?.as_bytes())?;
        // Otherwise the new file may be empty after a power failure.
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|source| {
        // What was written of the new file is of no use; it may not exist either.
        let _ = fs::remove_file(&new);
        LoadError::File { path: path.to_owned(), source }
    })
}

pub(crate) fn read_snapshot(path: &Path) -> Result<Snapshot, LoadError> {
    let text = fs::read_to_string(path).map_err(|source| LoadError::File { path: path.to_owned(), source })?;
    text.parse().map_err(|error| wrong_snapshot(path, &error))
}

/// The error of a file that is not a snapshot.
pub(crate) fn wrong_snapshot(path: &Path, error: &crate::records::snapshot::SnapshotError) -> LoadError {
    LoadError::Content { path: path.to_owned(), problem: error.to_string() }
}
