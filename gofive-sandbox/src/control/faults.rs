//! Faults: random ones, and those for the next calls of an operation.

use serde::{Deserialize, Serialize};

use super::call::{Operations, json};
use super::room;
use crate::faults::Faults;
use crate::faults::fault::Fault;
use crate::faults::injector::Injector;
use crate::operations::name::Operation;

pub(super) const OPERATIONS: Operations = &[
    ("get_faults", |call| json(call.service.state().injector.faults())),
    ("set_faults", |call| {
        let faults: Faults = call.body()?;
        call.service.state().injector.set(faults.clone());
        json(&faults)
    }),
    ("list_queued_faults", |call| json(&Queue::of(&call.service.state().injector))),
    ("queue_faults", |call| {
        let QueuedFaults { operation, faults } = call.body()?;
        let mut state = call.service.state();
        room::check(state.injector.queued().values().map(Vec::len).sum(), faults.len(), "queued faults")?;
        state.injector.queue(operation, faults);
        json(&Queue::of(&state.injector))
    }),
    ("clear_queued_faults", |call| {
        call.service.state().injector.clear_queued();
        Ok(None)
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
    injected: usize,
}

/// The faults for the next calls of an operation.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QueuedFaults {
    operation: Operation,
    faults: Vec<Fault>,
}

impl Queue {
    fn of(injector: &Injector) -> Self {
        let queued = injector.queued().into_iter();
        let queue = queued.map(|(operation, faults)| QueuedFaults { operation, faults }).collect();
        Self { queue, injected: injector.injected() }
    }
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
