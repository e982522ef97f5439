//! Expenses and their lines.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, rename, text, to_payload, unknown};
use crate::error::SandboxError;
use crate::payload_schema::PayloadSchema;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut Expenses, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_expense", |expenses, arguments| Ok(Some(expenses.create(&arguments.body)))),
    ("update_expense", |expenses, arguments| expenses.update(&arguments.parameters, &arguments.body).map(Some)),
    ("get_expense", |expenses, arguments| expenses.get(&arguments.parameters).map(Some)),
    ("enquire_expenses", |expenses, arguments| Ok(Some(expenses.list(&arguments.body)))),
];

#[derive(Debug)]
pub(super) struct Expenses {
    /// The expenses, with the property names of responses.
    records: Vec<JsonObject>,
    schema: Option<PayloadSchema>,
    next_id: i64,
}

impl Expenses {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = object(&examples.response("get_expense")?["data"]["value"]);
        let next_id = documented.get("expenseId").and_then(Value::as_i64).unwrap_or(0) + 1;
        Ok(Self { records: vec![documented], schema: examples.payload_schema("get_expense")?, next_id })
    }

    fn create(&mut self, body: &Value) -> Value {
        let id = json!({ "expenseId": self.next_id });
        self.next_id += 1;
        let mut expense = with_response_names(body);
        merge(&mut expense, &id);
        self.records.push(expense);
        id
    }

    fn update(&mut self, parameters: &JsonObject, body: &Value) -> Result<Value, String> {
        let expense = self.find(parameters)?;
        merge(expense, &Value::Object(with_response_names(body)));
        Ok(json!({ "expenseId": expense.get("expenseId") }))
    }

    fn get(&mut self, parameters: &JsonObject) -> Result<Value, String> {
        let expense = self.find(parameters)?.clone();
        Ok(to_payload(self.schema, &expense))
    }

    /// Returns the expenses that match the type (0 matches all), the statuses and the search text.
    fn list(&self, body: &Value) -> Value {
        let found = self.records.iter().filter(|expense| {
            let lines = expense.get("expenseDetails").and_then(Value::as_array);
            let of_type = |line: &Value| line["expenseTypeId"] == body["expenseTypeId"];
            let status = expense.get("statusId").map(Value::to_string).unwrap_or_default();
            let statuses = body["statusIds"].as_array().map(Vec::as_slice).unwrap_or_default();
            let word = body["searchText"].as_str().unwrap_or_default();
            (body["expenseTypeId"] == 0 || lines.into_iter().flatten().any(of_type))
                && (statuses.is_empty() || statuses.iter().any(|other| *other == *status))
                && (text(expense, "subject").contains(word) || text(expense, "remark").contains(word))
        });
        found.map(|expense| to_payload(self.schema, expense)).collect()
    }

    /// Finds an expense; its identifier is a string in the path and a number elsewhere.
    fn find(&mut self, parameters: &JsonObject) -> Result<&mut JsonObject, String> {
        let id = text(parameters, "id");
        let number = id.parse::<i64>().ok().map(Value::from);
        let matches = |expense: &&mut JsonObject| number.is_some() && expense.get("expenseId") == number.as_ref();
        self.records.iter_mut().find(matches).ok_or_else(|| unknown("expenseId", &id.into()))
    }
}

/// Renames the properties of a request to those of a response; in an update, the lines are nested one level deeper.
fn with_response_names(body: &Value) -> JsonObject {
    let details = &body["ExpenseDetails"];
    let mut expense = object(details);
    merge(&mut expense, body);
    let lines = details.get("ExpenseDetails").unwrap_or(details).as_array().into_iter().flatten();
    let line = |line: &Value| {
        let mut line = object(line);
        rename(&mut line, &[("amount", "amount1")]);
        Value::Object(line)
    };
    expense.insert("expenseDetails".to_owned(), lines.map(line).collect());
    expense.remove("ExpenseDetails");
    expense
}
