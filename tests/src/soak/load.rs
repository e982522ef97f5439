//! The tasks that call without a pause.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gofive_api::venio::Venio;

use super::Plan;
use super::call::Call;
use super::session::TOTAL_TIMEOUT;
use super::tally::{Begun, Tally};

/// No call takes longer: its time limit, and what a busy machine needs. One that does hangs.
pub(super) const LONGEST_CALL: Duration = TOTAL_TIMEOUT.saturating_add(Duration::from_secs(3));
/// What a program waits after a call that sent nothing, because there was no token.
const PAUSE: Duration = Duration::from_millis(100);

/// What the tasks of all runtimes share.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) plan: Plan,
    pub(super) tally: Tally,
    pub(super) refusals: Refusals,
    venio: Venio,
    next: AtomicUsize,
    stopped: AtomicBool,
    tasks: AtomicUsize,
}

/// For how long nobody drove a runtime, in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Undriven(AtomicU64);

/// When the server refused good credentials.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Vec<(Instant, Option<Instant>)>>);

impl Load {
    pub(super) fn new(plan: &Plan, venio: Venio) -> Self {
        Self {
            plan: *plan,
            tally: Tally::default(),
            refusals: Refusals::default(),
            venio,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            tasks: AtomicUsize::new(0),
        }
    }

    /// How many calls have begun.
    pub(super) fn begun(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    /// Lets the tasks end after the calls that they are making.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// How many tasks have not ended.
    pub(super) fn tasks(&self) -> usize {
        self.tasks.load(Ordering::Relaxed)
    }

    /// One task.
    pub(super) async fn work(self: Arc<Self>, undriven: Arc<Undriven>) {
        self.tasks.fetch_add(1, Ordering::Relaxed);
        let _task = Task(&self);
        while !self.stopped.load(Ordering::Relaxed) {
            let call = Call::of(self.next.fetch_add(1, Ordering::Relaxed), &self.plan);
            let (start, undriven_before) = (Instant::now(), undriven.total());
            let begun = Begun::new(&self.tally, call);
            let made = tokio::time::timeout(LONGEST_CALL, call.made(&self.venio)).await;
            let took = start.elapsed().saturating_sub(undriven.total().saturating_sub(undriven_before));
            match made {
                _ if took > LONGEST_CALL => begun.hung(),
                Err(_) => begun.hung(),
                Ok(None) => begun.cancelled(),
                Ok(Some(Ok(done))) => begun.succeeded(done),
                Ok(Some(Err(error))) => {
                    let sent_nothing = error.attempts() == 0;
                    begun.failed(&error, self.refusals.overlap(start));
                    if sent_nothing {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        }
    }
}

impl Undriven {
    pub(super) fn add(&self, time: Duration) {
        self.0.fetch_add(time.as_millis().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn total(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl Refusals {
    pub(super) fn begin(&self) {
        self.lock().push((Instant::now(), None));
    }

    pub(super) fn end(&self) {
        if let Some((_, end)) = self.lock().last_mut() {
            *end = Some(Instant::now());
        }
    }

    /// Whether a call that began then and has just ended may have met a refusal.
    fn overlap(&self, began: Instant) -> bool {
        self.lock().iter().any(|(_, end)| end.is_none_or(|end| began <= end))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, Option<Instant>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that has not ended; its runtime may drop it at any moment.
struct Task<'a>(&'a Load);

impl Drop for Task<'_> {
    fn drop(&mut self) {
        self.0.tasks.fetch_sub(1, Ordering::Relaxed);
    }
}
