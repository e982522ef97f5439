//! Serves those who wait, with one task per runtime that lives while the runtime has waiters.
//!
//! A waiter cannot serve itself: a future that is left alone unpolled would block all behind it. A pacer is polled
//! whenever its runtime is driven, and only then, so a slot is handed over only where it can be used.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::admission::Next;
use super::shared::{Outcome, Shared, Slot};

/// What becomes of a request that asks to be sent.
pub(super) enum Entered {
    Admitted(Slot),
    Queued(Wait),
}

/// Waits for a pacer. Yields `None` if the request has to queue anew: the runtime has ended, or this is another one.
pub(super) struct Wait {
    shared: Arc<Shared>,
    runtime: Id,
    ticket: u64,
    outcome: oneshot::Receiver<Outcome>,
}

/// Admits a request at once, or lets it wait in the queue of the present runtime.
pub(super) fn enter(shared: &Arc<Shared>) -> Entered {
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
    type Output = Option<Outcome>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.outcome).poll(context) {
            Poll::Ready(outcome) => Poll::Ready(outcome.ok().map(|outcome| outcome.map(Slot::used))),
            // Nobody may drive the runtime in which it queued.
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
    shared: Arc<Shared>,
    runtime: Id,
    /// Another pacer may serve the runtime already.
    ended: bool,
}

impl Pacer {
    async fn run(mut self) {
        let shared = self.shared.clone();
        loop {
            // Made before the look at the state: no change in between is missed.
            let changed = pin!(shared.changed.notified());
            let next = shared.lock().next(self.runtime, Instant::now());
            match next {
                Next::Admit(waiter, turn) => {
                    let slot = Slot::new(shared.clone(), self.runtime, turn);
                    // If the waiter is gone, the slot comes back and is given back.
                    drop(waiter.send(Ok(slot)));
                    // Another runtime may be first now.
                    shared.changed.notify_waiters();
                    tokio::task::consume_budget().await;
                }
                Next::Stalled(waiter) => {
                    drop(waiter.send(Err(shared.stalled)));
                    tokio::task::consume_budget().await;
                }
                Next::Ask(handle) => self.ask(&handle),
                Next::Wait(Some(moment)) => drop(timeout_at(moment, changed).await),
                Next::Wait(None) => changed.await,
                Next::End => {
                    self.ended = true;
                    return;
                }
            }
        }
    }

    /// A task of that runtime responds. If the runtime has ended, the task is discarded.
    fn ask(&self, handle: &Handle) {
        let (shared, runtime) = (Arc::downgrade(&self.shared), handle.id());
        handle.spawn(async move {
            if let Some(shared) = shared.upgrade() {
                shared.lock().saw(runtime, Instant::now());
            }
        });
    }
}

impl Drop for Pacer {
    /// Its runtime ends: the waiters queue anew where they are polled next.
    fn drop(&mut self) {
        if !self.ended {
            let waiters = self.shared.lock().end(self.runtime);
            drop(waiters);
        }
    }
}
