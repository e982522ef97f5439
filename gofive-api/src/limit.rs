//! Limits that a session puts on itself: requests at once, and requests a second. Off by default.

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Longer than any program runs, and no clock overflows by it.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// How late tokio's timers may wake.
const TIMER_GRAIN: Duration = Duration::from_millis(2);

#[derive(Debug, Default)]
pub(crate) struct Limits {
    at_once: Option<Semaphore>,
    rate: Option<Rate>,
}

/// Requests in even intervals.
#[derive(Debug)]
struct Rate {
    interval: Duration,
    /// When the next request may be sent. Who waits for it holds the lock: who goes away while waiting uses nothing up.
    next: Mutex<Option<Instant>>,
}

impl Limits {
    pub(crate) fn new(at_once: Option<u32>, per_second: Option<f64>) -> Self {
        // A limit of nothing would never let a request pass; so many as a semaphore cannot count are no limit.
        let at_once = at_once.map(|at_once| (at_once.max(1) as usize).min(Semaphore::MAX_PERMITS));
        let interval = per_second.map(|rate| Duration::try_from_secs_f64(1.0 / rate).unwrap_or(FOREVER).min(FOREVER));
        Self {
            at_once: at_once.map(Semaphore::new),
            rate: interval.map(|interval| Rate { interval, next: Mutex::new(None) }),
        }
    }

    /// Waits until a request may be sent. The permit is kept until its answer has been read.
    pub(crate) async fn admit(&self) -> Option<SemaphorePermit<'_>> {
        let permit = match &self.at_once {
            // The semaphore is never closed.
            Some(semaphore) => semaphore.acquire().await.ok(),
            None => None,
        };
        if let Some(rate) = &self.rate {
            rate.turn().await;
        }
        permit
    }
}

impl Rate {
    async fn turn(&self) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        // What a timer that wakes late has cost is caught up with.
        let earliest = now.checked_sub(TIMER_GRAIN).unwrap_or(now);
        let moment = next.map_or(now, |next| next.max(earliest));
        tokio::time::sleep_until(moment).await;
        *next = Some(moment + self.interval);
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

    /// A timer wakes on whole milliseconds.
    #[tokio::test(start_paused = true)]
    async fn intervals_shorter_than_a_timer_can_wait_are_kept_on_average() {
        let limits = Limits::new(None, Some(10_000.0));
        let start = Instant::now();
        for _ in 0..1_000 {
            limits.admit().await;
        }
        let elapsed = start.elapsed().as_millis();
        assert!((98..=102).contains(&elapsed), "a thousand at ten thousand a second took {elapsed} ms");
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_away_uses_nothing_up() {
        let limits = Limits::new(None, Some(1.0));
        limits.admit().await;
        let start = Instant::now();
        let waiting = futures_util::future::join_all((0..100).map(|_| limits.admit()));
        assert!(tokio::time::timeout(Duration::from_millis(500), waiting).await.is_err());
        limits.admit().await;
        assert_eq!(start.elapsed(), Duration::from_secs(1), "the very next turn");
    }

    #[tokio::test(start_paused = true)]
    async fn any_number_is_a_limit() {
        for rate in [f64::MIN_POSITIVE, 1e-18, 1e300] {
            Limits::new(Some(u32::MAX), Some(rate)).admit().await;
        }
        let hardly_ever = Limits::new(Some(0), Some(1e-300));
        hardly_ever.admit().await;
        assert!(tokio::time::timeout(Duration::from_secs(86_400), hardly_ever.admit()).await.is_err());
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
