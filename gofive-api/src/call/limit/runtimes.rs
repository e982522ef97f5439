//! The slots and waiters of each runtime.
//!
//! Whether a runtime is driven cannot be seen from outside. If one does not send its oldest request although it may,
//! the others overtake it after [`GRACE`]. If one has slots, it is pinged, and if it does not respond within
//! [`PING_TIMEOUT`], its slots stop counting.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

/// How long a runtime that has the oldest request may take to send it before others overtake.
pub(super) const GRACE: Duration = Duration::from_millis(5);

/// How long a runtime may take to respond before it is regarded as not driven.
pub(super) const PING_TIMEOUT: Duration = Duration::from_millis(100);

/// The runtimes that have slots or waiters. They are few, so a search is a loop.
#[derive(Debug)]
pub(super) struct RuntimeStates<W> {
    ping_timeout: Duration,
    list: Vec<RuntimeState<W>>,
}

/// The slots and waiters of one runtime.
#[derive(Debug)]
pub(super) struct RuntimeState<W> {
    pub(super) handle: Handle,
    /// The number of slots that its requests have.
    pub(super) held: usize,
    /// Its waiting requests by ticket, the oldest first.
    pub(super) waiters: BTreeMap<u64, Waiter<W>>,
    /// Whether a pacer serves its waiters.
    pub(super) paced: bool,
    /// When it was last known to be driven.
    last_driven: Instant,
    /// When it was pinged, if it has not responded yet.
    pinged: Option<Instant>,
    /// Since when it has priority over the others.
    priority_since: Option<Instant>,
}

/// A waiting request.
#[derive(Debug)]
pub(super) struct Waiter<W> {
    pub(super) since: Instant,
    pub(super) outcome: W,
}

/// What to do about other runtimes that have slots.
#[derive(Debug)]
pub(super) enum Ping {
    /// Ping this one.
    Send(Handle),
    /// Check again at this moment; `None` if no other runtime has a slot that counts.
    Until(Option<Instant>),
}

impl<W> RuntimeStates<W> {
    pub(super) fn new(ping_timeout: Duration) -> Self {
        Self { ping_timeout, list: Vec::new() }
    }

    pub(super) fn get(&mut self, id: Id) -> Option<&mut RuntimeState<W>> {
        self.list.iter_mut().find(|state| state.handle.id() == id)
    }

    /// Returns the runtime of this handle, and adds it if it is new.
    pub(super) fn join(&mut self, handle: &Handle, now: Instant) -> &mut RuntimeState<W> {
        let found = self.list.iter().position(|state| state.handle.id() == handle.id());
        let index = found.unwrap_or_else(|| {
            self.list.push(RuntimeState::new(handle.clone(), now));
            self.list.len() - 1
        });
        &mut self.list[index]
    }

    /// Removes a runtime that has neither slots nor waiters.
    pub(super) fn remove_if_idle(&mut self, id: Id) {
        self.list.retain(|state| state.handle.id() != id || state.held > 0 || state.paced);
    }

    /// Notes that a runtime is driven. Returns whether its slots begin to count again.
    pub(super) fn mark_driven(&mut self, id: Id, now: Instant) -> bool {
        let ping_timeout = self.ping_timeout;
        self.get(id).is_some_and(|state| {
            let counted = state.responds_within(ping_timeout, now);
            (state.last_driven, state.pinged) = (now, None);
            !counted && state.held > 0
        })
    }

    /// How many slots count: those of runtimes that respond.
    pub(super) fn slots_out(&mut self, now: Instant) -> usize {
        for state in &mut self.list {
            // The paused clock of a test may be ahead of this one.
            state.last_driven = state.last_driven.min(now);
            state.pinged = state.pinged.map(|pinged| pinged.min(now));
            state.priority_since = state.priority_since.map(|since| since.min(now));
        }
        self.list.iter().filter(|state| state.responds_within(self.ping_timeout, now)).map(|state| state.held).sum()
    }

    pub(super) fn anyone_waits(&self) -> bool {
        self.list.iter().any(|state| !state.waiters.is_empty())
    }

    /// Gives priority to another runtime that has a request with an older ticket. Returns until when; `None` if there
    /// is none.
    pub(super) fn let_older_first(&mut self, ticket: u64, now: Instant) -> Option<Instant> {
        let first = |state: &RuntimeState<W>| state.waiters.keys().next().copied();
        let older = self.list.iter_mut().filter(|state| first(state).is_some_and(|first| first < ticket));
        let oldest = older.filter(|state| state.has_priority(now)).min_by_key(|state| first(state))?;
        oldest.priority_since.get_or_insert(now).checked_add(GRACE)
    }

    /// Looks for other runtimes whose slots count and that may not be driven.
    pub(super) fn next_ping(&mut self, asking: Id, now: Instant) -> Ping {
        let mut again: Option<Instant> = None;
        for state in &mut self.list {
            if state.held == 0 || state.handle.id() == asking || !state.responds_within(self.ping_timeout, now) {
                continue;
            }
            if state.pinged.is_none() && now.saturating_duration_since(state.last_driven) >= self.ping_timeout {
                state.pinged = Some(now);
                return Ping::Send(state.handle.clone());
            }
            let moment = state.pinged.unwrap_or(state.last_driven).checked_add(self.ping_timeout);
            again = [again, moment].into_iter().flatten().min();
        }
        Ping::Until(again)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<W> RuntimeState<W> {
    fn new(handle: Handle, now: Instant) -> Self {
        Self {
            handle,
            held: 0,
            waiters: BTreeMap::new(),
            paced: false,
            last_driven: now,
            pinged: None,
            priority_since: None,
        }
    }

    /// Its pacer was polled: it can send its oldest request.
    pub(super) fn regain_priority(&mut self) {
        self.priority_since = None;
    }

    fn has_priority(&self, now: Instant) -> bool {
        self.priority_since.is_none_or(|since| now.saturating_duration_since(since) < GRACE)
    }

    fn responds_within(&self, time: Duration, now: Instant) -> bool {
        self.pinged.is_none_or(|pinged| now.saturating_duration_since(pinged) < time)
    }
}
