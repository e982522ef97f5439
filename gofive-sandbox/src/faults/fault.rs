//! The faults that the sandbox can inject.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A fault that the sandbox injects into a request or its response.
///
/// [`Faults`](crate::Faults) injects it at random, [`Sandbox::queue_faults`](crate::Sandbox::queue_faults) into the next
/// calls of an operation. The request is not carried out, unless the variant says otherwise.
///
/// With serde it is an object whose `kind` is the name of the variant, such as `too-many-requests`; durations are numbers of
/// milliseconds, such as `retryAfterMs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// The request is carried out, and its response is delayed by a uniformly random duration.
    ///
    /// It combines with other faults: their responses are delayed, too.
    Delay {
        /// The minimum delay.
        #[serde(rename = "minMs", with = "crate::serde_time::millis")]
        min: Duration,
        /// The maximum delay; `min` applies if it is greater.
        #[serde(rename = "maxMs", with = "crate::serde_time::millis")]
        max: Duration,
    },
    /// HTTP 401, as if the token or the subscription key were wrong.
    ///
    /// With a probability of 1, the API refuses valid credentials until the faults change.
    Unauthorized,
    /// HTTP 429 with a `Retry-After`.
    TooManyRequests {
        /// The value of `Retry-After`, rounded up to whole seconds.
        #[serde(rename = "retryAfterMs", with = "crate::serde_time::millis")]
        retry_after: Duration,
    },
    /// HTTP 500.
    InternalServerError,
    /// HTTP 502 with an HTML error page.
    BadGateway,
    /// HTTP 503.
    ServiceUnavailable {
        /// The value of `Retry-After`, rounded up to whole seconds; without it, the header is missing.
        #[serde(rename = "retryAfterMs", default, with = "crate::serde_time::optional_millis")]
        retry_after: Option<Duration>,
    },
    /// HTTP 504.
    GatewayTimeout {
        /// Whether the request is carried out nevertheless; the client cannot see the difference.
        carried_out: bool,
    },
    /// The connection is reset after the head of the request has arrived; its body is not read.
    ResetBefore,
    /// The request is carried out, then the connection is reset without a response.
    ResetAfter,
    /// The request is carried out; half of the response body is sent, then nothing more.
    ///
    /// The connection is closed after 60 seconds, or when the sandbox stops.
    StalledBody,
    /// The request is carried out; half of the response body is sent, then the connection is closed.
    TruncatedBody,
    /// HTTP 200 with an HTML page instead of JSON.
    HtmlPage,
    /// A token expires earlier than its `expires_in`.
    ///
    /// In [`Faults`](crate::Faults) it applies to tokens when they are issued. Queued by
    /// [`Sandbox::queue_faults`](crate::Sandbox::queue_faults) for an operation other than `authorize`, it ends the token
    /// of that call immediately.
    EarlyTokenExpiry {
        /// The lifetime of the token.
        #[serde(rename = "afterMs", with = "crate::serde_time::millis")]
        after: Duration,
    },
    /// The request is carried out, and the `Date` of its response is wrong.
    ///
    /// It combines with other faults: their responses have the wrong `Date`, too.
    ClockSkew {
        /// The number of seconds that the `Date` is ahead; a negative number is behind.
        seconds: i32,
    },
    /// The request is carried out, and the body of its response is sent slowly in small chunks.
    SlowBody {
        /// The size of a chunk in bytes; 0 counts as 1.
        chunk_size: usize,
        /// The pause between two chunks.
        #[serde(rename = "pauseMs", with = "crate::serde_time::millis")]
        pause: Duration,
    },
}

impl Fault {
    /// Returns a [`Delay`](Self::Delay) of a fixed duration.
    pub fn delay(wait: Duration) -> Self {
        Self::Delay { min: wait, max: wait }
    }

    /// Returns a preset of each fault, with the name that the command line uses.
    pub fn presets() -> Vec<(&'static str, Self)> {
        let (brief, long) = (Duration::from_millis(50), Duration::from_secs(2));
        let second = Duration::from_secs(1);
        vec![
            ("delay", Self::delay(Duration::from_millis(500))),
            ("random-delay", Self::Delay { min: brief, max: long }),
            ("unauthorized", Self::Unauthorized),
            ("too-many-requests", Self::TooManyRequests { retry_after: second }),
            ("internal-server-error", Self::InternalServerError),
            ("bad-gateway", Self::BadGateway),
            ("service-unavailable", Self::ServiceUnavailable { retry_after: None }),
            ("service-unavailable-retry-after", Self::ServiceUnavailable { retry_after: Some(second) }),
            ("gateway-timeout", Self::GatewayTimeout { carried_out: false }),
            ("gateway-timeout-carried-out", Self::GatewayTimeout { carried_out: true }),
            ("reset-before", Self::ResetBefore),
            ("reset-after", Self::ResetAfter),
            ("stalled-body", Self::StalledBody),
            ("truncated-body", Self::TruncatedBody),
            ("html-page", Self::HtmlPage),
            ("early-token-expiry", Self::EarlyTokenExpiry { after: Duration::from_secs(5) }),
            ("clock-skew", Self::ClockSkew { seconds: 300 }),
            ("slow-body", Self::SlowBody { chunk_size: 16, pause: brief }),
        ]
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay { min, max } if min >= max => write!(f, "a response delayed by {min:?}"),
            Self::Delay { min, max } => write!(f, "a response delayed by {min:?} to {max:?}"),
            Self::Unauthorized => f.write_str("HTTP 401"),
            Self::TooManyRequests { retry_after } => write!(f, "HTTP 429 with a Retry-After of {retry_after:?}"),
            Self::InternalServerError => f.write_str("HTTP 500"),
            Self::BadGateway => f.write_str("HTTP 502 with an HTML page"),
            Self::ServiceUnavailable { retry_after: None } => f.write_str("HTTP 503"),
            Self::ServiceUnavailable { retry_after: Some(wait) } => {
                write!(f, "HTTP 503 with a Retry-After of {wait:?}")
            }
            Self::GatewayTimeout { carried_out: false } => f.write_str("HTTP 504"),
            Self::GatewayTimeout { carried_out: true } => f.write_str("HTTP 504, although the request is carried out"),
            Self::ResetBefore => f.write_str("a connection reset before the request is read"),
            Self::ResetAfter => f.write_str("a connection reset after the request is carried out"),
            Self::StalledBody => f.write_str("a response body that stalls halfway"),
            Self::TruncatedBody => f.write_str("a response body that is truncated halfway"),
            Self::HtmlPage => f.write_str("HTTP 200 with an HTML page"),
            Self::EarlyTokenExpiry { after } => write!(f, "a token that expires early, after {after:?}"),
            Self::ClockSkew { seconds } => write!(f, "a Date that is {seconds} seconds ahead"),
            Self::SlowBody { chunk_size, pause } => {
                write!(f, "a response body in chunks of {chunk_size} bytes, {pause:?} apart")
            }
        }
    }
}
