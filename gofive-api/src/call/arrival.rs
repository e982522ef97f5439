//! Announces that a response has arrived, before it is decoded.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Announces the response of one call, once.
#[derive(Clone)]
pub(crate) struct Arrival(Arc<Mutex<Option<oneshot::Sender<()>>>>);

impl Arrival {
    /// Returns the announcement, and what waits for it.
    pub(crate) fn new() -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Arc::new(Mutex::new(Some(sender)))), receiver)
    }

    /// Announces it, and lets whoever waits for it go first.
    pub(crate) async fn announce(&self) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // An error means that nobody waits.
        if sender.is_some_and(|sender| sender.send(()).is_ok()) {
            tokio::task::yield_now().await;
        }
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrival(..)")
    }
}
