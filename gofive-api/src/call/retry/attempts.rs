//! One call: gets a token, waits for the limits, makes an attempt, and retries if allowed.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument as _;

use crate::call::failure;
use crate::call::limit::{Slot, Stalled};
use crate::call::observer::AttemptTimer;
use crate::call::operation::{Endpoint, Idempotency};
use crate::call::options::{CallOptions, RawResponse};
use crate::call::request::Prepared;
use crate::call::retry::resend::{self, Next, Outcome};
use crate::call::shared::Shared;
use crate::call::token::Token;
use crate::call::trace;
use crate::decoding::response::Response;
use crate::errors::{CallHistory, Details, Error, ErrorKind};

/// One call and its state.
pub(crate) struct Call<'a> {
    shared: &'a Shared,
    options: &'a CallOptions,
    operation: &'a Endpoint<'a>,
    request: &'a Prepared,
    total_timeout: Option<Duration>,
    /// The deadline of the call.
    deadline: Option<Instant>,
    progress: &'a Progress,
}

/// The progress of a call. It outlives the call's future, which may be dropped at any moment.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    attempts: AtomicU32,
    /// Whether an attempt is in progress.
    in_flight: AtomicBool,
    /// Whether an attempt that has ended may have carried out the operation.
    outcome_unknown: AtomicBool,
    /// The failure of the latest attempt, if another followed.
    failure: Mutex<Option<Error>>,
}

