//! Webhooks, as the sandbox and its builder have them.

use std::time::Duration;

use super::{Sandbox, SandboxBuilder};
use crate::webhook::Webhooks;

impl Sandbox {
    /// The targets of webhooks, and what was sent to them; [`webhook`](crate::webhook) has an example.
    pub fn webhooks(&self) -> &Webhooks {
        self.service.webhooks()
    }
}

impl SandboxBuilder {
    /// Allows webhooks to a host beyond this machine: a name or an IP address, without a port. Can be called several times.
    ///
    /// [`SandboxBuilder::start`] fails if it is neither a name nor an address.
    ///
    /// An allowed name may resolve to any address but one that only the operating system or a cloud uses, such as
    /// 169.254.169.254.
    pub fn allow_webhook_host(mut self, host: impl Into<String>) -> Self {
        self.settings.webhook_hosts.push(host.into());
        self
    }

    /// Sets how long a target of webhooks may take to respond; the default is 10 seconds.
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.webhook_timeout = timeout;
        self
    }

    /// Sets the maximum number of deliveries in the log of webhooks; the default is 1000. The oldest ones are removed.
    ///
    /// The bodies in the log take 16 MiB at most, whatever their number.
    pub fn max_logged_deliveries(mut self, deliveries: usize) -> Self {
        self.settings.limits.deliveries = deliveries;
        self
    }
}
