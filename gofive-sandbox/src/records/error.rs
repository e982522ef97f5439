//! Why records are refused, or files of them.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::records::kind::{ParseRecordKindError, RecordKind};

/// Why a record is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordError {
    /// The kind of the record.
    pub kind: RecordKind,
    /// The number of the record in a list, from 0; 0 for a single one.
    pub index: usize,
    /// Each problem, with the location in the record.
    pub problems: Vec<String>,
}

/// Why seeds or a snapshot cannot be loaded or saved. Nothing was changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or folder cannot be read or written.
    #[non_exhaustive]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The name of a file is not a kind of records.
    #[non_exhaustive]
    Kind {
        /// The file.
        path: PathBuf,
        /// What is wrong with its name.
        source: ParseRecordKindError,
    },
    /// A file does not have the expected form.
    #[non_exhaustive]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A record is refused.
    #[non_exhaustive]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with the record.
        source: RecordError,
    },
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} of {} is refused: {}", self.index, self.kind, self.problems.join("; "))
    }
}

impl std::error::Error for RecordError {}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "cannot access {}: {source}", path.display()),
            Self::Kind { path, source } => {
                write!(f, "{}: {source}; a file of records is named after its kind: `customers.json`", path.display())
            }
            Self::Content { path, problem } => write!(f, "{}: {problem}", path.display()),
            Self::Record { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Kind { source, .. } => Some(source),
            Self::Content { .. } => None,
            Self::Record { source, .. } => Some(source),
        }
    }
}
