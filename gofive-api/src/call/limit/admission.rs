//! Decides which request is admitted next. It is independent of tasks, wakers and clocks.

use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

use super::rate::{Rate, Turn};
use super::runtimes::{Ping, RuntimeStates, Waiter};

/// Both limits, the slots that are taken, and the waiters. `W` is how a waiter receives its result.
///
/// A slot and a turn are taken together, at the moment of sending and by the runtime that sends: nothing is reserved
/// for a request that may never be polled.
#[derive(Debug)]
pub(super) struct Admission<W> {
    max_concurrency: usize,
    rate: Rate,
    stall_after: Duration,
    runtimes: RuntimeStates<W>,
    /// When a slot was last taken or released, or began to count again.
    changed: Option<Instant>,
    next_ticket: u64,
}

/// What the pacer of a runtime has to do next.
#[derive(Debug)]
pub(super) enum PacerStep<W> {
    /// Pass a slot and a turn to the waiter.
    Admit(W, Turn),
    /// Report to the waiter that no slot was released.
    Stalled(W),
    /// Ping this runtime.
    Ping(Handle),
    /// Wait until this moment, or until something changes.
    Wait(Option<Instant>),
    /// End: there are no waiters.
    End,
}

/// What prevents a request from being sent.
enum Obstacle {
    Concurrency,
    Rate(Instant),
    /// An older request of another runtime, which has priority until this moment.
    Older(Instant),
}

impl<W> Admission<W> {
    pub(super) fn new(
        max_concurrency: usize,
        requests_per_second: Option<f64>,
        stall_after: Duration,
        ping_timeout: Duration,
    ) -> Self {
        Self {
            max_concurrency,
            rate: Rate::new(requests_per_second),
            stall_after,
            runtimes: RuntimeStates::new(ping_timeout),
            changed: None,
            next_ticket: 0,
        }
    }

    /// Takes a slot and a turn if both are available and there are no waiters. If not, the caller enqueues.
    pub(super) fn try_admit(&mut self, handle: &Handle, now: Instant) -> Option<Turn> {
        let someone_waits = !self.runtimes.join(handle, now).waiters.is_empty();
        self.mark_driven(handle.id(), now);
        if someone_waits {
            return None;
        }
        self.obstacle(self.next_ticket, now).is_none().then(|| self.take(handle.id(), now))
    }

    /// Enqueues a request. Returns its ticket, and whether a pacer has to be started.
    pub(super) fn enqueue(&mut self, handle: &Handle, outcome: W, now: Instant) -> (u64, bool) {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let state = self.runtimes.join(handle, now);
        state.waiters.insert(ticket, Waiter { since: now, outcome });
        (ticket, !std::mem::replace(&mut state.paced, true))
    }

    /// Removes a waiter. Returns it, and whether its pacer has no more waiters.
    pub(super) fn leave(&mut self, runtime: Id, ticket: u64) -> Option<(Waiter<W>, bool)> {
        let state = self.runtimes.get(runtime)?;
        let waiter = state.waiters.remove(&ticket)?;
        Some((waiter, state.waiters.is_empty()))
    }

    /// Returns the next step of a runtime's pacer. The call itself proves that the runtime is driven.
    pub(super) fn next(&mut self, runtime: Id, now: Instant) -> PacerStep<W> {
        self.mark_driven(runtime, now);
        let state = self.runtimes.get(runtime);
        let first = state.and_then(|state| {
            state.regain_priority();
            state.waiters.iter().next()
        });
        let Some((ticket, since)) = first.map(|(ticket, waiter)| (*ticket, waiter.since)) else {
            self.end(runtime);
            return PacerStep::End;
        };
        match self.obstacle(ticket, now) {
            None => {
                let turn = self.take(runtime, now);
                self.pop(runtime, |waiter| PacerStep::Admit(waiter, turn))
            }
            Some(Obstacle::Rate(until) | Obstacle::Older(until)) => PacerStep::Wait(Some(until)),
            Some(Obstacle::Concurrency) => self.next_if_full(runtime, since, now),
        }
    }

    /// Notes that a runtime is driven.
    pub(super) fn mark_driven(&mut self, runtime: Id, now: Instant) {
        if self.runtimes.mark_driven(runtime, now) {
            self.changed = Some(now);
        }
    }

    /// Releases a slot, and the turn if nothing was sent in it. Returns whether there are waiters.
    pub(super) fn release(&mut self, runtime: Id, unused: Option<&Turn>, now: Instant) -> bool {
        if let Some(state) = self.runtimes.get(runtime) {
            state.held = state.held.saturating_sub(1);
        }
        if let Some(turn) = unused {
            self.rate.release(turn);
        }
        self.changed = Some(now);
        self.runtimes.remove_if_idle(runtime);
        self.runtimes.anyone_waits()
    }

