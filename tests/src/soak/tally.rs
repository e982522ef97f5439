//! Counts the results of the calls, as their callers see them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gofive_api::{Error, ErrorKind};

use super::call::{Call, CallKind, Done};

/// How many texts of unexpected errors are kept.
const KEPT: usize = 5;

/// The results of all calls so far.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Results>);

#[derive(Clone, Debug, Default)]
pub(super) struct Results {
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
    /// Calls whose total timeout expired before the first attempt: no fault takes that long.
    pub(super) never_sent: usize,
    pub(super) mixed_up: usize,
    /// Calls that failed with a 401, or with refused credentials, while the server refused them.
    pub(super) refused_in_phase: usize,
    pub(super) refused_otherwise: usize,
    /// Errors of a kind that no fault explains.
    pub(super) unexplained: usize,
    /// The texts of some unexpected errors.
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
    /// Its caller did not get a result.
    Unknown,
}

/// A running call. Its future may be dropped at any moment.
#[derive(Debug)]
pub(super) struct RunningCall<'a> {
    tally: &'a Tally,
    call: Call,
}

impl Tally {
    pub(super) fn results(&self) -> Results {
        self.lock().clone()
    }

    pub(super) fn ended(&self) -> usize {
        self.lock().ended
    }

    fn lock(&self) -> MutexGuard<'_, Results> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> RunningCall<'a> {
    pub(super) fn new(tally: &'a Tally, call: Call) -> Self {
        let running = Self { tally, call };
        tally.lock().unended += 1;
        running.create(Create::Unknown);
        running
    }

    pub(super) fn succeeded(self, done: Done) {
        let mut results = self.end();
        match done {
            Done::Created(id) => self.create_in(&mut results, Create::Succeeded(id)),
            Done::Written => results.writes += 1,
            Done::Read => results.reads += 1,
            Done::MixedUp => results.mixed_up += 1,
        }
    }

    pub(super) fn failed(self, error: &Error, refused: bool) {
        let mut results = self.end();
        let (retryable, outcome_unknown) = (error.is_retryable(), error.outcome_unknown());
        self.create_in(&mut results, Create::Failed { retryable, outcome_unknown });
        results.never_sent += usize::from(error.kind() == ErrorKind::Timeout && error.attempts() == 0);
        *results.errors.entry(format!("{:?}", error.kind())).or_default() += 1;
        let unauthorized = matches!(error.kind(), ErrorKind::Authentication | ErrorKind::TokenRefused)
            || error.http_status() == Some(401);
        let explained = matches!(
            error.kind(),
            ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Decode
        ) && !error.to_string().contains("concurrency limit");
        match (unauthorized, refused) {
            (true, true) => results.refused_in_phase += 1,
            (true, false) => results.refused_otherwise += 1,
            _ if explained => {}
            _ => results.unexplained += 1,
        }
        if (unauthorized && !refused || !unauthorized && !explained) && results.texts.len() < KEPT {
            results.texts.push(format!("call {}: {error}", self.call.number));
        }
    }

    pub(super) fn cancelled(self) {
        self.end().cancelled += 1;
    }

    pub(super) fn hung(self) {
        self.end().hung += 1;
    }

    fn end(&self) -> MutexGuard<'a, Results> {
        let mut results = self.tally.lock();
        results.unended -= 1;
        results.ended += 1;
        results
    }

    fn create(&self, create: Create) {
        self.create_in(&mut self.tally.lock(), create);
    }

    fn create_in(&self, results: &mut Results, create: Create) {
        if self.call.kind == CallKind::Create {
            results.creates.insert(self.call.number, create);
        }
    }
}
