//! Opens a case: on the embedded sandbox, or, with credentials in the environment, on the real API.
//!
//! ```console
//! $ cargo run --example add_case
//! ```

mod support;

use std::process::ExitCode;

use gofive_api::venio::{AddCaseRequest, CaseType};
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

    let now = Timestamp::now();
    let case = AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject("Printer on fire")
        .customer_code("C000154")
        .category_id(2_140_016_585)
        .date_case(now)
        .date_due(now + 48.hours())
        .note("Third floor, by the window.")
        .assigned_to_user_id("6d473b8f-a6b3-4536-b1e6-f4b7688414e2")
        .build();
    println!("\nOpening a case: “{}”, due {}", case.subject, case.date_due);

    let opened = gofive.venio().add_case(&case).await?;
    match opened.feedback_id {
        Some(id) => println!("Opened: case {id}"),
        None => println!("Opened; the response has no number of the case."),
    }
    Ok(())
}

fn advice(error: &Error) -> Option<&'static str> {
    if error.outcome_unknown() {
        return Some("The case may have been opened: look for it before you run this again.");
    }
    match error.kind() {
        ErrorKind::Validation | ErrorKind::Business => {
            Some("The category and the user are those of the portal's example: your tenant has its own.")
        }
        _ => None,
    }
}
