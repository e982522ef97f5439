//! The report: a line for each check, and the first failure.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use gofive_api::jiff::SignedDuration;

use crate::failure::Failure;

/// How much the clock may differ before tokens appear to expire too early or too late.
const MAX_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// What has been checked, and the first failure.
#[derive(Default)]
pub(super) struct Report(Option<Failure>);

impl Report {
    #[allow(clippy::unused_self, reason = "a line belongs to the report")]
    pub(super) fn ok(&self, what: &str, detail: &str) {
        line("ok", AnsiColor::Green, what, detail);
    }

    pub(super) fn failed(&mut self, what: &str, failure: Failure) {
        line("FAILED", AnsiColor::Red, what, &failure.to_string());
        self.0.get_or_insert(failure);
    }

    pub(super) fn end_with(mut self, what: &str, failure: Failure) -> Result<(), Failure> {
        self.failed(what, failure);
        self.end()
    }

    pub(super) fn end(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), Err)
    }

    /// Compares the clock with that of the server.
    pub(super) fn clock(&mut self, skew: SignedDuration) {
        let direction = if skew.is_negative() { "behind" } else { "ahead of" };
        let text = format!("{} seconds {direction} the server", skew.as_secs().abs());
        if skew.abs() <= MAX_SKEW {
            self.ok("clock", &text);
        } else {
            let cause = format!("the clock of this machine is {text}");
            self.failed("clock", Failure::setup(cause).hint("set the clock of this machine"));
        }
    }
}

/// Prints a line of the report, which is what the command prints.
fn line(result: &str, color: AnsiColor, what: &str, detail: &str) {
    let style = Style::new().bold().fg_color(Some(color.into()));
    let line = format!("{style}{result:8}{style:#}{what:14}{detail}\n");
    let _ = anstream::stdout().write_all(line.as_bytes());
}
