//! All records of a sandbox as one value, which can be saved and restored.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::records::kind::RecordKind;
use crate::store::TableSnapshot;

const FORMAT: &str = "gofive-sandbox-snapshot";

/// The version of the form of snapshots; another one is refused.
const VERSION: u64 = 1;

/// All records of a sandbox, with what continues their numbers.
///
/// It is JSON: `serde_json::to_string` and [`FromStr`] convert it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Snapshot {
    format: &'static str,
    version: u64,
    pub(crate) records: BTreeMap<RecordKind, TableSnapshot>,
}

/// Why a text is not a snapshot, or cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SnapshotError {
    /// What is wrong, and what to do.
    pub problem: String,
}

/// What a snapshot has besides its format and version.
#[derive(Deserialize)]
struct Content {
    records: BTreeMap<RecordKind, TableSnapshot>,
}

impl Snapshot {
    pub(crate) fn new(records: BTreeMap<RecordKind, TableSnapshot>) -> Self {
        Self { format: FORMAT, version: VERSION, records }
    }
}

impl SnapshotError {
    pub(crate) fn new(problem: impl fmt::Display) -> Self {
        Self { problem: format!("it is not a snapshot that this sandbox can restore: {problem}") }
    }
}

impl FromStr for Snapshot {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let value: Value = serde_json::from_str(text).map_err(SnapshotError::new)?;
        if value["format"] != FORMAT {
            return Err(SnapshotError::new(format!("its `format` is not {FORMAT:?}")));
        }
        if value["version"] != VERSION {
            let version = &value["version"];
            let problem = format!("its `version` is {version}, not {VERSION}; save it again with this version");
            return Err(SnapshotError::new(problem));
        }
        let Content { records } = serde_json::from_value(value).map_err(SnapshotError::new)?;
        Ok(Self::new(records))
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for SnapshotError {}
