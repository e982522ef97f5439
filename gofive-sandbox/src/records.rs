//! What can be done with records from outside: both doors call these functions.

pub(crate) mod check;
pub(crate) mod error;
pub(crate) mod kind;
pub(crate) mod record_files;
pub(crate) mod snapshot;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::{Map, Value};

use crate::records::error::{LoadError, RecordError};
use crate::records::kind::RecordKind;
use crate::records::record_files::RecordFile;
use crate::records::snapshot::{Snapshot, SnapshotError};
use crate::service::Service;

/// Records that were checked.
type Checked = BTreeMap<RecordKind, Vec<Map<String, Value>>>;

impl Service {
    /// Adds a record, or replaces the one with the same key, and returns its key.
    pub(crate) fn put_record(&self, kind: RecordKind, record: Value) -> Result<String, RecordError> {
        let record = self.checked(kind, 0, record)?;
        Ok(self.state().store.put(kind, record))
    }

    /// Replaces all records of a kind, or none if one of the new ones is refused.
    pub(crate) fn replace_records(&self, kind: RecordKind, records: Vec<Value>) -> Result<(), RecordError> {
        let records = records.into_iter().enumerate().map(|(index, record)| self.checked(kind, index, record));
        let records = records.collect::<Result<_, _>>()?;
        self.state().store.replace(kind, records);
        Ok(())
    }

    /// Adds records of several kinds, or none if one of them is refused.
    pub(crate) fn put_records(&self, records: BTreeMap<RecordKind, Vec<Value>>) -> Result<(), RecordError> {
        let mut checked = Checked::new();
        for (kind, records) in records {
            for (index, record) in records.into_iter().enumerate() {
                checked.entry(kind).or_default().push(self.checked(kind, index, record)?);
            }
        }
        self.put_checked(checked);
        Ok(())
    }

    /// Adds the records of a folder, or none if one of them is refused. Returns their number.
    pub(crate) fn load_records(&self, folder: &Path) -> Result<usize, LoadError> {
        let (mut checked, mut number) = (Checked::new(), 0);
        for RecordFile { path, kind, records } in record_files::read_folder(folder)? {
            for (index, record) in records.into_iter().enumerate() {
                let record = self.checked(kind, index, record);
                let record = record.map_err(|source| LoadError::Record { path: path.clone(), source })?;
                checked.entry(kind).or_default().push(record);
                number += 1;
            }
        }
        self.put_checked(checked);
        Ok(number)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.state().store.snapshot())
    }

    /// Replaces all records, or none if there is a problem.
    pub(crate) fn restore(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        self.state().store.restore(snapshot.records).map_err(SnapshotError::new)
    }

    pub(crate) fn load_snapshot(&self, path: &Path) -> Result<(), LoadError> {
        let snapshot = record_files::read_snapshot(path)?;
        self.restore(snapshot).map_err(|error| record_files::wrong_snapshot(path, &error))
    }

    /// Loads the records of a state file, if it exists, and writes it: a file that cannot be written fails at the start.
    pub(crate) fn open_state(&self, path: &Path) -> Result<(), LoadError> {
        match self.load_snapshot(path) {
            Err(LoadError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            loaded => loaded?,
        }
        self.save_state(path)
    }

    pub(crate) fn save_state(&self, path: &Path) -> Result<(), LoadError> {
        record_files::write_snapshot(path, &self.snapshot())
    }

    fn checked(&self, kind: RecordKind, index: usize, record: Value) -> Result<Map<String, Value>, RecordError> {
        self.check_record(kind, &record).map_err(|problems| RecordError { kind, index, problems })?;
        match record {
            Value::Object(record) => Ok(record),
            other => Err(RecordError { kind, index, problems: vec![format!("{other} is not an object")] }),
        }
    }

    fn put_checked(&self, records: Checked) {
        let mut state = self.state();
        for (kind, records) in records {
            state.store.put_all(kind, records);
        }
    }
}
