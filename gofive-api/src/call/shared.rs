//! What all calls of a session share: connections, limits, the token, settings.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::call::drift::DriftWatch;
use crate::call::failure;
use crate::call::http::Http;
use crate::call::limit::Limits;
use crate::call::observer::Observer;
use crate::call::operation::Endpoint;
#[cfg(feature = "recorder")]
use crate::call::recording::Recording;
use crate::call::request::Prepared;
use crate::call::retry::resend::Outcome;
use crate::call::retry::{RetryBudget, RetryPolicy};
use crate::call::token::Tokens;
use crate::errors::Error;
use crate::errors::masking::{self, Secrets};

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
    pub(crate) drift: DriftWatch,
    #[cfg(feature = "recorder")]
    pub(crate) recording: Option<Recording>,
}

impl Shared {
    /// Converts an outcome that is not a success into the error of the call.
    pub(crate) fn failure(&self, operation: &Endpoint<'_>, request: &Prepared, outcome: Outcome) -> Error {
        let sent = outcome.as_ref().ok().and_then(|response| response.authorization.as_ref());
        let secrets = self.secrets(request, sent);
        failure::of_outcome(operation, request.idempotency, outcome, &self.http.base_url, &secrets)
    }

    /// The secrets that must not be shown of a response: those of the session, the token that was sent, which may be an
    /// older one, and those in the body of the request.
    pub(crate) fn secrets(&self, request: &Prepared, authorization: Option<&HeaderValue>) -> Secrets {
        let key = self.http.subscription_key.to_str().ok().map(Into::into);
        let sent = authorization.and_then(masking::bearer_token);
        let own = request.body.as_deref().map(masking::secrets_of_request).unwrap_or_default();
        Secrets::new(self.tokens.secrets().into_iter().chain(key).chain(sent).chain(own))
    }
}
