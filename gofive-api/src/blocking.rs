//! Calls from programs that are not asynchronous: a small runtime of the session's own.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::Error;
use crate::gofive::Gofive;

/// The runtime of a session, made on first use and shared by all clones.
#[derive(Clone, Default)]
pub(crate) struct Blocking(Arc<Mutex<Option<Worker>>>);

/// A thread that drives a runtime until this is dropped. The thread itself drops the runtime, because tokio panics where
/// that happens within another runtime.
struct Worker {
    runtime: Handle,
    _stop_on_drop: oneshot::Sender<()>,
}

/// Calls from programs that are not asynchronous.
impl Gofive {
    /// Waits for a future on the calling thread: a call, a page of a list, or an `async` block with several.
    ///
    /// The session makes a small tokio runtime on first use: one thread, shared by all clones. The thread keeps connections
    /// and the renewal of the token going between calls, and ends with the last clone. The future itself runs on the
    /// calling thread, so it may borrow, and need not be `Send`.
    ///
    /// It works from any thread, also from within another runtime or another `block_on`; there, as everywhere, it blocks
    /// the thread, and whatever else that thread would have run. In `async` code, prefer `await`.
    ///
    /// # Errors
    /// The outer `Result` is about the runtime alone: [`Configuration`](crate::ErrorKind::Configuration) if the system
    /// has no thread or no file descriptor left for it, which would otherwise be a panic. Nothing was sent then. It is
    /// apart from the future's own output, because that can be of any type. Only the first use can fail in this way, so
    /// `??` after a call reads both.
    ///
    /// ```no_run
    /// # #[cfg(feature = "venio")]
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let gofive = gofive_api::Gofive::from_env()?;
    /// let code = String::from("A001");
    /// let product = gofive.block_on(gofive.venio().get_product(&code))??;
    /// println!("{:?}", product.product_code);
    /// # Ok(()) }
    /// ```
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        let runtime = self.blocking.runtime().map_err(|error| {
            Error::configuration(format!("the system has no thread or file descriptor left for `block_on`: {error}"))
        })?;
        let _within = runtime.enter();
        // Within a task of another runtime, tokio would wait for that task to yield, which it does not before the end.
        Ok(pollster::block_on(tokio::task::unconstrained(future)))
    }
}

impl Blocking {
    fn runtime(&self) -> io::Result<Handle> {
        let mut worker = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(worker) = &*worker {
            return Ok(worker.runtime.clone());
        }
        let started = Worker::start()?;
        Ok(worker.insert(started).runtime.clone())
    }
}

impl Worker {
    /// A runtime with one thread, which is ours: tokio panics if it cannot start a thread of its own.
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        // An error means that the sender is gone, as it is meant to.
        let drive = move || drop(runtime.block_on(stopped));
        thread::Builder::new().name("gofive-api".into()).spawn(drive)?;
        Ok(Self { runtime: handle, _stop_on_drop: stop })
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking(..)")
    }
}
