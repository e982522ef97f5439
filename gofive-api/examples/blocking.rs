//! Shows the types of customer events without any `async`: on the embedded sandbox, or, with credentials in the
//! environment, on the real API.
//!
//! ```console
//! $ cargo run --features blocking --example blocking
//! ```

mod support;

use std::process::ExitCode;

use futures_util::future::try_join;
use support::{Connection, Outcome};

fn main() -> ExitCode {
    support::end(run(), "The types of customer events could not be shown.", |_| None)
}

fn run() -> Outcome {
    // Only for the sandbox, which is a server: a program that calls the real API needs no runtime of its own.
    let runtime = tokio::runtime::Runtime::new()?;
    let Connection { gofive, embedded: _sandbox, .. } = runtime.block_on(support::connect())?;
    let venio = gofive.venio();

    // The first `?` is about the thread that `block_on` starts, the second about the call.
    let types = gofive.block_on(venio.get_customer_event_types())??;
    println!("\nTypes of customer events:");
    for kind in &types {
        println!("  {}", kind.event_type_name.as_deref().unwrap_or("without a name"));
    }

    // Several concurrent calls are one future, which may borrow.
    let code = String::from("A001");
    let (product, units) = gofive.block_on(try_join(venio.get_product(&code), venio.get_product_units()))??;
    println!("\nProduct {code}: {}", serde_json::to_string(&product)?);
    println!("Units: {}", units.json());
    Ok(())
}
