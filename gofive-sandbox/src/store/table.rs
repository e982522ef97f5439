//! The records of one kind, in the order in which they were added.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::{JsonObject, merge, size, unknown};
use super::sequence::NumberSequence;
use crate::records::kind::RecordKind;

/// Records that one of their properties identifies.
#[derive(Clone, Debug)]
pub(super) struct Table {
    kind: RecordKind,
    records: Vec<JsonObject>,
    /// The maximum number of records.
    max: usize,
    /// The size of the records that were added since it was last read.
    added: usize,
    /// The numbers of new records, such as `SO260600039`.
    numbers: NumberSequence,
    /// The identifier of the next record, which differs from its number.
    next_id: i64,
}

/// The records of a table, and what it needs to continue its numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TableSnapshot {
    pub(crate) records: Vec<JsonObject>,
    last_number: u64,
    next_id: i64,
}

impl Table {
    /// Creates a table of records of a kind.
    pub(super) fn new(kind: RecordKind, records: Vec<JsonObject>) -> Self {
        Self { kind, records, max: usize::MAX, added: 0, numbers: NumberSequence::after(""), next_id: 1 }
    }

    /// Sets the last number; new records get the numbers after it.
    pub(super) fn after_number(mut self, last: &str) -> Self {
        self.numbers = NumberSequence::after(last);
        self
    }

    /// Sets the identifier of the next record.
    pub(super) fn with_next_id(mut self, next_id: i64) -> Self {
        self.next_id = next_id;
        self
    }

