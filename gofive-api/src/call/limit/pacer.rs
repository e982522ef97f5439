//! Serves the waiters, with one task per runtime that lives while the runtime has waiters.
//!
//! A waiter cannot serve itself: a future that is no longer polled would block all behind it. A pacer is polled
//! whenever its runtime is driven, and only then, so a slot is passed only where it can be used.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::admission::PacerStep;
use super::shared::{SharedLimits, Slot, WaitResult};

/// How a request enters the limits.
pub(super) enum Entered {
    Admitted(Slot),
    Queued(Wait),
}

/// Waits for a pacer. Yields `None` if the request has to queue again: its runtime has ended, or it is polled on
/// another one.
pub(super) struct Wait {
    shared: Arc<SharedLimits>,
    runtime: Id,
    ticket: u64,
    outcome: oneshot::Receiver<WaitResult>,
}

/// Admits a request immediately, or enqueues it in the current runtime.
pub(super) fn enter(shared: &Arc<SharedLimits>) -> Entered {
    let (handle, now) = (Handle::current(), Instant::now());
    let mut admission = shared.lock();
    if let Some(turn) = admission.try_admit(&handle, now) {
        drop(admission);
        return Entered::Admitted(Slot::new(shared.clone(), handle.id(), turn).used());
    }
    let (sender, outcome) = oneshot::channel();
    let (ticket, start) = admission.enqueue(&handle, sender, now);
    drop(admission);
    let wait = Wait { shared: shared.clone(), runtime: handle.id(), ticket, outcome };
    if start {
        let pacer = Pacer { shared: shared.clone(), runtime: handle.id(), ended: false };
        // In a runtime without timers this panics here, in the caller.
        drop(tokio::time::sleep(Duration::ZERO));
        handle.spawn(pacer.run());
    }
    Entered::Queued(wait)
}

impl Future for Wait {
    type Output = Option<WaitResult>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.outcome).poll(context) {
            Poll::Ready(outcome) => Poll::Ready(outcome.ok().map(|outcome| outcome.map(Slot::used))),
            // The runtime in which it queued may not be driven.
            Poll::Pending if Handle::try_current().is_ok_and(|handle| handle.id() != self.runtime) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let left = self.shared.lock().leave(self.runtime, self.ticket);
        if let Some((_, true)) = left {
            // Lets the pacer end.
            self.shared.changed.notify_waiters();
        }
    }
}

/// Serves the waiters of one runtime.
struct Pacer {
    shared: Arc<SharedLimits>,
    runtime: Id,
    /// Another pacer may already serve the runtime.
    ended: bool,
}

impl Pacer {
    async fn run(mut self) {
        let shared = self.shared.clone();
        loop {
            // Created before the state is read, so that no change in between is missed.
            let changed = pin!(shared.changed.notified());
            let next = shared.lock().next(self.runtime, Instant::now());
            match next {
                PacerStep::Admit(waiter, turn) => {
                    let slot = Slot::new(shared.clone(), self.runtime, turn);
                    // If the waiter is gone, the slot is returned and released.
                    drop(waiter.send(Ok(slot)));
                    // Another runtime may have priority now.
                    shared.changed.notify_waiters();
                    tokio::task::consume_budget().await;
                }
                PacerStep::Stalled(waiter) => {
                    drop(waiter.send(Err(shared.stalled)));
                    tokio::task::consume_budget().await;
                }
                PacerStep::Ping(handle) => self.ping(&handle),
                PacerStep::Wait(Some(moment)) => drop(timeout_at(moment, changed).await),
                PacerStep::Wait(None) => changed.await,
                PacerStep::End => {
                    self.ended = true;
                    return;
                }
            }
        }
    }

    /// Pings a runtime by a task that responds. If the runtime has ended, the task is discarded.
    fn ping(&self, handle: &Handle) {
        let (shared, runtime) = (Arc::downgrade(&self.shared), handle.id());
        handle.spawn(async move {
            if let Some(shared) = shared.upgrade() {
                shared.lock().mark_driven(runtime, Instant::now());
            }
        });
    }
}

impl Drop for Pacer {
    /// The runtime ends: the waiters queue again on the runtime that polls them next.
    fn drop(&mut self) {
        if !self.ended {
            let waiters = self.shared.lock().end(self.runtime);
            drop(waiters);
        }
    }
}
