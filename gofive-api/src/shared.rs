//! What all calls of a session share: connections, limits, the token, settings.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::failure;
use crate::http::Http;
use crate::limit::Limits;
use crate::masking::Secrets;
use crate::observer::Observer;
use crate::operation::Operation;
use crate::resend::Outcome;
use crate::retry::{RetryBudget, RetryPolicy};
use crate::token::Tokens;

/// Shared by all clones of a session and by all clients that come from it.
pub(crate) struct Shared {
    pub(crate) http: Arc<Http>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) tokens: Tokens,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Arc<RetryBudget>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) observer: Option<Observer>,
    pub(crate) log_bodies: bool,
}

impl Shared {
    /// What an outcome that is not a success makes of a call.
    pub(crate) fn failure(&self, operation: &'static Operation, outcome: &Outcome) -> Error {
        failure::of_outcome(operation, outcome, &self.http.base_url, &self.secrets())
    }

    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = self.tokens.secrets();
        secrets.extend(self.http.subscription_key.to_str().ok().map(Into::into));
        Secrets(secrets)
    }
}
