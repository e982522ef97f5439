//! Writes the employees of a company into a CSV file, row by row: the list is never in memory as a whole.

use std::io::Write;

use futures_util::TryStreamExt as _;
use gofive_api::empeo::{Empeo, Employee, GetEmployeesListRequest};

use crate::Failure;

const HEADER: [&str; 6] = ["number", "first name", "last name", "position", "e-mail", "hired"];

/// Writes all employees of a company; returns how many.
///
/// The texts are those of empeo: a property that is missing is an empty cell. A cell that a spreadsheet would take for a formula
/// gets an apostrophe in front.
pub async fn export(empeo: &Empeo, company: &str, output: impl Write) -> Result<u64, Failure> {
    let mut rows = csv::Writer::from_writer(output);
    rows.write_record(HEADER)?;
    let request = GetEmployeesListRequest::builder().company_name(company).fields("WorkInfo").build();
    let mut employees = empeo.get_employees_list_pages(&request).page_size(200).items();
    let mut count = 0;
    while let Some(employee) = employees.try_next().await? {
        rows.write_record(cells(&employee).map(harmless))?;
        count += 1;
    }
    rows.flush()?;
    Ok(count)
}

fn cells(employee: &Employee) -> [&str; 6] {
    let work = employee.working_information.as_ref();
    [
        text(employee.employee_ref_id.as_ref()),
        text(employee.first_name.as_ref()),
        text(employee.last_name.as_ref()),
        work.map_or("", |work| text(work.position.as_ref())),
        work.map_or("", |work| text(work.email_address.as_ref())),
        text(employee.date_hired.as_ref()),
    ]
}

fn text(property: Option<&String>) -> &str {
    property.map_or("", |text| text.trim())
}

/// A text that begins like a formula is one to a spreadsheet, whoever wrote it.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
