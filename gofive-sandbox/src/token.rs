//! The issued access tokens.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// The expiry of each valid token; `None` if it is too far in the future for the clock.
    expiries: HashMap<String, Option<Instant>>,
    issued: usize,
    issued_with_early_expiry: usize,
}

impl Tokens {
    /// Issues a token; with an `early_expiry` it expires before its lifetime is over.
    pub(crate) fn issue(&mut self, lifetime: Duration, early_expiry: Option<Duration>) -> String {
        self.issued += 1;
        self.issued_with_early_expiry += usize::from(early_expiry.is_some());
        let lifetime = early_expiry.map_or(lifetime, |early_expiry| early_expiry.min(lifetime));
        // A new `RandomState` has random keys, so that a token is hard enough to guess for a sandbox.
        let [a, b] = [RandomState::new().hash_one(self.issued), RandomState::new().hash_one(self.issued)];
        let token = format!("sandbox-{}-{a:016x}{b:016x}", self.issued);
        self.expiries.insert(token.clone(), Instant::now().checked_add(lifetime));
        token
    }

    pub(crate) fn accepts(&self, token: &str) -> bool {
        self.expiries.get(token).is_some_and(|expiry| expiry.is_none_or(|expiry| Instant::now() < expiry))
    }

    /// Ends the validity of one token.
    pub(crate) fn expire(&mut self, token: &str) {
        self.expiries.remove(token);
    }

    pub(crate) fn revoke(&mut self) {
        self.expiries.clear();
    }

    pub(crate) fn issued(&self) -> usize {
        self.issued
    }

    pub(crate) fn issued_with_early_expiry(&self) -> usize {
        self.issued_with_early_expiry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_accepted_until_it_expires_or_is_revoked() {
        let mut tokens = Tokens::default();
        let minute = Duration::from_secs(60);
        let (short, long, endless) =
            (tokens.issue(minute, Some(Duration::ZERO)), tokens.issue(minute, None), tokens.issue(Duration::MAX, None));
        assert!(!tokens.accepts(&short) && tokens.accepts(&long) && tokens.accepts(&endless));
        assert!(!tokens.accepts("sandbox-1-0"));
        tokens.expire(&endless);
        assert!(tokens.accepts(&long) && !tokens.accepts(&endless));
        tokens.revoke();
        assert!(!tokens.accepts(&long));
        assert_eq!((tokens.issued(), tokens.issued_with_early_expiry()), (3, 1));
    }
}
