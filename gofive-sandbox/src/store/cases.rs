//! Cases, which are created and edited.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, unknown, value};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

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
        cases.add(&arguments.body).map(Some)
    }),
    ("edit_case", |cases, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        customers.check(&arguments.body["customerNo"])?;
        cases.edit(&arguments.parameters, &arguments.body).map(|()| None)
    }),
];

/// The properties that a case has besides those of the body.
const NUMBER: &str = "caseNo";
const ID: &str = "feedbackId";

/// The cases: the body of the latest request with the number and the identifier. The first created case has the
/// documented identifier.
#[derive(Clone, Debug)]
pub(super) struct Cases(pub(super) Table);

impl Cases {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let next_id = examples.response("add_case")?.pointer("/data/data/feedbackId").and_then(Value::as_i64);
        let next_id = next_id.unwrap_or(1);
        let number = examples.parameter("edit_case", NUMBER)?;
        let mut documented = object(&examples.request("add_case")?);
        merge(&mut documented, &json!({ NUMBER: number, ID: next_id - 1 }));
        let last = number.as_str().unwrap_or("T0");
        Ok(Self(Table::new(RecordKind::Cases, vec![documented]).after_number(last).with_next_id(next_id)))
    }

    pub(super) fn all(&self) -> Vec<Case> {
        let case = |record: &JsonObject| {
            let mut body = record.clone();
            let (case_no, feedback_id) = (body.remove(NUMBER), body.remove(ID));
            Case {
                case_no: case_no.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
                feedback_id: feedback_id.as_ref().and_then(Value::as_i64).unwrap_or_default(),
                body: Value::Object(body),
            }
        };
        self.0.iter().map(case).collect()
    }

    fn add(&mut self, body: &Value) -> Result<Value, String> {
        let mut case = object(body);
        let (number, id) = (self.0.next_number(NUMBER), self.0.next_id(ID));
        merge(&mut case, &json!({ NUMBER: number, ID: id }));
        self.0.add(case)?;
        Ok(json!({ ID: id }))
    }

    /// Edits the case of a number or an identifier: the response to `add_case` has only the identifier.
    fn edit(&mut self, parameters: &JsonObject, body: &Value) -> Result<(), String> {
        let sent = value(parameters, NUMBER);
        let has_id =
            |id: &Value| sent.as_str().and_then(|sent| sent.parse::<i64>().ok()).is_some_and(|sent| *id == sent);
        let matches = |case: &&mut JsonObject| case.get(NUMBER) == Some(sent) || case.get(ID).is_some_and(has_id);
        let case = self.0.iter_mut().find(matches).ok_or_else(|| unknown(NUMBER, sent))?;
        let mut edited = object(body);
        let kept = case.iter().filter(|(name, _)| [NUMBER, ID, "caseType"].contains(&name.as_str()));
        edited.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        *case = edited;
        Ok(())
    }
}
