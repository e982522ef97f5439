//! Decides who is admitted next. It knows nothing of tasks and wakers, and is told what time it is.

use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

use super::rate::{Rate, Turn};
use super::runtimes::{Doubt, Runtimes, Waiter};

/// Both limits, who holds a slot, and who waits. `W` is how a waiter learns the outcome.
///
/// A slot and a turn are taken together, at the moment of sending and by the runtime that sends: nothing is reserved for
/// a request that may not be polled.
#[derive(Debug)]
pub(super) struct Admission<W> {
    max_concurrency: usize,
    rate: Rate,
    stall_after: Duration,
    runtimes: Runtimes<W>,
    /// When a slot was last taken or given back, or began to count again.
    changed: Option<Instant>,
    next_ticket: u64,
}

/// What the pacer of a runtime has to do next.
#[derive(Debug)]
pub(super) enum Next<W> {
    /// Hand over a slot and a turn.
    Admit(W, Turn),
    /// Tell the waiter that no slot was given back.
    Stalled(W),
    /// Ask this runtime for a sign of life.
    Ask(Handle),
    /// Wait until this moment, or until something changes.
    Wait(Option<Instant>),
    /// End: nobody waits.
    End,
}

/// What keeps a request from being sent.
enum Obstacle {
    Concurrency,
    Rate(Instant),
    /// An older request of another runtime, which goes first until this moment.
    Older(Instant),
}

impl<W> Admission<W> {
    pub(super) fn new(
        max_concurrency: usize,
        requests_per_second: Option<f64>,
        stall_after: Duration,
        patience: Duration,
    ) -> Self {
        Self {
            max_concurrency,
            rate: Rate::new(requests_per_second),
            stall_after,
            runtimes: Runtimes::new(patience),
            changed: None,
            next_ticket: 0,
        }
    }

    /// Takes a slot and a turn if both are there and nobody waits. If not, the caller enqueues.
    pub(super) fn try_admit(&mut self, handle: &Handle, now: Instant) -> Option<Turn> {
        let someone_waits = !self.runtimes.join(handle, now).waiters.is_empty();
        self.saw(handle.id(), now);
        if someone_waits {
            return None;
        }
        self.obstacle(self.next_ticket, now).is_none().then(|| self.take(handle.id(), now))
    }

    /// Lets a request wait. Returns its ticket, and whether a pacer has to be started.
    pub(super) fn enqueue(&mut self, handle: &Handle, outcome: W, now: Instant) -> (u64, bool) {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let member = self.runtimes.join(handle, now);
        member.waiters.insert(ticket, Waiter { since: now, outcome });
        (ticket, !std::mem::replace(&mut member.paced, true))
    }

    /// Removes a waiter. Returns it, and whether the pacer has nobody to serve any more.
    pub(super) fn leave(&mut self, runtime: Id, ticket: u64) -> Option<(Waiter<W>, bool)> {
        let member = self.runtimes.get(runtime)?;
        let waiter = member.waiters.remove(&ticket)?;
        Some((waiter, member.waiters.is_empty()))
    }

    /// What the pacer of a runtime has to do. To be asked proves that the runtime is driven.
    pub(super) fn next(&mut self, runtime: Id, now: Instant) -> Next<W> {
        self.saw(runtime, now);
        let member = self.runtimes.get(runtime);
        let first = member.and_then(|member| {
            member.takes_its_place();
            member.waiters.iter().next()
        });
        let Some((ticket, since)) = first.map(|(ticket, waiter)| (*ticket, waiter.since)) else {
            self.end(runtime);
            return Next::End;
        };
        match self.obstacle(ticket, now) {
            None => {
                let turn = self.take(runtime, now);
                self.pop(runtime, |waiter| Next::Admit(waiter, turn))
            }
            Some(Obstacle::Rate(until) | Obstacle::Older(until)) => Next::Wait(Some(until)),
            Some(Obstacle::Concurrency) => self.next_if_full(runtime, since, now),
        }
    }

    /// Takes note that a runtime is driven.
    pub(super) fn saw(&mut self, runtime: Id, now: Instant) {
        if self.runtimes.saw(runtime, now) {
            self.changed = Some(now);
        }
    }

    /// Gives a slot back, and the turn if nothing was sent in it. Returns whether somebody waits.
    pub(super) fn give_back(&mut self, runtime: Id, unused: Option<&Turn>, now: Instant) -> bool {
        if let Some(member) = self.runtimes.get(runtime) {
            member.held = member.held.saturating_sub(1);
        }
        if let Some(turn) = unused {
            self.rate.give_back(turn);
        }
        self.changed = Some(now);
        self.runtimes.tidy(runtime);
        self.runtimes.anyone_waits()
    }

