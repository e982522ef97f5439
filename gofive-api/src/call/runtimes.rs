//! One HTTP client for each tokio runtime that a session is used on.
//!
//! A connection is driven by the runtime on which it was made: it ends with that runtime, and makes progress only while
//! that runtime is driven. A client shared by several runtimes would pass such connections to calls on the others.

use std::fmt;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

use crate::call::client::ClientFactory;
use crate::errors::Error;

/// The clients of a session, one for each runtime.
pub(crate) struct Runtimes {
    factory: ClientFactory,
    /// The client of the first runtime: that a client can be made is known before the first call.
    first: Mutex<Option<reqwest::Client>>,
    clients: Arc<Clients>,
}

type Clients = RwLock<Vec<Entry>>;

struct Entry {
    runtime: Id,
    client: reqwest::Client,
    /// Dropped with the session, which ends the task that watches the runtime.
    _session: oneshot::Sender<()>,
}

impl Runtimes {
    /// # Errors
    /// `Configuration` if no client can be made.
    pub(crate) fn new(factory: ClientFactory) -> Result<Self, Error> {
        Ok(Self { first: Mutex::new(Some(factory.make()?)), factory, clients: Arc::default() })
    }

    /// The client of the current runtime.
    ///
    /// # Errors
    /// `Configuration` outside of a runtime, and in one without timers or I/O.
    pub(crate) fn client(&self) -> Result<reqwest::Client, Error> {
        let runtime = Handle::try_current().map_err(|_| no_runtime("there is none here"))?;
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = clients.iter().find(|entry| entry.runtime == runtime.id()) {
            return Ok(entry.client.clone());
        }
        drop(clients);
        self.register(&runtime)
    }

    fn register(&self, runtime: &Handle) -> Result<reqwest::Client, Error> {
        check_drivers()?;
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let client = first.map_or_else(|| self.factory.make(), Ok)?;
        let (session, session_dropped) = oneshot::channel();
        {
            let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
            // Another thread of this runtime may have been faster.
            if let Some(entry) = clients.iter().find(|entry| entry.runtime == runtime.id()) {
                return Ok(entry.client.clone());
            }
            clients.push(Entry { runtime: runtime.id(), client: client.clone(), _session: session });
        }
        let leaving = Leaving { runtime: runtime.id(), clients: Arc::downgrade(&self.clients) };
        runtime.spawn(async move {
            let _leaving = leaving;
            // Either way the session is gone.
            let _ = session_dropped.await;
        });
        Ok(client)
    }
}

impl fmt::Debug for Runtimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtimes(..)")
    }
}

/// Removes the client of a runtime when that runtime drops its tasks.
struct Leaving {
    runtime: Id,
    clients: Weak<Clients>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let Some(clients) = self.clients.upgrade() else { return };
        let mut clients = clients.write().unwrap_or_else(PoisonError::into_inner);
        let left = clients.iter().position(|entry| entry.runtime == self.runtime).map(|at| clients.swap_remove(at));
        drop(clients);
        // Connections are closed outside of the lock.
        drop(left);
    }
}

/// Checks that the runtime has timers and I/O: tokio panics without them, and offers no other check.
fn check_drivers() -> Result<(), Error> {
    if catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))).is_err() {
        return Err(no_runtime("the one here has no timers"));
    }
    let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0));
    let Some(socket) = socket.ok().filter(|socket| socket.set_nonblocking(true).is_ok()) else { return Ok(()) };
    match catch_unwind(|| drop(tokio::net::UdpSocket::from_std(socket))) {
        Ok(()) => Ok(()),
        Err(_) => Err(no_runtime("the one here has no I/O")),
    }
}

fn no_runtime(problem: &str) -> Error {
    Error::configuration(format!(
        "a call needs a tokio runtime with timers and I/O (`enable_all`), and {problem}; from synchronous code use \
         `Gofive::block_on` (feature `blocking`)"
    ))
}
