//! `gofive doctor`: what is wrong, from the clock to the credentials.

use std::io::{self, Write as _};
use std::time::Duration;

use clap::Command;
use gofive_api::jiff::fmt::rfc2822;
use gofive_api::jiff::{SignedDuration, Timestamp};
use gofive_api::reqwest::Url;
use gofive_api::{CallOptions, Capture, RetryPolicy};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::failure::Failure;
use crate::options::{self, Options};
use crate::session::{self, Source};
use crate::{dry_run, probe};

/// How long a connection may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How much the clock may differ before tokens appear to expire too early or too late.
const MAX_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// The command.
pub(crate) fn command() -> Command {
    Command::new("doctor")
        .about("Checks what a call needs: credentials, proxy, DNS, connection, TLS, clock, key")
        .long_about(
            "Checks what a call needs, in its order, by one call that only reads: credentials, proxy, DNS, connection, TLS, \
             clock and key. The exit code is that of the first check that has failed.",
        )
        .args(options::some(&["profile", "sandbox", "timeout", "verbose", "errors"]))
}

/// Checks everything.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let mut report = Report::default();
    report.ok("version", env!("CARGO_PKG_VERSION"));
    let session = match session::open(options).await {
        Ok(session) => session,
        Err(failure) => return report.end_with("credentials", failure),
    };
    report.ok("credentials", &source(options));
    let proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];
    let proxy = proxies.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    report.ok("proxy", proxy.unwrap_or("none"));
    if proxy.is_none() && !options.sandbox {
        report.network(options).await;
    }
    let capture = Capture::new();
    let call_options = CallOptions::new().capture(&capture).retry(RetryPolicy::none());
    let call = probe::call(&session.gofive.with_options(call_options)).await;
    if let Some(date) = capture.take().and_then(|response| rfc2822::parse(response.header("date")?).ok()) {
        report.clock(date.timestamp());
    }
    match call {
        Ok(()) => report.ok("call", "the token and the subscription key are accepted"),
        Err(failure) => return report.end_with("call", failure),
    }
    report.end()
}

fn source(options: &Options) -> String {
    match Source::of(options) {
        Source::Sandbox => "those of the sandbox".to_owned(),
        Source::Environment => "those of the environment".to_owned(),
        Source::Profile(name) => format!("those of the profile {name}"),
    }
}

/// What has been checked, and the first failure.
#[derive(Default)]
struct Report(Option<Failure>);

impl Report {
    #[allow(clippy::unused_self, reason = "a line belongs to the report")]
    fn ok(&self, what: &str, detail: &str) {
        line("ok", what, detail);
    }

    fn failed(&mut self, what: &str, failure: Failure) {
        line("FAILED", what, &failure.to_string());
        self.0.get_or_insert(failure);
    }

    fn end_with(mut self, what: &str, failure: Failure) -> Result<(), Failure> {
        self.failed(what, failure);
        self.end()
    }

    fn end(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), Err)
    }

    async fn network(&mut self, options: &Options) {
        let base_url = match Source::of(options) {
            // The URL of a profile is checked by the call.
            Source::Profile(_) => return,
            _ => dry_run::base_url(),
        };
        let Some((host, port)) = Url::parse(&base_url)
            .ok()
            .and_then(|url| Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?)))
        else {
            return self.failed("URL", Failure::setup(format!("{base_url:?} is not a URL of the API")));
        };
        let addresses: Vec<_> = match lookup_host((host.as_str(), port)).await {
            Ok(addresses) => addresses.collect(),
            Err(error) => return self.failed("DNS", Failure::transport(format!("{host} has no address: {error}"))),
        };
        self.ok("DNS", &format!("{host} has {} addresses", addresses.len()));
        match timeout(TIMEOUT, TcpStream::connect(addresses.as_slice())).await {
            Ok(Ok(_)) => self.ok("connection", &format!("{host}:{port}")),
            Ok(Err(error)) => self.failed("connection", Failure::transport(format!("{host}:{port}: {error}"))),
            Err(_) => self.failed("connection", Failure::transport(format!("{host}:{port} does not respond"))),
        }
    }

    fn clock(&mut self, server: Timestamp) {
        let skew = Timestamp::now().duration_since(server);
        let text = format!("{} seconds from that of the server", skew.as_secs());
        if skew.abs() <= MAX_SKEW {
            self.ok("clock", &text);
        } else {
            self.failed("clock", Failure::setup(text).hint("set the clock of this machine"));
        }
    }
}

/// Prints a line of the report, which is what the command prints.
fn line(result: &str, what: &str, detail: &str) {
    let _ = io::stdout().write_all(format!("{result:8}{what:14}{detail}\n").as_bytes());
}
