//! What the command says about itself: its version and its manual.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde_json::{Map, json};

use crate::failure::Failure;
use crate::product;

/// The commands.
pub(crate) fn commands() -> [Command; 2] {
    let json =
        Arg::new("json").long("json").action(ArgAction::SetTrue).help("Prints JSON, with what the command contains");
    [
        Command::new("man")
            .about("Writes the manual, a page for each command, into a folder")
            .arg(Arg::new("folder").value_name("FOLDER").required(true).value_parser(value_parser!(PathBuf))),
        Command::new("version").about("Prints the version").arg(json),
    ]
}

/// Writes the manual.
pub(crate) fn manual(matches: &ArgMatches, mut command: Command) -> Result<(), Failure> {
    let folder = matches.get_one::<PathBuf>("folder").map_or(Path::new("."), PathBuf::as_path);
    let unusable = |error: std::io::Error| Failure::io(format!("{} cannot be written: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(unusable)?;
    command.build();
    clap_mangen::generate_to(in_paragraphs(command), folder).map_err(unusable)
}

/// The same commands, whose descriptions have a paragraph for each line: the manual joins the lines of a paragraph.
fn in_paragraphs(command: Command) -> Command {
    let description = command.get_long_about().map(ToString::to_string);
    let command = command.mut_subcommands(in_paragraphs);
    match description {
        Some(text) => {
            let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
            command.long_about(lines.join("\n\n"))
        }
        None => command,
    }
}

/// Prints the version.
pub(crate) fn version(matches: &ArgMatches) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let text = if matches.get_flag("json") {
        let specs = product::names().filter_map(product::product);
        let specs: Map<_, _> = specs.map(|one| (one.name.to_owned(), json!(one.api.info.version))).collect();
        let system = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
        json!({"version": version, "system": system, "jq": cfg!(feature = "jq"), "mcp": cfg!(feature = "mcp"), "specs": specs}).to_string()
    } else {
        format!("gofive {version}")
    };
    let mut output = std::io::stdout();
    output.write_all(format!("{text}\n").as_bytes()).map_err(|error| Failure::io(error.to_string()))
}

/// The versions of the command and of the specs in it.
pub(crate) fn versions() -> String {
    let specs = product::names().filter_map(product::product);
    let specs: Vec<_> = specs.map(|one| format!("{} {}", one.name, one.api.info.version)).collect();
    format!("{}, with the specs {}", env!("CARGO_PKG_VERSION"), specs.join(", "))
}
