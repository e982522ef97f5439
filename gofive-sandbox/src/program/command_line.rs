//! The options of the program, and the sandbox that they describe.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser};
use gofive_sandbox::{Faults, Sandbox, SandboxBuilder};

use super::fault_argument::FaultArgument;
use super::health;

/// A local server that behaves like the Gofive API, for trying things out without a tenant.
///
/// It serves all documented operations of Venio, empeo and eTaxGo at one address. It refuses what the documentation
/// refuses, responds with its examples, and remembers what requests create. Where the documentation is silent, the
/// behaviour is an assumption of the sandbox: what works here may not work with a tenant.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct CommandLine {
    /// Host to listen on, a name or an IP address; 0.0.0.0 is all addresses of this machine.
    #[arg(long, default_value = "127.0.0.1", value_parser = NonEmptyStringValueParser::new())]
    host: String,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Lets pages of an origin call the API from a browser; `*` lets all. Can be given several times.
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Prints one line for each request: its operation, what became of it, and why it was refused.
    #[arg(long)]
    log: bool,
    /// Lifetime of an access token.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u64,
    #[command(flatten)]
    control: Control,
    #[command(flatten)]
    records: Records,
    #[command(flatten)]
    faults: FaultOptions,
    #[command(flatten)]
    webhooks: WebhookOptions,
    #[command(flatten)]
    limits: LimitOptions,
    /// Checks that the sandbox at a URL is running, and exits: with 0 if it is, else with 1.
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "http://127.0.0.1:4010")]
    pub(crate) health: Option<health::Target>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Control")]
struct Control {
    /// Token that requests to `/__sandbox/` need. Without it, they need none on this machine; if other machines can reach
    /// the sandbox, it prints a random one.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "GOFIVE_SANDBOX_CONTROL_TOKEN",
        hide_env_values = true,
        value_parser = NonEmptyStringValueParser::new()
    )]
    control_token: Option<String>,
    /// Turns `/__sandbox/` and the page at `/` off.
    #[arg(long, conflicts_with = "control_token")]
    no_control: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Records")]
struct Records {
    /// Folder with initial records: a file for each kind, `customers.json`, with a list of records.
    #[arg(long, value_name = "FOLDER")]
    records: Option<PathBuf>,
    /// File that keeps the records: loaded at the start, if it exists, and written when the sandbox stops.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Faults")]
struct FaultOptions {
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Webhooks")]
struct WebhookOptions {
    /// Allows webhooks to a host beyond this machine. Can be given several times.
    #[arg(long, value_name = "HOST")]
    allow_target: Vec<String>,
    /// Time that a target has to respond.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    webhook_timeout: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct LimitOptions {
    /// Maximum number of open connections; further clients wait.
    #[arg(long, value_name = "N", default_value_t = 512)]
    max_connections: usize,
    /// Maximum size of a request body.
    #[arg(long, value_name = "BYTES", default_value_t = 16 * 1024 * 1024)]
    max_body_size: usize,
    /// Maximum number of records of a kind that requests create.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    max_records: usize,
    /// About the maximum size of all records that requests create.
    #[arg(long, value_name = "BYTES", default_value_t = 64 * 1024 * 1024)]
    max_record_size: usize,
    /// Maximum number of remembered requests; the oldest are dropped.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_logged_requests: usize,
    /// Maximum size of all remembered requests; the oldest are dropped.
    #[arg(long, value_name = "BYTES", default_value_t = 16 * 1024 * 1024)]
    max_log_size: usize,
    /// Maximum number of remembered deliveries of webhooks; the oldest are dropped.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_logged_deliveries: usize,
    /// Time that requests have to finish when the sandbox stops.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    shutdown_timeout: u64,
}

impl CommandLine {
    /// Whether the names of the faults are asked for.
    pub(crate) fn lists_faults(&self) -> bool {
        self.faults.fault.iter().any(|fault| matches!(fault, FaultArgument::List))
    }

    /// Each random fault as a sentence.
    pub(crate) fn describe_faults(&self) -> impl Iterator<Item = String> {
        let seed = self.faults.seed;
        self.faults.fault.iter().filter_map(move |fault| match fault {
            FaultArgument::One(fault, probability) => {
                Some(format!("With a probability of {probability} and seed {seed}: {fault}."))
            }
            FaultArgument::List => None,
        })
    }

    /// Whether the sandbox can be controlled over HTTP.
    pub(crate) fn has_control(&self) -> bool {
        !self.control.no_control
    }

    /// What becomes of the records when the sandbox stops.
    pub(crate) fn describe_end(&self) -> String {
        match &self.records.state {
            Some(file) => format!("it then saves its records to {}", file.display()),
            None => "it then forgets all data".to_owned(),
        }
    }

    pub(crate) fn builder(&self) -> SandboxBuilder {
        let mut builder = Sandbox::builder()
            .host(&self.host)
            .port(self.port)
            .token_lifetime(Duration::from_secs(self.token_lifetime))
            .faults(self.faults());
        for origin in &self.cors {
            builder = builder.allow_origin(origin);
        }
        if self.log {
            // The exports are alone on the standard output, so that a shell can evaluate them.
            builder = builder.on_request(|request| print_line(&request.to_string()));
        }
        if let Some(token) = &self.control.control_token {
            builder = builder.control_token(token);
        }
        if self.control.no_control {
            builder = builder.without_control();
        }
        if let Some(folder) = &self.records.records {
            builder = builder.records(folder);
        }
        if let Some(file) = &self.records.state {
            builder = builder.state_file(file);
        }
        for host in &self.webhooks.allow_target {
            builder = builder.allow_webhook_host(host);
        }
        let limits = &self.limits;
        builder
            .webhook_timeout(Duration::from_secs(self.webhooks.webhook_timeout))
            .max_connections(limits.max_connections)
            .max_body_size(limits.max_body_size)
            .max_records(limits.max_records)
            .max_record_size(limits.max_record_size)
            .max_logged_requests(limits.max_logged_requests)
            .max_log_size(limits.max_log_size)
            .max_logged_deliveries(limits.max_logged_deliveries)
            .shutdown_timeout(Duration::from_secs(limits.shutdown_timeout))
    }

    fn faults(&self) -> Faults {
        let mut faults = Faults::seeded(self.faults.seed).on_token_requests(self.faults.fault_on_token_requests);
        for fault in &self.faults.fault {
            if let FaultArgument::One(fault, probability) = fault {
                faults = faults.with(fault.clone(), *probability);
            }
        }
        faults
    }
}

/// Prints a line to the standard error. It does not matter if nobody reads it any more.
fn print_line(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}
