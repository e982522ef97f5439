//! The report, as text and as JSON. It has no value of a response: no text of an error, either.

use std::fmt::Write as _;

use gofive_api::{Drift, DriftKind, Error};
use gofive_spec::Operation;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::product::command_name;

/// What happened to each operation.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) rows: Vec<Row>,
}

/// What happened to an operation.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) product: &'static str,
    pub(super) operation: &'static Operation,
    pub(super) outcome: Outcome,
    pub(super) drifts: Vec<Drift>,
}

/// Whether an operation was called.
#[derive(Debug)]
pub(super) enum Outcome {
    Called,
    Failed(Error),
    /// It lacks these arguments.
    NotCalled(Vec<String>),
}

impl Report {
    pub(super) fn to_text(&self) -> String {
        let called = self.rows.iter().filter(|row| !matches!(row.outcome, Outcome::NotCalled(_))).count();
        let (differ, failed) = (self.differing().count(), self.failures().count());
        let mut text = format!(
            "gofive {}: {called} operations called, {differ} differ from the spec, {failed} failed, {} not called\n",
            env!("CARGO_PKG_VERSION"),
            self.rows.len() - called
        );
        let mut section = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                let _ = write!(text, "\n{title}\n{}", lines.concat());
            }
        };
        let drifts = self.differing().flat_map(|row| {
            let head = format!("  {}\n", row.name());
            let line = |drift: &Drift| {
                let pointer = if drift.pointer.is_empty() { "the body" } else { &drift.pointer };
                format!("    HTTP {} {pointer}: {}\n", drift.http_status, drift.kind)
            };
            [head].into_iter().chain(row.drifts.iter().map(line))
        });
        section("Different from the spec:", drifts.collect());
        let failed = self.failures().map(|(row, error)| format!("  {}: {}\n", row.name(), explained(error)));
        section("Failed:", failed.collect());
        let missing = self.rows.iter().filter_map(|row| match &row.outcome {
            Outcome::NotCalled(names) => Some(format!("  {}: {}\n", row.name(), names.join(", "))),
            _ => None,
        });
        section("Not called, because they need arguments (--with OPERATION:NAME=VALUE):", missing.collect());
        text
    }

    pub(super) fn to_json(&self) -> String {
        let operations: Vec<_> = self.rows.iter().map(Row::to_json).collect();
        format!("{:#}\n", json!({ "version": env!("CARGO_PKG_VERSION"), "operations": operations }))
    }

    /// Why the command fails: because of drift, or else because of the first operation that failed.
    pub(super) fn failure(&self) -> Option<Failure> {
        let differ = self.differing().count();
        if differ > 0 {
            return Some(Failure::drift(format!("{differ} operations differ from the spec")));
        }
        let (row, error) = self.failures().next()?;
        let code = Failure::from(error.clone()).code();
        Some(Failure::check(format!("{} failed: {}", row.name(), explained(error)), code))
    }

    fn differing(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.drifts.is_empty())
    }

    fn failures(&self) -> impl Iterator<Item = (&Row, &Error)> {
        self.rows.iter().filter_map(|row| match &row.outcome {
            Outcome::Failed(error) => Some((row, error)),
            _ => None,
        })
    }
}

impl Row {
    fn name(&self) -> String {
        format!("{} {}", self.product, command_name(self.operation))
    }

    fn to_json(&self) -> Value {
        let drifts: Vec<_> = self.drifts.iter().map(drift).collect();
        let mut row =
            json!({ "product": self.product, "operation": self.operation.id, "result": "called", "drift": drifts });
        match &self.outcome {
            Outcome::Called => {}
            Outcome::Failed(error) => {
                row["result"] = "failed".into();
                row["error"] = json!({ "kind": error.kind().to_string(), "httpStatus": error.http_status() });
            }
            Outcome::NotCalled(names) => {
                row["result"] = "not-called".into();
                row["needs"] = json!(names);
            }
        }
        row
    }
}

fn drift(drift: &Drift) -> Value {
    let mut json = json!({ "httpStatus": drift.http_status, "pointer": drift.pointer, "kind": Value::Null });
    let (kind, details): (_, &[(&str, &String)]) = match &drift.kind {
        DriftKind::UnknownProperty => ("unknown-property", &[]),
        DriftKind::OtherType { documented, found } => ("other-type", &[("documented", documented), ("found", found)]),
        DriftKind::UnknownValue { enumeration } => ("unknown-value", &[("enumeration", enumeration)]),
        DriftKind::UnknownBusinessCode => ("unknown-business-code", &[]),
        _ => ("other", &[]),
    };
    json["kind"] = kind.into();
    for (name, value) in details {
        json[*name] = value.as_str().into();
    }
    json
}

/// The kind of an error and its HTTP status: its message may have values.
fn explained(error: &Error) -> String {
    let status = error.http_status().map(|status| format!(" (HTTP {status})"));
    format!("{}{}", error.kind(), status.unwrap_or_default())
}
