//! How many attempts a call has, and how long it waits between them.
//!
//! By default a call has three attempts at most, with exponential back-off and full jitter, within a minute. Whether an
//! operation may be sent again depends on its [`Idempotency`](crate::Idempotency): one that creates or sends something
//! is sent again only if no connection was made, and after a 429 or a 401. That a server which sends these statuses has
//! done nothing is a convention of HTTP, not a proof, so the policy can switch both off.
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

use std::time::Duration;

/// How many attempts a call has, how far apart they are, and when no other follows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing before it is given to a session or a call"]
pub struct RetryPolicy {
    max_attempts: u32,
    shortest: Duration,
    longest: Duration,
    max_elapsed: Duration,
    pub(crate) max_retry_after: Duration,
    pub(crate) non_idempotent_on_401: bool,
    pub(crate) non_idempotent_on_429: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            shortest: Duration::from_millis(200),
            longest: Duration::from_secs(10),
            max_elapsed: Duration::from_secs(60),
            max_retry_after: Duration::from_secs(30),
            non_idempotent_on_401: true,
            non_idempotent_on_429: true,
        }
    }
}

impl RetryPolicy {
    /// No retries: one attempt. A call whose token the server has refused is still sent once more with a new one.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the most attempts of a call, the first one included; 3 by default, at least 1.
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// Sets the back-off: before the second attempt up to `shortest`, doubled for each further one, up to `longest`;
    /// 200 milliseconds and 10 seconds by default. The actual wait is random between zero and that (*full jitter*).
    pub fn backoff(mut self, shortest: Duration, longest: Duration) -> Self {
        (self.shortest, self.longest) = (shortest, longest.max(shortest));
        self
    }

    /// Sets how long after the first attempt was sent another may begin; 60 seconds by default.
    ///
    /// Time that a call waits for the limits of its own session before its first attempt does not count.
    pub fn max_elapsed(mut self, max_elapsed: Duration) -> Self {
        self.max_elapsed = max_elapsed;
        self
    }

    /// Sets the longest `Retry-After` that a call waits for; 30 seconds by default.
    ///
    /// If the server asks for more, the call fails immediately, and [`Error::retry_after`](crate::Error::retry_after)
    /// has the wait.
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Sets whether an operation that is not idempotent is sent again with a new token after a 401; on by default.
    ///
    /// By the convention of HTTP, a server that responds with 401 has not carried out the request. A 401 with a
    /// business code of the API comes from the application itself, and is never followed by another attempt.
    pub fn non_idempotent_on_401(mut self, send_again: bool) -> Self {
        self.non_idempotent_on_401 = send_again;
        self
    }

    /// Sets whether an operation that is not idempotent is sent again after a 429; on by default.
    ///
    /// By the convention of HTTP, a server that responds with 429 has not carried out the request. A 429 with a
    /// business code of the API comes from the application itself, and is never followed by another attempt.
    pub fn non_idempotent_on_429(mut self, send_again: bool) -> Self {
        self.non_idempotent_on_429 = send_again;
        self
    }

    /// Returns how long to wait before the next attempt; `None` if there is none.
    pub(crate) fn wait(&self, attempts: u32, elapsed: Duration, retry_after: Option<Duration>) -> Option<Duration> {
        if attempts >= self.max_attempts {
            return None;
        }
        let wait = match retry_after {
            Some(asked) if asked > self.max_retry_after => return None,
            // Adds a little jitter, so that refused clients do not all return at the same moment.
            Some(asked) => asked.saturating_add(self.shortest.mul_f64(fastrand::f64())),
            None => {
                let doubled = self.shortest.saturating_mul(2_u32.saturating_pow(attempts - 1));
                doubled.min(self.longest).mul_f64(fastrand::f64())
            }
        };
        (elapsed.saturating_add(wait) <= self.max_elapsed).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_jittered_doubled_and_bounded() {
        let policy = RetryPolicy::default().max_attempts(20).backoff(Duration::from_secs(1), Duration::from_secs(4));
        for (attempts, most) in [(1, 1), (2, 2), (3, 4), (4, 4), (19, 4)] {
            let waits: Vec<_> = (0..200).filter_map(|_| policy.wait(attempts, Duration::ZERO, None)).collect();
            assert_eq!(waits.len(), 200);
            assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(most)), "attempt {attempts}");
            assert!(waits.iter().any(|wait| *wait < Duration::from_secs(most) / 2), "full jitter");
        }
        assert_eq!(policy.wait(20, Duration::ZERO, None), None, "no attempt is left");
    }

    #[test]
    fn retry_after_is_respected_up_to_the_limits() {
        let policy = RetryPolicy::default();
        let wait = policy.wait(1, Duration::ZERO, Some(Duration::from_secs(7))).unwrap();
        assert!(wait >= Duration::from_secs(7) && wait < Duration::from_secs(8));
        assert_eq!(policy.wait(1, Duration::ZERO, Some(Duration::from_secs(31))), None);
        assert_eq!(policy.wait(1, Duration::from_secs(55), Some(Duration::from_secs(7))), None, "beyond the budget");
    }

    #[test]
    fn the_longest_durations_do_not_overflow() {
        let policy = RetryPolicy::default().backoff(Duration::MAX, Duration::MAX).max_retry_after(Duration::MAX);
        let policy = policy.max_attempts(u32::MAX).max_elapsed(Duration::MAX);
        for attempts in [1, 2, u32::MAX - 1] {
            assert!(policy.wait(attempts, Duration::from_secs(1), None).is_some());
            assert_eq!(policy.wait(attempts, Duration::MAX, Some(Duration::MAX)), Some(Duration::MAX));
        }
    }
}
