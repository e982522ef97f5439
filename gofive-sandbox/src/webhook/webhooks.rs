//! The targets of a sandbox, and what is sent to them.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::delivery::{Delivery, DeliveryFault, DeliveryOutcome};
use super::error::WebhookError;
use super::event::Event;
use super::log::Log;
use super::target::{RegisteredTarget, Target};
use super::worker::{self, Job};
use crate::faults::fault_response::Stop;
use crate::limits::Limits;
use crate::settings::Settings;

/// The maximum number of targets.
const MAX_TARGETS: usize = 100;

/// The maximum number of events that wait for one target.
const MAX_WAITING: usize = 10_000;

/// The targets of a sandbox, and what was sent to them.
///
/// [`Sandbox::webhooks`](crate::Sandbox::webhooks) returns it; [the module](crate::webhook) has an example.
pub struct Webhooks {
    log: Arc<Log>,
    state: Mutex<State>,
    allowed_hosts: Vec<String>,
    limits: Limits,
    runtime: Handle,
    stop: Stop,
}

#[derive(Debug, Default)]
struct State {
    targets: Vec<Entry>,
    last_target: u64,
    /// The faults of the next events.
    faults: VecDeque<DeliveryFault>,
}

#[derive(Debug)]
struct Entry {
    target: Target,
    registered: RegisteredTarget,
    jobs: mpsc::Sender<Job>,
    worker: AbortHandle,
}

impl Webhooks {
    /// Creates it without targets. Deliveries run on the runtime.
    pub(crate) fn new(settings: &Settings, runtime: Handle, stop: Stop) -> Self {
        Self {
            log: Arc::new(Log::new(settings.limits.deliveries)),
            state: Mutex::default(),
            allowed_hosts: settings.webhook_hosts.clone(),
            limits: settings.limits,
            runtime,
            stop,
        }
    }

    /// Registers a target, which gets the events that are raised from now on.
    pub fn add_target(&self, target: Target) -> Result<RegisteredTarget, WebhookError> {
        let address = target.address(&self.allowed_hosts)?;
        let mut state = self.state();
        if state.targets.len() == MAX_TARGETS {
            return Err(WebhookError::TooManyTargets { max: MAX_TARGETS });
        }
        state.last_target += 1;
        let registered = RegisteredTarget {
            id: state.last_target,
            url: address.origin.clone(),
            kinds: target.kinds.clone(),
            secret_header: target.secret_header.as_ref().map(|header| header.name.clone()),
        };
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        let worker = worker::run(address, waiting, self.limits, self.stop.clone());
        let worker = self.runtime.spawn(worker).abort_handle();
        state.targets.push(Entry { target, registered: registered.clone(), jobs, worker });
        Ok(registered)
    }

    /// The registered targets, without their secrets.
    pub fn targets(&self) -> Vec<RegisteredTarget> {
        self.state().targets.iter().map(|entry| entry.registered.clone()).collect()
    }

    /// Removes a target. What has not been delivered to it yet is not delivered any more.
    pub fn remove_target(&self, id: u64) -> Result<(), WebhookError> {
        let mut state = self.state();
        let index = state.targets.iter().position(|entry| entry.registered.id == id);
        let entry = state.targets.remove(index.ok_or(WebhookError::UnknownTarget { id })?);
        entry.worker.abort();
        Ok(())
    }

    /// Sends an event to the targets that take it, and returns its deliveries, which may be pending.
    pub fn trigger(&self, event: &Event) -> Result<Vec<Delivery>, WebhookError> {
        let body = event.resolve()?;
        let mut state = self.state();
        if let Some(id) = event.target {
            state.find(id)?;
        }
        let deliveries = self.dispatch(&mut state, event, &body);
        if deliveries.is_empty() { Err(WebhookError::NoTarget { kind: event.kind }) } else { Ok(deliveries) }
    }

