//! A bearer token and its validity.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use crate::call::token::cache::CachedToken;

/// How long before it expires a token is renewed, unless a fifth of its life is less.
const RENEWAL_LEAD: Duration = Duration::from_secs(60);
/// How long a new token is protected from being discarded, unless a tenth of its life is less.
const PROTECTION: Duration = Duration::from_secs(10);
/// The minimum life of a token. A shorter one would mean a token request for every call.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);

/// A token as it is sent.
pub(crate) struct Token {
    pub(crate) header: HeaderValue,
    issued: Moment,
    /// `None` for a token of the caller: its expiry is not known.
    life: Option<Duration>,
}

/// How close a token is to its expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Good,
    /// Still valid, but about to expire: it is renewed.
    Due,
    /// Calls must not use it any more.
    Ended,
}

/// A moment by two clocks: one never jumps, the other continues while the machine sleeps.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    instant: Instant,
    wall: SystemTime,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { instant: Instant::now(), wall: SystemTime::now() }
    }

    fn elapsed(self) -> Duration {
        self.instant.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

impl Token {
    /// A token that was requested at that moment. `None` if it is not a valid header value.
    pub(crate) fn new(token: &str, issued: Moment, life: Option<Duration>) -> Option<Self> {
        let token = token.trim();
        let mut header = HeaderValue::from_str(&format!("Bearer {token}")).ok().filter(|_| !token.is_empty())?;
        header.set_sensitive(true);
        Some(Self { header, issued, life: life.map(|life| life.max(SHORTEST_LIFE)) })
    }

    /// A token of the caller. `None` if it is not a valid header value.
    pub(crate) fn given(token: &str) -> Option<Self> {
        Self::new(token, Moment::now(), None)
    }

    /// How close it is to its expiry.
    pub(crate) fn stage(&self) -> Stage {
        let Some(life) = self.life else { return Stage::Good };
        let left = life.saturating_sub(self.issued.elapsed());
        match left {
            Duration::ZERO => Stage::Ended,
            left if left <= self.lead() => Stage::Due,
            _ => Stage::Good,
        }
    }

    /// How long before its expiry it is renewed.
    pub(crate) fn lead(&self) -> Duration {
        self.life.map_or(RENEWAL_LEAD, |life| RENEWAL_LEAD.min(life / 5))
    }

    /// Whether it is so new that another one would be refused as well.
    pub(crate) fn is_new(&self) -> bool {
        self.life.is_some_and(|life| self.issued.elapsed() < PROTECTION.min(life / 10))
    }

    /// Whether it lasts longer than another one.
    pub(crate) fn outlasts(&self, other: &Self) -> bool {
        let left = |token: &Self| token.life.map(|life| life.saturating_sub(token.issued.elapsed()));
        left(other).is_some_and(|other| left(self).is_none_or(|own| own > other))
    }

    pub(crate) fn secret(&self) -> Option<SecretString> {
        self.header.to_str().ok()?.strip_prefix("Bearer ").map(SecretString::from)
    }

    /// Converts it for a cache.
    pub(crate) fn to_cached(&self) -> Option<CachedToken> {
        let issued_at = jiff::Timestamp::try_from(self.issued.wall).ok()?;
        let expires_at = issued_at.checked_add(self.life?).unwrap_or(jiff::Timestamp::MAX);
        Some(CachedToken::new(self.secret()?.expose_secret(), issued_at, expires_at))
    }

    /// Converts a token of a cache. `None` if it is not a valid header value.
    pub(crate) fn from_cached(cached: &CachedToken) -> Option<Self> {
        let between = |from: jiff::Timestamp, to: jiff::Timestamp| Duration::try_from(to.duration_since(from)).ok();
        let life = between(cached.issued_at(), cached.expires_at()).unwrap_or_default();
        let age = between(cached.issued_at(), jiff::Timestamp::now()).unwrap_or_default();
        let now = Moment::now();
        let issued = Moment {
            instant: now.instant.checked_sub(age).unwrap_or(now.instant),
            wall: now.wall.checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH),
        };
        Self::new(cached.expose(), issued, Some(life))
    }

    pub(crate) fn is_cached_as(&self, cached: &CachedToken) -> bool {
        self.secret().is_some_and(|secret| secret.expose_secret() == cached.expose())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// A token that was issued this long ago by each clock.
    fn issued(by_instant: Duration, by_wall: Duration) -> Token {
        let now = Moment::now();
        let instant = now.instant.checked_sub(by_instant).unwrap();
        Token::new("t", Moment { instant, wall: now.wall - by_wall }, Some(HOUR)).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_goes_from_new_to_due_to_expired() {
        let token = Token::new("t", Moment::now(), Some(HOUR)).unwrap();
        assert!(token.is_new() && token.stage() == Stage::Good);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(!token.is_new() && token.stage() == Stage::Good);
        tokio::time::advance(Duration::from_secs(3_530)).await;
        assert!(token.stage() == Stage::Due, "a minute ahead");
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(token.stage() == Stage::Ended);
    }

    /// The monotonic clock stops while the machine sleeps.
    #[test]
    fn a_token_ages_while_the_machine_sleeps() {
        assert!(issued(Duration::ZERO, HOUR).stage() == Stage::Ended);
        assert!(!issued(Duration::ZERO, HOUR / 2).is_new());
    }

    /// The wall clock may be set back.
    #[tokio::test(start_paused = true)]
    async fn a_token_ages_although_the_clock_is_set_back() {
        let now = Moment::now();
        let token =
            Token::new("t", Moment { wall: now.wall + 24 * HOUR, ..now }, Some(Duration::from_secs(1))).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(token.stage() == Stage::Ended);
    }

    #[test]
    fn any_life_is_accepted() {
        for life in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            let token = Token::new("t", Moment::now(), Some(life)).unwrap();
            assert!(token.stage() == Stage::Good, "{life:?}");
            assert!(token.to_cached().is_some_and(|cached| token.is_cached_as(&cached)));
        }
        assert!(Token::given("t").unwrap().stage() == Stage::Good);
    }

    #[test]
    fn a_cache_keeps_the_age_of_a_token() {
        let old = issued(Duration::ZERO, HOUR / 2);
        let again = Token::from_cached(&old.to_cached().unwrap()).unwrap();
        assert!(!again.is_new() && again.stage() == Stage::Good);
        assert!(
            Token::from_cached(&issued(Duration::ZERO, HOUR).to_cached().unwrap()).unwrap().stage() == Stage::Ended
        );
    }
}
