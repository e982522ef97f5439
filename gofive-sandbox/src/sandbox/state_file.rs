//! The file in which a sandbox keeps its records while it does not run.

use std::path::PathBuf;

use super::SandboxBuilder;

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
