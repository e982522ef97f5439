//! A hook for metrics, called after every attempt, without bodies and arguments.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::call::retry::resend::Outcome;
use crate::errors::ErrorKind;

/// One attempt of a call or of a token request, as [`GofiveBuilder::observer`](crate::GofiveBuilder::observer) receives
/// it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation: `add_case`. The operation of a token request is `authorize`; it belongs to no single call,
    /// because all calls that wait for a token share it.
    pub operation: String,
    /// The number of the attempt within its call or token request, from 1.
    pub number: u32,
    /// The HTTP status of the response, if there was one.
    pub http_status: Option<u16>,
    /// Why there was no response. Both this and the status are missing if the call ended before the attempt did:
    /// because of its total timeout, or because its future was dropped.
    pub error: Option<ErrorKind>,
    /// How long the attempt took, from the first byte sent to the last byte read.
    pub duration: Duration,
    /// How long until the next attempt, if there is one.
    pub wait: Option<Duration>,
}

#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<dyn Fn(&Attempt) + Send + Sync>);

/// An attempt in progress. Without an observer, it does not read the clock.
pub(crate) struct AttemptTimer<'a>(Option<Observed<'a>>);

/// If this is dropped before the attempt has ended, the observer is still called.
struct Observed<'a> {
    observer: &'a Observer,
    attempt: Attempt,
    began: Instant,
}

impl<'a> AttemptTimer<'a> {
    pub(crate) fn begin(observer: Option<&'a Observer>, operation: &str, number: u32) -> Self {
        Self(observer.map(|observer| {
            let operation = operation.to_owned();
            let attempt =
                Attempt { operation, number, http_status: None, error: None, duration: Duration::ZERO, wait: None };
            Observed { observer, attempt, began: Instant::now() }
        }))
    }

    /// Stops the clock. What follows is not part of the attempt.
    pub(crate) fn ended(&mut self, outcome: &Outcome) {
        let Some(Observed { attempt, began, .. }) = &mut self.0 else { return };
        attempt.duration = began.elapsed();
        (attempt.http_status, attempt.error) = match outcome {
            Ok(response) => (Some(response.status.as_u16()), None),
            Err(error) => (error.http_status(), Some(error.kind())),
        };
    }

    /// Calls the observer.
    pub(crate) fn report(mut self, wait: Option<Duration>) {
        if let Some(observed) = &mut self.0 {
            observed.attempt.wait = wait;
        }
    }
}

impl Drop for Observed<'_> {
    fn drop(&mut self) {
        // A panic of the observer on top of another one would abort the program.
        if std::thread::panicking() {
            return;
        }
        if self.attempt.http_status.is_none() && self.attempt.error.is_none() {
            self.attempt.duration = self.began.elapsed();
        }
        (self.observer.0)(&self.attempt);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
