//! When a failed call is sent again, and after how long.
//!
//! By default a call is tried three times at most, with exponential back-off and full jitter, within a minute. Whether an
//! operation may be repeated at all is its [`Retry`](crate::Retry) class in the spec: an operation that creates or sends
//! something is repeated only where it provably did not reach the application.
//!
//! ```
//! use std::time::Duration;
//! use gofive_api::{CallOptions, Gofive, RetryPolicy};
//!
//! # fn set_up() -> Result<(), gofive_api::Error> {
//! // For all calls of a session …
//! let gofive = Gofive::builder()
//!     .credentials("client id", "client secret")
//!     .subscription_key("subscription key")
//!     .retry(RetryPolicy::default().max_attempts(5).max_elapsed(Duration::from_secs(20)))
//!     .build()?;
//! // … or for some of them.
//! let once = gofive.with_options(CallOptions::new().retry(RetryPolicy::none()));
//! # Ok(()) }
//! ```

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often, how fast and how long a call is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing before it is given to a session or a call"]
pub struct RetryPolicy {
    max_attempts: u32,
    shortest: Duration,
    longest: Duration,
    max_elapsed: Duration,
    max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            shortest: Duration::from_millis(200),
            longest: Duration::from_secs(10),
            max_elapsed: Duration::from_secs(60),
            max_retry_after: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// No repeats.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// How often a call is sent at most, the first time included; 3 by default, at least 1.
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// The back-off: before the second attempt up to `shortest`, doubled for each further one, up to `longest`;
    /// 200 milliseconds and 10 seconds by default. The actual wait is anywhere between nothing and that (*full jitter*).
    pub fn backoff(mut self, shortest: Duration, longest: Duration) -> Self {
        (self.shortest, self.longest) = (shortest, longest.max(shortest));
        self
    }

    /// No attempt begins later than this after the first one; 60 seconds by default.
    pub fn max_elapsed(mut self, max_elapsed: Duration) -> Self {
        self.max_elapsed = max_elapsed;
        self
    }

    /// The longest `Retry-After` that is obeyed; 30 seconds by default. If the server asks for more, the call fails at
    /// once, and [`Error::retry_after`](crate::Error::retry_after) has the wait.
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// How long to wait before the next attempt; nothing if there is to be none.
    pub(crate) fn wait(&self, made: u32, elapsed: Duration, retry_after: Option<Duration>) -> Option<Duration> {
        if made >= self.max_attempts {
            return None;
        }
        let wait = match retry_after {
            Some(asked) if asked > self.max_retry_after => return None,
            // A little jitter on top, lest all who were sent away come back at once.
            Some(asked) => asked.saturating_add(self.shortest.mul_f64(fastrand::f64())),
            None => {
                let doubled = self.shortest.saturating_mul(2_u32.saturating_pow(made - 1));
                doubled.min(self.longest).mul_f64(fastrand::f64())
            }
        };
        (elapsed.saturating_add(wait) <= self.max_elapsed).then_some(wait)
    }
}

/// Keeps an outage from being amplified: repeats of all calls of a session draw on one bucket, which successes refill.
/// The figures are those of the AWS SDKs: a hundred repeats in a row, one more for every five successes.
#[derive(Debug)]
pub(crate) struct RetryBucket(AtomicU32);

impl RetryBucket {
    const CAPACITY: u32 = 500;
    const PRICE: u32 = 5;
    const REFUND: u32 = 1;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    /// Whether there is a repeat left; takes it.
    pub(crate) fn take(&self) -> bool {
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(Self::PRICE));
        taken.is_ok()
    }

    pub(crate) fn refund(&self) {
        let add = |left: u32| (left < Self::CAPACITY).then_some(left + Self::REFUND);
        // An error means that the bucket is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_jittered_doubled_and_bounded() {
        let policy = RetryPolicy::default().max_attempts(20).backoff(Duration::from_secs(1), Duration::from_secs(4));
        for (made, most) in [(1, 1), (2, 2), (3, 4), (4, 4), (19, 4)] {
            let waits: Vec<_> = (0..200).filter_map(|_| policy.wait(made, Duration::ZERO, None)).collect();
            assert_eq!(waits.len(), 200);
            assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(most)), "attempt {made}");
            assert!(waits.iter().any(|wait| *wait < Duration::from_secs(most) / 2), "full jitter");
        }
        assert_eq!(policy.wait(20, Duration::ZERO, None), None, "no attempt is left");
    }

    #[test]
    fn retry_after_is_obeyed_as_far_as_it_is_bearable() {
        let policy = RetryPolicy::default();
        let wait = policy.wait(1, Duration::ZERO, Some(Duration::from_secs(7))).unwrap();
        assert!(wait >= Duration::from_secs(7) && wait < Duration::from_secs(8));
        assert_eq!(policy.wait(1, Duration::ZERO, Some(Duration::from_secs(31))), None);
        assert_eq!(policy.wait(1, Duration::from_secs(55), Some(Duration::from_secs(7))), None, "beyond the budget");
    }

    #[test]
    fn the_longest_durations_are_no_trouble() {
        let policy = RetryPolicy::default().backoff(Duration::MAX, Duration::MAX).max_retry_after(Duration::MAX);
        let policy = policy.max_attempts(u32::MAX).max_elapsed(Duration::MAX);
        for made in [1, 2, u32::MAX - 1] {
            assert!(policy.wait(made, Duration::from_secs(1), None).is_some());
            assert_eq!(policy.wait(made, Duration::MAX, Some(Duration::MAX)), Some(Duration::MAX));
        }
    }

    #[test]
    fn a_bucket_runs_dry_and_is_refilled_by_successes() {
        let bucket = RetryBucket::new();
        assert_eq!((0..1000).filter(|_| bucket.take()).count(), 100);
        (0..5).for_each(|_| bucket.refund());
        assert!(bucket.take());
        assert!(!bucket.take());
        (0..10_000).for_each(|_| bucket.refund());
        assert_eq!((0..1000).filter(|_| bucket.take()).count(), 100, "no more than it holds");
    }
}
