//! The clock and the tokens of a sandbox.

use std::time::{Duration, SystemTime};

use super::Sandbox;
use crate::clock::Clock;

impl Sandbox {
    /// The time by the clock of the sandbox, which decides when tokens expire and is the `Date` of responses.
    pub fn time(&self) -> SystemTime {
        self.service.state().clock.now()
    }

    /// Sets the clock, which goes on from there.
    pub fn set_time(&self, time: SystemTime) {
        self.service.state().clock.set(time);
    }

    /// Moves the clock forward, so that a test need not wait until a token expires.
    pub fn advance_time(&self, duration: Duration) {
        self.service.state().clock.advance(duration);
    }

    /// Sets the clock to the time of this machine again.
    pub fn reset_time(&self) {
        self.service.state().clock = Clock::default();
    }

    /// The lifetime of new tokens.
    pub fn token_lifetime(&self) -> Duration {
        self.service.state().token_lifetime
    }

    /// Sets the lifetime of new tokens; those issued so far keep theirs.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.service.state().token_lifetime = lifetime;
    }

    /// Ends the lifetime of all tokens issued so far, regardless of their `expires_in`.
    pub fn expire_tokens(&self) {
        let mut state = self.service.state();
        let now = state.clock.now();
        state.tokens.expire_all(now);
    }

    /// Revokes all tokens issued so far, as the API does now and then before they expire.
    pub fn revoke_tokens(&self) {
        self.service.state().tokens.revoke();
    }
}
