//! Whether the sandbox is running, what it has, and its return to the initial state.

use serde::Serialize;

use super::call::{HandlerResult, Operations, json};
use super::document;

pub(super) const OPERATIONS: Operations = &[
    ("get_health", |_| health()),
    ("get_openapi", |_| Ok(Some(document::document().into()))),
    ("list_operations", |call| json(&OperationList { operations: call.service.operations() })),
    ("reset", |call| {
        call.service.reset();
        Ok(None)
    }),
];

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct OperationList<T> {
    operations: T,
}

fn health() -> HandlerResult {
    json(&Health { status: "running", version: env!("CARGO_PKG_VERSION") })
}
