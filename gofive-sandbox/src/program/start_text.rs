//! What the program prints when the sandbox has started.

use std::io::{self, Write as _};

use gofive_sandbox::Sandbox;

use super::command_line::CommandLine;

/// Prints how to use and how to stop the sandbox.
pub(crate) fn print_start(arguments: &CommandLine, sandbox: &Sandbox) {
    // The sandbox runs also if nobody reads it.
    let _ = io::stdout().write_all(text(arguments, sandbox).as_bytes());
}

/// The lines that start with `export` are for a shell.
fn text(arguments: &CommandLine, sandbox: &Sandbox) -> String {
    let (url, mut text) = (sandbox.base_url(), String::new());
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("The sandbox of Venio, empeo and eTaxGo listens at {url} and has made-up data only."));
    line("Point a program at it with:\n".to_owned());
    line(format!("export GOFIVE_BASE_URL={url}"));
    line(format!("export GOFIVE_CLIENT_ID={}", sandbox.client_id()));
    line(format!("export GOFIVE_CLIENT_SECRET={}", sandbox.client_secret()));
    line(format!("export GOFIVE_SUBSCRIPTION_KEY={}", sandbox.subscription_key()));
    if let Some(token) = sandbox.control_token() {
        line(format!("\nIts page {url}/ and {url}/__sandbox/ need the control token {token}"));
    } else if arguments.has_control() {
        line(format!("\nOpen {url}/ in a browser to see and to control it."));
    }
    for fault in arguments.describe_faults() {
        line(format!("\n{fault}"));
    }
    line(format!("\nPress Ctrl-C to stop it; {}.", arguments.describe_end()));
    text
}
