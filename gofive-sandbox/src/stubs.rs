//! The stubs that a sandbox has, in the order in which they apply.

mod check;
mod matching;
pub(crate) mod stub;

use std::collections::HashMap;

use gofive_spec::Spec;

use self::check::PreparedResponse;
use crate::log::outcome::Outcome;
use crate::operations::evidence::Behaviour;
use crate::operations::name::Operation;
use crate::operations::outgoing::OperationResponse;
use crate::operations::request::{self, RawRequest};
use crate::stubs::stub::{MountedStub, Stub, StubError, UnusedStubs};

#[derive(Debug, Default)]
pub(crate) struct Stubs {
    /// The stubs of each operation that are not used up.
    mounted: HashMap<Operation, Vec<Entry>>,
    last_id: u64,
}

#[derive(Debug)]
struct Entry {
    mounted: MountedStub,
    prepared: PreparedResponse,
}

impl Stubs {
    /// Adds a stub behind the others, and returns its number.
    pub(crate) fn mount(
        &mut self,
        spec: &Spec,
        operation: &gofive_spec::Operation,
        stub: Stub,
    ) -> Result<u64, StubError> {
        let prepared = check::check(spec, operation, &stub)?;
        self.last_id += 1;
        let mounted = MountedStub { id: self.last_id, used: 0, stub };
        self.mounted.entry(mounted.stub.operation).or_default().push(Entry { mounted, prepared });
        Ok(self.last_id)
    }

    /// Returns the response of the first stub that matches the request.
    pub(crate) fn respond(
        &mut self,
        name: Operation,
        spec: &Spec,
        operation: &gofive_spec::Operation,
        raw: &RawRequest<'_>,
    ) -> Option<OperationResponse> {
        let entries = self.mounted.get_mut(&name)?;
        let arguments = request::read(spec, operation, raw);
        let index = entries.iter().position(|entry| matching::matches(&entry.mounted.stub.when, &arguments))?;
        let Entry { mounted, prepared } = &mut entries[index];
        mounted.used += 1;
        let response = OperationResponse {
            status: prepared.status,
            headers: prepared.headers.clone(),
            body: prepared.body.clone(),
            delay: mounted.stub.response.delay_ms.map(std::time::Duration::from_millis),
            outcome: Outcome::Stubbed { stub: mounted.id },
            behaviour: Behaviour::Stubbed,
        };
        if mounted.stub.times.is_some() && mounted.is_used_up() {
            entries.remove(index);
            if entries.is_empty() {
                self.mounted.remove(&name);
            }
        }
        Some(response)
    }

    /// The number of stubs that are not used up.
    pub(crate) fn count(&self) -> usize {
        self.mounted.values().map(Vec::len).sum()
    }

    /// The stubs that are not used up, in the order in which they were mounted.
    pub(crate) fn list(&self) -> Vec<MountedStub> {
        let mut stubs: Vec<_> = self.mounted.values().flatten().map(|entry| entry.mounted.clone()).collect();
        stubs.sort_by_key(|stub| stub.id);
        stubs
    }

    /// Removes a stub; `false` if it does not exist, or is used up.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let mut removed = false;
        self.mounted.retain(|_, entries| {
            removed |= entries.extract_if(.., |entry| entry.mounted.id == id).next().is_some();
            !entries.is_empty()
        });
        removed
    }

    pub(crate) fn clear(&mut self) {
        self.mounted.clear();
    }

    pub(crate) fn verify(&self) -> Result<(), UnusedStubs> {
        let mut stubs = self.list();
        stubs.retain(|stub| !stub.is_used_up());
        if stubs.is_empty() { Ok(()) } else { Err(UnusedStubs { stubs }) }
    }
}
