//! The bounds of a server, as the builder sets them.

use std::time::Duration;

use tokio::sync::Semaphore;

use super::SandboxBuilder;

impl SandboxBuilder {
    /// Sets the maximum number of open connections; the default is 512.
    ///
    /// Further clients wait until a connection is closed. If half of them are open, the server closes each further one after
    /// its first response, so that idle connections do not keep others waiting. It also closes a connection that has been
    /// idle for two minutes.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.settings.limits.connections = connections.clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        self
    }

    /// Sets the maximum size of a request body in bytes; the default is 16 MiB. The API's own limit is not known.
    ///
    /// A larger body is refused with HTTP 413. All bodies together take at most four times this size: further requests
    /// wait. A request that is refused for its subscription key or its token takes no memory for its body.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.settings.limits.body_size = bytes;
        self
    }

    /// Sets how long requests may take to finish when the server stops; the default is 10 seconds.
    ///
    /// [`Sandbox::shutdown`](crate::Sandbox::shutdown) waits for them, but not longer.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.shutdown_timeout = timeout;
        self
    }

    /// Sets the maximum number of requests that [`Sandbox::requests`](crate::Sandbox::requests) remembers; the default is
    /// 1000. The oldest are dropped.
    pub fn max_logged_requests(mut self, requests: usize) -> Self {
        self.settings.limits.log.requests = requests;
        self
    }

    /// Sets the maximum size of all remembered requests in bytes; the default is 16 MiB. The oldest are dropped.
    pub fn max_log_size(mut self, bytes: usize) -> Self {
        self.settings.limits.log.size = bytes;
        self
    }

    /// Sets the maximum number of records of each kind that requests create; the default is 10,000.
    ///
    /// A request that creates more is refused. Seeds are not limited.
    pub fn max_records(mut self, records: usize) -> Self {
        self.settings.limits.records.records = records;
        self
    }

    /// Sets about the maximum size of all records in bytes; the default is 64 MiB.
    ///
    /// A request that creates or changes a record beyond it is refused. Seeds are not limited.
    pub fn max_record_size(mut self, bytes: usize) -> Self {
        self.settings.limits.records.size = bytes;
        self
    }
}
