//! The file in which a sandbox keeps its records while it does not run.

use std::io;
use std::path::{Path, PathBuf};

use super::SandboxBuilder;
use crate::record_error::LoadError;
use crate::record_files;
use crate::service::Service;

impl SandboxBuilder {
    /// Sets a file that keeps the records while the sandbox does not run: it is loaded at the start, if it exists, and written by
    /// [`Sandbox::shutdown`](super::Sandbox::shutdown).
    ///
    /// It has what [`Sandbox::save_snapshot`](super::Sandbox::save_snapshot) writes, and is replaced as a whole. A
    /// [`reset`](super::Sandbox::reset) returns to the initial records, not to those of the file. A sandbox that is dropped does
    /// not write it.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }
}

/// Loads the records of the file, if it exists, and writes it: a file that cannot be written fails at the start.
pub(super) fn open(service: &Service, path: &Path) -> Result<(), LoadError> {
    match service.load_snapshot(path) {
        Err(LoadError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        loaded => loaded?,
    }
    save(service, path)
}

pub(super) fn save(service: &Service, path: &Path) -> Result<(), LoadError> {
    record_files::write_snapshot(path, &service.snapshot())
}
