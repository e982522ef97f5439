//! Who holds slots and who waits for one, by runtime.
//!
//! Whether a runtime is driven cannot be seen from outside. One that does not send its oldest request although it may is
//! overtaken after [`GRACE`]. One that holds slots is asked for a sign of life, and if there is none within
//! [`PATIENCE`], its slots stop counting.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

/// How long a runtime that has the oldest request may take to send it before others overtake.
pub(super) const GRACE: Duration = Duration::from_millis(5);

/// How long a runtime may take to respond before it is regarded as not driven.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// The runtimes that hold slots or have requests that wait. They are few, so a search is a loop.
#[derive(Debug)]
pub(super) struct Runtimes<W> {
    patience: Duration,
    list: Vec<Member<W>>,
}

/// One runtime, and what it has of the limits.
#[derive(Debug)]
pub(super) struct Member<W> {
    pub(super) handle: Handle,
    /// How many slots its requests hold.
    pub(super) held: usize,
    /// Its requests that wait, by ticket: the oldest first.
    pub(super) waiters: BTreeMap<u64, Waiter<W>>,
    /// Whether a pacer serves its waiters.
    pub(super) paced: bool,
    /// When it last showed that it is driven.
    seen: Instant,
    /// Since when it owes a sign of life.
    asked: Option<Instant>,
    /// Since when others let it go first.
    let_first: Option<Instant>,
}

/// A request that waits.
#[derive(Debug)]
pub(super) struct Waiter<W> {
    pub(super) since: Instant,
    pub(super) outcome: W,
}

/// What to do about the other runtimes that hold slots.
#[derive(Debug)]
pub(super) enum Doubt {
    /// Ask this one for a sign of life.
    Ask(Handle),
    /// Look again at this moment; `None` if no other runtime holds a slot that counts.
    Until(Option<Instant>),
}

impl<W> Runtimes<W> {
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, list: Vec::new() }
    }

    pub(super) fn get(&mut self, id: Id) -> Option<&mut Member<W>> {
        self.list.iter_mut().find(|member| member.handle.id() == id)
    }

    /// The runtime of this handle, which is added if it is new.
    pub(super) fn join(&mut self, handle: &Handle, now: Instant) -> &mut Member<W> {
        let found = self.list.iter().position(|member| member.handle.id() == handle.id());
        let index = found.unwrap_or_else(|| {
            self.list.push(Member::new(handle.clone(), now));
            self.list.len() - 1
        });
        &mut self.list[index]
    }

    /// Forgets a runtime that neither holds slots nor waits for one.
    pub(super) fn tidy(&mut self, id: Id) {
        self.list.retain(|member| member.handle.id() != id || member.held > 0 || member.paced);
    }

    /// Notes that a runtime is driven. Returns whether the slots that it holds begin to count again.
    pub(super) fn saw(&mut self, id: Id, now: Instant) -> bool {
        let patience = self.patience;
        self.get(id).is_some_and(|member| {
            let counted = member.responds_within(patience, now);
            (member.seen, member.asked) = (now, None);
            !counted && member.held > 0
        })
    }

    /// How many slots count: those of runtimes that respond.
    pub(super) fn slots_out(&mut self, now: Instant) -> usize {
        for member in &mut self.list {
            // The paused clock of a test may be ahead of this one.
            member.seen = member.seen.min(now);
            member.asked = member.asked.map(|asked| asked.min(now));
            member.let_first = member.let_first.map(|since| since.min(now));
        }
        self.list.iter().filter(|member| member.responds_within(self.patience, now)).map(|member| member.held).sum()
    }

    pub(super) fn anyone_waits(&self) -> bool {
        self.list.iter().any(|member| !member.waiters.is_empty())
    }

    /// Lets another runtime go first that has a request with an older ticket. Returns until when; `None` if there is none.
    pub(super) fn let_older_first(&mut self, ticket: u64, now: Instant) -> Option<Instant> {
        let first = |member: &Member<W>| member.waiters.keys().next().copied();
        let older = self.list.iter_mut().filter(|member| first(member).is_some_and(|first| first < ticket));
        let oldest = older.filter(|member| member.keeps_its_place(now)).min_by_key(|member| first(member))?;
        oldest.let_first.get_or_insert(now).checked_add(GRACE)
    }

    /// Looks for other runtimes whose slots count and that may not be driven.
    pub(super) fn doubt(&mut self, asking: Id, now: Instant) -> Doubt {
        let mut again: Option<Instant> = None;
        for member in &mut self.list {
            if member.held == 0 || member.handle.id() == asking || !member.responds_within(self.patience, now) {
                continue;
            }
            if member.asked.is_none() && now.saturating_duration_since(member.seen) >= self.patience {
                member.asked = Some(now);
                return Doubt::Ask(member.handle.clone());
            }
            let moment = member.asked.unwrap_or(member.seen).checked_add(self.patience);
            again = [again, moment].into_iter().flatten().min();
        }
        Doubt::Until(again)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<W> Member<W> {
    fn new(handle: Handle, now: Instant) -> Self {
        Self { handle, held: 0, waiters: BTreeMap::new(), paced: false, seen: now, asked: None, let_first: None }
    }

    /// Its pacer is polled: it can send its oldest request.
    pub(super) fn takes_its_place(&mut self) {
        self.let_first = None;
    }

    fn keeps_its_place(&self, now: Instant) -> bool {
        self.let_first.is_none_or(|since| now.saturating_duration_since(since) < GRACE)
    }

    fn responds_within(&self, time: Duration, now: Instant) -> bool {
        self.asked.is_none_or(|asked| now.saturating_duration_since(asked) < time)
    }
}
