//! The records of the sandbox, and snapshots of them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::{Call, HandlerResult, Operations, json};
use super::problem::Problem;
use crate::records::error::RecordError;
use crate::records::kind::RecordKind;
use crate::records::snapshot::Snapshot;

pub(super) const OPERATIONS: Operations = &[
    ("list_record_kinds", list_kinds),
    ("put_records", |call| {
        let records: BTreeMap<RecordKind, Vec<Value>> = call.body()?;
        call.service.put_records(records).map_err(|error| {
            let location = format!("/{}/{}", error.kind, error.index);
            refused(&error, &location)
        })?;
        Ok(None)
    }),
    ("list_records", |call| {
        let kind = call.required("kind")?;
        json(&RecordList { records: call.service.state().store.list(kind) })
    }),
    ("replace_records", |call| {
        let (kind, RecordList { records }) = (call.required("kind")?, call.body()?);
        call.service.replace_records(kind, records).map_err(|error| {
            let location = format!("/records/{}", error.index);
            refused(&error, &location)
        })?;
        Ok(None)
    }),
    ("put_record", |call| {
        let key = call.service.put_record(call.required("kind")?, call.body()?).map_err(|error| refused(&error, ""))?;
        json(&RecordKey { key })
    }),
    ("get_record", |call| {
        let (kind, key) = (call.required("kind")?, call.required::<String>("key")?);
        let record = call.service.state().store.get(kind, &key);
        json(&record.ok_or_else(|| unknown(kind, &key))?)
    }),
    ("delete_record", |call| {
        let (kind, key) = (call.required("kind")?, call.required::<String>("key")?);
        if call.service.state().store.delete(kind, &key) { Ok(None) } else { Err(unknown(kind, &key)) }
    }),
    ("get_snapshot", |call| json(&call.service.snapshot())),
    ("restore_snapshot", restore),
];

#[derive(Serialize)]
struct Kinds {
    kinds: Vec<KindState>,
}

#[derive(Serialize)]
struct KindState {
    kind: RecordKind,
    key: &'static str,
    count: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordList {
    records: Vec<Value>,
}

#[derive(Serialize)]
struct RecordKey {
    key: String,
}

fn list_kinds(call: &Call<'_>) -> HandlerResult {
    let state = call.service.state();
    let kind = |kind: RecordKind| KindState { kind, key: kind.key(), count: state.store.count(kind) };
    json(&Kinds { kinds: RecordKind::ALL.into_iter().map(kind).collect() })
}

fn restore(call: &Call<'_>) -> HandlerResult {
    let snapshot = call.body::<Value>()?.to_string().parse::<Snapshot>();
    let restored = snapshot.and_then(|snapshot| call.service.restore(snapshot));
    restored.map_err(|error| Problem::of_pointer(String::new(), error.to_string()))?;
    Ok(None)
}

/// The problem of a record that is refused, which is at the location in the body.
fn refused(error: &RecordError, location: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, error.to_string()).with_errors(location, &error.problems)
}

fn unknown(kind: RecordKind, key: &str) -> Problem {
    let detail = format!("there is no record {key:?}; GET /__sandbox/records/{kind} lists all of this kind");
    Problem::new(StatusCode::NOT_FOUND, detail)
}
