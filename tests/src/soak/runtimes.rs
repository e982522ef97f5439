//! A runtime with tasks that call, driven by a thread of its own.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::{Builder, Id, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::load::{Load, Undriven};

/// How a runtime is driven.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    MultiThread,
    /// It makes progress only while its thread blocks on it.
    CurrentThread,
}

/// A runtime in use.
#[derive(Debug)]
pub(super) struct Driven {
    pub(super) id: Id,
    began: Instant,
    orders: UnboundedSender<Order>,
    thread: JoinHandle<()>,
}

#[derive(Debug)]
enum Order {
    LeaveUndriven(Duration),
    Drop,
}

impl Driven {
    /// Starts a runtime with so many tasks of the load.
    pub(super) fn start(kind: Kind, tasks: usize, load: &Arc<Load>) -> Result<Self> {
        let mut builder = match kind {
            Kind::MultiThread => Builder::new_multi_thread(),
            Kind::CurrentThread => Builder::new_current_thread(),
        };
        let runtime = builder.worker_threads(2).enable_all().build()?;
        let (undriven, id) = (Arc::new(Undriven::default()), runtime.handle().id());
        for _ in 0..tasks {
            runtime.spawn(load.clone().work(undriven.clone()));
        }
        let (orders, received) = unbounded_channel();
        let thread = std::thread::spawn(move || drive(runtime, received, &undriven));
        Ok(Self { id, began: Instant::now(), orders, thread })
    }

    /// Leaves the runtime undriven from now on, for so long. Only one of the current thread stands still then.
    pub(super) fn leave_undriven(&self, time: Duration) {
        // The thread is there as long as this value.
        let _ = self.orders.send(Order::LeaveUndriven(time));
    }

    /// Drops the runtime with all that runs on it. Returns how long it lived.
    pub(super) fn drop_runtime(self) -> Duration {
        let _ = self.orders.send(Order::Drop);
        let deadline = Instant::now() + Duration::from_secs(5);
        // A call that blocks its thread must not block the soak.
        while !self.thread.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.began.elapsed()
    }
}

fn drive(runtime: Runtime, mut orders: UnboundedReceiver<Order>, undriven: &Undriven) {
    while let Some(Order::LeaveUndriven(time)) = runtime.block_on(orders.recv()) {
        let began = Instant::now();
        std::thread::sleep(time);
        undriven.add(began.elapsed());
    }
    drop(runtime);
}
