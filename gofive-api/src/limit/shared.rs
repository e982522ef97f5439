//! What the calls of a session share, and the slot that one of them holds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Id;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::admission::Admission;
use super::rate::Turn;

/// The state of the limits.
#[derive(Debug)]
pub(super) struct Shared {
    /// Locked for short computations only. No future is polled, and no waker is called, while it is locked.
    admission: Mutex<Admission<oneshot::Sender<Outcome>>>,
    /// Wakes the pacers of all runtimes.
    pub(super) changed: Notify,
    /// What a waiter gets if no slot is given back.
    pub(super) stalled: Stalled,
}

/// How a wait ends.
pub(super) type Outcome = Result<Slot, Stalled>;

/// The right to send one request. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Slot {
    shared: Arc<Shared>,
    runtime: Id,
    /// The turn, until the waiter receives the slot.
    unused: Option<Turn>,
}

/// No slot of the concurrency limit was given back for so long that the session seems to wait for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stalled {
    pub(crate) max_concurrency: u32,
    /// How long no slot was given back: what the caller of [`Limits::new`](super::Limits::new) set.
    pub(crate) waited: Duration,
}

impl Shared {
    pub(super) fn new(stalled: Stalled, admission: Admission<oneshot::Sender<Outcome>>) -> Self {
        Self { admission: Mutex::new(admission), changed: Notify::new(), stalled }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Admission<oneshot::Sender<Outcome>>> {
        self.admission.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    pub(super) fn new(shared: Arc<Shared>, runtime: Id, turn: Turn) -> Self {
        Self { shared, runtime, unused: Some(turn) }
    }

    /// A request is sent with it: its turn is used.
    pub(super) fn used(mut self) -> Self {
        self.unused = None;
        self
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let someone_waits = self.shared.lock().give_back(self.runtime, self.unused.as_ref(), Instant::now());
        if someone_waits {
            self.shared.changed.notify_waiters();
        }
    }
}
