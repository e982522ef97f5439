//! Limits that a session puts on itself: requests at once, and requests a second. Off by default.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

#[derive(Debug, Default)]
pub(crate) struct Limits {
    at_once: Option<Semaphore>,
    rate: Option<Rate>,
}

/// Requests in even intervals: each takes the next free moment.
#[derive(Debug)]
struct Rate {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Limits {
    pub(crate) fn new(at_once: Option<u32>, per_second: Option<f64>) -> Self {
        // A limit of nothing would never let a request pass.
        let at_once = at_once.map(|at_once| Semaphore::new(at_once.max(1) as usize));
        let interval = per_second.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self { at_once, rate: interval.map(|interval| Rate { interval, next: Mutex::new(None) }) }
    }

    /// Waits until a request may be sent. The permit is kept until its answer has been read.
    pub(crate) async fn admit(&self) -> Option<SemaphorePermit<'_>> {
        let permit = match &self.at_once {
            // The semaphore is never closed.
            Some(semaphore) => semaphore.acquire().await.ok(),
            None => None,
        };
        if let Some(rate) = &self.rate {
            tokio::time::sleep_until(rate.next_moment()).await;
        }
        permit
    }
}

impl Rate {
    fn next_moment(&self) -> Instant {
        // Valid whatever happened to the last holder of the lock.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let moment = next.map_or(now, |next| next.max(now));
        *next = Some(moment + self.interval);
        moment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_keep_their_distance() {
        let limits = Limits::new(None, Some(10.0));
        let start = Instant::now();
        for _ in 0..11 {
            limits.admit().await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(1), "the first at once, then ten a second");
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_allowed_are_under_way() {
        let limits = Limits::new(Some(2), None);
        let (first, _second) = (limits.admit().await, limits.admit().await);
        let third = tokio::time::timeout(Duration::from_secs(60), limits.admit());
        assert!(third.await.is_err());
        drop(first);
        assert!(limits.admit().await.is_some());
    }
}
