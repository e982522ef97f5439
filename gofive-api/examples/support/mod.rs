//! What the examples share: how they connect, and how they end.

#![allow(dead_code, reason = "not every example uses all of it")]

use std::process::ExitCode;

use gofive_api::reqwest::Url;
use gofive_api::{Error, ErrorKind, Gofive};
use gofive_sandbox::Sandbox;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A session, and what it is connected to.
pub(crate) struct Connection {
    pub(crate) gofive: Gofive,
    /// Whether it is a sandbox: the embedded one, or one that was started apart. Its data are made up.
    pub(crate) is_sandbox: bool,
    /// The embedded sandbox. It stops when it is dropped.
    pub(crate) embedded: Option<Sandbox>,
}

/// Connects to the server that the environment names, or to an embedded sandbox if it names none.
pub(crate) async fn connect() -> Outcome<Connection> {
    if std::env::var_os("GOFIVE_CLIENT_ID").is_some() {
        let base_url = std::env::var("GOFIVE_BASE_URL").ok();
        let is_sandbox = base_url.as_deref().is_some_and(is_on_this_machine);
        match base_url {
            Some(base_url) if is_sandbox => println!("This runs on the sandbox at {base_url}."),
            Some(base_url) => println!("Credentials found in the environment: this calls {base_url}."),
            None => println!("Credentials found in the environment: this calls the real API."),
        }
        return Ok(Connection { gofive: Gofive::from_env()?, is_sandbox, embedded: None });
    }
    let sandbox = Sandbox::start().await?;
    println!("No GOFIVE_CLIENT_ID in the environment: this runs on a sandbox at {}.", sandbox.base_url());
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .build()?;
    Ok(Connection { gofive, is_sandbox: true, embedded: Some(sandbox) })
}

/// A sandbox listens on this machine only, and the real API never does.
fn is_on_this_machine(base_url: &str) -> bool {
    let host = Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host.as_str()))
}

/// Prints what went wrong, if anything, and what to do about it: the example's own `advice`, or else that for all.
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
