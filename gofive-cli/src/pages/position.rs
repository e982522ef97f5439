//! The file of `--resume`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// How far a list has been printed.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Position {
    /// The request, so that no other list is continued.
    pub(super) request: String,
    /// The number of records before the next one, from the beginning of the list.
    pub(super) records: u64,
    /// The number of bytes of the output.
    pub(super) length: u64,
    /// The columns of the output.
    pub(super) columns: Vec<String>,
}

impl Position {
    /// Reads the position of a request; `None` if the file does not exist yet.
    pub(super) fn read(file: &Path, request: &str) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| Failure::io(format!("{} cannot be read: {error}", file.display())))?,
        };
        let name = file.display();
        let position: Self = serde_json::from_str(&text).map_err(|error| {
            Failure::usage(format!("{name} is not a file of --resume: {error}")).hint("give the name of another file")
        })?;
        if position.request != request {
            let cause = format!("{name} has the position of another request: {}", position.request);
            return Err(Failure::usage(cause).hint("give the name of another file, or delete this one to start again"));
        }
        Ok(Some(position))
    }

    /// Replaces the file as a whole: a program that is killed leaves the old position or the new one.
    pub(super) fn write(&self, file: &Path) -> Result<(), Failure> {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = file.with_file_name(name);
        let write = || fs::write(&new, serde_json::to_vec(self)?).and_then(|()| fs::rename(&new, file));
        write().map_err(|error| Failure::io(format!("{} cannot be written: {error}", file.display())))
    }
}
