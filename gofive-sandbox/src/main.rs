//! Runs the sandbox until Ctrl-C.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use gofive_sandbox::Sandbox;

/// A local server that behaves like the Gofive API, for trying things out without a tenant.
///
/// It serves all documented operations of Venio, empeo and eTaxGo at one address. It refuses what the documentation
/// refuses, answers with its examples, and remembers what it is told until it stops. Where the documentation is silent,
/// the behaviour is the sandbox's own presumption: what works here need not work with a tenant.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port to listen on, on this machine only; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// How long an access token lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let lifetime = Duration::from_secs(arguments.token_lifetime);
    let sandbox = match Sandbox::builder().port(arguments.port).token_lifetime(lifetime).start().await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("The sandbox does not start: {error}.");
            return ExitCode::FAILURE;
        }
    };
    println!("The sandbox of Venio, empeo and eTaxGo listens at {}, with made-up data only.", sandbox.base_url());
    println!("Point a program at it with:\n");
    println!("export GOFIVE_BASE_URL={}", sandbox.base_url());
    println!("export GOFIVE_CLIENT_ID={}", sandbox.client_id());
    println!("export GOFIVE_CLIENT_SECRET={}", sandbox.client_secret());
    println!("export GOFIVE_SUBSCRIPTION_KEY={}", sandbox.subscription_key());
    println!("\nCtrl-C stops it, and it forgets everything.");
    match tokio::signal::ctrl_c().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Ctrl-C cannot be waited for: {error}.");
            ExitCode::FAILURE
        }
    }
}
