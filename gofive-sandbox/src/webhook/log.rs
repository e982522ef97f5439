//! The log of deliveries, which is bounded, and what has not been delivered yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::delivery::{Delivery, DeliveryOutcome};

/// The maximum size of all bodies in the log, as text.
const MAX_SIZE: usize = 16 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Log {
    max_deliveries: usize,
    entries: Mutex<Entries>,
    /// The number of deliveries without an outcome.
    pending: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Entries {
    /// Each delivery with the size of its body.
    deliveries: VecDeque<(Delivery, usize)>,
    size: usize,
    last_id: u64,
}

/// A delivery without an outcome. When it is dropped, the delivery has failed.
#[derive(Debug)]
pub(super) struct Ticket {
    log: Arc<Log>,
    id: u64,
    outcome: Option<DeliveryOutcome>,
}

impl Log {
    pub(super) fn new(max_deliveries: usize) -> Self {
        Self { max_deliveries, entries: Mutex::default(), pending: watch::Sender::new(0) }
    }

    /// Adds a delivery with a body of this size, and gives it an identifier. There is a ticket if it is pending.
    pub(super) fn add(self: &Arc<Self>, delivery: &mut Delivery, size: usize) -> Option<Ticket> {
        let mut entries = self.entries();
        entries.last_id += 1;
        delivery.id = entries.last_id;
        entries.size += size;
        entries.deliveries.push_back((delivery.clone(), size));
        while entries.deliveries.len() > self.max_deliveries || entries.size > MAX_SIZE {
            let Some((_, size)) = entries.deliveries.pop_front() else { break };
            entries.size -= size;
        }
        (delivery.outcome == DeliveryOutcome::Pending).then(|| {
            self.pending.send_modify(|pending| *pending += 1);
            Ticket { log: Arc::clone(self), id: delivery.id, outcome: None }
        })
    }

    pub(super) fn all(&self) -> Vec<Delivery> {
        self.entries().deliveries.iter().map(|(delivery, _)| delivery.clone()).collect()
    }

    pub(super) fn find(&self, id: u64) -> Option<Delivery> {
        let entries = self.entries();
        let found = entries.deliveries.iter().find(|(delivery, _)| delivery.id == id);
        found.map(|(delivery, _)| delivery.clone())
    }

    pub(super) fn clear(&self) {
        let mut entries = self.entries();
        entries.deliveries.clear();
        entries.size = 0;
    }

    /// Waits until no delivery is pending.
    pub(super) async fn settled(&self) {
        // The sender is part of the log, so that it cannot be dropped meanwhile.
        let _ = self.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    pub(super) fn finish(mut self, outcome: DeliveryOutcome) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or_else(|| DeliveryOutcome::Failed {
            reason: "the target was removed, or the sandbox stopped".to_owned(),
        });
        let mut entries = self.log.entries();
        if let Some((delivery, _)) = entries.deliveries.iter_mut().find(|(delivery, _)| delivery.id == self.id) {
            delivery.outcome = outcome;
        }
        self.log.pending.send_modify(|pending| *pending -= 1);
    }
}
