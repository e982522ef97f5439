//! Calls from programs that are not asynchronous, on a small runtime that the session owns.

use std::fmt;
use std::io;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::errors::Error;

/// The runtime of a session, created on first use and shared by all clones.
#[derive(Clone, Default)]
pub(crate) struct Blocking(Arc<Mutex<Option<Workers>>>);

/// A runtime that shuts down in the background when dropped: a blocking shutdown within another runtime panics.
struct Workers(Option<Runtime>);

impl Blocking {
    /// Waits for a future on the calling thread.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        let runtime = self.runtime().map_err(|error| {
            Error::configuration(format!("the system has no thread or file descriptor left for `block_on`: {error}"))
        })?;
        let _within = runtime.enter();
        // In a task of another runtime, tokio would wait for that task to yield, which happens only after this returns.
        Ok(pollster::block_on(tokio::task::unconstrained(future)))
    }

    fn runtime(&self) -> io::Result<Handle> {
        let mut workers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Workers(Some(runtime))) = &*workers {
            return Ok(runtime.handle().clone());
        }
        let runtime = start()?;
        let handle = runtime.handle().clone();
        *workers = Some(Workers(Some(runtime)));
        Ok(handle)
    }
}

/// Two threads, so that a task that blocks one does not stop connections and renewals.
fn start() -> io::Result<Runtime> {
    // tokio panics if it gets no thread at all. This check reports the problem first; `catch_unwind` covers the race.
    thread::Builder::new().spawn(|| ())?;
    let build = || Builder::new_multi_thread().worker_threads(2).thread_name("gofive-api").enable_all().build();
    catch_unwind(build).unwrap_or_else(|_| Err(io::Error::other("no thread was started")))
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking(..)")
    }
}
