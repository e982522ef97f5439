//! Announces that a response has arrived, before it is decoded.

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Announces the response of one call, once.
#[derive(Clone, Default)]
pub(crate) struct Arrival(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    Awaited,
    /// Awaited, with what is to be done then.
    Then(Box<dyn FnOnce() + Send>),
    Arrived,
}

impl Arrival {
    /// Does this when the response arrives, or now if it has arrived. Replaces what was to be done before.
    pub(crate) fn then(&self, next: impl FnOnce() + Send + 'static) {
        let mut state = self.state();
        if matches!(*state, State::Arrived) {
            drop(state);
            return next();
        }
        *state = State::Then(Box::new(next));
    }

    /// Announces it, and lets the tasks go first that begin because of it.
    pub(crate) async fn announce(&self) {
        let before = mem::replace(&mut *self.state(), State::Arrived);
        if let State::Then(next) = before {
            next();
            tokio::task::yield_now().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrival(..)")
    }
}
