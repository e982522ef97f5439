//! Failures: one line with the cause, one with what to do, and the exit code.

use std::fmt::{self, Write as _};
use std::io;

use anstyle::{AnsiColor, Style};
use gofive_api::{Error, ErrorKind, PagingError};
use serde_json::{Value, json};

/// The exit codes with their meanings. A code never changes its meaning.
pub(crate) const EXIT_CODES: [(u8, &str); 16] = [
    (0, "Success"),
    (1, "The payload cannot be printed, or a file cannot be read or written"),
    (2, "The command is not complete or not valid; nothing was sent"),
    (3, "The session is not set up: a variable is missing, a URL is not usable"),
    (4, "The API refused the credentials, the token or the subscription key"),
    (5, "The credentials are not permitted to call the operation"),
    (6, "What the request names does not exist (HTTP 404, 410)"),
    (7, "The API refused the request (other HTTP 4xx)"),
    (8, "The response reports a failure by a business code"),
    (9, "Too many requests"),
    (10, "The server failed"),
    (11, "There was no connection, or it broke"),
    (12, "There was no response in time"),
    (13, "The response cannot be read"),
    (14, "Responses differ from the spec: `gofive check` prints how"),
    (20, "The outcome is unknown: the operation may have been carried out. Check before you call it again"),
];

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: String,
    hint: Option<String>,
    code: u8,
    error: Option<Error>,
}

/// How failures are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// One JSON object in place of lines.
    pub(crate) is_json: bool,
    /// With everything that is known.
    pub(crate) is_verbose: bool,
}

/// The exit codes, for the help.
pub(crate) fn exit_codes() -> String {
    let lines: Vec<_> = EXIT_CODES.iter().map(|(code, meaning)| format!("\n{code:>4}  {meaning}")).collect();
    format!("Exit codes:{}", lines.concat())
}

impl Failure {
    /// The code of a command that is not valid.
    pub(crate) const USAGE: u8 = 2;

    /// The command is not valid; nothing was sent.
    pub(crate) fn usage(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), hint: None, code: Self::USAGE, error: None }
    }

    /// The payload has arrived, but cannot be printed as it was asked for.
    pub(crate) fn output(cause: impl Into<String>) -> Self {
        Self::io(cause)
    }

    /// The program that reads the output has ended, such as `head`: that is not a failure.
    pub(crate) fn reader_has_gone() -> Self {
        Self { cause: String::new(), hint: None, code: 0, error: None }
    }

    /// A file, or the terminal, cannot be used.
    pub(crate) fn io(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), hint: None, code: 1, error: None }
    }

    /// The session cannot be set up.
    pub(crate) fn setup(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), hint: None, code: 3, error: None }
    }

    /// A server of the user cannot be reached.
    pub(crate) fn transport(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), hint: None, code: 11, error: None }
    }

    /// A server of the user has responded with a failure.
    pub(crate) fn refused(status: u16, cause: &str) -> Self {
        let code = if status >= 500 { 10 } else { 7 };
        Self { cause: format!("{cause}: HTTP {status}"), hint: None, code, error: None }
    }

    /// Responses differ from the spec.
    pub(crate) fn drift(cause: impl Into<String>) -> Self {
        let hint = "use the newest version, and report what is printed if it differs there, too";
        Self { cause: cause.into(), hint: Some(hint.to_owned()), code: 14, error: None }
    }

    /// An operation that was checked has failed.
    pub(crate) fn check(cause: impl Into<String>, code: u8) -> Self {
        let hint = "call the operation itself to see more";
        Self { cause: cause.into(), hint: Some(hint.to_owned()), code, error: None }
    }

    /// Sets what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets what to do about it, unless that is known already.
    #[cfg(feature = "mcp")]
    pub(crate) fn hint_if_none(mut self, hint: impl FnOnce() -> String) -> Self {
        self.hint = self.hint.or_else(|| Some(hint()));
        self
    }

    /// The error of the call that failed.
    #[cfg(feature = "mcp")]
    pub(crate) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// Prints it to the standard error.
    pub(crate) fn print(&self, report: Report) {
        if self.code == 0 {
            return;
        }
        let text = if report.is_json { format!("{}\n", self.to_json()) } else { self.to_text(report.is_verbose) };
        // Without a terminal, and with NO_COLOR, it has no colours. If nobody reads it, the exit code remains.
        let _ = io::Write::write_all(&mut anstream::stderr(), text.as_bytes());
    }

    fn to_text(&self, is_verbose: bool) -> String {
        let [error, hint] =
            [AnsiColor::Red, AnsiColor::Green].map(|color| Style::new().bold().fg_color(Some(color.into())));
        let mut text = format!("{error}error:{error:#} {}\n", printable(&self.cause));
        if let Some(what) = &self.hint {
            let _ = writeln!(text, "  {hint}try:{hint:#} {}", printable(what));
        }
        for (name, value) in self.details().into_iter().filter(|_| is_verbose) {
            let _ = writeln!(text, "  {name}: {value}");
        }
        text
    }

    /// What is known of a call that failed.
    fn details(&self) -> Vec<(&'static str, String)> {
        let Some(error) = &self.error else { return Vec::new() };
        let optional = [
            ("operation", error.operation().map(str::to_owned)),
            ("HTTP status", error.http_status().map(|status| status.to_string())),
            ("code", error.code().map(str::to_owned)),
            ("description", error.description().map(str::to_owned)),
            ("request ID", error.request_id().map(str::to_owned)),
            ("retry after", error.retry_after().map(|wait| format!("{} s", wait.as_secs()))),
            ("JSON path", error.json_path().map(str::to_owned)),
            ("body", error.body_excerpt()),
            ("source", std::error::Error::source(error).map(ToString::to_string)),
        ];
        let always = [
            ("kind", error.kind().to_string()),
            ("attempts", error.attempts().to_string()),
            ("may be called again", yes_or_no(error.is_retryable())),
            ("outcome unknown", yes_or_no(error.outcome_unknown())),
        ];
        let problems = error.problems().iter().map(|problem| ("problem", problem.to_string()));
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let all = always.into_iter().chain(optional).chain(problems);
        all.map(|(name, value)| (name, printable(&value))).collect()
    }

    /// Everything that programs need to know.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({"error": self.cause, "hint": self.hint, "exitCode": self.code});
        if let Some(error) = &self.error {
            json["kind"] = error.kind().to_string().into();
            json["operation"] = error.operation().into();
            json["httpStatus"] = error.http_status().into();
            json["code"] = error.code().into();
            json["description"] = error.description().into();
            json["problems"] = error.problems().iter().map(ToString::to_string).collect();
            json["requestId"] = error.request_id().into();
            json["retryAfterSeconds"] = error.retry_after().map(|wait| wait.as_secs()).into();
            json["attempts"] = error.attempts().into();
            json["isRetryable"] = error.is_retryable().into();
            json["outcomeUnknown"] = error.outcome_unknown().into();
        }
        json
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (code, hint) = if error.outcome_unknown() {
            (20, "check whether the operation was carried out before you call it again".to_owned())
        } else {
            explained(&error)
        };
        // The text of an error is one line already, but for what other crates add to it.
        let cause = error.to_string();
        Self { cause: printable(&cause), hint: Some(hint), code, error: Some(error) }
    }
}

