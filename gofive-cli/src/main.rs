//! The Gofive API on the command line.
//!
//! The bundles of the spec decide about products, operations and flags: nothing is generated, so a new operation appears by
//! itself. Calls go through the public API of `gofive-api`.

#![forbid(unsafe_code)]

mod about;
mod api;
mod body;
mod call;
mod check;
mod command;
mod completion;
mod doctor;
mod dry_run;
mod example;
mod failure;
mod flags;
mod format;
mod idempotency;
mod login;
mod mcp;
mod moment;
mod options;
mod output;
mod pages;
mod probe;
mod product;
mod record;
mod request;
mod routes;
mod sandbox;
mod session;
mod shapes;
mod signal;
mod tree;
mod value;
mod webhook;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::ErrorKind;

use crate::failure::{Failure, Report};
use crate::options::Options;

fn main() -> ExitCode {
    keep_secrets_out_of_core_files();
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    if let Some(tree) = tree::of(&arguments, command::command) {
        // If nobody reads it, nobody misses it.
        let _ = io::stdout().write_all(format!("{tree}\n").as_bytes());
        return ExitCode::SUCCESS;
    }
    let matches = match command::command().try_get_matches_from(std::env::args_os()) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, &arguments),
    };
    let levels = levels(&matches);
    let Err(failure) = carry_out(&levels) else { return ExitCode::SUCCESS };
    failure.print(Report::read(&levels));
    ExitCode::from(failure.code())
}

/// A core file would have the credentials of the process.
fn keep_secrets_out_of_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        // Where it is not allowed, the limit of the user remains.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// Prints the help that was asked for, or why the arguments are not valid.
fn refuse(error: &clap::Error, arguments: &[String]) -> ExitCode {
    let report = Report::guess(arguments);
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if report.is_json && !is_help {
        let text = error.render().to_string();
        let cause = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::usage(cause).hint("--help").print(report);
    } else {
        // If nobody reads it, the exit code remains.
        let _ = error.print();
        if error.kind() == ErrorKind::DisplayHelp {
            print_example(arguments);
        }
    }
    ExitCode::from(if is_help { 0 } else { Failure::USAGE })
}

/// Prints the example of the operation whose long help was asked for.
fn print_example(arguments: &[String]) {
    let is_long = arguments.iter().any(|argument| argument == "--help" || argument == "help");
    let called = arguments.windows(2).find_map(|pair| {
        let product = product::product(&pair[0])?;
        Some((product, product.operation(&pair[1])?))
    });
    if let Some((product, operation)) = called.filter(|_| is_long) {
        let _ = io::stdout().write_all(example::text(product, operation).as_bytes());
    }
}

/// The arguments of the command, of its product, and of its operation.
fn levels(matches: &ArgMatches) -> Vec<&ArgMatches> {
    let mut levels = vec![matches];
    while let Some((_, inner)) = levels.last().and_then(|level| level.subcommand()) {
        levels.push(inner);
    }
    levels
}

fn carry_out(levels: &[&ArgMatches]) -> Result<(), Failure> {
    let options = Options::read(levels)?;
    let names: Vec<_> = levels.iter().filter_map(|level| level.subcommand_name()).collect();
    let innermost = levels[levels.len() - 1];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::setup(format!("the system has no threads left: {error}")))?;
    let result = match names.as_slice() {
        ["completion"] => completion::run(innermost, command::command()),
        ["man"] => about::manual(innermost, command::command()),
        ["version"] => about::version(innermost),
        ["login"] => runtime.block_on(login::login(innermost.get_one("base-url"), &options)),
        ["logout"] => login::logout(&options),
        ["check"] => runtime.block_on(check::run(innermost, &options)),
        ["doctor"] => runtime.block_on(doctor::run(&options)),
        ["sandbox"] => runtime.block_on(sandbox::run(innermost)),
        ["record"] => record::run(innermost),
        ["shapes", command] => shapes::run(command, innermost),
        ["webhook", command] => runtime.block_on(webhook::run(command, innermost)),
        ["mcp"] => runtime.block_on(mcp::run(innermost, &options)),
        ["api"] => runtime.block_on(api::api(innermost, &options)),
        [product, operation] => {
            let product = product::product(product).ok_or_else(|| Failure::usage("unknown product"))?;
            let operation = product.operation(operation).ok_or_else(|| Failure::usage("unknown operation"))?;
            runtime.block_on(call::operation(product, operation, innermost, &options))
        }
        _ => Err(Failure::usage("the command is not complete").hint("gofive --help")),
    };
    // A thread that still reads the standard input, or resolves a name, does not keep the command from ending.
    runtime.shutdown_background();
    result
}
