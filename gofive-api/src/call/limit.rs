//! The limits that a session sets for itself: the concurrency limit and the rate limit. Both are off by default.
//!
//! Several runtimes share a session, and a future may be polled once and then never again. So no waiter reserves
//! anything that others wait for: a slot and a turn are taken together, at the moment of sending.

mod admission;
mod pacer;
mod rate;
mod runtimes;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use self::admission::Admission;
use self::pacer::Entered;
use self::runtimes::PING_TIMEOUT;
use self::shared::SharedLimits;
pub(crate) use self::shared::{Slot, Stalled};

/// The limits of a session.
#[derive(Debug)]
pub(crate) struct Limits {
    shared: Arc<SharedLimits>,
    unlimited: bool,
}

impl Limits {
    /// Creates the limits; `None` means no limit. A concurrency limit of zero would block forever, so it counts as one.
    ///
    /// Waiting for the concurrency limit fails if no slot is released for `stall_after`.
    pub(crate) fn new(max_concurrency: Option<u32>, requests_per_second: Option<f64>, stall_after: Duration) -> Self {
        Self::with_ping_timeout(max_concurrency, requests_per_second, stall_after, PING_TIMEOUT)
    }

    fn with_ping_timeout(
        max_concurrency: Option<u32>,
        requests_per_second: Option<f64>,
        stall_after: Duration,
        ping_timeout: Duration,
    ) -> Self {
        let unlimited = max_concurrency.is_none() && requests_per_second.is_none();
        let max_concurrency = max_concurrency.map(|requests| requests.max(1));
        let slots = max_concurrency.and_then(|requests| usize::try_from(requests).ok()).unwrap_or(usize::MAX);
        let stalled = Stalled { max_concurrency: max_concurrency.unwrap_or(u32::MAX), waited: stall_after };
        let admission = Admission::new(slots, requests_per_second, stall_after, ping_timeout);
        Self { shared: Arc::new(SharedLimits::new(stalled, admission)), unlimited }
    }

    /// Whether neither limit is set.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.unlimited
    }

    /// Waits until a request may be sent. Keep the slot until the response has been read; dropping it releases it.
    /// `None` without a limit.
    ///
    /// The future needs the context of a tokio runtime. If it moves to another runtime while it waits, it queues again
    /// there.
    ///
    /// # Errors
    /// [`Stalled`] if all slots of the concurrency limit are taken, the rate limit would admit the request, and no slot
    /// was released for `stall_after` during this wait. Waiting for the rate limit has no bound.
    pub(crate) async fn admit(&self) -> Result<Option<Slot>, Stalled> {
        if self.is_unlimited() {
            return Ok(None);
        }
        loop {
            let wait = match pacer::enter(&self.shared) {
                Entered::Admitted(slot) => return Ok(Some(slot)),
                Entered::Queued(wait) => wait,
            };
            if let Some(outcome) = wait.await {
                return outcome.map(Some);
            }
            // A runtime that is shutting down ends every pacer immediately: do not retry within one poll.
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests;
