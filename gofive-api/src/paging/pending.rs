//! A page that was requested or will be: fetched when the stream is polled, or in the background.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tokio::runtime::{Handle, Id};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::call::arrival::Arrival;
use crate::errors::Error;

pub(super) type Fetching<T> = BoxFuture<'static, Result<Vec<T>, Error>>;

/// A page that is not returned yet.
pub(super) struct PendingPage<T> {
    pub(super) position: u64,
    fetching: Progress<T>,
    arrival: Arrival,
}

enum Progress<T> {
    /// When the stream is polled.
    Polled(Fetching<T>),
    /// In the background on that runtime. A set of one, because a set aborts its tasks when it is dropped.
    Task(Id, JoinSet<Result<Vec<T>, Error>>),
}

/// What polling a page gives.
pub(super) enum Polled<T> {
    Ready(Result<Vec<T>, Error>),
    Pending,
    /// It has to be requested again.
    Lost,
}

impl<T: Send + 'static> PendingPage<T> {
    pub(super) fn new(position: u64, fetching: Fetching<T>, arrival: Arrival) -> Self {
        Self { position, fetching: Progress::Polled(fetching), arrival }
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Polled<T> {
        match &mut self.fetching {
            Progress::Polled(fetching) => match fetching.as_mut().poll(context) {
                Poll::Ready(fetched) => Polled::Ready(fetched),
                Poll::Pending => Polled::Pending,
            },
            Progress::Task(runtime, task) => match task.poll_join_next(context) {
                // The runtime of the task may no longer be driven.
                Poll::Pending if Handle::try_current().is_ok_and(|current| current.id() != *runtime) => Polled::Lost,
                Poll::Pending => Polled::Pending,
                Poll::Ready(Some(Ok(fetched))) => Polled::Ready(fetched),
                // The task failed, because its runtime has ended or it panicked.
                Poll::Ready(_) => Polled::Lost,
            },
        }
    }

    /// Fetches it in the background, unless it is already.
    pub(super) fn in_background(self, runtime: &Handle) -> Self {
        let Progress::Polled(fetching) = self.fetching else { return self };
        let mut task = JoinSet::new();
        task.spawn_on(fetching.in_current_span(), runtime);
        Self { fetching: Progress::Task(runtime.id(), task), ..self }
    }
}

/// The page behind another. Its request is sent when the response with the other has arrived, by the task that received it:
/// whoever polls the stream may have to be woken first, and may be slow.
pub(super) struct Ahead<T>(Arc<Mutex<Option<PendingPage<T>>>>);

impl<T: Send + 'static> Ahead<T> {
    pub(super) fn behind(page: &PendingPage<T>, next: PendingPage<T>, runtime: Handle) -> Self {
        let ahead = Self(Arc::new(Mutex::new(Some(next))));
        let begins = Self(ahead.0.clone());
        page.arrival.then(move || begins.replace(|next| next.in_background(&runtime)));
        ahead
    }

    fn replace(&self, change: impl FnOnce(PendingPage<T>) -> PendingPage<T>) {
        let mut page = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *page = page.take().map(change);
    }

    pub(super) fn take(self) -> Option<PendingPage<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
