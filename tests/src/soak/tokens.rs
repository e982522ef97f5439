//! How many tokens a session may need, computed from how it was used.

use std::time::Duration;

use super::session::{EARLY_END, MAX_ATTEMPTS, PROTECTION, RENEWAL_AGE, SHORTEST_PAUSE};

/// How a session was used.
#[derive(Debug)]
pub(super) struct Use {
    /// How long each of its runtimes lived.
    pub(super) runtimes: Vec<Duration>,
    /// How many of its tokens the server ended early.
    pub(super) early_ends: usize,
    /// How long the server refused good credentials, each time.
    pub(super) refusals: Vec<Duration>,
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
    /// runtime takes the place of the current one only if it lasts longer. So in one runtime the requests that brought a
    /// token are `RENEWAL_AGE` apart; `EARLY_END`, once for each token that ended early; and `PROTECTION` during a
    /// refusal, with one more as it begins. In all, with the first request of the runtime,
    ///
    /// 1 + (life + early ends × (`RENEWAL_AGE` − `EARLY_END`)) ÷ `RENEWAL_AGE` + Σ (1 + refusal ÷ `PROTECTION`).
    ///
    /// To these come the tokens in responses that did not arrive.
    pub(super) fn most_tokens(&self) -> usize {
        self.runtimes.iter().map(|life| self.received_by(*life)).sum::<usize>() + self.unreceived
    }

    /// The most requests for tokens that may have been sent: those that brought one, and those of flights that failed,
    /// which are [`SHORTEST_PAUSE`] apart. Each flight has at most [`MAX_ATTEMPTS`].
    pub(super) fn most_requests(&self) -> usize {
        let flights = |life: &Duration| self.received_by(*life) + 1 + times(*life, SHORTEST_PAUSE);
        self.runtimes.iter().map(flights).sum::<usize>() * MAX_ATTEMPTS
    }

    fn received_by(&self, life: Duration) -> usize {
        let shortened = u32::try_from(self.early_ends).unwrap_or(u32::MAX);
        let stretched = life.saturating_add(RENEWAL_AGE.saturating_sub(EARLY_END).saturating_mul(shortened));
        let refusals = self.refusals.iter().map(|refusal| 1 + times(*refusal, PROTECTION));
        1 + times(stretched, RENEWAL_AGE) + refusals.sum::<usize>()
    }
}

/// How often an interval fits into a time.
pub(super) fn times(time: Duration, interval: Duration) -> usize {
    usize::try_from(time.as_millis() / interval.as_millis().max(1)).unwrap_or(usize::MAX)
}
