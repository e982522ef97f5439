//! Finds an employee by name or staff code, and opens a case for them to work on.
//!
//! ```console
//! $ cargo run --example case_for_employee
//! $ cargo run --example case_for_employee -- UAT007 2140016585    # name or staff code, category of the case
//! ```

mod support;

use std::process::ExitCode;

use futures_util::TryStreamExt as _;
use gofive_api::venio::{AddCaseRequest, CaseType, Employee, EnquireEmployeesRequest, Venio};
use gofive_api::{Error, ErrorKind};
use jiff::{Timestamp, ToSpan as _};
use support::{Connection, Outcome};

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "No case was opened.", advice)
}

async fn run() -> Outcome {
    // `embedded` is bound too: the sandbox stops when it is dropped.
    let Connection { gofive, embedded: _sandbox, .. } = support::connect().await?;
    let mut arguments = std::env::args().skip(1);
    let wanted = arguments.next().unwrap_or_else(|| "Bob Name".to_owned());
    let category_id = arguments.next().map_or(Ok(2_140_016_585), |id| id.parse())?;

    let employee = find_employee(&gofive.venio(), &wanted).await?;
    let user_id =
        employee.user_id.as_deref().ok_or("the employee has no userId, so no case can be assigned to them")?;
    println!("\nFound: {}", describe(&employee));

    let now = Timestamp::now();
    let case = AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject("Printer on fire")
        .category_id(category_id)
        .date_case(now)
        .date_due(now + 48.hours())
        .note("Third floor, by the window.")
        .assigned_to_user_id(user_id)
        .build();
    println!("Opening a case for them: “{}”, due {}", case.subject, case.date_due);

    let opened = gofive.venio().add_case(&case).await?;
    match opened.feedback_id {
        Some(id) => println!("Opened: case {id}"),
        None => println!("Opened; the response has no number of the case."),
    }
    Ok(())
}

/// The one employee with this staff code or, if there is none, with this in their name.
async fn find_employee(venio: &Venio, wanted: &str) -> Outcome<Employee> {
    println!("\nLooking for “{wanted}”");
    let enquiry = EnquireEmployeesRequest::builder().key_word(wanted).order_by(0).build();
    // All pages, however many employees there are.
    let mut found: Vec<_> = venio.enquire_employees_pages(&enquiry).items().try_collect().await?;
    // Which properties the server searches is not documented, so the employees are searched once more here.
    if found.iter().any(|employee| has_code(employee, wanted)) {
        found.retain(|employee| has_code(employee, wanted));
    } else {
        found.retain(|employee| has_name(employee, wanted));
    }
    match found.pop() {
        None => Err(format!("no employee has the staff code or the name “{wanted}”").into()),
        Some(only) if found.is_empty() => Ok(only),
        Some(last) => {
            found.push(last);
            let names: Vec<_> = found.iter().map(|employee| format!("  {}", describe(employee))).collect();
            Err(format!("“{wanted}” matches several employees; give a staff code:\n{}", names.join("\n")).into())
        }
    }
}

fn has_code(employee: &Employee, wanted: &str) -> bool {
    employee.staff_code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(wanted))
}

fn has_name(employee: &Employee, wanted: &str) -> bool {
    let name = employee.fullname.as_deref().unwrap_or_default();
    name.to_lowercase().contains(&wanted.to_lowercase())
}

fn describe(employee: &Employee) -> String {
    let name = employee.fullname.as_deref().unwrap_or("(no name)");
    let code = employee.staff_code.as_deref().unwrap_or("no staff code");
    format!("{name} ({code})")
}

fn advice(error: &Error) -> Option<&'static str> {
    if error.outcome_unknown() {
        return Some("The case may have been opened: look for it before you run this again.");
    }
    match error.kind() {
        ErrorKind::Permission => {
            Some("Ask your Gofive administrator for the permission to view employees and open cases.")
        }
        ErrorKind::Validation | ErrorKind::Business => {
            Some("Is the category one of your tenant? Give its number as the second argument.")
        }
        _ => None,
    }
}
