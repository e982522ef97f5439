//! The tasks that call without a pause.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gofive_api::venio::Venio;

use super::Plan;
use super::call::Call;
use super::session::TOTAL_TIMEOUT;
use super::tally::{RunningCall, Tally};

/// The maximum time of a call: its time limit, and a margin for a busy machine. A call that takes longer hangs.
pub(super) const MAX_CALL_TIME: Duration = TOTAL_TIMEOUT.saturating_add(Duration::from_secs(3));
/// The pause after a call that sent nothing because there was no token.
const PAUSE: Duration = Duration::from_millis(100);

/// The state that the tasks of all runtimes share.
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

/// How long a runtime was not driven, in milliseconds.
#[derive(Debug, Default)]
pub(super) struct UndrivenTime(AtomicU64);

/// The times at which the server refused valid credentials.
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

    /// Ends the tasks after their current calls.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// How many tasks have not ended.
    pub(super) fn tasks(&self) -> usize {
        self.tasks.load(Ordering::Relaxed)
    }

    /// Runs one task.
    pub(super) async fn work(self: Arc<Self>, undriven: Arc<UndrivenTime>) {
        self.tasks.fetch_add(1, Ordering::Relaxed);
        let _task = Task(&self);
        while !self.stopped.load(Ordering::Relaxed) {
            let call = Call::of(self.next.fetch_add(1, Ordering::Relaxed), &self.plan);
            let (start, undriven_before) = (Instant::now(), undriven.total());
            let running = RunningCall::new(&self.tally, call);
            let result = tokio::time::timeout(MAX_CALL_TIME, call.run(&self.venio)).await;
            let took = start.elapsed().saturating_sub(undriven.total().saturating_sub(undriven_before));
            match result {
                _ if took > MAX_CALL_TIME => running.hung(),
                Err(_) => running.hung(),
                Ok(None) => running.cancelled(),
                Ok(Some(Ok(done))) => running.succeeded(done),
                Ok(Some(Err(error))) => {
                    let sent_nothing = error.attempts() == 0;
                    running.failed(&error, self.refusals.overlap(start));
                    if sent_nothing {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        }
    }
}

impl UndrivenTime {
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

    /// Whether a call that began at `began` and has just ended may have been refused.
    fn overlap(&self, began: Instant) -> bool {
        self.lock().iter().any(|(_, end)| end.is_none_or(|end| began <= end))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, Option<Instant>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a task until it ends or its runtime drops it.
struct Task<'a>(&'a Load);

impl Drop for Task<'_> {
    fn drop(&mut self) {
        self.0.tasks.fetch_sub(1, Ordering::Relaxed);
    }
}
