//! The command `gofive check`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use crate::options;
use crate::product;

/// The command.
pub(super) fn command() -> Command {
    Command::new("check")
        .about("Compares responses of the API with the spec, and reports what differs")
        .long_about(
            "Calls the operations that only read and need no argument, or have those of --with, and reports what their responses \
             have that the spec does not know: unknown properties, other types and formats, unknown values of enumerations and \
             business codes. Of a list, one page is fetched.\n\n\
             The report has no value of a response, so it can be published; names of properties are in it, so read it first. An \
             operation that fails is listed, and the others are called all the same. The exit code is 14 if something differs, or \
             else that of the first failure.",
        )
        .after_help("Example:\n  gofive --sandbox check venio --with get-product:product-code=A001")
        .arg(
            Arg::new("products")
                .value_name("PRODUCT")
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(product::names().collect::<Vec<_>>()))
                .help("Calls the operations of these products only"),
        )
        .arg(
            Arg::new("with")
                .long("with")
                .value_name("OPERATION:NAME=VALUE")
                .action(ArgAction::Append)
                .help("Calls an operation with an argument, by the name that its --help shows. Can be given several times"),
        )
        .arg(
            Arg::new("report")
                .short('o')
                .long("output")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("How the report is printed"),
        )
        .args(options::some(&["out", "profile", "sandbox", "timeout", "verbose", "errors"]))
}
