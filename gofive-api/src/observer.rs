//! A hook for metrics: called after every attempt, with no body and no argument of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::error::ErrorKind;
use crate::resend::Outcome;

/// One attempt, as [`GofiveBuilder::observer`](crate::GofiveBuilder::observer) sees it: of a call, or of a request for a
/// token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation: `add_case`. A request for a token is one of `authorize`; it belongs to no single call, because all
    /// calls that wait for a token share it.
    pub operation: String,
    /// Which attempt of the call, or of the request for a token, it was, from 1.
    pub number: u32,
    /// HTTP status of the response, if there was one.
    pub http_status: Option<u16>,
    /// Why there was no response. Neither this nor the status is there if the call ended before the attempt did: because
    /// of its total timeout, or because its future was dropped.
    pub error: Option<ErrorKind>,
    /// How long it took, from the first byte sent to the last byte read.
    pub duration: Duration,
    /// How long until the next attempt, if there is one.
    pub wait: Option<Duration>,
}

#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<dyn Fn(&Attempt) + Send + Sync>);

/// An attempt that is under way, as far as somebody observes it: clocks are not read for nobody.
pub(crate) struct UnderWay<'a>(Option<Observed<'a>>);

/// If it is dropped before it has ended, the observer is called all the same.
struct Observed<'a> {
    observer: &'a Observer,
    attempt: Attempt,
    began: Instant,
}

impl<'a> UnderWay<'a> {
    pub(crate) fn begin(observer: Option<&'a Observer>, operation: &str, number: u32) -> Self {
        Self(observer.map(|observer| {
            let operation = operation.to_owned();
            let attempt =
                Attempt { operation, number, http_status: None, error: None, duration: Duration::ZERO, wait: None };
            Observed { observer, attempt, began: Instant::now() }
        }))
    }

    /// Takes the time. What follows is not part of the attempt.
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
