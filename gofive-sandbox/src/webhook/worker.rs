//! Delivers the events of one target in their order, unless a fault applies.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::future::{Either, select};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::delivery::DeliveryFault;
use super::log::Ticket;
use super::post::post;
use super::target::Address;
use crate::faults::fault_response::{Stop, wait};
use crate::limits::Limits;

/// An event to deliver.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) ticket: Ticket,
    pub(super) body: Bytes,
    pub(super) fault: Option<DeliveryFault>,
}

/// Delivers events until the target is removed. When the sandbox stops, there is some time left for the last ones.
pub(super) async fn run(address: Address, jobs: mpsc::Receiver<Job>, limits: Limits, mut stop: Stop) {
    let all = deliver(Arc::new(address), jobs, limits.webhook_timeout, stop.clone());
    let end = async {
        // `changed` fails when the sandbox stops.
        let _ = stop.changed().await;
        sleep(limits.shutdown_timeout).await;
    };
    select(pin!(all), pin!(end)).await;
}

async fn deliver(address: Arc<Address>, mut jobs: mpsc::Receiver<Job>, timeout: Duration, mut stop: Stop) {
    let mut late = JoinSet::new();
    let mut held = Held::default();
    loop {
        while late.try_join_next().is_some() {}
        let next = match held.release {
            None => jobs.recv().await,
            Some(release) => {
                let waited = pin!(wait(release.saturating_duration_since(Instant::now()), &mut stop));
                match select(pin!(jobs.recv()), waited).await {
                    Either::Left((next, _)) => next,
                    Either::Right(_) => {
                        held.deliver(&address, timeout).await;
                        continue;
                    }
                }
            }
        };
        let Some(job) = next else { break };
        match job.fault {
            Some(DeliveryFault::Late { by }) => {
                let (address, mut stop) = (Arc::clone(&address), stop.clone());
                late.spawn(async move {
                    wait(by, &mut stop).await;
                    job.deliver(&address, timeout).await;
                });
            }
            Some(DeliveryFault::OutOfOrder { wait }) => held.add(job, wait),
            Some(DeliveryFault::Double | DeliveryFault::Lost) | None => {
                job.deliver(&address, timeout).await;
                held.deliver(&address, timeout).await;
            }
        }
    }
    held.deliver(&address, timeout).await;
    while late.join_next().await.is_some() {}
}

impl Job {
    async fn deliver(self, address: &Address, timeout: Duration) {
        let outcome = post(address, self.body, timeout).await;
        self.ticket.finish(outcome);
    }
}

/// Events that wait for the next one.
#[derive(Debug, Default)]
struct Held {
    jobs: Vec<Job>,
    /// When they are delivered without a next one; `None` if there are none.
    release: Option<Instant>,
}

impl Held {
    fn add(&mut self, job: Job, wait: Duration) {
        // A wait beyond the end of the clock is one without an end.
        let release = Instant::now().checked_add(wait);
        self.release = match (self.release, release) {
            (Some(earlier), Some(later)) => Some(earlier.min(later)),
            (known, new) => known.or(new),
        };
        self.jobs.push(job);
    }

    async fn deliver(&mut self, address: &Address, timeout: Duration) {
        self.release = None;
        for job in std::mem::take(&mut self.jobs) {
            job.deliver(address, timeout).await;
        }
    }
}
