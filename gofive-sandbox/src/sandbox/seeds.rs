//! The records of a sandbox.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Sandbox;
use crate::records::error::{LoadError, RecordError};
use crate::records::kind::RecordKind;
use crate::records::record_files;
use crate::records::snapshot::{Snapshot, SnapshotError};

impl Sandbox {
    /// Adds a record, or replaces the one with the same key, and returns its key.
    ///
    /// A record has the properties of the response that returns it; [`RecordKind`] has the property that identifies it.
    /// The types of its properties are checked against the spec, and nothing is required but its key. What is not given,
    /// such as the totals of a sales order, is a placeholder in responses.
    ///
    /// ```
    /// use gofive_sandbox::{RecordKind, Sandbox};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let key = sandbox.put_record(RecordKind::Products, json!({"productCode": "P1", "productName": "Bolt"}))?;
    /// assert_eq!(sandbox.record(RecordKind::Products, &key).unwrap()["productName"], "Bolt");
    /// assert!(sandbox.put_record(RecordKind::Products, json!({"productCode": "P1", "productname": 1})).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn put_record(&self, kind: RecordKind, record: Value) -> Result<String, RecordError> {
        self.service.put_record(kind, record)
    }

    /// Replaces all records of a kind, or none if one of the new ones is refused.
    pub fn replace_records(&self, kind: RecordKind, records: Vec<Value>) -> Result<(), RecordError> {
        self.service.replace_records(kind, records)
    }

    /// Adds records of several kinds, or none if one of them is refused.
    pub fn put_records(&self, records: BTreeMap<RecordKind, Vec<Value>>) -> Result<(), RecordError> {
        self.service.put_records(records)
    }

    /// Adds the records of a folder, or none if one of them is refused, and returns their number.
    ///
    /// The folder has a file for each kind, `customers.json`, with a list of records or a single one. Other files than
    /// `.json` are ignored.
    pub fn load_records(&self, folder: impl AsRef<Path>) -> Result<usize, LoadError> {
        self.service.load_records(folder.as_ref())
    }

    /// The record with a key; numbers are given as text.
    pub fn record(&self, kind: RecordKind, key: &str) -> Option<Value> {
        self.service.state().store.get(kind, key)
    }

    /// The records of a kind, in the order in which they were added.
    pub fn records(&self, kind: RecordKind) -> Vec<Value> {
        self.service.state().store.list(kind)
    }

    /// Deletes the record with a key; `false` if there is none.
    pub fn delete_record(&self, kind: RecordKind, key: &str) -> bool {
        self.service.state().store.delete(kind, key)
    }

    /// All records, with what continues their numbers. Tokens, faults, stubs and requests are not part of it.
    pub fn snapshot(&self) -> Snapshot {
        self.service.snapshot()
    }

    /// Replaces all records by those of a snapshot, or none if there is a problem.
    pub fn restore(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        self.service.restore(snapshot)
    }

    /// Writes a snapshot to a file. A file that exists is replaced as a whole.
    pub fn save_snapshot(&self, path: impl AsRef<Path>) -> Result<(), LoadError> {
        record_files::write_snapshot(path.as_ref(), &self.snapshot())
    }

    /// Replaces all records by those of a file that [`save_snapshot`](Self::save_snapshot) has written.
    ///
    /// Nothing changes if the file is not a snapshot, or one of another version.
    pub fn load_snapshot(&self, path: impl AsRef<Path>) -> Result<(), LoadError> {
        self.service.load_snapshot(path.as_ref())
    }

    /// Returns to the state after the start.
    ///
    /// Records, random faults, the lifetime of tokens and the clock are those of the start again; there are no stubs, no
    /// queued faults, no logged requests, no targets of webhooks, and no calls were counted. Tokens that were issued remain valid, so that programs
    /// that have one can go on.
    pub fn reset(&self) {
        self.service.reset();
    }
}
