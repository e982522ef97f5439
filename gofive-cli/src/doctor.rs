//! `gofive doctor`: what is wrong, from the clock to the credentials.

mod network;
mod report;

use clap::Command;
use gofive_api::jiff::Timestamp;
use gofive_api::jiff::fmt::rfc2822;
use gofive_api::profile::Profile;
use gofive_api::{CallOptions, Capture, Error, ErrorKind, RetryPolicy};

use self::network::{Target, is_tls};
use self::report::Report;
use crate::failure::Failure;
use crate::options::{self, Options};
use crate::session::{self, Session, Source};
use crate::{about, probe};

/// The command.
pub(crate) fn command() -> Command {
    Command::new("doctor")
        .about("Checks what a call needs, from the network and the clock to the permission")
        .long_about(
            "Checks what a call needs, in its order, by one call that only reads: version, file of the profile, credentials, \
             proxy, DNS, connection, TLS, clock, subscription key, token, permission. The exit code is that of the first check \
             that has failed.",
        )
        .args(options::some(&["profile", "sandbox", "timeout", "verbose", "errors"]))
}

/// Checks everything.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let mut report = Report::default();
    report.ok("version", &about::versions());
    let source = Source::of(options);
    if let Source::Profile(name) = &source {
        file_of(&mut report, name);
    }
    let session = match session::open(options).await {
        Ok(session) => session,
        Err(failure) => return report.end_with("credentials", failure),
    };
    report.ok("credentials", &described(&source));
    let target = Target::new(session.gofive.base_url());
    if target.check(&mut report).await {
        call(&mut report, &target, &session).await;
    }
    report.end()
}

fn described(source: &Source) -> String {
    match source {
        Source::Sandbox => "those of the sandbox".to_owned(),
        Source::Environment => "those of the environment".to_owned(),
        Source::Profile(name) => format!("those of the profile {name}"),
    }
}

/// Checks that only the user can read the file of a profile.
fn file_of(report: &mut Report, name: &str) {
    let Ok(file) = Profile::file(name) else { return };
    if session::can_others_read(&file) {
        report.failed("profile", session::exposed(&file));
    } else if file.exists() {
        report.ok("profile", &format!("only you can read {}", file.display()));
    }
}

/// Makes one call, and reports each of its steps.
async fn call(report: &mut Report, target: &Target, session: &Session) {
    let operation = match probe::operation() {
        Ok(operation) => operation,
        Err(failure) => return report.failed("call", failure),
    };
    let capture = Capture::new();
    let options = CallOptions::new().capture(&capture).retry(RetryPolicy::none());
    let result = probe::send(&session.gofive.with_options(options), operation).await;
    // A response by a business code is about the operation alone.
    let failed = result.as_ref().err().filter(|error| error.kind() != ErrorKind::Business).map(step);
    if target.is_https && failed != Some("TLS") && failed != Some("connection") {
        report.ok("TLS", "the certificate of the server is trusted");
    }
    if let Some(date) = capture.take().and_then(|response| rfc2822::parse(response.header("date")?).ok()) {
        report.clock(Timestamp::now().duration_since(date.timestamp()));
    }
    let steps = [
        ("key", "the API accepts the subscription key".to_owned()),
        ("token", "the API issues a token".to_owned()),
        ("permission", format!("{} may be called", operation.id)),
    ];
    let reached = match failed {
        None => steps.len(),
        Some(failed) => steps.iter().position(|(name, _)| *name == failed).unwrap_or_default(),
    };
    for (name, text) in &steps[..reached] {
        report.ok(name, text);
    }
    if let (Some(step), Err(error)) = (failed, result) {
        report.failed(step, explained(step, error));
    }
}

/// The check that an error belongs to.
fn step(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Transport | ErrorKind::Timeout if is_tls(error) => "TLS",
        ErrorKind::Transport | ErrorKind::Timeout => "connection",
        // What refuses the credentials has a code; the gateway before it, which refuses the key, has none.
        ErrorKind::TokenRefused if error.code().is_some() => "token",
        ErrorKind::TokenRefused | ErrorKind::Authentication => "key",
        ErrorKind::Permission => "permission",
        _ => "response",
    }
}

/// The failure with what to do, where a check knows more than the kind of the error.
fn explained(step: &str, error: Error) -> Failure {
    let failure = Failure::from(error);
    match step {
        "TLS" => failure.hint(
            "check GOFIVE_BASE_URL and the clock of this machine; if a proxy of your company replaces certificates, name its \
             authority in SSL_CERT_FILE",
        ),
        "response" => failure.hint("check GOFIVE_BASE_URL, and that no proxy or login page responds in place of the API"),
        _ => failure,
    }
}