impl From<PagingError> for Failure {
    fn from(failure: PagingError) -> Self {
        let position = failure.position();
        let failure = Self::from(Error::from(failure));
        Self { cause: format!("after {position} records: {}", failure.cause), ..failure }
    }
}

/// The exit code of an error, and what to do about it.
fn explained(error: &Error) -> (u8, String) {
    let (code, hint) = match error.kind() {
        ErrorKind::Configuration => (3, "correct the setting that is named; `gofive doctor` checks all settings"),
        // The gateway before the token endpoint, which refuses the key, has no code.
        ErrorKind::TokenRefused if error.code().is_none() => {
            (4, "check the subscription key: GOFIVE_SUBSCRIPTION_KEY, or `gofive login`")
        }
        ErrorKind::TokenRefused => {
            (4, "check the client identifier and the client secret: GOFIVE_CLIENT_SECRET, or `gofive login`")
        }
        ErrorKind::Authentication => (4, "check the subscription key: GOFIVE_SUBSCRIPTION_KEY, or `gofive login`"),
        ErrorKind::Permission => (5, "ask the administrator of your company at Gofive for the permission"),
        ErrorKind::NotFound => (6, "check the number or code in the command"),
        ErrorKind::Validation => (7, "correct the request; --help shows what the operation takes"),
        ErrorKind::Business => (8, "correct what the description names; --verbose shows the whole response"),
        ErrorKind::RateLimited => match error.retry_after() {
            Some(wait) => return (9, format!("wait {} seconds, then call it again", wait.as_secs().max(1))),
            None => (9, "wait a minute, then call it again"),
        },
        ErrorKind::Server => (10, "call it again later"),
        ErrorKind::Transport => (11, "check the network, a proxy, and GOFIVE_BASE_URL"),
        ErrorKind::Timeout => (12, "call it again later, or with a larger --timeout"),
        ErrorKind::Decode => (13, "use --verbose to see the response"),
        _ => (1, "use --verbose to see more"),
    };
    (code, hint.to_owned())
}

fn yes_or_no(condition: bool) -> String {
    if condition { "yes" } else { "no" }.to_owned()
}

/// Replaces characters that would control the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}
