//! A hook for metrics: told of every attempt, with no body and no argument of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::ErrorKind;

/// One attempt of a call, as told to [`GofiveBuilder::observer`](crate::GofiveBuilder::observer).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation: `add_case`.
    pub operation: &'static str,
    /// Which attempt of the call it was, from 1.
    pub number: u32,
    /// HTTP status of the answer, if there was one.
    pub http_status: Option<u16>,
    /// Why there was no answer, if there was none.
    pub error: Option<ErrorKind>,
    /// How long it took, the fetching of a token included.
    pub duration: Duration,
    /// How long until the next attempt, if there is to be one.
    pub wait: Option<Duration>,
}

#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<dyn Fn(&Attempt) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
