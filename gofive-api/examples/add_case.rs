//! Opens a case: on the embedded sandbox, or, with credentials in the environment, on the real API.
//!
//! ```console
//! $ cargo run --example add_case
//! ```

use std::process::ExitCode;

use gofive_api::venio::{AddCaseRequest, CaseType};
use gofive_api::{Error, ErrorKind, Gofive};
use gofive_sandbox::Sandbox;
use jiff::{Timestamp, ToSpan as _};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nNo case was opened.\n{error}");
            if let Some(advice) = error.downcast_ref().and_then(advice) {
                eprintln!("{advice}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    // The sandbox stops when it is dropped, so it is kept here.
    let sandbox;
    let gofive = if std::env::var_os("GOFIVE_CLIENT_ID").is_some() {
        println!("Credentials found in the environment: this calls the real API.");
        Gofive::from_env()?
    } else {
        sandbox = Sandbox::start().await?;
        println!("No GOFIVE_CLIENT_ID in the environment: this runs on a sandbox at {}.", sandbox.base_url());
        Gofive::builder()
            .base_url(sandbox.base_url())
            .credentials(sandbox.client_id(), sandbox.client_secret())
            .subscription_key(sandbox.subscription_key())
            .build()?
    };

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
        None => println!("Opened; the server did not say under which number."),
    }
    Ok(())
}

fn advice(error: &Error) -> Option<&'static str> {
    if error.outcome_unknown() {
        return Some("The case may have been opened all the same: look for it before you run this again.");
    }
    match error.kind() {
        ErrorKind::Configuration => Some("Set the variable that the message names."),
        ErrorKind::TokenRefused => Some("Check GOFIVE_CLIENT_ID, GOFIVE_CLIENT_SECRET and GOFIVE_SUBSCRIPTION_KEY."),
        ErrorKind::Permission => Some("Ask your Gofive administrator for the permission to open cases."),
        ErrorKind::Validation | ErrorKind::Business => {
            Some("The category and the user are those of the portal's example: your tenant has its own.")
        }
        _ if error.is_retryable() => Some("Try again."),
        _ => None,
    }
}
