//! `gofive mcp`: a server of the Model Context Protocol, by which agents search, read about and call operations.

#[cfg(feature = "mcp")]
mod server;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::failure::Failure;
use crate::options::{self, Options};

const ABOUT: &str = "\
Serves the API to agents by the Model Context Protocol, on the standard input and output, until the input ends.

An agent has three tools: search_operations, describe_operation and call_operation. It calls operations that only read; others are \
refused unless --allow-writes names them. The server has the credentials, and an agent never sees them.

Tools return at most --max-result bytes. What is cut says how to get the rest: the next records, or fewer fields.";

const CONFIGURATION: &str = r#"Configuration of most clients:
  {"mcpServers": {"gofive": {"command": "gofive", "args": ["mcp"]}}}
  {"mcpServers": {"gofive": {"command": "gofive", "args": ["--sandbox", "mcp", "--allow-writes", "all"]}}}"#;

/// The command.
pub(crate) fn command() -> Command {
    Command::new("mcp")
        .about("Serves the API to agents by the Model Context Protocol")
        .long_about(ABOUT)
        .after_help(CONFIGURATION)
        .arg(
            Arg::new("allow-writes")
                .long("allow-writes")
                .value_name("OPERATIONS")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .help("Lets agents call these operations, too: add_case,edit_case; all allows every operation"),
        )
        .arg(
            Arg::new("max-result")
                .long("max-result")
                .value_name("BYTES")
                .value_parser(value_parser!(u32).range(8_000..=4_000_000))
                .default_value("32000")
                .help("Size of the result of a tool"),
        )
        .args(options::some(&["sandbox", "profile", "timeout", "unreviewed"]))
}

/// Serves until the standard input ends.
#[cfg(feature = "mcp")]
pub(crate) async fn run(matches: &ArgMatches, options: &Options) -> Result<(), Failure> {
    let writes = matches.get_many::<String>("allow-writes").into_iter().flatten();
    let max_size = matches.get_one::<u32>("max-result").map_or(32_000, |bytes| *bytes as usize);
    server::serve(writes.map(String::as_str), max_size, options).await
}

/// Says how to get a command that has the server.
#[cfg(not(feature = "mcp"))]
#[allow(clippy::unused_async, reason = "as with the feature")]
pub(crate) async fn run(_: &ArgMatches, _: &Options) -> Result<(), Failure> {
    let cause = "this command was built without the feature `mcp`";
    Err(Failure::usage(cause).hint("use a released binary, or `cargo install gofive-cli --features mcp`"))
}
