//! What can be wrong with a target, an event or a delivery.

use std::fmt;

use super::event_kind::EventKind;

/// The reason why a webhook cannot be set up or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The URL of a target is not valid.
    #[non_exhaustive]
    InvalidUrl {
        /// What is wrong with it. The URL is not in it, because it may contain a secret.
        reason: String,
    },
    /// The host of a target is not this machine, and is not allowed.
    #[non_exhaustive]
    HostNotAllowed {
        /// The host.
        host: String,
    },
    /// The header with the secret of a target is not valid.
    #[non_exhaustive]
    InvalidHeader {
        /// The name of the header.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There are as many targets as there can be.
    #[non_exhaustive]
    TooManyTargets {
        /// The maximum number.
        max: usize,
    },
    /// No target has this identifier.
    #[non_exhaustive]
    UnknownTarget {
        /// The identifier.
        id: u64,
    },
    /// No target takes this event.
    #[non_exhaustive]
    NoTarget {
        /// The kind of the event, if it has one.
        kind: Option<EventKind>,
    },
    /// An event has neither a kind nor a body.
    NoBody,
    /// The body of an event does not match the spec.
    #[non_exhaustive]
    InvalidBody {
        /// The kind of the event.
        kind: EventKind,
        /// All problems, each with its property.
        problems: Vec<String>,
    },
    /// The body of an event is too large.
    #[non_exhaustive]
    BodyTooLarge {
        /// The maximum size in bytes.
        max: usize,
    },
    /// The log has no delivery with this identifier.
    #[non_exhaustive]
    UnknownDelivery {
        /// The identifier.
        id: u64,
    },
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl { reason } => write!(f, "the URL of the target is not valid: {reason}"),
            Self::HostNotAllowed { host } => write!(
                f,
                "the target {host} is not this machine; allow it when the sandbox starts \
                 (`SandboxBuilder::allow_webhook_host`)"
            ),
            Self::InvalidHeader { name, reason } => {
                write!(f, "the header `{name}` of the target is not valid: {reason}")
            }
            Self::TooManyTargets { max } => write!(f, "there are {max} targets already; remove one first"),
            Self::UnknownTarget { id } => write!(f, "there is no target {id}; it may have been removed"),
            Self::NoTarget { kind: Some(kind) } => {
                write!(f, "no target takes events of the kind {kind}; add one first")
            }
            Self::NoTarget { kind: None } => f.write_str(
                "no target takes events of all kinds, as one without a kind needs; add one, or name a target",
            ),
            Self::NoBody => f.write_str("the event has neither a kind nor a body; give it one of them"),
            Self::InvalidBody { kind, problems } => write!(
                f,
                "the body is not an event of the kind {kind}: {}; to send it all the same, omit the kind",
                problems.join("; ")
            ),
            Self::BodyTooLarge { max } => write!(f, "the body of the event has more than {max} bytes"),
            Self::UnknownDelivery { id } => {
                write!(f, "the log has no delivery {id}; the oldest ones are removed when it is full")
            }
        }
    }
}

impl std::error::Error for WebhookError {}
