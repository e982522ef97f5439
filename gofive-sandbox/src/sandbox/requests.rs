//! The requests that a sandbox has received.

use super::Sandbox;
use crate::log::record::RequestRecord;
use crate::operations::name::Operation;

impl Sandbox {
    /// The latest requests of an operation, from the oldest to the newest, with their bodies and what became of them.
    ///
    /// Secrets are masked. Requests that were refused and requests that a fault prevented are among them. The log is
    /// bounded: see [`max_logged_requests`](crate::SandboxBuilder::max_logged_requests).
    pub fn requests(&self, operation: Operation) -> Vec<RequestRecord> {
        self.service.state().log.requests(Some(operation))
    }

    /// The latest requests of all operations, and those whose path or method is unknown.
    pub fn all_requests(&self) -> Vec<RequestRecord> {
        self.service.state().log.requests(None)
    }

    /// Removes all requests from the log; counters such as [`Sandbox::calls`] remain.
    pub fn clear_requests(&self) {
        self.service.state().log.clear();
    }
}