    /// Removes a runtime whose pacer has ended, with the runtime or for lack of waiters. Returns the waiters that can
    /// no longer be served.
    pub(super) fn end(&mut self, runtime: Id) -> Vec<W> {
        let state = self.runtimes.get(runtime);
        let left = state.map(|state| {
            state.paced = false;
            std::mem::take(&mut state.waiters)
        });
        self.runtimes.remove_if_idle(runtime);
        left.into_iter().flatten().map(|(_, waiter)| waiter.outcome).collect()
    }

    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.runtimes.is_empty()
    }

    fn obstacle(&mut self, ticket: u64, now: Instant) -> Option<Obstacle> {
        if self.runtimes.slots_out(now) >= self.max_concurrency {
            return Some(Obstacle::Concurrency);
        }
        if let Some(due) = self.rate.not_before(now) {
            return Some(Obstacle::Rate(due));
        }
        self.runtimes.let_older_first(ticket, now).map(Obstacle::Older)
    }

    fn take(&mut self, runtime: Id, now: Instant) -> Turn {
        if let Some(state) = self.runtimes.get(runtime) {
            state.held += 1;
        }
        self.changed = Some(now);
        self.rate.take(now)
    }

    /// The next step if all slots are taken. That is a stall only while the rate limit would admit the request.
    fn next_if_full(&mut self, runtime: Id, since: Instant, now: Instant) -> PacerStep<W> {
        let due = self.rate.due(now);
        // The paused clock of a test may be ahead of this one.
        self.changed = self.changed.map(|changed| changed.min(now));
        let since = [self.changed, due].into_iter().flatten().fold(since, Instant::max);
        let stalled_at = since.checked_add(self.stall_after);
        if stalled_at.is_some_and(|moment| moment <= now) {
            return self.pop(runtime, PacerStep::Stalled);
        }
        match self.runtimes.next_ping(runtime, now) {
            Ping::Send(handle) => PacerStep::Ping(handle),
            Ping::Until(moment) => PacerStep::Wait([stalled_at, moment].into_iter().flatten().min()),
        }
    }

    fn pop(&mut self, runtime: Id, next: impl FnOnce(W) -> PacerStep<W>) -> PacerStep<W> {
        let first = self.runtimes.get(runtime).and_then(|state| state.waiters.pop_first());
        first.map_or(PacerStep::Wait(None), |(_, waiter)| next(waiter.outcome))
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::{Builder, Runtime};

    use super::super::runtimes::{GRACE, PING_TIMEOUT};
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn runtime() -> Runtime {
        Builder::new_current_thread().build().unwrap()
    }

    fn one_slot() -> Admission<&'static str> {
        Admission::new(1, None, MINUTE, PING_TIMEOUT)
    }

    /// One runtime has the oldest request and is not driven; the other overtakes it and releases the slot.
    fn overtaken(paused: &Runtime, driven: &Runtime, now: Instant) -> Admission<&'static str> {
        let (mut admission, driven) = (one_slot(), driven.handle());
        admission.try_admit(driven, now).unwrap();
        admission.enqueue(paused.handle(), "oldest", now);
        admission.enqueue(driven, "younger", now);
        assert!(admission.release(driven.id(), None, now));
        let until = now + GRACE;
        assert!(matches!(admission.next(driven.id(), now), PacerStep::Wait(Some(moment)) if moment == until));
        assert!(matches!(admission.next(driven.id(), until), PacerStep::Admit("younger", _)));
        admission.release(driven.id(), None, until);
        admission
    }

    #[test]
    fn a_runtime_that_was_overtaken_serves_its_own_requests_in_order() {
        let (paused, driven, now) = (runtime(), runtime(), Instant::now());
        let mut admission = overtaken(&paused, &driven, now);
        assert!(admission.try_admit(paused.handle(), now + GRACE).is_none());
        assert!(matches!(admission.next(paused.handle().id(), now + GRACE), PacerStep::Admit("oldest", _)));
    }

    #[test]
    fn a_runtime_that_was_overtaken_regains_priority_once_its_pacer_is_polled() {
        let (paused, driven, now) = (runtime(), runtime(), Instant::now() + GRACE);
        let mut admission = overtaken(&paused, &driven, now);
        admission.try_admit(driven.handle(), now + GRACE).expect("the others do not wait for it");
        admission.next(paused.handle().id(), now + GRACE);
        admission.release(driven.handle().id(), None, now + GRACE);
        assert!(admission.try_admit(driven.handle(), now + GRACE).is_none());
    }

    #[test]
    fn a_released_slot_restarts_the_stall_time_even_if_all_slots_are_taken() {
        let (first, second, now) = (runtime(), runtime(), Instant::now());
        let (mut admission, first, second) = (one_slot(), first.handle(), second.handle());
        admission.try_admit(first, now).unwrap();
        admission.enqueue(second, "admitted", now);
        let pinged = now + PING_TIMEOUT;
        assert!(matches!(admission.next(second.id(), pinged), PacerStep::Ping(pinged) if pinged.id() == first.id()));
        assert!(matches!(admission.next(second.id(), pinged + PING_TIMEOUT), PacerStep::Admit(..)));
        let driven_again = pinged + 2 * PING_TIMEOUT;
        admission.mark_driven(first.id(), driven_again);
        admission.enqueue(second, "stalled", driven_again);
        let given_back = driven_again + MINUTE / 2;
        admission.release(first.id(), None, given_back);
        assert!(matches!(admission.next(second.id(), driven_again + MINUTE), PacerStep::Wait(_)));
        assert!(matches!(admission.next(second.id(), given_back + MINUTE), PacerStep::Stalled("stalled")));
    }
}
