//! A token in a file, for processes that live for seconds.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fs4::{FileExt, TryLockError};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::files;
use crate::call::token::cache::{CachedToken, TokenCache, TokenCacheError};
use crate::values::Secret;

/// How long a process waits for the token of another one; then it fetches its own.
const MAX_WAIT: Duration = Duration::from_secs(15);
/// How often it looks.
const INTERVAL: Duration = Duration::from_millis(20);
/// How long a process may take to fetch a token, before another one tries.
const MAX_FETCH: Duration = Duration::from_secs(15);
/// A token that expires sooner than that is fetched again.
const MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// A [`TokenCache`](crate::TokenCache) in a file that only the user can read.
///
/// If several processes need a token, one fetches it and the others wait for it. An advisory lock, on a file beside it, ensures
/// that; where files cannot be locked, each process fetches its own. A file that cannot be read counts as empty.
///
/// ```
/// use gofive_api::Gofive;
/// use gofive_api::profile::TokenFile;
///
/// let gofive = Gofive::builder()
///     .credentials("client id", "client secret")
///     .subscription_key("subscription key")
///     .token_cache(TokenFile::new("/run/user/1000/gofive.token"))
///     .build()?;
/// # Ok::<(), gofive_api::Error>(())
/// ```
pub struct TokenFile {
    path: PathBuf,
    lock: Held,
}

/// The lock, while this process fetches a token.
type Held = Arc<Mutex<Option<Arc<File>>>>;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    token: Secret,
    /// In milliseconds since 1970.
    issued_at: i64,
    expires_at: i64,
}

impl TokenFile {
    /// Uses this file, and one beside it whose name ends in `.lock`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), lock: Held::default() }
    }

    fn read(&self) -> Option<CachedToken> {
        let Stored { token, issued_at, expires_at } = serde_json::from_slice(&std::fs::read(&self.path).ok()?).ok()?;
        let [issued_at, expires_at] = [issued_at, expires_at].map(Timestamp::from_millisecond);
        Some(CachedToken::new(token, issued_at.ok()?, expires_at.ok()?))
    }

    fn read_fresh(&self) -> Option<CachedToken> {
        self.read().filter(|token| token.expires_at() > Timestamp::now() + MARGIN)
    }

    /// Waits until this process may fetch a token, or another one has; the token, if there is one.
    async fn wait(&self) -> Option<CachedToken> {
        let file = files::open_lock(&self.path.with_extension("lock")).ok()?;
        let start = Instant::now();
        loop {
            match FileExt::try_lock(&file) {
                Ok(()) => {
                    let fresh = self.read_fresh();
                    if fresh.is_none() {
                        self.hold(file);
                    }
                    return fresh;
                }
                Err(TryLockError::WouldBlock) if start.elapsed() < MAX_WAIT => sleep(INTERVAL).await,
                // Files cannot be locked here, or the other process takes too long.
                Err(_) => return None,
            }
            if let Some(fresh) = self.read_fresh() {
                return Some(fresh);
            }
        }
    }

    /// Keeps the lock until the token is stored, or until it should have been.
    fn hold(&self, file: File) {
        let file = Arc::new(file);
        *held(&self.lock) = Some(file.clone());
        let (lock, file) = (Arc::downgrade(&self.lock), Arc::downgrade(&file));
        tokio::spawn(async move {
            sleep(MAX_FETCH).await;
            if let (Some(lock), Some(file)) = (lock.upgrade(), file.upgrade()) {
                let mut current = held(&lock);
                if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, &file)) {
                    *current = None;
                }
            }
        });
    }
}

impl TokenCache for TokenFile {
    async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
        // A process that asks again has not got a token from its first attempt.
        *held(&self.lock) = None;
        match self.read_fresh() {
            Some(token) => Ok(Some(token)),
            None => Ok(self.wait().await),
        }
    }

    async fn store(&self, token: CachedToken) -> Result<(), TokenCacheError> {
        let [issued_at, expires_at] = [token.issued_at(), token.expires_at()].map(Timestamp::as_millisecond);
        let json = serde_json::to_vec(&Stored { token: token.expose().into(), issued_at, expires_at })?;
        let written = files::write(&self.path, &json);
        *held(&self.lock) = None;
        Ok(written?)
    }

    async fn clear(&self, refused: CachedToken) -> Result<(), TokenCacheError> {
        if self.read().is_some_and(|kept| kept.expose() == refused.expose()) {
            files::remove(&self.path)?;
        }
        Ok(())
    }
}

/// Shows the file, and nothing of what is in it.
impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenFile").field("path", &self.path).finish_non_exhaustive()
    }
}

fn held(lock: &Held) -> std::sync::MutexGuard<'_, Option<Arc<File>>> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
