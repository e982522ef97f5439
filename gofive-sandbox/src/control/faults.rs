//! Faults: random ones, and those for the next calls of an operation.

use serde::Serialize;

use super::call::{Operations, json};
use crate::fault::Fault;
use crate::faults::Faults;
use crate::queued_faults::QueuedFaults;

pub(super) const OPERATIONS: Operations = &[
    ("get_faults", |call| json(call.service.state().injector.faults())),
    ("set_faults", |call| {
        let faults: Faults = call.body()?;
        call.service.state().injector.set(faults.clone());
        json(&faults)
    }),
    ("list_queued_faults", |call| json(&Queue { queue: call.service.state().injector.queued() })),
    ("queue_faults", |call| {
        let QueuedFaults { operation, faults } = call.body()?;
        let mut state = call.service.state();
        state.injector.queue(operation, faults);
        json(&Queue { queue: state.injector.queued() })
    }),
    ("clear_faults", |call| {
        call.service.state().injector.clear();
        Ok(None)
    }),
    ("list_fault_presets", |_| {
        let preset = |(name, fault): (_, Fault)| Preset { name, description: fault.to_string(), fault };
        json(&Presets { presets: Fault::presets().into_iter().map(preset).collect() })
    }),
];

#[derive(Serialize)]
struct Queue {
    queue: Vec<QueuedFaults>,
}

#[derive(Serialize)]
struct Presets {
    presets: Vec<Preset>,
}

/// A fault with the values that the command line uses.
#[derive(Serialize)]
struct Preset {
    name: &'static str,
    description: String,
    fault: Fault,
}
