//! Expenses and their lines.

use serde_json::{Value, json};

use super::{Examples, Members, members, merge, rename, shown, text, unknown};
use crate::shape::Shape;

#[derive(Debug)]
pub(super) struct Expenses {
    /// With the names that answers have.
    known: Vec<Members>,
    shape: Option<Shape>,
    next_id: i64,
}

impl Expenses {
    pub(super) fn new(examples: &Examples) -> Self {
        let documented = members(&examples.response("get_expense")["data"]["value"]);
        let next_id = documented.get("expenseId").and_then(Value::as_i64).unwrap_or(0) + 1;
        Self { known: vec![documented], shape: examples.shape("get_expense"), next_id }
    }

    pub(super) fn create(&mut self, body: &Value) -> Value {
        let id = json!({ "expenseId": self.next_id });
        self.next_id += 1;
        let mut expense = as_answered(body);
        merge(&mut expense, &id);
        self.known.push(expense);
        id
    }

    pub(super) fn update(&mut self, parameters: &Members, body: &Value) -> Result<Value, String> {
        let expense = self.find(parameters)?;
        merge(expense, &Value::Object(as_answered(body)));
        Ok(json!({ "expenseId": expense.get("expenseId") }))
    }

    pub(super) fn get(&mut self, parameters: &Members) -> Result<Value, String> {
        let expense = self.find(parameters)?.clone();
        Ok(shown(self.shape, &expense))
    }

    /// The expenses with a line of the wanted type (0 is any), of the wanted statuses, and with the wanted text.
    pub(super) fn list(&self, body: &Value) -> Value {
        let found = self.known.iter().filter(|expense| {
            let lines = expense.get("expenseDetails").and_then(Value::as_array);
            let of_type = |line: &Value| line["expenseTypeId"] == body["expenseTypeId"];
            let status = expense.get("statusId").map(Value::to_string).unwrap_or_default();
            let statuses = body["statusIds"].as_array().map(Vec::as_slice).unwrap_or_default();
            let word = body["searchText"].as_str().unwrap_or_default();
            (body["expenseTypeId"] == 0 || lines.into_iter().flatten().any(of_type))
                && (statuses.is_empty() || statuses.iter().any(|wanted| *wanted == *status))
                && (text(expense, "subject").contains(word) || text(expense, "remark").contains(word))
        });
        found.map(|expense| shown(self.shape, expense)).collect()
    }

    /// The identifier is a text in paths and a number elsewhere.
    fn find(&mut self, parameters: &Members) -> Result<&mut Members, String> {
        let id = text(parameters, "id");
        let number = id.parse::<i64>().ok().map(Value::from);
        let meant = |expense: &&mut Members| number.is_some() && expense.get("expenseId") == number.as_ref();
        self.known.iter_mut().find(meant).ok_or_else(|| unknown("expenseId", &id.into()))
    }
}

/// The members of a request in the names that answers have; an update has its lines one object deeper.
fn as_answered(body: &Value) -> Members {
    let details = &body["ExpenseDetails"];
    let mut expense = members(details);
    merge(&mut expense, body);
    let lines = details.get("ExpenseDetails").unwrap_or(details).as_array().into_iter().flatten();
    let line = |line: &Value| {
        let mut line = members(line);
        rename(&mut line, &[("amount", "amount1")]);
        Value::Object(line)
    };
    expense.insert("expenseDetails".to_owned(), lines.map(line).collect());
    expense.remove("ExpenseDetails");
    expense
}
