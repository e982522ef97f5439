//! How many tokens a session may need, computed from how it was used.

use std::time::Duration;

use super::session::{EARLY_END, MAX_ATTEMPTS, PROTECTION, RENEWAL_AGE, SHORTEST_PAUSE};

/// How a session was used.
#[derive(Debug)]
pub(super) struct Use {
    /// How long each of its runtimes lived.
    pub(super) runtimes: Vec<Duration>,
    /// How many of them there were at a time.
    pub(super) at_a_time: usize,
    /// How many of its tokens the server ended early.
    pub(super) early_ends: usize,
    /// How often, and for how long in all, the operations refused every token while new ones were issued.
    pub(super) refusals: usize,
    pub(super) refusing: Duration,
    /// Requests for tokens whose response, which may have had a token, did not arrive.
    pub(super) unreceived: usize,
}

impl Use {
    /// The most tokens that may have been issued.
    ///
    /// Each runtime has one flight at a time, so that none waits for another. A flight begins only if the current token is
    /// due for renewal (at [`RENEWAL_AGE`]), or was discarded because the server refused it. The server refuses a token
    /// that it has ended (at [`EARLY_END`]), and any token during a refusal, where a new one is not discarded until the
    /// end of its [`PROTECTION`]. The age counts from the request for the token, and a token that has come by another
    /// runtime takes the place of the current one only if it lasts longer.
    ///
    /// So in each runtime the requests that brought a token are `RENEWAL_AGE` apart, but `EARLY_END` once for each token
    /// that ended early, and `PROTECTION` during a refusal, with one more as it begins. Of all runtimes together, with the
    /// first request of each, these are at most
    ///
    /// runtimes + (Σ lives + at a time × early ends × (`RENEWAL_AGE` − `EARLY_END`)) ÷ `RENEWAL_AGE`
    /// + at a time × (refusals + time of refusals ÷ `PROTECTION`).
    ///
    /// To these come the tokens in responses that did not arrive.
    pub(super) fn most_tokens(&self) -> usize {
        self.received() + self.unreceived
    }

    /// The most requests for tokens that may have been sent: those of flights that brought a token, and of flights that
    /// failed, which in each runtime are [`SHORTEST_PAUSE`] apart. Each flight has at most [`MAX_ATTEMPTS`].
    pub(super) fn most_requests(&self) -> usize {
        let failed = self.runtimes.len() + times(self.lives(), SHORTEST_PAUSE);
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
