//! What the callers have seen.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gofive_api::{Error, ErrorKind};

use super::call::{Call, Done, What};

/// How many texts of errors that must not occur are kept.
const KEPT: usize = 5;

/// What all calls together have seen.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Seen>);

#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// How the creates ended, by the number of the call.
    pub(super) creates: BTreeMap<usize, Create>,
    pub(super) reads: usize,
    pub(super) writes: usize,
    /// Calls whose future was dropped by the caller.
    pub(super) cancelled: usize,
    /// Calls whose future was dropped with the runtime, or that have not ended yet.
    pub(super) unended: usize,
    pub(super) ended: usize,
    pub(super) hung: usize,
    /// Calls whose total timeout ended before the first attempt began: no fault takes that long.
    pub(super) never_sent: usize,
    pub(super) mixed_up: usize,
    /// Calls that failed by a 401, or because the credentials were refused, while the server refused them.
    pub(super) refused_in_phase: usize,
    pub(super) refused_otherwise: usize,
    /// Errors of a kind that no fault explains.
    pub(super) unexplained: usize,
    /// The texts of some errors that must not occur.
    pub(super) texts: Vec<String>,
    pub(super) errors: BTreeMap<String, usize>,
}

/// How a create ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Create {
    Succeeded(i64),
    Failed {
        retryable: bool,
        outcome_unknown: bool,
    },
    /// Its caller has seen no outcome.
    Unseen,
}

/// A call that has begun. Its future may be dropped at any moment.
#[derive(Debug)]
pub(super) struct Begun<'a> {
    tally: &'a Tally,
    call: Call,
}

impl Tally {
    pub(super) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    pub(super) fn ended(&self) -> usize {
        self.lock().ended
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Begun<'a> {
    pub(super) fn new(tally: &'a Tally, call: Call) -> Self {
        let begun = Self { tally, call };
        tally.lock().unended += 1;
        begun.create(Create::Unseen);
        begun
    }

    pub(super) fn succeeded(self, done: Done) {
        let mut seen = self.end();
        match done {
            Done::Created(id) => self.create_in(&mut seen, Create::Succeeded(id)),
            Done::Written => seen.writes += 1,
            Done::Read => seen.reads += 1,
            Done::MixedUp => seen.mixed_up += 1,
        }
    }

    pub(super) fn failed(self, error: &Error, refused: bool) {
        let mut seen = self.end();
        let (retryable, outcome_unknown) = (error.is_retryable(), error.outcome_unknown());
        self.create_in(&mut seen, Create::Failed { retryable, outcome_unknown });
        seen.never_sent += usize::from(error.kind() == ErrorKind::Timeout && error.attempts() == 0);
        *seen.errors.entry(format!("{:?}", error.kind())).or_default() += 1;
        let unauthorized = matches!(error.kind(), ErrorKind::Authentication | ErrorKind::TokenRefused)
            || error.http_status() == Some(401);
        let explained = matches!(
            error.kind(),
            ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Decode
        ) && !error.to_string().contains("concurrency limit");
        match (unauthorized, refused) {
            (true, true) => seen.refused_in_phase += 1,
            (true, false) => seen.refused_otherwise += 1,
            _ if explained => {}
            _ => seen.unexplained += 1,
        }
        if (unauthorized && !refused || !unauthorized && !explained) && seen.texts.len() < KEPT {
            seen.texts.push(format!("call {}: {error}", self.call.number));
        }
    }

    pub(super) fn cancelled(self) {
        self.end().cancelled += 1;
    }

    pub(super) fn hung(self) {
        self.end().hung += 1;
    }

    fn end(&self) -> MutexGuard<'a, Seen> {
        let mut seen = self.tally.lock();
        seen.unended -= 1;
        seen.ended += 1;
        seen
    }

    fn create(&self, create: Create) {
        self.create_in(&mut self.tally.lock(), create);
    }

    fn create_in(&self, seen: &mut Seen, create: Create) {
        if self.call.what == What::Create {
            seen.creates.insert(self.call.number, create);
        }
    }
}
