//! The bounds of a server, so that no client can take all of its memory or keep it from stopping.

use std::time::Duration;

/// The settings that bound a server; `SandboxBuilder` sets them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The maximum number of open connections.
    pub(crate) connections: usize,
    /// The maximum size of a request body in bytes; the API's own limit is not known.
    pub(crate) body_size: usize,
    /// The time that requests have to finish when the server stops.
    pub(crate) shutdown_timeout: Duration,
    /// The time that a target of webhooks has to respond; how long Venio waits is not known.
    pub(crate) webhook_timeout: Duration,
    /// The maximum number of deliveries of webhooks in the log.
    pub(crate) deliveries: usize,
    /// The bounds of the log of requests.
    pub(crate) log: LogLimits,
    /// The bounds of the records.
    pub(crate) records: RecordLimits,
}

/// The bounds of the records that requests create; seeds are not limited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordLimits {
    /// The maximum number of records of a kind.
    pub(crate) records: usize,
    /// About the maximum size of all records in bytes.
    pub(crate) size: usize,
}

impl Default for RecordLimits {
    fn default() -> Self {
        Self { records: 10_000, size: 64 * 1024 * 1024 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            body_size: 16 * 1024 * 1024,
            shutdown_timeout: Duration::from_secs(10),
            webhook_timeout: Duration::from_secs(10),
            deliveries: 1000,
            log: LogLimits::default(),
            records: RecordLimits::default(),
        }
    }
}

/// The bounds of a log; the oldest requests are dropped first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogLimits {
    /// The maximum number of requests.
    pub(crate) requests: usize,
    /// The maximum size of all bodies, headers and paths in bytes.
    pub(crate) size: usize,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self { requests: 1000, size: 16 * 1024 * 1024 }
    }
}
