//! `gofive webhook`: receives events, and sends them for a test.

mod arguments;
mod http;
mod listen;
mod trigger;

use clap::{ArgMatches, Command, value_parser};

use crate::failure::Failure;

/// The command.
pub(crate) fn command() -> Command {
    Command::new("webhook")
        .about("Receives the events of webhooks, or sends one for a test")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("listen")
                .about("Prints each event as a line of JSON, and forwards it")
                .long_about(
                    "Prints each event as a line of JSON on the standard output, and forwards it, until Ctrl-C is pressed.\n\n\
                     If the variable GOFIVE_WEBHOOK_SECRET is set, a request without that secret is refused: in the header \
                     of --secret-header, or else as the last segment of the path. The API signs nothing, so a secret is all \
                     that distinguishes its requests from those of others.",
                )
                .arg(arguments::option("host", "HOST", "Host to listen on").default_value("127.0.0.1"))
                .arg(
                    arguments::option("port", "PORT", "Port to listen on; 0 takes a free one")
                        .value_parser(value_parser!(u16))
                        .default_value("4011"),
                )
                .arg(arguments::option("forward-to", "URL", "Sends each event to a URL, as it was received"))
                .arg(
                    arguments::option("count", "N", "Ends after so many events")
                        .value_parser(value_parser!(u64).range(1..)),
                )
                .arg(arguments::header()),
        )
        .subcommand(
            // The kinds are read from the bundles only if they are needed.
            Command::new("trigger")
                .about("Sends the documented event of a kind to a URL")
                .long_about(
                    "Sends the documented event of a kind to a URL.\n\n\
                     If the variable GOFIVE_WEBHOOK_SECRET is set, the event has that secret: in the header of \
                     --secret-header, or else as the last segment of the path, behind those of --to.",
                )
                .defer(trigger::arguments),
        )
}

/// Carries out the command.
pub(crate) async fn run(command: &str, matches: &ArgMatches) -> Result<(), Failure> {
    match command {
        "listen" => listen::run(matches).await,
        _ => trigger::run(matches).await,
    }
}
