//! What can go wrong, one variant a fault.

use std::fmt;
use std::time::Duration;

/// Something that goes wrong between a program and the API, for [`Faults`](crate::Faults) and
/// [`Sandbox::fault_next`](crate::Sandbox::fault_next).
///
/// A request under a fault is not carried out, unless its fault says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request is carried out, and its answer comes late: after a time between two bounds, all equally probable.
    ///
    /// It combines with the others: what they send comes late, too.
    Latency {
        /// The shortest wait.
        at_least: Duration,
        /// The longest wait; the shortest one if that is longer.
        at_most: Duration,
    },
    /// HTTP 401, as if the token or the subscription key were wrong.
    ///
    /// With a probability of 1, it is an API that refuses good credentials for a while.
    Unauthorized,
    /// HTTP 429 with a `Retry-After`.
    TooManyRequests {
        /// What `Retry-After` says, in whole seconds, rounded up.
        retry_after: Duration,
    },
    /// HTTP 500.
    InternalServerError,
    /// HTTP 502 with an HTML error page.
    BadGateway,
    /// HTTP 503.
    ServiceUnavailable {
        /// What `Retry-After` says, in whole seconds, rounded up; without it, there is no such header.
        retry_after: Option<Duration>,
    },
    /// HTTP 504.
    GatewayTimeout {
        /// Whether the request is carried out behind the gateway's back, which the client cannot tell.
        carried_out: bool,
    },
    /// The connection is reset once the head of a request is there, and its body is not read.
    ResetBefore,
    /// The request is carried out, then the connection is reset without an answer.
    ResetAfter,
    /// The request is carried out; half of the answer is sent, and nothing more.
    ///
    /// After 60 seconds, or when the sandbox stops, the connection is closed.
    StalledBody,
    /// The request is carried out; half of the answer is sent, then the connection is closed.
    TruncatedBody,
    /// HTTP 200 with an HTML page instead of JSON.
    HtmlPage,
    /// A token is refused earlier than the answer that it came in said.
    ///
    /// By probability, it befalls tokens as they are issued. Queued by
    /// [`Sandbox::fault_next`](crate::Sandbox::fault_next) for another operation than that for tokens, it is the end
    /// of the token that the call brings.
    EarlyTokenExpiry {
        /// How long the token lasts.
        after: Duration,
    },
    /// The request is carried out, and the `Date` of its answer is wrong.
    ///
    /// It combines with the others: their answers have the wrong `Date`, too.
    ClockSkew {
        /// How many seconds the `Date` is ahead; below zero, behind.
        seconds: i32,
    },
    /// The request is carried out, and the body of its answer comes in small pieces.
    SlowDrip {
        /// The bytes of a piece; at least 1.
        piece: usize,
        /// The wait between two pieces.
        pause: Duration,
    },
}

impl Fault {
    /// A [`Latency`](Self::Latency) that is always the same.
    pub fn latency(wait: Duration) -> Self {
        Self::Latency { at_least: wait, at_most: wait }
    }

    /// All faults with ordinary settings, by the names that the sandbox's program knows them by.
    pub fn named() -> Vec<(&'static str, Self)> {
        let (brief, long) = (Duration::from_millis(50), Duration::from_secs(2));
        let second = Duration::from_secs(1);
        vec![
            ("latency", Self::latency(Duration::from_millis(500))),
            ("latency-varying", Self::Latency { at_least: brief, at_most: long }),
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
            ("slow-drip", Self::SlowDrip { piece: 16, pause: brief }),
        ]
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency { at_least, at_most } if at_least >= at_most => write!(f, "an answer {at_least:?} late"),
            Self::Latency { at_least, at_most } => write!(f, "an answer {at_least:?} to {at_most:?} late"),
            Self::Unauthorized => f.write_str("HTTP 401"),
            Self::TooManyRequests { retry_after } => write!(f, "HTTP 429 with a Retry-After of {retry_after:?}"),
            Self::InternalServerError => f.write_str("HTTP 500"),
            Self::BadGateway => f.write_str("HTTP 502 with an HTML page"),
            Self::ServiceUnavailable { retry_after: None } => f.write_str("HTTP 503"),
            Self::ServiceUnavailable { retry_after: Some(wait) } => {
                write!(f, "HTTP 503 with a Retry-After of {wait:?}")
            }
            Self::GatewayTimeout { carried_out: false } => f.write_str("HTTP 504"),
            Self::GatewayTimeout { carried_out: true } => f.write_str("HTTP 504, though the request is carried out"),
            Self::ResetBefore => f.write_str("a connection reset before the request is read"),
            Self::ResetAfter => f.write_str("a connection reset after the request is carried out"),
            Self::StalledBody => f.write_str("an answer that stalls halfway"),
            Self::TruncatedBody => f.write_str("an answer that is cut off halfway"),
            Self::HtmlPage => f.write_str("HTTP 200 with an HTML page"),
            Self::EarlyTokenExpiry { after } => write!(f, "a token that is refused after {after:?}"),
            Self::ClockSkew { seconds } => write!(f, "a Date that is {seconds} seconds ahead"),
            Self::SlowDrip { piece, pause } => write!(f, "an answer in pieces of {piece} bytes, {pause:?} apart"),
        }
    }
}
