//! The events created in the sandbox. They are removed from it during the load, because it would keep them in memory.

use std::collections::BTreeMap;

use gofive_sandbox::Sandbox;

use super::call::{self, CUSTOMER};

/// The created events, by the number of the call.
#[derive(Debug, Default)]
pub(super) struct CreatedEvents(BTreeMap<usize, Created>);

/// How often a call created an event, and the identifier of the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Created {
    pub(super) times: u32,
    pub(super) id: Option<i64>,
}

impl CreatedEvents {
    /// Takes the new events from the sandbox.
    pub(super) fn collect(&mut self, sandbox: &Sandbox) {
        for event in sandbox.take_customer_events(CUSTOMER) {
            let Some(number) = event["eventName"].as_str().and_then(call::number_of) else { continue };
            let created = self.0.entry(number).or_default();
            *created = Created { times: created.times + 1, id: event["eventId"].as_i64() };
        }
    }

    /// The event that a call has created.
    pub(super) fn get(&self, number: usize) -> Option<Created> {
        self.0.get(&number).copied()
    }

    pub(super) fn done_twice(&self) -> usize {
        self.0.values().filter(|created| created.times > 1).count()
    }
}
