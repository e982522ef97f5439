//! Expenses and their lines.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, rename, text, to_payload};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::payload_schema::PayloadSchema;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Expenses, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_expense", |expenses, arguments| expenses.create(&arguments.body).map(Some)),
    ("update_expense", |expenses, arguments| expenses.update(&arguments.parameters, &arguments.body).map(Some)),
    ("get_expense", |expenses, arguments| expenses.get(&arguments.parameters).map(Some)),
    ("enquire_expenses", |expenses, arguments| Ok(Some(expenses.list(&arguments.body)))),
];

#[derive(Clone, Debug)]
pub(super) struct Expenses {
    /// The expenses, with the property names of responses.
    pub(super) table: Table,
    schema: Option<PayloadSchema>,
}

impl Expenses {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = object(&examples.response("get_expense")?["data"]["value"]);
        let next_id = documented.get("expenseId").and_then(Value::as_i64).unwrap_or(0) + 1;
        let table = Table::new(RecordKind::Expenses, vec![documented]).with_next_id(next_id);
        Ok(Self { table, schema: examples.payload_schema("get_expense")? })
    }

    fn create(&mut self, body: &Value) -> Result<Value, String> {
        let id = json!({ "expenseId": self.table.next_id("expenseId") });
        let mut expense = with_response_names(body);
        merge(&mut expense, &id);
        self.table.add(expense)?;
        Ok(id)
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
        let found = self.table.iter().filter(|expense| {
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
        let number = id.parse::<i64>().map_or_else(|_| id.into(), Value::from);
        self.table.find(&number)
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
