//! Looks for drift in responses as long as somebody listens, and reports each difference once.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::StatusCode;
use tracing::Span;

use crate::call::operation::Endpoint;
use crate::call::trace;
use crate::decoding::drift::{Drift, is_known, search};
use crate::decoding::response::Response;

/// How many differences a session remembers. Further ones are not reported.
const MAX_DRIFTS: usize = 1000;
/// How many bytes of an operation are searched before the budget applies.
const ALLOWANCE: u64 = 1024 * 1024;
/// Which part of the bytes after that is searched.
const SHARE: u64 = 8;

/// A closure of the program.
pub(crate) type Callback = Arc<dyn Fn(&Drift) + Send + Sync>;

/// What a session knows of drift.
#[derive(Default)]
pub(crate) struct DriftWatch {
    callback: Option<Callback>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reported: HashSet<Drift>,
    /// By operation, and whether the status is a success.
    budgets: HashMap<(String, bool), Budget>,
}

/// How many bytes have arrived, and how many of them were searched. A body is searched as a whole or not at all.
#[derive(Default)]
struct Budget {
    arrived: u64,
    searched: u64,
}

impl DriftWatch {
    pub(crate) fn new(callback: Option<Callback>) -> Self {
        Self { callback, state: Mutex::default() }
    }

    /// Whether anybody would see a difference: the closure, or the subscriber that has the span of the call, whose level is that
    /// of the event. To ask the subscriber (`tracing::enabled!`) would disturb filters of layers.
    pub(crate) fn has_listener(&self, span: &Span) -> bool {
        self.callback.is_some() || !span.is_disabled()
    }

    /// Searches a response, unless it belongs to the exchange of tokens, is incomplete, or is beyond the budget.
    pub(crate) fn look(&self, endpoint: &Endpoint<'_>, response: &Response) {
        let Response { status, body, cut_off, .. } = response;
        let can_be_searched = endpoint.bearer && cut_off.is_none() && is_known(endpoint.id);
        if !can_be_searched || !self.may_search(endpoint.id, *status, body.len() as u64) {
            return;
        }
        for drift in self.new_of(search(endpoint.id, status.as_u16(), body)) {
            trace::drifted(&drift);
            if let Some(callback) = &self.callback {
                // The call has nothing to do with a mistake of the closure.
                if catch_unwind(AssertUnwindSafe(|| callback(&drift))).is_err() {
                    trace::drift_callback_panicked();
                }
            }
        }
    }

    fn may_search(&self, operation: &str, status: StatusCode, length: u64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.reported.len() >= MAX_DRIFTS {
            return false;
        }
        state.budgets.entry((operation.to_owned(), status.is_success())).or_default().allows(length)
    }

    /// Those that were not reported before.
    fn new_of(&self, mut drifts: Vec<Drift>) -> Vec<Drift> {
        if !drifts.is_empty() {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            drifts.retain(|drift| state.reported.len() < MAX_DRIFTS && state.reported.insert(drift.clone()));
        }
        drifts
    }
}

impl Budget {
    /// Notes a body that has arrived, and returns whether it may be searched.
    fn allows(&mut self, length: u64) -> bool {
        let is_allowed = self.searched <= ALLOWANCE + self.arrived / SHARE;
        self.arrived = self.arrived.saturating_add(length);
        if is_allowed {
            self.searched = self.searched.saturating_add(length);
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eighth_of_what_arrives_after_the_first_mebibyte_is_searched() {
        let mut budget = Budget::default();
        let searched = |budget: &mut Budget, bodies: u64| (0..bodies).filter(|_| budget.allows(100 * 1024)).count();
        assert_eq!(searched(&mut budget, 10), 10, "a session that calls little misses nothing");
        let later = searched(&mut budget, 8000);
        assert!((1000..1020).contains(&later), "{later}");
        assert!(Budget::default().allows(u64::MAX), "the first body is searched, however long it is");
    }

    #[test]
    fn a_session_reports_so_many_differences_and_then_searches_nothing() {
        let watch = DriftWatch::default();
        let mut reported = 0;
        for number in 0..3000 {
            let (pointer, kind) = (format!("/{number}"), crate::DriftKind::UnknownProperty);
            let drift = Drift { operation: String::new(), http_status: 200, pointer, kind };
            reported += watch.new_of(vec![drift.clone(), drift]).len();
        }
        assert_eq!(reported, MAX_DRIFTS);
        assert!(!watch.may_search("get_product", StatusCode::OK, 1));
    }
}
