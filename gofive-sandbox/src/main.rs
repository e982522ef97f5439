//! Runs the sandbox until Ctrl-C is pressed.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use gofive_sandbox::{Fault, Faults, Sandbox};

/// A local server that behaves like the Gofive API, for trying things out without a tenant.
///
/// It serves all documented operations of Venio, empeo and eTaxGo at one address. It refuses what the documentation
/// refuses, responds with its examples, and remembers what requests create until it stops. Where the documentation is
/// silent, the behaviour is an assumption of the sandbox: what works here may not work with a tenant.
#[derive(Debug, Parser)]
#[command(version)]
struct CommandLine {
    /// Port to listen on, on this machine only; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Lifetime of an access token.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u64,
    /// Injects a fault into requests with a probability from 0 to 1; `list` prints the names. Can be given several times.
    #[arg(long, value_name = "NAME=PROBABILITY", value_parser = FaultArgument::parse)]
    fault: Vec<FaultArgument>,
    /// Applies faults to token requests, too.
    #[arg(long)]
    fault_on_token_requests: bool,
    /// Seed of the faults: the same seed and requests give the same faults.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Debug)]
enum FaultArgument {
    List,
    One(Fault, f64),
}

impl FaultArgument {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "list" {
            return Ok(Self::List);
        }
        let (name, probability) = text.split_once('=').ok_or("expected NAME=PROBABILITY or `list`")?;
        let (_, fault) = Fault::presets()
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("unknown fault {name}; `--fault list` prints the names"))?;
        let probability = probability.parse().ok().filter(|probability| (0.0..=1.0).contains(probability));
        Ok(Self::One(fault, probability.ok_or("the probability must be from 0 to 1")?))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = CommandLine::parse();
    let mut faults = Faults::seeded(arguments.seed).on_token_requests(arguments.fault_on_token_requests);
    for fault in &arguments.fault {
        match fault {
            FaultArgument::List => {
                for (name, fault) in Fault::presets() {
                    println!("{name:33}{fault}");
                }
                return ExitCode::SUCCESS;
            }
            FaultArgument::One(fault, probability) => faults = faults.with(fault.clone(), *probability),
        }
    }
    let lifetime = Duration::from_secs(arguments.token_lifetime);
    let builder = Sandbox::builder().port(arguments.port).token_lifetime(lifetime).faults(faults);
    let sandbox = match builder.start().await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("The sandbox cannot start: {error}.");
            return ExitCode::FAILURE;
        }
    };
    println!("The sandbox of Venio, empeo and eTaxGo listens at {} and has made-up data only.", sandbox.base_url());
    println!("Point a program at it with:\n");
    println!("export GOFIVE_BASE_URL={}", sandbox.base_url());
    println!("export GOFIVE_CLIENT_ID={}", sandbox.client_id());
    println!("export GOFIVE_CLIENT_SECRET={}", sandbox.client_secret());
    println!("export GOFIVE_SUBSCRIPTION_KEY={}", sandbox.subscription_key());
    for fault in &arguments.fault {
        if let FaultArgument::One(fault, probability) = fault {
            println!("\nWith a probability of {probability} and seed {}: {fault}.", arguments.seed);
        }
    }
    println!("\nPress Ctrl-C to stop it; it then forgets all data.");
    match stopped().await {
        Ok(()) => {
            sandbox.shutdown().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Cannot wait for Ctrl-C: {error}.");
            ExitCode::FAILURE
        }
    }
}

/// Waits for Ctrl-C, or for the signal with which containers are stopped.
#[cfg(unix)]
async fn stopped() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn stopped() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
