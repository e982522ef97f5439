//! The roster of empeo: the employees of the tenant's companies.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, object, text, unknown};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Roster, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("get_employees_list", |roster, arguments| Ok(Some(roster.list(&arguments.parameters)))),
    ("update_employee_information", |roster, arguments| roster.check(&arguments.body).map(|()| None)),
    ("update_employee_family", |roster, arguments| roster.check(&arguments.body).map(|()| None)),
];

/// The property for the company of an employee; responses omit it.
const COMPANY: &str = "companyName";

#[derive(Clone, Debug)]
pub(super) struct Roster(pub(super) Table);

impl Roster {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = examples.request("update_employee_family")?;
        let employee = json!({
            "employeeRefId": documented["employeeRefId"],
            COMPANY: documented[COMPANY],
            "firstName": "John",
            "lastName": "Doe",
            "firstNameEN": "John",
            "lastNameEN": "Doe",
            "workingInformation": { "position": "string", "statusId": 2 },
        });
        Ok(Self(Table::new(RecordKind::EmpeoEmployees, vec![object(&employee)])))
    }

    /// Returns a page of a company's employees, with their working information only if the request asks for it.
    fn list(&self, parameters: &JsonObject) -> Value {
        let number = |name: &str| parameters.get(name).and_then(Value::as_u64).and_then(|size| size.try_into().ok());
        let size: usize = number("pageSize").unwrap_or(usize::MAX);
        let skip = number("pageIndex").unwrap_or(0).saturating_mul(size);
        let employees = self.0.iter().filter(|employee| belongs_to(employee, text(parameters, COMPANY)));
        let with_work = text(parameters, "fields").contains("WorkInfo");
        let payload = |employee: &JsonObject| {
            let mut employee = employee.clone();
            employee.retain(|name, _| name != COMPANY && (with_work || name != "workingInformation"));
            Value::Object(employee)
        };
        employees.skip(skip).take(size).map(payload).collect()
    }

    /// Checks that the employee of an update exists. One of the two operations does not require that it names any.
    fn check(&self, body: &Value) -> Result<(), String> {
        let Some(id) = body["employeeRefId"].as_str() else { return Ok(()) };
        let matches = |employee: &JsonObject| {
            let same_company = body[COMPANY].as_str().is_none_or(|company| belongs_to(employee, company));
            text(employee, "employeeRefId").trim() == id.trim() && same_company
        };
        if self.0.iter().any(matches) { Ok(()) } else { Err(unknown("employeeRefId", &id.into())) }
    }
}

/// Whether an employee belongs to a company; one without a company belongs to all of them.
fn belongs_to(employee: &JsonObject, company: &str) -> bool {
    employee.get(COMPANY).is_none_or(|own| *own == company)
}
