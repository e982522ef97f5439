//! The employees of Venio, which are only listed.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{object, page, text};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Employees, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> =
    &[("enquire_employees", |employees, arguments| Ok(Some(employees.list(&arguments.body))))];

#[derive(Clone, Debug)]
pub(super) struct Employees(pub(super) Table);

impl Employees {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = examples.response("enquire_employees")?;
        let mut employees = documented["data"]["value"].as_array().cloned().unwrap_or_default();
        let id = employees.first().and_then(|employee| employee["userId"].as_str()).unwrap_or("000").to_owned();
        // These made-up employees make a second page and a search possible.
        for (name, number) in [("John Doe", "900"), ("Bob Name", "901")] {
            let id = format!("{}{number}", &id[..id.len() - number.len()]);
            employees.push(json!({ "userId": id, "fullname": name, "staffCode": format!("UAT{number}") }));
        }
        Ok(Self(Table::new(RecordKind::Employees, employees.iter().map(object).collect())))
    }

    /// Returns a page of the employees that have the search text in name or staff code.
    fn list(&self, body: &Value) -> Value {
        let word = body["keyWord"].as_str().unwrap_or_default().to_lowercase();
        let found = self.0.iter().filter(|employee| {
            ["fullname", "staffCode"].iter().any(|name| text(employee, name).to_lowercase().contains(&word))
        });
        page(found, &body["skip"], &body["pageLength"]).cloned().map(Value::Object).collect()
    }
}
