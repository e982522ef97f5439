//! Cases, which are created and edited.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, text, unknown};
use crate::error::SandboxError;
use crate::request::Arguments;

/// A case that the sandbox has.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// The number, such as `T250200010`.
    pub case_no: String,
    /// The identifier that the response to `add_case` returns.
    pub feedback_id: i64,
    /// The body of the latest request, with the `caseType` of the first one.
    pub body: Value,
}

pub(super) type Handler = fn(&mut Cases, &Customers, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("add_case", |cases, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        Ok(Some(cases.add(&arguments.body)))
    }),
    ("edit_case", |cases, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        customers.check(&arguments.body["customerNo"])?;
        cases.edit(&arguments.parameters, &arguments.body).map(|()| None)
    }),
];

#[derive(Debug)]
pub(super) struct Cases {
    records: Vec<Case>,
    /// The identifier of the next case; the first created one has the documented identifier.
    next_id: i64,
    /// The number of the next case, without its letter.
    next_no: u64,
}

impl Cases {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let next_id = examples.response("add_case")?.pointer("/data/data/feedbackId").and_then(Value::as_i64);
        let next_id = next_id.unwrap_or(1);
        let case_no = examples.parameter("edit_case", "caseNo")?.as_str().unwrap_or("T0").to_owned();
        let number: u64 = case_no.trim_start_matches('T').parse().unwrap_or(0);
        let body = examples.request("add_case")?;
        let documented = Case { case_no, feedback_id: next_id - 1, body };
        Ok(Self { records: vec![documented], next_id, next_no: number + 1 })
    }

    pub(super) fn all(&self) -> &[Case] {
        &self.records
    }

    fn add(&mut self, body: &Value) -> Value {
        let case = Case { case_no: format!("T{}", self.next_no), feedback_id: self.next_id, body: body.clone() };
        self.next_no += 1;
        self.next_id += 1;
        let payload = json!({ "feedbackId": case.feedback_id });
        self.records.push(case);
        payload
    }

    /// Edits the case of a number or an identifier: the response to `add_case` has only the identifier.
    fn edit(&mut self, parameters: &JsonObject, body: &Value) -> Result<(), String> {
        let sent = text(parameters, "caseNo");
        let matches = |case: &&mut Case| case.case_no == sent || case.feedback_id.to_string() == sent;
        let case = self.records.iter_mut().find(matches).ok_or_else(|| unknown("caseNo", &sent.into()))?;
        let case_type = case.body.get("caseType").cloned();
        case.body = body.clone();
        if let (Some(case_type), Some(properties)) = (case_type, case.body.as_object_mut()) {
            properties.insert("caseType".to_owned(), case_type);
        }
        Ok(())
    }
}
