//! The access tokens that were issued.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// The tokens in force; `None` is a lifetime beyond what the clock can tell.
    expiries: HashMap<String, Option<Instant>>,
    issued: usize,
    issued_with_early_end: usize,
}

impl Tokens {
    /// Issues a token, which may end before its lifetime is over.
    pub(crate) fn issue(&mut self, lifetime: Duration, early_end: Option<Duration>) -> String {
        self.issued += 1;
        self.issued_with_early_end += usize::from(early_end.is_some());
        let lifetime = early_end.map_or(lifetime, |early_end| early_end.min(lifetime));
        // A fresh `RandomState` is randomly keyed, which is as unguessable as a sandbox needs.
        let [a, b] = [RandomState::new().hash_one(self.issued), RandomState::new().hash_one(self.issued)];
        let token = format!("sandbox-{}-{a:016x}{b:016x}", self.issued);
        self.expiries.insert(token.clone(), Instant::now().checked_add(lifetime));
        token
    }

    pub(crate) fn accepts(&self, token: &str) -> bool {
        self.expiries.get(token).is_some_and(|expiry| expiry.is_none_or(|expiry| Instant::now() < expiry))
    }

    /// Refuses one token from now on.
    pub(crate) fn expire(&mut self, token: &str) {
        self.expiries.remove(token);
    }

    pub(crate) fn revoke(&mut self) {
        self.expiries.clear();
    }

    pub(crate) fn issued(&self) -> usize {
        self.issued
    }

    pub(crate) fn issued_with_early_end(&self) -> usize {
        self.issued_with_early_end
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
        assert_eq!((tokens.issued(), tokens.issued_with_early_end()), (3, 1));
    }
}
