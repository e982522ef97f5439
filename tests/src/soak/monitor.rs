//! Counts what the session does, as its token cache and its observer see it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gofive_api::{Attempt, CachedToken, TokenCache, TokenCacheError};
use tokio::runtime::{Handle, Id};

/// The running token requests, and the attempts that the observer has seen.
#[derive(Debug, Default)]
pub(super) struct Monitor {
    /// The runtimes that are fetching a token, or were dropped while they did.
    fetching: Mutex<HashSet<Id>>,
    pub(super) token_requests: AtomicUsize,
    /// The number of tokens that the session has received.
    pub(super) received: AtomicUsize,
    pub(super) create_attempts: AtomicUsize,
    /// Attempts that may not have reached the server.
    pub(super) create_attempts_without_response: AtomicUsize,
    pub(super) attempts: AtomicUsize,
    pub(super) retries: AtomicUsize,
    /// Attempts that failed with a 401 and were retried with a new token.
    pub(super) replays: AtomicUsize,
}

impl Monitor {
    pub(super) fn observe(&self, attempt: &Attempt) {
        let count = |counter: &AtomicUsize| counter.fetch_add(1, Ordering::Relaxed);
        if attempt.operation == "authorize" {
            count(&self.token_requests);
            // An attempt that was dropped with its runtime has no result.
            let ended = attempt.http_status.is_some() || attempt.error.is_some();
            if ended && attempt.wait.is_none() {
                self.change(|fetching, runtime| fetching.remove(&runtime));
            }
            return;
        }
        count(&self.attempts);
        if attempt.wait.is_some() {
            count(&self.retries);
            if attempt.http_status == Some(401) {
                count(&self.replays);
            }
        }
        if attempt.operation == "add_customer_event" {
            count(&self.create_attempts);
            if attempt.http_status.is_none() {
                count(&self.create_attempts_without_response);
            }
        }
    }

    pub(super) fn is_fetching(&self, runtime: Id) -> bool {
        self.fetching.lock().unwrap_or_else(PoisonError::into_inner).contains(&runtime)
    }

    fn change(&self, change: impl FnOnce(&mut HashSet<Id>, Id) -> bool) {
        if let Ok(handle) = Handle::try_current() {
            change(&mut self.fetching.lock().unwrap_or_else(PoisonError::into_inner), handle.id());
        }
    }
}

/// A token cache that keeps nothing. A session calls `load` before a token request, and `store` with the new token.
#[derive(Debug)]
pub(super) struct Cache(pub(super) Arc<Monitor>);

impl TokenCache for Cache {
    async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
        self.0.change(HashSet::insert);
        Ok(None)
    }

    async fn store(&self, _: CachedToken) -> Result<(), TokenCacheError> {
        self.0.received.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn clear(&self, _: CachedToken) -> Result<(), TokenCacheError> {
        Ok(())
    }
}
