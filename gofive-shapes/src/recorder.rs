//! The recorder: takes the bodies of responses, and keeps and writes their shapes.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::folder::{Folder, RecordError};
use crate::name::{KnownNames, Name};
use crate::recorded::Recorded;

/// How long after a response its shape is written.
const INTERVAL: Duration = Duration::from_secs(10);

/// Records the shapes of responses into a folder.
///
/// A thread writes the files, ten seconds after the first response that is not in them, and so on; the end of the last clone
/// writes the rest. So a program that is killed loses what it has seen in the last ten seconds. Each file then says that a
/// run has not ended in order.
///
/// ```
/// use gofive_shapes::{KnownNames, Recorder, read_shapes};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let recorder = Recorder::open(folder, KnownNames::sorted(&["code", "productCode", "status"]))?;
/// recorder.record("get_product", 200, br#"{"status": {"code": "1000"}, "productCode": "A001"}"#);
/// recorder.write()?;
/// let text = read_shapes(&folder.join("get_product.json"))?.to_json();
/// assert!(text.contains("productCode") && !text.contains("A001"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<Inner>,
    // Dropped last among the clones: the thread has the rest.
    _end: Arc<End>,
}

struct Inner {
    folder: Folder,
    known: KnownNames,
    operations: Mutex<HashMap<Name, Arc<Mutex<Recorded>>>>,
    /// Held while files are written, so that no two threads write.
    writing: Mutex<()>,
    state: Mutex<State>,
    wake: Condvar,
    on_error: Box<dyn Fn(&RecordError) + Send + Sync>,
}

#[derive(Default)]
struct State {
    /// When there was something to write for the first time since the last write.
    since: Option<Instant>,
    has_ended: bool,
}

/// Writes the rest when it is dropped.
struct End(Arc<Inner>);

impl Recorder {
    /// Opens a folder, which is created if it does not exist.
    ///
    /// # Errors
    /// If the folder cannot be created, read or written, or the system has no threads left.
    pub fn open(folder: impl Into<PathBuf>, known: KnownNames) -> Result<Self, RecordError> {
        Self::open_with(folder, known, |_| {})
    }

    /// Opens a folder. Errors of later writes, which fail no call, are passed to a closure.
    ///
    /// # Errors
    /// If the folder cannot be created, read or written, or the system has no threads left.
    pub fn open_with(
        folder: impl Into<PathBuf>,
        known: KnownNames,
        on_error: impl Fn(&RecordError) + Send + Sync + 'static,
    ) -> Result<Self, RecordError> {
        let inner = Arc::new(Inner {
            folder: Folder::open(&folder.into())?,
            known,
            operations: Mutex::default(),
            writing: Mutex::default(),
            state: Mutex::default(),
            wake: Condvar::new(),
            on_error: Box::new(on_error),
        });
        let of_thread = inner.clone();
        let thread =
            std::thread::Builder::new().name("gofive-shapes".into()).spawn(move || of_thread.write_regularly());
        thread.map_err(|error| RecordError::of_thread(inner.folder.path(), error))?;
        Ok(Self { _end: Arc::new(End(inner.clone())), inner })
    }

    /// Records the body of a response to an operation.
    ///
    /// A name of an operation that is not an identifier, and an HTTP status that does not exist, are ignored.
    pub fn record(&self, operation: &str, status: u16, body: &[u8]) {
        self.add(operation, status, body, false);
    }

    /// Records the body of a response if that costs little: of the first MiB of an operation everything, and after that an
    /// eighth. The others are counted.
    pub fn record_sparingly(&self, operation: &str, status: u16, body: &[u8]) {
        self.add(operation, status, body, true);
    }

    fn add(&self, operation: &str, status: u16, body: &[u8], is_sparing: bool) {
        let Some(recorded) = self.inner.recorded(operation) else { return };
        locked(&recorded).add(status, body, is_sparing);
        let mut state = locked(&self.inner.state);
        if state.since.is_none() {
            state.since = Some(Instant::now());
            self.inner.wake.notify_one();
        }
    }

    /// Writes what is not in the files yet, as the end of the last clone does: the files say that the run has ended in order.
    ///
    /// What is recorded afterwards is written, too.
    ///
    /// # Errors
    /// If a file cannot be written. It is tried again with the next write; what was recorded is not lost.
    pub fn write(&self) -> Result<(), RecordError> {
        self.inner.write(true)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.inner.folder.path()
    }
}

impl Inner {
    fn recorded(&self, operation: &str) -> Option<Arc<Mutex<Recorded>>> {
        let name = Name::new(operation)?;
        let mut operations = locked(&self.operations);
        let recorded = operations.entry(name).or_insert_with(|| Arc::new(Mutex::new(Recorded::new(self.known))));
        Some(recorded.clone())
    }

    fn write_regularly(&self) {
        let mut state = locked(&self.state);
        while !state.has_ended {
            let wait = state.since.map(|since| INTERVAL.saturating_sub(since.elapsed()));
            state = match wait {
                None => self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(wait) if !wait.is_zero() => {
                    self.wake.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    drop(state);
                    if let Err(error) = self.write(false) {
                        (self.on_error)(&error);
                    }
                    locked(&self.state)
                }
            };
        }
    }

    fn write(&self, is_end: bool) -> Result<(), RecordError> {
        let _writing = locked(&self.writing);
        // What arrives from now on is written the next time.
        locked(&self.state).since = None;
        let operations: Vec<_> =
            locked(&self.operations).iter().map(|(name, recorded)| (name.clone(), recorded.clone())).collect();
        let mut first_error = None;
        for (name, recorded) in operations {
            if let Err(error) = self.write_operation(&name, &recorded, is_end) {
                first_error.get_or_insert(error);
            }
        }
        let Some(error) = first_error else { return Ok(()) };
        locked(&self.state).since.get_or_insert_with(Instant::now);
        Err(error)
    }

    fn write_operation(&self, name: &Name, recorded: &Mutex<Recorded>, is_end: bool) -> Result<(), RecordError> {
        if locked(recorded).needs_base() {
            let base = self.folder.read(name)?;
            locked(recorded).set_base(base);
        }
        let Some((version, session)) = locked(recorded).to_write(is_end) else { return Ok(()) };
        self.folder.write(name, &session)?;
        locked(recorded).written(version, is_end);
        Ok(())
    }
}

impl Drop for End {
    fn drop(&mut self) {
        locked(&self.0.state).has_ended = true;
        self.0.wake.notify_one();
        if let Err(error) = self.0.write(true) {
            (self.0.on_error)(&error);
        }
        // The thread may live a little longer.
        self.0.folder.release();
    }
}

/// Shows the folder.
impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("folder", &self.inner.folder.path()).finish_non_exhaustive()
    }
}

/// Locks a mutex. A panic of another thread leaves counts that may lack a response.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
