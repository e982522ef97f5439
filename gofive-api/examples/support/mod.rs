//! What the examples share: where they run, and how they end.

use std::process::ExitCode;

use gofive_api::{Error, ErrorKind, Gofive};
use gofive_sandbox::Sandbox;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// The real API, if there are credentials in the environment, or else a sandbox; it stops when it is dropped, so keep it.
pub(crate) async fn connect() -> Outcome<(Gofive, Option<Sandbox>)> {
    if std::env::var_os("GOFIVE_CLIENT_ID").is_some() {
        println!("Credentials found in the environment: this calls the real API.");
        return Ok((Gofive::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    println!("No GOFIVE_CLIENT_ID in the environment: this runs on a sandbox at {}.", sandbox.base_url());
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .build()?;
    Ok((gofive, Some(sandbox)))
}

/// Says what went wrong, if anything, and what to do about it: first by the example's own `advice`, then by that for all.
pub(crate) fn end(outcome: Outcome, failure: &str, advice: fn(&Error) -> Option<&'static str>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("\n{failure}\n{error}");
    let error = error.downcast_ref();
    if let Some(advice) = error.and_then(|error| advice(error).or_else(|| advice_for_all(error))) {
        eprintln!("{advice}");
    }
    ExitCode::FAILURE
}

fn advice_for_all(error: &Error) -> Option<&'static str> {
    if error.outcome_unknown() {
        return Some("The server may have carried it out all the same: look for it before you run this again.");
    }
    match error.kind() {
        ErrorKind::Configuration => Some("Set the variable that the message names."),
        ErrorKind::TokenRefused => Some("Check GOFIVE_CLIENT_ID, GOFIVE_CLIENT_SECRET and GOFIVE_SUBSCRIPTION_KEY."),
        ErrorKind::Permission => Some("Ask your Gofive administrator for the permission to do this."),
        _ if error.is_retryable() => Some("Try again."),
        _ => None,
    }
}
