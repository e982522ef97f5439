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
    pub operation: &'static str,
    /// Which attempt of the call, or of the request for a token, it was, from 1.
    pub number: u32,
    /// HTTP status of the response, if there was one.
    pub http_status: Option<u16>,
    /// Why there was no response, if there was none.
    pub error: Option<ErrorKind>,
    /// How long it took, from the first byte sent to the last byte read.
    pub duration: Duration,
    /// How long until the next attempt, if there is one.
    pub wait: Option<Duration>,
}

#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<dyn Fn(&Attempt) + Send + Sync>);

impl Observer {
    /// Reports an attempt that began at `began`.
    pub(crate) fn note(
        &self,
        operation: &'static str,
        number: u32,
        outcome: &Outcome,
        began: Instant,
        wait: Option<Duration>,
    ) {
        let (http_status, error) = match outcome {
            Ok(response) => (Some(response.status.as_u16()), None),
            Err(error) => (error.http_status(), Some(error.kind())),
        };
        (self.0)(&Attempt { operation, number, http_status, error, duration: began.elapsed(), wait });
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
