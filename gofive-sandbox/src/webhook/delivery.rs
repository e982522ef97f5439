//! Deliveries, as the log has them, and what can go wrong with them on purpose.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event_kind::EventKind;
use crate::millis;

/// One request to one target, with its outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// The identifier, which grows with each delivery.
    pub id: u64,
    /// The identifier of the target.
    pub target: u64,
    /// The URL of the target without its path and query, which may contain a secret.
    pub url: String,
    /// The kind of the event, if it has one.
    pub kind: Option<EventKind>,
    /// The body.
    pub body: Value,
    /// The delivery that this one repeats: [`Webhooks::repeat`](super::Webhooks::repeat) sent it.
    pub repeats: Option<u64>,
    /// The fault that applies to the delivery.
    pub fault: Option<DeliveryFault>,
    /// When the event was raised, in milliseconds since 1970.
    pub raised_at_ms: u64,
    /// What has become of it.
    pub outcome: Outcome,
}

/// What has become of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It has not been sent yet, or has no response yet.
    Pending,
    /// The target has responded. A redirect is a response like any other: it is not followed.
    #[non_exhaustive]
    Responded {
        /// The HTTP status code.
        status: u16,
        /// The beginning of the response's body.
        body: String,
        /// The time from the connection to the response, in milliseconds.
        #[serde(with = "millis", rename = "duration_ms")]
        duration: Duration,
        /// When the request was sent, in milliseconds since 1970.
        sent_at_ms: u64,
    },
    /// There is no response.
    #[non_exhaustive]
    Failed {
        /// Why there is none.
        reason: String,
    },
    /// It was never sent, because of [`DeliveryFault::Lost`].
    Lost,
}

/// What goes wrong with the deliveries of one event.
///
/// [`Webhooks::queue_faults`](super::Webhooks::queue_faults) queues faults for the next events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum DeliveryFault {
    /// The event is sent later. It does not delay other events, which may overtake it.
    Late {
        /// How much later.
        #[serde(with = "millis", rename = "by_ms")]
        by: Duration,
    },
    /// The event is sent twice.
    Double,
    /// The event is sent after the next one to the same target.
    OutOfOrder {
        /// How long to wait for the next event: then this one is sent.
        #[serde(with = "millis", rename = "wait_ms")]
        wait: Duration,
    },
    /// The event is never sent.
    Lost,
}

impl Delivery {
    /// Whether the target has responded with a success: a status code from 200 to 299.
    pub fn is_success(&self) -> bool {
        matches!(self.outcome, Outcome::Responded { status: 200..300, .. })
    }
}
