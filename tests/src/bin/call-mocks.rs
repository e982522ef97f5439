//! Calls every operation at mock servers of the bundles, and decodes the responses: `call-mocks venio=http://127.0.0.1:4011 …`.
//! `tests/bundles/run` starts the servers.

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use gofive_api::{Gofive, RetryPolicy};
use gofive_tests::calls::{Example, call, specs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (mut calls, mut failures) = (0, 0);
    for (product, spec) in specs() {
        let url = arguments.iter().find_map(|argument| argument.strip_prefix(product)?.strip_prefix('='));
        let url = url.with_context(|| format!("no server of {product}: add {product}=http://127.0.0.1:PORT"))?;
        // The client fetches a token first, so that the token operation of each bundle is called, too.
        let gofive = Gofive::builder()
            .base_url(url)
            .credentials("client", "secret")
            .subscription_key("key")
            .retry(RetryPolicy::none())
            .build()?;
        for operation in spec.operations() {
            calls += 1;
            if let Err(error) = call(&gofive, &operation.id, &Example::of(&spec, operation)).await {
                failures += 1;
                eprintln!("{product}: {}: {error}", operation.id);
            }
        }
    }
    println!("{} of {calls} operations decode", calls - failures);
    ensure!(calls > 0, "the bundles have no operations");
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
