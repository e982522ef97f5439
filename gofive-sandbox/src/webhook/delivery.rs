//! Deliveries, as the log has them, and what can go wrong with them on purpose.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event_kind::EventKind;

/// One request to one target, with its outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// When the event was raised, by the clock of this machine; in JSON, milliseconds since 1970.
    #[serde(rename = "raisedAtMs", with = "crate::serde_time::unix_millis")]
    pub raised_at: SystemTime,
    /// What has become of it.
    pub outcome: DeliveryOutcome,
}

/// What has become of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// It has not been sent yet, or has no response yet.
    Pending,
    /// The target has responded. A redirect is a response like any other: it is not followed.
    #[non_exhaustive]
    Responded {
        /// The HTTP status code.
        status: u16,
        /// The beginning of the response's body.
        body: String,
        /// When the request was sent, by the clock of this machine; in JSON, milliseconds since 1970.
        #[serde(rename = "sentAtMs", with = "crate::serde_time::unix_millis")]
        sent_at: SystemTime,
        /// How long the target took to respond, with the time to connect.
        #[serde(rename = "durationMs", with = "crate::serde_time::millis")]
        duration: Duration,
    },
    /// The delivery has no response.
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
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum DeliveryFault {
    /// The event is sent later. It does not delay other events, which may overtake it.
    Late {
        /// How much later.
        #[serde(rename = "byMs", with = "crate::serde_time::millis")]
        by: Duration,
    },
    /// The event is sent twice.
    Double,
    /// The event is sent after the next one to the same target.
    OutOfOrder {
        /// How long to wait for the next event: then this one is sent.
        #[serde(rename = "waitMs", with = "crate::serde_time::millis")]
        wait: Duration,
    },
    /// The event is never sent.
    Lost,
}

impl Delivery {
    /// Whether the target has responded with a success: a status code from 200 to 299.
    pub fn is_success(&self) -> bool {
        matches!(self.outcome, DeliveryOutcome::Responded { status: 200..300, .. })
    }
}
