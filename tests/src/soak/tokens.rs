//! Computes how many tokens a session may need from how it was used.

use std::time::Duration;

use super::session::{EARLY_END, MAX_ATTEMPTS, MIN_PAUSE, PROTECTION, RENEWAL_AGE};

/// How a session was used.
#[derive(Debug)]
pub(super) struct Usage {
    /// How long each of its runtimes lived.
    pub(super) runtimes: Vec<Duration>,
    /// How many runtimes existed at any time.
    pub(super) at_a_time: usize,
    /// How many of its tokens expired early.
    pub(super) early_ends: usize,
    /// How often, and for how long in total, the operations refused every token while new ones were issued.
    pub(super) refusals: usize,
    pub(super) refusing: Duration,
    /// Token requests whose response, which may have had a token, did not arrive.
    pub(super) unreceived: usize,
}

impl Usage {
    /// The maximum number of tokens that may have been issued.
    ///
    /// Each runtime has one fetch at a time, so that none waits for another. A fetch begins only if the current token is
    /// due for renewal (at [`RENEWAL_AGE`]), or was discarded because the server refused it. The server refuses a token
    /// that expired early (at [`EARLY_END`]), and any token during a refusal, where a new one is not discarded until the
    /// end of its [`PROTECTION`]. The age counts from the token request. A token that another runtime has received
    /// replaces the current one only if it lasts longer.
    ///
    /// So in each runtime the successful requests are `RENEWAL_AGE` apart, but `EARLY_END` once for each token that
    /// expired early, and `PROTECTION` during a refusal, with one more as it begins. All runtimes together, with the first
    /// request of each, make at most this number of successful requests:
    ///
    /// runtimes + (Σ lives + at a time × early ends × (`RENEWAL_AGE` − `EARLY_END`)) ÷ `RENEWAL_AGE`
    /// + at a time × (refusals + time of refusals ÷ `PROTECTION`).
    ///
    /// The tokens in responses that did not arrive are added to this number.
    pub(super) fn max_tokens(&self) -> usize {
        self.received() + self.unreceived
    }

    /// The maximum number of token requests that may have been sent: those of successful fetches, and those of failed
    /// fetches, which in each runtime are [`MIN_PAUSE`] apart. Each fetch has at most [`MAX_ATTEMPTS`].
    pub(super) fn max_requests(&self) -> usize {
        let failed = self.runtimes.len() + times(self.lives(), MIN_PAUSE);
        (self.received() + failed) * MAX_ATTEMPTS
    }

    fn received(&self) -> usize {
        let shortened = u32::try_from(self.at_a_time * self.early_ends).unwrap_or(u32::MAX);
        let shorter = RENEWAL_AGE.saturating_sub(EARLY_END).saturating_mul(shortened);
        let renewals = times(self.lives().saturating_add(shorter), RENEWAL_AGE);
        let refused = self.at_a_time * (self.refusals + times(self.refusing, PROTECTION));
        self.runtimes.len() + renewals + refused
    }

    fn lives(&self) -> Duration {
        self.runtimes.iter().sum()
    }
}

/// How often an interval fits into a time.
pub(super) fn times(time: Duration, interval: Duration) -> usize {
    usize::try_from(time.as_millis() / interval.as_millis().max(1)).unwrap_or(usize::MAX)
}
