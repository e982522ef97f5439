//! The folder that a program records into: a file for each operation, and locks, so that several programs can share it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use fs4::{FileExt, TryLockError};

use crate::file::ShapeFile;
use crate::name::Name;
use crate::session::{Session, SessionId};

/// How long a program waits until another one has written.
const MAX_WAIT: Duration = Duration::from_secs(5);
const INTERVAL: Duration = Duration::from_millis(5);
/// The file that is locked while one of the others is written.
const LOCK: &str = ".lock";
/// The beginning of the names of the files that are locked as long as a program records a session.
const SESSION: &str = ".session-";

/// A folder of shapes, and the session of this program in it.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    session: SessionId,
    /// Held until the end of the recording.
    session_lock: Mutex<Option<File>>,
}

/// A folder or a file of shapes cannot be used.
#[derive(Debug)]
pub struct RecordError {
    path: PathBuf,
    action: &'static str,
    cause: String,
    source: Option<io::Error>,
}

impl Folder {
    /// Opens a folder, which is created if it does not exist, and continues its session; or begins one, if another program
    /// continues it.
    pub(crate) fn open(path: &Path) -> Result<Self, RecordError> {
        fs::create_dir_all(path).map_err(|error| RecordError::new(path, "created", error))?;
        let _lock = lock(path)?;
        let entries = fs::read_dir(path).map_err(|error| RecordError::new(path, "read", error))?;
        let mut sessions: Vec<SessionId> =
            entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix(SESSION)?.parse().ok()).collect();
        sessions.sort();
        for session in sessions {
            let file = open_lock(&session_path(path, session))?;
            if FileExt::try_lock(&file).is_ok() {
                return Ok(Self { path: path.to_owned(), session, session_lock: Mutex::new(Some(file)) });
            }
        }
        let session = SessionId::random();
        let file = open_lock(&session_path(path, session))?;
        // Where files cannot be locked, each program has a session of its own.
        let session_lock = FileExt::try_lock(&file).is_ok().then_some(file);
        Ok(Self { path: path.to_owned(), session, session_lock: Mutex::new(session_lock) })
    }

    /// Lets another program continue the session.
    pub(crate) fn release(&self) {
        *self.session_lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the session has recorded of an operation before.
    pub(crate) fn read(&self, operation: &Name) -> Result<Session, RecordError> {
        let mut file = self.read_file(operation)?;
        Ok(file.sessions.remove(&self.session).unwrap_or_default())
    }

    /// Adds to what the session has recorded of an operation. The file is replaced in one step, or stays as it is.
    pub(crate) fn write(&self, operation: &Name, session: &Session) -> Result<(), RecordError> {
        let _lock = lock(&self.path)?;
        let mut file = self.read_file(operation)?;
        file.sessions.entry(self.session).or_default().merge(session);
        let path = self.file_path(operation);
        let temporary = self.path.join(format!(".{operation}.{}.tmp", self.session));
        replace(&path, &temporary, &file.to_json()).map_err(|error| {
            // It may not exist.
            let _ = fs::remove_file(&temporary);
            RecordError::new(&path, "written", error)
        })
    }

    fn read_file(&self, operation: &Name) -> Result<ShapeFile, RecordError> {
        let path = self.file_path(operation);
        match read_shapes(&path) {
            Ok(file) if file.operation == *operation => Ok(file),
            Ok(file) => Err(RecordError {
                path,
                action: "continued",
                cause: format!("it is of the operation `{}`: rename it", file.operation),
                source: None,
            }),
            Err(RecordError { source: Some(error), .. }) if error.kind() == io::ErrorKind::NotFound => {
                Ok(ShapeFile::new(operation.clone()))
            }
            Err(error) => Err(error),
        }
    }

    fn file_path(&self, operation: &Name) -> PathBuf {
        self.path.join(format!("{operation}.json"))
    }
}

/// Reads a file of shapes.
///
/// # Errors
/// If it cannot be read, or is not a file of shapes. The error has its path.
pub fn read_shapes(path: &Path) -> Result<ShapeFile, RecordError> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| RecordError::new(path, "read", error))?;
    let limit = ShapeFile::MAX_LENGTH as u64 + 1;
    file.take(limit).read_to_string(&mut text).map_err(|error| RecordError::new(path, "read", error))?;
    ShapeFile::parse(&text).map_err(|error| RecordError {
        path: path.to_owned(),
        action: "read",
        cause: format!("{error}; correct it, or move it away"),
        source: None,
    })
}

/// Replaces a file of shapes in one step.
///
/// # Errors
/// If it cannot be written. It is unchanged then.
pub fn write_shapes(path: &Path, file: &ShapeFile) -> Result<(), RecordError> {
    let temporary = path.with_extension(format!("{}.tmp", SessionId::random()));
    replace(path, &temporary, &file.to_json()).map_err(|error| {
        // It may not exist.
        let _ = fs::remove_file(&temporary);
        RecordError::new(path, "written", error)
    })
}

fn replace(path: &Path, temporary: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(text.as_bytes())?;
    // After a power failure the file is the old one or the new one.
    file.sync_all()?;
    fs::rename(temporary, path)
}

/// Locks a folder until the file is dropped; without a lock where files cannot be locked.
fn lock(folder: &Path) -> Result<File, RecordError> {
    let path = folder.join(LOCK);
    let file = open_lock(&path)?;
    let start = Instant::now();
    loop {
        match FileExt::try_lock(&file) {
            Err(TryLockError::WouldBlock) if start.elapsed() < MAX_WAIT => std::thread::sleep(INTERVAL),
            Err(TryLockError::WouldBlock) => {
                let cause = format!("another program has locked it for {} seconds", MAX_WAIT.as_secs());
                return Err(RecordError { path, action: "locked", cause, source: None });
            }
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(file),
        }
    }
}

fn open_lock(path: &Path) -> Result<File, RecordError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    file.map_err(|error| RecordError::new(path, "written", error))
}

fn session_path(folder: &Path, session: SessionId) -> PathBuf {
    folder.join(format!("{SESSION}{session}"))
}

impl RecordError {
    fn new(path: &Path, action: &'static str, error: io::Error) -> Self {
        Self { path: path.to_owned(), action, cause: error.to_string(), source: Some(error) }
    }

    /// The error for a folder that no thread writes, because the system has none left.
    pub(crate) fn of_thread(folder: &Path, error: io::Error) -> Self {
        Self::new(folder, "written by a thread of its own", error)
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be {}: {}", self.path.display(), self.action, self.cause)
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
