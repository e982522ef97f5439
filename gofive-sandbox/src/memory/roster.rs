//! The roster of empeo: the employees of the tenant's companies.

use serde_json::{Value, json};

use super::{Examples, Members, members, text, unknown};

/// The company that an employee belongs to; the answer does not have it.
const COMPANY: &str = "companyName";

#[derive(Debug)]
pub(super) struct Roster(Vec<Members>);

impl Roster {
    pub(super) fn new(examples: &Examples) -> Self {
        let documented = examples.request("update_employee_family");
        let employee = json!({
            "employeeRefId": documented["employeeRefId"],
            COMPANY: documented[COMPANY],
            "firstName": "John",
            "lastName": "Doe",
            "firstNameEN": "John",
            "lastNameEN": "Doe",
            "workingInformation": { "position": "string", "statusId": 2 },
        });
        Self(vec![members(&employee)])
    }

    pub(super) fn set(&mut self, employees: Vec<Value>) {
        self.0 = employees.into_iter().map(|employee| members(&employee)).collect();
    }

    /// A page of a company's employees, with their work only if it is asked for.
    pub(super) fn list(&self, parameters: &Members) -> Value {
        let number = |name: &str| parameters.get(name).and_then(Value::as_u64).and_then(|size| size.try_into().ok());
        let size: usize = number("pageSize").unwrap_or(usize::MAX);
        let skip = number("pageIndex").unwrap_or(0).saturating_mul(size);
        let employees = self.0.iter().filter(|employee| is_of(employee, text(parameters, COMPANY)));
        let with_work = text(parameters, "fields").contains("WorkInfo");
        let shown = |employee: &Members| {
            let mut employee = employee.clone();
            employee.retain(|name, _| name != COMPANY && (with_work || name != "workingInformation"));
            Value::Object(employee)
        };
        employees.skip(skip).take(size).map(shown).collect()
    }

    /// Whether the employee of an update exists.
    pub(super) fn check(&self, body: &Value) -> Result<(), String> {
        let id = body["employeeRefId"].as_str().ok_or("employeeRefId is required")?;
        let meant = |employee: &Members| {
            let of_company = body[COMPANY].as_str().is_none_or(|company| is_of(employee, company));
            text(employee, "employeeRefId").trim() == id.trim() && of_company
        };
        if self.0.iter().any(meant) { Ok(()) } else { Err(unknown("employeeRefId", &id.into())) }
    }
}

/// Whether an employee is of a company; one that was given none is of any.
fn is_of(employee: &Members, company: &str) -> bool {
    employee.get(COMPANY).is_none_or(|of| *of == company)
}