    /// Sends the event of something that has happened, if there are targets that take it.
    pub(crate) fn raise(&self, event: &Event) {
        // Without targets, as in most tests, it costs nothing.
        let mut state = self.state();
        if state.targets.is_empty() {
            return;
        }
        // The events that the sandbox makes match the spec, as the tests show.
        if let Ok(body) = event.resolve() {
            self.dispatch(&mut state, event, &body);
        }
    }

    /// The deliveries in the order in which they were made. The oldest ones are removed when the log is full.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.log.all()
    }

    /// A delivery of the log.
    pub fn delivery(&self, id: u64) -> Result<Delivery, WebhookError> {
        self.log.find(id).ok_or(WebhookError::UnknownDelivery { id })
    }

    /// Sends a delivery of the log once more, to the same target, and returns the new delivery. No fault applies to it.
    pub fn repeat(&self, id: u64) -> Result<Delivery, WebhookError> {
        let delivery = self.delivery(id)?;
        let state = self.state();
        let entry = state.find(delivery.target)?;
        let body = Bytes::from(delivery.body.to_string());
        let outcome = DeliveryOutcome::Pending;
        let repeated = Delivery { repeats: Some(id), fault: None, raised_at: SystemTime::now(), outcome, ..delivery };
        Ok(self.deliver(entry, repeated, &body))
    }

    /// Queues faults for the next events, one fault for each event. Events that no target takes use up no fault.
    pub fn queue_faults(&self, faults: impl IntoIterator<Item = DeliveryFault>) {
        self.state().faults.extend(faults);
    }

    /// The queued faults that no event has used up.
    pub fn queued_faults(&self) -> Vec<DeliveryFault> {
        self.state().faults.iter().copied().collect()
    }

    /// Waits until no delivery is pending.
    pub async fn settled(&self) {
        self.log.settled().await;
    }

    /// Removes all targets, what has not been delivered yet, the queued faults, and the log.
    pub fn reset(&self) {
        let mut state = self.state();
        for entry in state.targets.drain(..) {
            entry.worker.abort();
        }
        state.faults.clear();
        self.log.clear();
    }

    fn dispatch(&self, state: &mut State, event: &Event, body: &Value) -> Vec<Delivery> {
        let takes = |entry: &&Entry| match event.target {
            Some(id) => entry.registered.id == id,
            None => entry.target.takes(event.kind),
        };
        let entries: Vec<_> = state.targets.iter().filter(takes).collect();
        if entries.is_empty() {
            return Vec::new();
        }
        let fault = state.faults.pop_front();
        let text = Bytes::from(body.to_string());
        let copies = if fault == Some(DeliveryFault::Double) { 2 } else { 1 };
        let outcome = if fault == Some(DeliveryFault::Lost) { DeliveryOutcome::Lost } else { DeliveryOutcome::Pending };
        let delivery = |entry: &Entry| Delivery {
            id: 0,
            target: entry.registered.id,
            url: entry.registered.url.clone(),
            kind: event.kind,
            body: body.clone(),
            repeats: None,
            fault,
            raised_at: SystemTime::now(),
            outcome: outcome.clone(),
        };
        let twice = entries.into_iter().flat_map(|entry| std::iter::repeat_n(entry, copies));
        twice.map(|entry| self.deliver(entry, delivery(entry), &text)).collect()
    }

    /// Adds a delivery to the log and to the events that wait for its target.
    fn deliver(&self, entry: &Entry, mut delivery: Delivery, body: &Bytes) -> Delivery {
        let Some(ticket) = self.log.add(&mut delivery, body.len()) else { return delivery };
        let job = Job { ticket, body: body.clone(), fault: delivery.fault };
        if let Err(mpsc::error::TrySendError::Full(job)) = entry.jobs.try_send(job) {
            let reason = format!("{MAX_WAITING} events wait for this target already");
            job.ticket.finish(DeliveryOutcome::Failed { reason });
        }
        delivery
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&self, id: u64) -> Result<&Entry, WebhookError> {
        let found = self.targets.iter().find(|entry| entry.registered.id == id);
        found.ok_or(WebhookError::UnknownTarget { id })
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("targets", &self.targets()).finish_non_exhaustive()
    }
}
