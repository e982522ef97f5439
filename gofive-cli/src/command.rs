//! The command line: global options, then the product, then the operation. The bundles decide about all of it.

mod check;
mod operation;

use clap::{Arg, ArgAction, Command};

use crate::failure;
use crate::options;
use crate::product;
use crate::{about, completion, doctor, login, mcp, record, sandbox, shapes, webhook};

pub(crate) use self::operation::command as of_operation;

const ABOUT: &str = "\
The Gofive API on the command line: Venio (CRM), empeo (HR), eTaxGo (e-tax documents).

`gofive venio --help` lists the operations of Venio, `gofive venio add-case --help` shows what one takes. \
With `--sandbox`, a command calls a sandbox in place of the API: it needs no account, and has made-up data.

Options of any call can be set before the product: `gofive -o csv venio get-product A001`. After the operation they can be set, \
too, unless the operation has a property of the same name; the flag then is that of the property.";

const ENVIRONMENT: &str = "\
Environment:
  GOFIVE_CLIENT_ID, GOFIVE_CLIENT_SECRET  The credentials
  GOFIVE_SUBSCRIPTION_KEY                 The subscription key
  GOFIVE_BASE_URL                         The URL of the API, if it is another one
  GOFIVE_PROFILE                          The profile that is used without --profile
  GOFIVE_CONFIG_DIR                       The folder of the profiles
  GOFIVE_WEBHOOK_SECRET                   The secret of webhooks
  NO_COLOR                                Turns colours off";

/// The whole command. What is below a product is built only if the product is used.
pub(crate) fn command() -> Command {
    Command::new("gofive")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The Gofive API on the command line")
        .long_about(ABOUT)
        .after_long_help(format!("{ENVIRONMENT}\n\n{}", failure::exit_codes()))
        .max_term_width(110)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(options::of_any_call())
        .subcommands(product::names().map(|name| Command::new(name).about(describe(name)).defer(operations)))
        .subcommand(api())
        .subcommands(login::commands())
        .subcommand(check::command())
        .subcommand(doctor::command())
        .subcommand(sandbox::command())
        .subcommand(record::command())
        .subcommand(shapes::command())
        .subcommand(completion::command())
        .subcommands(about::commands())
        .subcommand(webhook::command())
        .subcommand(mcp::command())
}

fn describe(product: &str) -> &'static str {
    match product {
        "venio" => "Venio, the CRM",
        "empeo" => "empeo, the HR system",
        "etaxgo" => "eTaxGo, the electronic tax documents",
        _ => "",
    }
}

/// Adds the operations of a product, which has the name of the command.
fn operations(command: Command) -> Command {
    let Some(product) = product::product(command.get_name()) else { return command };
    let operations = product.api.operations.iter().map(|one| operation::command(product, one));
    command.subcommand_required(true).arg_required_else_help(true).subcommands(operations)
}

fn api() -> Command {
    let field = |name: char, id: &'static str, help: &'static str| {
        Arg::new(id).short(name).value_name("NAME=VALUE").action(ArgAction::Append).help(help)
    };
    Command::new("api")
        .about("Calls any path of the API, also one that the spec does not have")
        .long_about(
            "Calls any path of the API, also one that the spec does not have, with the same session, errors and exit codes.\n\n\
             The payload is `data` of the response, or the whole response without it. A GET may be sent again after a failure; \
             any other method is sent once.\n\n\
             --record records the response of a path that the spec has.",
        )
        .arg(Arg::new("method").value_name("METHOD").required(true).help("GET, POST, PUT, PATCH or DELETE"))
        .arg(Arg::new("path").value_name("PATH").required(true).help("Percent-encoded path, with a query or without: /v1/case"))
        .arg(field('f', "text", "Adds a text: to the query of a GET, or else to the body"))
        .arg(field('F', "json", "Adds JSON: a number, true, null, a list; @FILE reads it from a file"))
        .arg(Arg::new("input").long("input").value_name("FILE").help("Reads the body from a file; - is the standard input"))
        .arg(
            Arg::new("safe")
                .long("safe")
                .action(ArgAction::SetTrue)
                .help("The request only reads: it may be sent again after a failure"),
        )
        .arg(
            Arg::new("payload")
                .long("payload")
                .value_name("POINTER")
                .action(ArgAction::Append)
                .help("JSON pointer to the payload in the response: /data/value. Can be given several times, innermost first"),
        )
        .args(options::of_any_call())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_accepts_the_whole_command() {
        let mut command = command();
        command.build();
        command.debug_assert();
    }
}
