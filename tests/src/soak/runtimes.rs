//! A runtime with calling tasks, driven by a thread of its own.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::{Builder, Id, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::load::{Load, UndrivenTime};

/// How a runtime is driven.
#[derive(Clone, Copy, Debug)]
pub(super) enum RuntimeKind {
    MultiThread,
    /// A runtime that makes progress only while its thread drives it.
    CurrentThread,
}

/// A runtime, and the thread that drives it.
#[derive(Debug)]
pub(super) struct DrivenRuntime {
    pub(super) id: Id,
    began: Instant,
    instructions: UnboundedSender<Instruction>,
    thread: JoinHandle<()>,
}

#[derive(Debug)]
enum Instruction {
    LeaveUndriven(Duration),
    Drop,
}

impl DrivenRuntime {
    /// Starts a runtime with so many tasks of the load.
    pub(super) fn start(kind: RuntimeKind, tasks: usize, load: &Arc<Load>) -> Result<Self> {
        let mut builder = match kind {
            RuntimeKind::MultiThread => Builder::new_multi_thread(),
            RuntimeKind::CurrentThread => Builder::new_current_thread(),
        };
        let runtime = builder.worker_threads(2).enable_all().build()?;
        let (undriven, id) = (Arc::new(UndrivenTime::default()), runtime.handle().id());
        for _ in 0..tasks {
            runtime.spawn(load.clone().work(undriven.clone()));
        }
        let (instructions, received) = unbounded_channel();
        let thread = std::thread::spawn(move || drive(runtime, received, &undriven));
        Ok(Self { id, began: Instant::now(), instructions, thread })
    }

    /// Stops driving the runtime for so long. Only a current-thread runtime stops then.
    pub(super) fn leave_undriven(&self, time: Duration) {
        // It cannot fail: the thread runs as long as this value exists.
        let _ = self.instructions.send(Instruction::LeaveUndriven(time));
    }

    /// Drops the runtime with all its tasks. Returns how long it lived.
    pub(super) fn drop_runtime(self) -> Duration {
        let _ = self.instructions.send(Instruction::Drop);
        let deadline = Instant::now() + Duration::from_secs(5);
        // A call that blocks its thread must not block the soak.
        while !self.thread.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.began.elapsed()
    }
}

fn drive(runtime: Runtime, mut instructions: UnboundedReceiver<Instruction>, undriven: &UndrivenTime) {
    while let Some(Instruction::LeaveUndriven(time)) = runtime.block_on(instructions.recv()) {
        let began = Instant::now();
        std::thread::sleep(time);
        undriven.add(began.elapsed());
    }
    drop(runtime);
}