    pub(super) fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &JsonObject> {
        self.records.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut JsonObject> {
        self.records.iter_mut()
    }

    pub(super) fn get(&self, key: &Value) -> Option<&JsonObject> {
        self.records.iter().find(|record| record.get(self.kind.key()) == Some(key))
    }

    /// Finds a record, or returns the problem that its key does not exist.
    pub(super) fn find(&mut self, key: &Value) -> Result<&mut JsonObject, String> {
        let record = self.records.iter_mut().find(|record| record.get(self.kind.key()) == Some(key));
        record.ok_or_else(|| unknown(self.kind.key(), key))
    }

    /// Returns the next number that no record has as this property.
    pub(super) fn next_number(&mut self, property: &str) -> String {
        loop {
            let number = self.numbers.next();
            if !self.records.iter().any(|record| record.get(property).is_some_and(|other| *other == *number)) {
                return number;
            }
        }
    }

    /// Returns the next identifier that no record has as this property.
    pub(super) fn next_id(&mut self, property: &str) -> i64 {
        loop {
            let id = self.next_id;
            self.next_id = self.next_id.saturating_add(1);
            let is_taken = self.records.iter().any(|record| record.get(property).is_some_and(|other| *other == id));
            if !is_taken || id == i64::MAX {
                return id;
            }
        }
    }

    /// Adds a record, unless the table is full.
    pub(super) fn add(&mut self, record: JsonObject) -> Result<(), String> {
        self.check_room(1)?;
        self.added = self.added.saturating_add(size(&record));
        self.records.push(record);
        Ok(())
    }

    /// Adds a record, or merges it into the one with the same key.
    pub(super) fn add_or_merge(&mut self, record: JsonObject) -> Result<(), String> {
        match self.find(record.get(self.kind.key()).unwrap_or(&Value::Null)) {
            Ok(known) => merge(known, &Value::Object(record)),
            Err(_) => self.add(record)?,
        }
        Ok(())
    }

    /// Adds a record, or replaces the one with the same key, regardless of the maximum.
    pub(super) fn put(&mut self, record: JsonObject) {
        match self.find(record.get(self.kind.key()).unwrap_or(&Value::Null)) {
            Ok(known) => *known = record,
            Err(_) => self.records.push(record),
        }
    }

    /// The same for many records, without a search for each of them.
    pub(super) fn put_all(&mut self, records: Vec<JsonObject>) {
        let key = self.kind.key();
        let text = |record: &JsonObject| record.get(key).map(Value::to_string);
        let mut positions: HashMap<_, _> =
            self.records.iter().enumerate().map(|(at, known)| (text(known), at)).collect();
        for record in records {
            match positions.entry(text(&record)) {
                Entry::Occupied(known) => self.records[*known.get()] = record,
                Entry::Vacant(new) => {
                    new.insert(self.records.len());
                    self.records.push(record);
                }
            }
        }
    }

    /// Checks that so many records can be added.
    pub(super) fn check_room(&self, more: usize) -> Result<(), String> {
        let Self { kind, max, .. } = self;
        if self.records.len().saturating_add(more) <= *max {
            return Ok(());
        }
        Err(format!("the sandbox keeps at most {max} {kind}: delete some, reset the sandbox, or raise `max_records`"))
    }

    /// The size of the records that were added since the last call.
    pub(super) fn take_added(&mut self) -> usize {
        std::mem::take(&mut self.added)
    }

    /// The size of all records.
    pub(super) fn size(&self) -> usize {
        self.records.iter().map(size).sum()
    }

    pub(super) fn set(&mut self, records: Vec<JsonObject>) {
        self.records = records;
    }

    /// Removes the matching records, and returns them.
    pub(super) fn take(&mut self, matches: impl Fn(&JsonObject) -> bool) -> Vec<JsonObject> {
        self.records.extract_if(.., |record| matches(record)).collect()
    }

    pub(super) fn snapshot(&self) -> TableSnapshot {
        TableSnapshot { records: self.records.clone(), last_number: self.numbers.last(), next_id: self.next_id }
    }

    /// Replaces the records, unless one of them has no key.
    pub(super) fn restore(&mut self, snapshot: TableSnapshot) -> Result<(), String> {
        let has_key =
            |record: &JsonObject| record.get(self.kind.key()).is_some_and(|key| key.is_string() || key.is_number());
        if let Some(index) = snapshot.records.iter().position(|record| !has_key(record)) {
            return Err(format!("record {index} has no `{}`", self.kind.key()));
        }
        self.records = snapshot.records;
        self.numbers.set_last(snapshot.last_number);
        self.next_id = snapshot.next_id;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::object;
    use super::*;

    #[test]
    fn new_numbers_and_identifiers_are_not_taken() {
        let record = |no: &str, id: i64| object(&json!({"dealNo": no, "dealsId": id}));
        let mut table = Table::new(RecordKind::Deals, vec![record("A2", 5)]).after_number("A1").with_next_id(5);
        assert_eq!((table.next_number("dealNo").as_str(), table.next_id("dealsId")), ("A3", 6));
    }

    #[test]
    fn a_full_table_says_what_to_do() {
        let mut table = Table::new(RecordKind::Cases, Vec::new());
        table.set_max(1);
        let record = |no: &str| object(&json!({"caseNo": no}));
        table.add(record("A")).unwrap();
        let problem = table.add(record("B")).unwrap_err();
        let expected = "the sandbox keeps at most 1 cases: delete some, reset the sandbox, or raise `max_records`";
        assert_eq!(problem, expected);
        table.add_or_merge(record("A")).unwrap();
        assert!(table.add_or_merge(record("B")).is_err());
        table.put(record("B"));
        assert_eq!(table.iter().count(), 2, "a seed is not limited");
    }

    #[test]
    fn many_records_are_put_like_single_ones() {
        let record = |no: &Value, title: &str| object(&json!({"caseNo": no, "subject": title}));
        let records = [("A".into(), "1"), ("B".into(), "2"), (1.into(), "3"), ("1".into(), "4"), ("A".into(), "5")];
        let records = || records.iter().map(|(no, title)| record(no, title));
        let (mut one, mut all) = (Table::new(RecordKind::Cases, Vec::new()), Table::new(RecordKind::Cases, Vec::new()));
        records().for_each(|record| one.put(record));
        all.put_all(records().collect());
        assert_eq!((one.iter().count(), one.records), (4, all.records));
    }
}
