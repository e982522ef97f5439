//! Cases: opened and edited.

use serde_json::{Value, json};

use super::{Examples, Members, text, unknown};

/// A case in the sandbox's memory.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// Its number, as in `T250200010`.
    pub case_no: String,
    /// Its identifier, which the answer to opening it carries.
    pub feedback_id: i64,
    /// Its content: what was sent last, and the type that it was opened with.
    pub body: Value,
}

#[derive(Debug)]
pub(super) struct Cases {
    known: Vec<Case>,
    /// The identifier that the next case gets; the first one opened has the documented identifier.
    next_id: i64,
    /// The number that the next case gets, behind its letter.
    next_no: u64,
}

impl Cases {
    pub(super) fn new(examples: &Examples) -> Self {
        let next_id = examples.response("add_case").pointer("/data/data/feedbackId").and_then(Value::as_i64);
        let next_id = next_id.unwrap_or(1);
        let case_no = examples.parameter("edit_case", "caseNo").as_str().unwrap_or("T0").to_owned();
        let number: u64 = case_no.trim_start_matches('T').parse().unwrap_or(0);
        let body = examples.request("add_case");
        let documented = Case { case_no, feedback_id: next_id - 1, body };
        Self { known: vec![documented], next_id, next_no: number + 1 }
    }

    pub(super) fn all(&self) -> &[Case] {
        &self.known
    }

    pub(super) fn add(&mut self, body: &Value) -> Value {
        let case = Case { case_no: format!("T{}", self.next_no), feedback_id: self.next_id, body: body.clone() };
        self.next_no += 1;
        self.next_id += 1;
        let payload = json!({ "feedbackId": case.feedback_id });
        self.known.push(case);
        payload
    }

    /// The number may be an identifier as well: it is all that the answer to opening a case tells.
    pub(super) fn edit(&mut self, parameters: &Members, body: &Value) -> Result<(), String> {
        let sent = text(parameters, "caseNo");
        let meant = |case: &&mut Case| case.case_no == sent || case.feedback_id.to_string() == sent;
        let case = self.known.iter_mut().find(meant).ok_or_else(|| unknown("caseNo", &sent.into()))?;
        let case_type = case.body.get("caseType").cloned();
        case.body = body.clone();
        if let (Some(case_type), Some(members)) = (case_type, case.body.as_object_mut()) {
            members.insert("caseType".to_owned(), case_type);
        }
        Ok(())
    }
}
