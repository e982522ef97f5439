//! What the session does for its tokens, as its token cache and its observer see it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gofive_api::{Attempt, CachedToken, TokenCache, TokenCacheError};
use tokio::runtime::{Handle, Id};

/// The fetches of tokens (*flights*), and the attempts that the observer is told of.
#[derive(Debug, Default)]
pub(super) struct Flights {
    /// The runtimes that fetch a token at the moment, or were dropped meanwhile.
    under_way: Mutex<HashSet<Id>>,
    pub(super) token_requests: AtomicUsize,
    /// How many tokens the session has received.
    pub(super) received: AtomicUsize,
    pub(super) create_attempts: AtomicUsize,
    /// Attempts that may not have reached the server.
    pub(super) create_attempts_without_response: AtomicUsize,
    pub(super) attempts: AtomicUsize,
    pub(super) retries: AtomicUsize,
    /// Attempts that were refused by a 401, and followed by another with a new token.
    pub(super) replays: AtomicUsize,
}

impl Flights {
    pub(super) fn observe(&self, attempt: &Attempt) {
        let count = |counter: &AtomicUsize| counter.fetch_add(1, Ordering::Relaxed);
        if attempt.operation == "authorize" {
            count(&self.token_requests);
            // One that its runtime took along has no outcome.
            let ended = attempt.http_status.is_some() || attempt.error.is_some();
            if ended && attempt.wait.is_none() {
                self.note(|under_way, runtime| under_way.remove(&runtime));
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

    pub(super) fn is_under_way(&self, runtime: Id) -> bool {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).contains(&runtime)
    }

    fn note(&self, change: impl FnOnce(&mut HashSet<Id>, Id) -> bool) {
        if let Ok(handle) = Handle::try_current() {
            change(&mut self.under_way.lock().unwrap_or_else(PoisonError::into_inner), handle.id());
        }
    }
}

/// A token cache that keeps nothing. A session asks it when a flight begins, and gives it the token that was received.
#[derive(Debug)]
pub(super) struct Cache(pub(super) Arc<Flights>);

impl TokenCache for Cache {
    async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
        self.0.note(HashSet::insert);
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
