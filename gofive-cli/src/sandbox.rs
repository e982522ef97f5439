//! `gofive sandbox`: the sandbox as a server.

use std::io::{self, Write as _};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gofive_sandbox::{Sandbox, SandboxBuilder};

use crate::failure::Failure;
use crate::signal;

/// The command.
pub(crate) fn command() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("sandbox")
        .about("Runs a sandbox until Ctrl-C is pressed, for programs in any language")
        .long_about(
            "Runs a sandbox until Ctrl-C is pressed, for programs in any language. It prints the variables that make a program, \
             or this command in another terminal, call it in place of the API.\n\n\
             The program gofive-sandbox has more options: faults, limits, and its control API.",
        )
        .arg(option("host", "HOST", "Host to listen on; 0.0.0.0 is all addresses of this machine").default_value("127.0.0.1"))
        .arg(
            option("port", "PORT", "Port to listen on; 0 takes a free one")
                .value_parser(value_parser!(u16))
                .default_value("4010"),
        )
        .arg(option("records", "FOLDER", "Folder with initial records: a file for each kind, customers.json"))
        .arg(option("state", "FILE", "File that keeps the records: loaded at the start, and written at the end"))
        .arg(Arg::new("log").long("log").action(ArgAction::SetTrue).help("Prints one line for each request"))
}

/// Runs the sandbox.
pub(crate) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let sandbox = builder(matches).start().await;
    let sandbox = sandbox.map_err(|error| Failure::setup(format!("the sandbox cannot start: {error}")))?;
    // The sandbox runs also if nobody reads how to use it.
    let _ = io::stdout().write_all(text(&sandbox).as_bytes());
    signal::interrupted().await?;
    sandbox.shutdown().await.map_err(|error| Failure::io(format!("the records cannot be saved: {error}")))
}

fn builder(matches: &ArgMatches) -> SandboxBuilder {
    let text = |name: &str| matches.get_one::<String>(name);
    let mut builder = Sandbox::builder();
    if let Some(host) = text("host") {
        builder = builder.host(host);
    }
    if let Some(port) = matches.get_one::<u16>("port") {
        builder = builder.port(*port);
    }
    if let Some(folder) = text("records") {
        builder = builder.records(folder);
    }
    if let Some(file) = text("state") {
        builder = builder.state_file(file);
    }
    if matches.get_flag("log") {
        builder = builder.on_request(|request| drop(io::stderr().write_all(format!("{request}\n").as_bytes())));
    }
    builder
}

/// How to use it. The lines that start with `export` are for a shell.
fn text(sandbox: &Sandbox) -> String {
    let control = sandbox.control_token().map(|token| format!("\nIts control API needs the token {token}\n"));
    format!(
        "The sandbox listens at {url} and has made-up data only. Call it from another terminal with:\n\n\
         export GOFIVE_BASE_URL={url}\nexport GOFIVE_CLIENT_ID={}\nexport GOFIVE_CLIENT_SECRET={}\n\
         export GOFIVE_SUBSCRIPTION_KEY={}\n{}\nPress Ctrl-C to stop it.\n",
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.subscription_key(),
        control.unwrap_or_default(),
        url = sandbox.base_url(),
    )
}
