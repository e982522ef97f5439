//! The limits that a session puts on itself: the concurrency limit and the rate limit. Both are off by default.
//!
//! A session is shared by runtimes, and a future may be polled once and then left alone. So nothing waits while it holds
//! what others wait for: a slot and a turn are taken together, at the moment of sending.

mod admission;
mod pacer;
mod rate;
mod runtimes;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use self::admission::Admission;
use self::pacer::Entered;
use self::runtimes::PATIENCE;
use self::shared::Shared;
pub(crate) use self::shared::{Slot, Stalled};

/// The limits of a session.
#[derive(Debug)]
pub(crate) struct Limits {
    shared: Arc<Shared>,
    unlimited: bool,
}

impl Limits {
    /// Sets the limits; `None` is no limit. A concurrency limit of zero would block forever, so it counts as one.
    ///
    /// Waiting for the concurrency limit fails if no slot is given back for `stall_after`.
    pub(crate) fn new(max_concurrency: Option<u32>, requests_per_second: Option<f64>, stall_after: Duration) -> Self {
        Self::with_patience(max_concurrency, requests_per_second, stall_after, PATIENCE)
    }

    fn with_patience(
        max_concurrency: Option<u32>,
        requests_per_second: Option<f64>,
        stall_after: Duration,
        patience: Duration,
    ) -> Self {
        let unlimited = max_concurrency.is_none() && requests_per_second.is_none();
        let max_concurrency = max_concurrency.map(|requests| requests.max(1));
        let slots = max_concurrency.and_then(|requests| usize::try_from(requests).ok()).unwrap_or(usize::MAX);
        let stalled = Stalled { max_concurrency: max_concurrency.unwrap_or(u32::MAX), waited: stall_after };
        let admission = Admission::new(slots, requests_per_second, stall_after, patience);
        Self { shared: Arc::new(Shared::new(stalled, admission)), unlimited }
    }

    /// Whether there is no limit at all.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.unlimited
    }

    /// Waits until a request may be sent. The slot is kept until the response has been read; dropping it gives it back.
    /// `None` without a limit.
    ///
    /// The future needs the context of a tokio runtime. It may move to another runtime while it waits; it then queues anew.
    ///
    /// # Errors
    /// [`Stalled`] if all slots of the concurrency limit are held, the rate limit would let the request pass, and no slot
    /// was given back for `stall_after` during this wait. Waiting for the rate limit has no bound.
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
            // A runtime that is shutting down ends every pacer at once: do not try again within one poll.
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests;
