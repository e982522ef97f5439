//! Webhooks: targets, events and deliveries.

use std::time::Duration;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::call::{Call, Operations, json};
use super::problem::Problem;
use super::room;
use crate::webhook::{Delivery, DeliveryFault, Event, RegisteredTarget, Target, WebhookError};

pub(super) const OPERATIONS: Operations = &[
    ("list_targets", |call| json(&TargetList { targets: call.service.webhooks().targets() })),
    ("add_target", |call| {
        let target: Target = call.body()?;
        json(&call.service.webhooks().add_target(target).map_err(|error| of_body(&error))?)
    }),
    ("remove_target", |call| {
        call.service.webhooks().remove_target(call.required("id")?).map_err(|error| not_found(&error))?;
        Ok(None)
    }),
    ("trigger_event", |call| {
        let event: Event = call.body()?;
        let deliveries = call.service.webhooks().trigger(&event).map_err(|error| of_body(&error))?;
        json(&DeliveryList { deliveries })
    }),
    ("list_deliveries", |call| json(&DeliveryList { deliveries: call.service.webhooks().deliveries() })),
    ("get_delivery", |call| {
        json(&call.service.webhooks().delivery(call.required("id")?).map_err(|error| not_found(&error))?)
    }),
    ("repeat_delivery", |call| {
        json(&call.service.webhooks().repeat(call.required("id")?).map_err(|error| not_found(&error))?)
    }),
    ("list_delivery_faults", |call| json(&FaultList { faults: call.service.webhooks().queued_faults() })),
    ("queue_delivery_faults", |call| {
        let FaultList { faults } = call.body()?;
        let webhooks = call.service.webhooks();
        room::check(webhooks.queued_faults().len(), faults.len(), "queued faults")?;
        webhooks.queue_faults(faults);
        json(&FaultList { faults: webhooks.queued_faults() })
    }),
    ("reset_webhooks", |call| {
        call.service.webhooks().reset();
        Ok(None)
    }),
];

#[derive(Serialize)]
struct TargetList {
    targets: Vec<RegisteredTarget>,
}

#[derive(Serialize)]
struct DeliveryList {
    deliveries: Vec<Delivery>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultList {
    faults: Vec<DeliveryFault>,
}

/// Waits until no delivery is pending, if the request says so, but not longer than it says.
pub(super) async fn wait(call: &Call<'_>) -> Result<(), Problem> {
    if let Some(limit) = call.optional("waitMs")?.map(Duration::from_millis) {
        // The list shows which deliveries are pending then.
        let _ = timeout(limit, call.service.webhooks().settled()).await;
    }
    Ok(())
}

/// The problem with a target or an event in a body.
fn of_body(error: &WebhookError) -> Problem {
    let pointer = match error {
        WebhookError::TooManyTargets { .. } | WebhookError::NoTarget { .. } => {
            return Problem::new(StatusCode::CONFLICT, error.to_string());
        }
        WebhookError::InvalidUrl { .. } | WebhookError::HostNotAllowed { .. } => "/url",
        WebhookError::InvalidHeader { .. } => "/secretHeader",
        WebhookError::UnknownTarget { .. } => "/target",
        WebhookError::InvalidBody { .. } | WebhookError::BodyTooLarge { .. } => "/body",
        WebhookError::NoBody | WebhookError::UnknownDelivery { .. } => "",
    };
    Problem::of_pointer(pointer.to_owned(), error.to_string())
}

/// The problem with an identifier in a path.
fn not_found(error: &WebhookError) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, error.to_string())
}