    /// The pacer of a runtime has ended, with its runtime or because nobody waits. Returns those who wait in vain.
    pub(super) fn end(&mut self, runtime: Id) -> Vec<W> {
        let member = self.runtimes.get(runtime);
        let left = member.map(|member| {
            member.paced = false;
            std::mem::take(&mut member.waiters)
        });
        self.runtimes.tidy(runtime);
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
        if let Some(member) = self.runtimes.get(runtime) {
            member.held += 1;
        }
        self.changed = Some(now);
        self.rate.take(now)
    }

    /// All slots are out. That is a stall only while the rate limit would let the request pass.
    fn next_if_full(&mut self, runtime: Id, since: Instant, now: Instant) -> Next<W> {
        let due = self.rate.due(now);
        // The paused clock of a test may be ahead of this one.
        self.changed = self.changed.map(|changed| changed.min(now));
        let since = [self.changed, due].into_iter().flatten().fold(since, Instant::max);
        let stalled_at = since.checked_add(self.stall_after);
        if stalled_at.is_some_and(|moment| moment <= now) {
            return self.pop(runtime, Next::Stalled);
        }
        match self.runtimes.doubt(runtime, now) {
            Doubt::Ask(handle) => Next::Ask(handle),
            Doubt::Until(moment) => Next::Wait([stalled_at, moment].into_iter().flatten().min()),
        }
    }

    fn pop(&mut self, runtime: Id, next: impl FnOnce(W) -> Next<W>) -> Next<W> {
        let first = self.runtimes.get(runtime).and_then(|member| member.waiters.pop_first());
        first.map_or(Next::Wait(None), |(_, waiter)| next(waiter.outcome))
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::{Builder, Runtime};

    use super::super::runtimes::{GRACE, PATIENCE};
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn runtime() -> Runtime {
        Builder::new_current_thread().build().unwrap()
    }

    fn one_slot() -> Admission<&'static str> {
        Admission::new(1, None, MINUTE, PATIENCE)
    }

    /// One runtime has the oldest request and is not driven; the other overtakes and gives the slot back.
    fn overtaken(paused: &Runtime, driven: &Runtime, now: Instant) -> Admission<&'static str> {
        let (mut admission, driven) = (one_slot(), driven.handle());
        admission.try_admit(driven, now).unwrap();
        admission.enqueue(paused.handle(), "oldest", now);
        admission.enqueue(driven, "younger", now);
        assert!(admission.give_back(driven.id(), None, now));
        let until = now + GRACE;
        assert!(matches!(admission.next(driven.id(), now), Next::Wait(Some(moment)) if moment == until));
        assert!(matches!(admission.next(driven.id(), until), Next::Admit("younger", _)));
        admission.give_back(driven.id(), None, until);
        admission
    }

    #[test]
    fn a_runtime_that_was_overtaken_serves_its_own_requests_in_order() {
        let (paused, driven, now) = (runtime(), runtime(), Instant::now());
        let mut admission = overtaken(&paused, &driven, now);
        assert!(admission.try_admit(paused.handle(), now + GRACE).is_none());
        assert!(matches!(admission.next(paused.handle().id(), now + GRACE), Next::Admit("oldest", _)));
    }

    #[test]
    fn a_runtime_that_was_overtaken_has_its_place_again_once_its_pacer_is_polled() {
        let (paused, driven, now) = (runtime(), runtime(), Instant::now() + GRACE);
        let mut admission = overtaken(&paused, &driven, now);
        admission.try_admit(driven.handle(), now + GRACE).expect("the others do not wait for it");
        admission.next(paused.handle().id(), now + GRACE);
        admission.give_back(driven.handle().id(), None, now + GRACE);
        assert!(admission.try_admit(driven.handle(), now + GRACE).is_none());
    }

    #[test]
    fn a_slot_given_back_starts_the_time_to_a_stall_anew_even_if_all_are_out() {
        let (first, second, now) = (runtime(), runtime(), Instant::now());
        let (mut admission, first, second) = (one_slot(), first.handle(), second.handle());
        admission.try_admit(first, now).unwrap();
        admission.enqueue(second, "admitted", now);
        let asked = now + PATIENCE;
        assert!(matches!(admission.next(second.id(), asked), Next::Ask(asked) if asked.id() == first.id()));
        assert!(matches!(admission.next(second.id(), asked + PATIENCE), Next::Admit(..)));
        let driven_again = asked + 2 * PATIENCE;
        admission.saw(first.id(), driven_again);
        admission.enqueue(second, "stalled", driven_again);
        let given_back = driven_again + MINUTE / 2;
        admission.give_back(first.id(), None, given_back);
        assert!(matches!(admission.next(second.id(), driven_again + MINUTE), Next::Wait(_)));
        assert!(matches!(admission.next(second.id(), given_back + MINUTE), Next::Stalled("stalled")));
    }
}