/// The state that decides about the next attempt.
#[derive(Default)]
struct RetryState {
    /// Attempts that count for the retry policy: all but the one after a 401.
    counted: u32,
    first_sent: Option<Instant>,
    has_new_token: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        shared: &'a Shared,
        options: &'a CallOptions,
        operation: &'a Endpoint<'a>,
        request: &'a Prepared,
        total_timeout: Option<Duration>,
        progress: &'a Progress,
    ) -> Self {
        Self { shared, options, operation, request, total_timeout, deadline: None, progress }
    }

    /// Returns a response of any status, or the error of an attempt without a response.
    pub(crate) async fn outcome(mut self) -> Outcome {
        self.deadline = self.total_timeout.and_then(|total| Instant::now().checked_add(total));
        match self.deadline {
            Some(deadline) => {
                // Without a runtime even a time limit cannot be set.
                self.shared.http.runtimes.client()?;
                let in_time = tokio::time::timeout_at(deadline, pin!(self.run())).await;
                in_time.unwrap_or_else(|_| Err(self.out_of_time()))
            }
            None => self.run().await,
        }
    }

    async fn run(&self) -> Outcome {
        let mut state = RetryState::default();
        loop {
            let (slot, token) = self.admitted().await?;
            state.first_sent.get_or_insert_with(Instant::now);
            let (outcome, timer) = self.attempt(token.as_ref()).await?;
            drop(slot);
            let wait = self.wait(&outcome, token.as_ref(), &mut state);
            timer.report(wait);
            let Some(wait) = wait else {
                return outcome.map_err(|error| self.failure(Err(error)));
            };
            let failure = self.failure(outcome);
            trace::retrying(self.operation.id, self.progress.history().attempts, &failure, wait);
            self.progress.note(failure);
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Returns a slot of the limits, and a token that was valid when the slot became free.
    async fn admitted(&self) -> Result<(Option<Slot>, Option<Arc<Token>>), Error> {
        // Gets the token before queueing: otherwise all calls that waited for the first token would be sent in one
        // burst.
        let token = self.token().await?;
        if self.shared.limits.is_unlimited() {
            return Ok((None, token));
        }
        // Without a runtime, waiting is impossible.
        self.shared.http.runtimes.client()?;
        let slot = self.shared.limits.admit().await.map_err(|stalled| self.stalled(&stalled))?;
        // The token may have expired while the call was queued.
        Ok((slot, self.token().await?))
    }

    async fn token(&self) -> Result<Option<Arc<Token>>, Error> {
        if !self.operation.bearer {
            return Ok(None);
        }
        let token = self.shared.tokens.get(self.deadline).await;
        token.map(Some).map_err(|error| error.without_token(self.operation.id))
    }

    /// Sends the request once. The outer result is an error if the attempt cannot even begin.
    async fn attempt(&self, token: Option<&Arc<Token>>) -> Result<(Outcome, AttemptTimer<'_>), Error> {
        let Shared { http, observer, .. } = self.shared;
        let client = http.runtimes.client()?;
        let number = self.progress.begin();
        let span = trace::attempt(&http.server, &self.request.method, self.operation.path, number);
        span.in_scope(|| self.log_request());
        let mut timer = AttemptTimer::begin(observer.as_ref(), self.operation.id, number);
        let header = token.map(|token| &token.header);
        let sent = pin!(http.send(&client, self.operation.id, self.request, header));
        let outcome = sent.instrument(span.clone()).await;
        timer.ended(&outcome);
        self.progress.end(resend::may_have_been_carried_out(self.request.idempotency, &outcome));
        span.in_scope(|| self.keep(&outcome));
        trace::attempt_ended(&span, &outcome, || failure::kind_of(self.operation, &outcome));
        Ok((outcome, timer))
    }

    /// Returns how long to wait before the next attempt; `None` if there is none.
    fn wait(&self, outcome: &Outcome, token: Option<&Arc<Token>>, state: &mut RetryState) -> Option<Duration> {
        let Shared { retry, budget, tokens, .. } = self.shared;
        state.counted += 1;
        if matches!(outcome, Ok(response) if response.status.is_success()) {
            budget.refund();
        }
        // Replaces the token even if this call is not sent again, so that the next one has another.
        let refused = resend::may_refuse_token(self.operation, outcome);
        let new_token = refused && !state.has_new_token && token.is_some_and(|token| tokens.replace(token));
        state.has_new_token |= new_token;
        let policy = self.options.retry.as_ref().unwrap_or(retry);
        match resend::next(self.operation, self.request.idempotency, outcome, policy) {
            Next::NewToken if new_token => {
                state.counted -= 1;
                Some(Duration::ZERO)
            }
            Next::Nothing | Next::NewToken => None,
            Next::Retry => {
                let retry_after = outcome.as_ref().ok().and_then(Response::retry_after);
                let elapsed = state.first_sent.map_or(Duration::ZERO, |first| first.elapsed());
                let wait = policy.wait(state.counted, elapsed, retry_after)?;
                // Returns the known error now instead of a timeout later.
                let in_time = self.deadline.is_none_or(|deadline| wait < deadline - Instant::now());
                (in_time && budget.take()).then_some(wait)
            }
        }
    }

    /// Logs bodies on request only, with secrets masked, and never those that contain a token.
    fn log_request(&self) {
        if let Some(body) = self.request.body.as_deref().filter(|_| self.shared.log_bodies && self.operation.bearer) {
            let body = self.shared.secrets(self.request, None).excerpt(body);
            tracing::trace!(target: trace::TARGET, operation = self.operation.id, ?body, "request body");
        }
    }

    fn failure(&self, outcome: Outcome) -> Error {
        self.shared.failure(self.operation, self.request, outcome)
    }

    /// Keeps the response for the caller, logs it, and records its shape, if requested.
    fn keep(&self, outcome: &Outcome) {
        let Ok(Response { status, headers, body, authorization, .. }) = outcome else { return };
        if let Some(capture) = &self.options.capture {
            let (status, headers, body) = (status.as_u16(), headers.clone(), body.clone());
            capture.put(RawResponse { status, headers, body });
        }
        if self.shared.log_bodies && self.operation.bearer {
            let body = self.shared.secrets(self.request, authorization.as_ref()).excerpt(body);
            tracing::trace!(target: trace::TARGET, operation = self.operation.id, ?body, "response body");
        }
        #[cfg(feature = "recorder")]
        if let (Some(recording), Ok(response)) = (&self.shared.recording, outcome) {
            recording.add(self.operation, response);
        }
    }

    fn out_of_time(&self) -> Error {
        let total = self.total_timeout.unwrap_or_default();
        if self.progress.in_flight.load(Ordering::Relaxed) && self.request.idempotency != Idempotency::Safe {
            self.progress.outcome_unknown.store(true, Ordering::Relaxed);
        }
        let failure = self.progress.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        let message = match &failure {
            Some(failure) => format!("no success within the total timeout of {total:?}; before that: {failure}"),
            None => format!("no response within the total timeout of {total:?}"),
        };
        let source = failure.map(|failure| Box::new(failure) as _);
        let operation = Some(self.operation.id.to_owned());
        Error::new(ErrorKind::Timeout, Details { message, operation, source, ..Details::default() }).retryable_if(true)
    }

    fn stalled(&self, stalled: &Stalled) -> Error {
        let message = format!(
            "no slot of the concurrency limit (max_concurrency = {}) was released for {:?}: the session waits for \
             itself; do not await a call while other calls of the session are not polled, as in the body of a \
             loop over `buffer_unordered`, or raise the limit (or `concurrency_stall_timeout`, if responses take longer)",
            stalled.max_concurrency, stalled.waited
        );
        let operation = Some(self.operation.id.to_owned());
        // Not retryable: it would wait for itself again.
        Error::new(ErrorKind::Timeout, Details { message, operation, ..Details::default() })
    }
}

impl Progress {
    pub(crate) fn history(&self) -> CallHistory {
        CallHistory {
            attempts: self.attempts.load(Ordering::Relaxed),
            outcome_unknown: self.outcome_unknown.load(Ordering::Relaxed),
        }
    }

    /// Counts an attempt and returns its number, from 1. Only one call writes here, so the update need not be atomic.
    fn begin(&self) -> u32 {
        let number = self.attempts.load(Ordering::Relaxed) + 1;
        self.attempts.store(number, Ordering::Relaxed);
        self.in_flight.store(true, Ordering::Relaxed);
        number
    }

    fn end(&self, may_have_been_carried_out: bool) {
        self.in_flight.store(false, Ordering::Relaxed);
        if may_have_been_carried_out {
            self.outcome_unknown.store(true, Ordering::Relaxed);
        }
    }

    fn note(&self, failure: Error) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }
}
