//! Calls an endpoint without its method in this crate: with options for single calls, the response as it came, and pages.
//!
//! ```console
//! $ cargo run --example custom_request
//! ```
//!
//! The endpoints called here have methods too, so that the sandbox knows them. It works the same with one that has none yet.

mod support;

use std::process::ExitCode;
use std::time::Duration;

use gofive_api::{CallOptions, Capture, Idempotency, Method, Paging};
use serde::Deserialize;
use serde_json::json;
use support::{Connection, Outcome};

/// What this program needs of an employee.
#[derive(Deserialize)]
struct Employee {
    fullname: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "The endpoint could not be called.", |_| None)
}

async fn run() -> Outcome {
    // `embedded` is bound too: the sandbox stops when it is dropped.
    let Connection { gofive, embedded: _sandbox, .. } = support::connect().await?;

    // One call with its own time limit and request id, and with its response kept.
    let capture = Capture::new();
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(5)).request_id("example-1").capture(&capture);
    let request = gofive.with_options(options).request(Method::GET, "/v1/products/units").name("list_units");
    let units = request.idempotency(Idempotency::Safe).send().await?;
    println!("\nUnits: {units}");
    if let Some(response) = capture.take() {
        println!("Response: HTTP {}, {} bytes", response.status(), response.body().len());
    }

    // A list, page by page, read as a type of this program.
    let request = gofive.request(Method::POST, "/v1/Employees/Enquiry").name("list_employees");
    let request = request.json(&json!({ "keyWord": "", "orderBy": 0 })).idempotency(Idempotency::Safe);
    let mut pages =
        request.payload(["/data/value"]).pages::<Employee>(Paging::by_skip("skip", "pageLength")).page_size(2);
    println!("\nEmployees:");
    while let Some(page) = pages.next().await {
        for employee in page? {
            println!("  {}", employee.fullname.as_deref().unwrap_or("(no name)"));
        }
    }
    println!("{} in all", pages.position());
    Ok(())
}
