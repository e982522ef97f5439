//! The state that the calls of a session share, and the slot of one call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Id;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::admission::Admission;
use super::rate::Turn;

/// The state of the limits.
#[derive(Debug)]
pub(super) struct SharedLimits {
    /// Locked for short computations only. No future is polled, and no waker is called, while it is locked.
    admission: Mutex<Admission<oneshot::Sender<WaitResult>>>,
    /// Wakes the pacers of all runtimes.
    pub(super) changed: Notify,
    /// The error that a waiter gets if no slot is released.
    pub(super) stalled: Stalled,
}

/// The result of a wait.
pub(super) type WaitResult = Result<Slot, Stalled>;

/// The right to send one request. Dropping it releases it.
#[derive(Debug)]
pub(crate) struct Slot {
    shared: Arc<SharedLimits>,
    runtime: Id,
    /// The turn, until the waiter receives the slot.
    unused: Option<Turn>,
}

/// No slot of the concurrency limit was released for so long that the session seems to wait for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stalled {
    pub(crate) max_concurrency: u32,
    /// How long no slot was released: the value passed to [`Limits::new`](super::Limits::new).
    pub(crate) waited: Duration,
}

impl SharedLimits {
    pub(super) fn new(stalled: Stalled, admission: Admission<oneshot::Sender<WaitResult>>) -> Self {
        Self { admission: Mutex::new(admission), changed: Notify::new(), stalled }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Admission<oneshot::Sender<WaitResult>>> {
        self.admission.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    pub(super) fn new(shared: Arc<SharedLimits>, runtime: Id, turn: Turn) -> Self {
        Self { shared, runtime, unused: Some(turn) }
    }

    /// Marks the turn as used, because a request is sent with it.
    pub(super) fn used(mut self) -> Self {
        self.unused = None;
        self
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let someone_waits = self.shared.lock().release(self.runtime, self.unused.as_ref(), Instant::now());
        if someone_waits {
            self.shared.changed.notify_waiters();
        }
    }
}
