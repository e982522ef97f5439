//! Calls by a second session, whose subscription key is wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use gofive_sandbox::Sandbox;

use super::session::{self, MAX_ATTEMPTS, MIN_PAUSE};
use super::tokens::times;

const TASKS: usize = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// The results of the calls of such sessions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WrongKey {
    pub(super) calls: usize,
    pub(super) succeeded: usize,
    pub(super) token_requests: usize,
    /// The maximum: failed fetches are spaced, each has so many attempts, and one may be running at the end.
    pub(super) max_token_requests: usize,
}

impl WrongKey {
    /// Calls for so long, and adds the results.
    pub(super) fn call(&mut self, sandbox: &Sandbox, time: Duration) -> Result<()> {
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = requests.clone();
        let gofive = session::impatient(sandbox).subscription_key("wrong").observer(move |attempt| {
            if attempt.operation == "authorize" {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        let (venio, began) = (gofive.build()?.venio(), Instant::now());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let tasks = (0..TASKS).map(async |_| {
            let (mut calls, mut succeeded) = (0, 0);
            while began.elapsed() < time {
                calls += 1;
                succeeded += usize::from(venio.get_product("A001").await.is_ok());
                tokio::time::sleep(PAUSE).await;
            }
            (calls, succeeded)
        });
        for (calls, succeeded) in runtime.block_on(join_all(tasks)) {
            self.calls += calls;
            self.succeeded += succeeded;
        }
        self.token_requests += requests.load(Ordering::Relaxed);
        self.max_token_requests += MAX_ATTEMPTS * (1 + times(began.elapsed(), MIN_PAUSE));
        Ok(())
    }
}
