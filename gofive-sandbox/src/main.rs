//! Runs the sandbox until Ctrl-C.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use gofive_sandbox::{Fault, Faults, Sandbox};

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
    /// Makes a fault befall requests with a probability from 0 to 1; `list` tells the names. Can be repeated.
    #[arg(long, value_name = "NAME=PROBABILITY", value_parser = FaultArgument::parse)]
    fault: Vec<FaultArgument>,
    /// Lets faults befall requests for a token, too.
    #[arg(long)]
    fault_on_token: bool,
    /// What faults are decided by: the same seed and requests give the same faults.
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
        let (name, probability) = text.split_once('=').ok_or("NAME=PROBABILITY or `list` is expected")?;
        let (_, fault) = Fault::named()
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no fault {name}; `--fault list` tells the names"))?;
        let probability = probability.parse().ok().filter(|probability| (0.0..=1.0).contains(probability));
        Ok(Self::One(fault, probability.ok_or("the probability has to be from 0 to 1")?))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut faults = Faults::seeded(arguments.seed).on_token(arguments.fault_on_token);
    for fault in &arguments.fault {
        match fault {
            FaultArgument::List => {
                for (name, fault) in Fault::named() {
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
    for fault in &arguments.fault {
        if let FaultArgument::One(fault, probability) = fault {
            println!("\nWith a probability of {probability}, by seed {}: {fault}.", arguments.seed);
        }
    }
    println!("\nCtrl-C stops it, and it forgets everything.");
    match tokio::signal::ctrl_c().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Ctrl-C cannot be waited for: {error}.");
            ExitCode::FAILURE
        }
    }
}
