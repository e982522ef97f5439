//! The issued access tokens.

pub(crate) mod token_request;

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use crate::random;

/// The maximum number of tokens that are remembered; beyond it, the oldest are forgotten and refused.
const MAX_TOKENS: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    known: HashMap<String, Token>,
    issued: usize,
    issued_with_early_expiry: usize,
}

#[derive(Debug)]
struct Token {
    number: usize,
    /// `None` if it is too far in the future for the clock.
    expiry: Option<SystemTime>,
    is_revoked: bool,
}

impl Token {
    fn is_expired(&self, now: SystemTime) -> bool {
        self.expiry.is_some_and(|expiry| expiry <= now)
    }
}

impl Tokens {
    /// Issues a token; with an `early_expiry` it expires before its lifetime is over.
    pub(crate) fn issue(&mut self, now: SystemTime, lifetime: Duration, early_expiry: Option<Duration>) -> String {
        self.make_room(now);
        self.issued += 1;
        self.issued_with_early_expiry += usize::from(early_expiry.is_some());
        let lifetime = early_expiry.map_or(lifetime, |early_expiry| early_expiry.min(lifetime));
        let token = format!("sandbox-{}-{}", self.issued, random::hex_digits());
        let issued = Token { number: self.issued, expiry: now.checked_add(lifetime), is_revoked: false };
        self.known.insert(token.clone(), issued);
        token
    }

    fn make_room(&mut self, now: SystemTime) {
        if self.known.len() >= MAX_TOKENS {
            self.known.retain(|_, token| !token.is_revoked && !token.is_expired(now));
        }
        if self.known.len() >= MAX_TOKENS {
            let oldest = self.known.iter().min_by_key(|(_, token)| token.number).map(|(text, _)| text.clone());
            oldest.map(|oldest| self.known.remove(&oldest));
        }
    }

    /// Checks a token, or returns why it is refused.
    pub(crate) fn check(&self, token: &str, now: SystemTime) -> Result<(), &'static str> {
        match self.known.get(token) {
            None => Err("the token is not one of the sandbox"),
            Some(token) if token.is_revoked => Err("the token is revoked"),
            Some(token) if token.is_expired(now) => Err("the token is expired"),
            Some(_) => Ok(()),
        }
    }

    /// Ends the lifetime of one token.
    pub(crate) fn expire(&mut self, token: &str, now: SystemTime) {
        if let Some(token) = self.known.get_mut(token) {
            token.expiry = Some(now);
        }
    }

    /// Ends the lifetime of all tokens.
    pub(crate) fn expire_all(&mut self, now: SystemTime) {
        self.known.values_mut().for_each(|token| token.expiry = Some(now));
    }

    pub(crate) fn revoke(&mut self) {
        self.known.values_mut().for_each(|token| token.is_revoked = true);
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
        let (now, minute) = (SystemTime::now(), Duration::from_secs(60));
        let mut issue = |lifetime, early| tokens.issue(now, lifetime, early);
        let (short, long, endless) =
            (issue(minute, Some(Duration::ZERO)), issue(minute, None), issue(Duration::MAX, None));
        let expired = Err("the token is expired");
        assert_eq!([&short, &long, &endless].map(|token| tokens.check(token, now)), [expired, Ok(()), Ok(())]);
        assert_eq!([&long, &endless].map(|token| tokens.check(token, now + minute)), [expired, Ok(())]);
        assert_eq!(tokens.check("sandbox-1-0", now), Err("the token is not one of the sandbox"));
        tokens.expire(&endless, now);
        assert_eq!([&long, &endless].map(|token| tokens.check(token, now)), [Ok(()), expired]);
        tokens.revoke();
        assert_eq!(tokens.check(&long, now), Err("the token is revoked"));
        assert_eq!((tokens.issued(), tokens.issued_with_early_expiry()), (3, 1));
    }

    #[test]
    fn the_oldest_tokens_are_forgotten_and_expired_ones_before_them() {
        let mut tokens = Tokens::default();
        let (now, minute) = (SystemTime::now(), Duration::from_secs(60));
        let first = tokens.issue(now, minute, None);
        let second = tokens.issue(now, minute, None);
        tokens.issue(now, Duration::ZERO, None);
        for _ in 3..=MAX_TOKENS {
            tokens.issue(now, minute, None);
        }
        assert_eq!(
            (tokens.known.len(), tokens.check(&first, now)),
            (MAX_TOKENS, Ok(())),
            "the expired one is forgotten"
        );
        tokens.issue(now, minute, None);
        assert_eq!((tokens.known.len(), tokens.check(&second, now)), (MAX_TOKENS, Ok(())));
        assert!(tokens.check(&first, now).is_err());
    }
}
