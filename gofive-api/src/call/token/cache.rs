//! Stores tokens outside of a session, so that short-lived processes or a fleet can share one.

use std::fmt;
use std::pin::Pin;

use jiff::Timestamp;

use crate::values::Secret;

/// Why a [`TokenCache`] has failed. The session logs it and goes on without the cache.
pub type TokenCacheError = Box<dyn std::error::Error + Send + Sync>;

/// Stores the access token of one client id outside of the session: in a file, a database, or a service.
///
/// By default a session keeps its token in memory, which is all that a long-running program needs. Processes that live
/// for seconds, and fleets of them, share one token by a common cache. The session uses the cache only when it needs a
/// token, never while it has a valid one. If a cache fails or takes longer than the attempt timeout, no call fails: the
/// session fetches a token as it would without a cache.
///
/// Use one cache for each client id and base URL: it stores a single token, for whichever client it was issued.
///
/// ```
/// use std::sync::Mutex;
///
/// use gofive_api::{CachedToken, Gofive, TokenCache, TokenCacheError};
///
/// /// Several sessions of one process share a token.
/// #[derive(Default)]
/// struct InMemory(Mutex<Option<CachedToken>>);
///
/// impl TokenCache for InMemory {
///     async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
///         Ok(self.0.lock().map_err(|_| "poisoned")?.clone())
///     }
///     async fn store(&self, token: CachedToken) -> Result<(), TokenCacheError> {
///         *self.0.lock().map_err(|_| "poisoned")? = Some(token);
///         Ok(())
///     }
///     async fn clear(&self, refused: CachedToken) -> Result<(), TokenCacheError> {
///         let mut kept = self.0.lock().map_err(|_| "poisoned")?;
///         if kept.as_ref().is_some_and(|kept| kept.expose() == refused.expose()) {
///             *kept = None;
///         }
///         Ok(())
///     }
/// }
///
/// let gofive = Gofive::builder()
///     .credentials("client id", "client secret")
///     .subscription_key("subscription key")
///     .token_cache(InMemory::default())
///     .build()?;
/// # Ok::<(), gofive_api::Error>(())
/// ```
pub trait TokenCache: Send + Sync {
    /// Returns the stored token, if there is one. It may have expired: the session checks that.
    fn load(&self) -> impl Future<Output = Result<Option<CachedToken>, TokenCacheError>> + Send;

    /// Stores a token that the session has fetched, in place of the previous one.
    fn store(&self, token: CachedToken) -> impl Future<Output = Result<(), TokenCacheError>> + Send;

    /// Removes a token that the server has refused, if it is still the stored one.
    fn clear(&self, refused: CachedToken) -> impl Future<Output = Result<(), TokenCacheError>> + Send;
}

/// An access token and its times, as a [`TokenCache`] stores it. It cannot be printed.
///
/// ```
/// use gofive_api::CachedToken;
/// use gofive_api::jiff::{SignedDuration, Timestamp};
///
/// let now = Timestamp::now();
/// let token = CachedToken::new("secret token", now, now + SignedDuration::from_hours(1));
/// assert!(!format!("{token:?}").contains("secret token"));
/// ```
#[derive(Clone)]
pub struct CachedToken {
    token: Secret,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

impl CachedToken {
    /// Restores a token that was stored as text and times.
    pub fn new(token: impl Into<Secret>, issued_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { token: token.into(), issued_at, expires_at }
    }

    /// Returns the token itself. Treat it like a password.
    pub fn expose(&self) -> &str {
        self.token.expose()
    }

    /// Returns when it was issued.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// Returns when it expires. A cache may drop it then.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Debug for CachedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedToken")
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

type CacheFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TokenCacheError>> + Send + 'a>>;

/// An object-safe [`TokenCache`].
pub(crate) trait AnyTokenCache: Send + Sync {
    fn load(&self) -> CacheFuture<'_, Option<CachedToken>>;
    fn store(&self, token: CachedToken) -> CacheFuture<'_, ()>;
    fn clear(&self, refused: CachedToken) -> CacheFuture<'_, ()>;
}

impl<T: TokenCache> AnyTokenCache for T {
    fn load(&self) -> CacheFuture<'_, Option<CachedToken>> {
        Box::pin(TokenCache::load(self))
    }
    fn store(&self, token: CachedToken) -> CacheFuture<'_, ()> {
        Box::pin(TokenCache::store(self, token))
    }
    fn clear(&self, refused: CachedToken) -> CacheFuture<'_, ()> {
        Box::pin(TokenCache::clear(self, refused))
    }
}
