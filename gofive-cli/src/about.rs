//! What the command says about itself: its version, its completion, its manual, and the tree of all commands.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::output::Sink;
use crate::product;

/// The commands.
pub(crate) fn commands() -> [Command; 3] {
    let json =
        Arg::new("json").long("json").action(ArgAction::SetTrue).help("Prints JSON, with what the command contains");
    [
        Command::new("completion")
            .about("Prints a script that makes a shell complete commands, flags and values")
            .after_help(
                "bash:        gofive completion bash > ~/.local/share/bash-completion/completions/gofive\n\
                 zsh:         gofive completion zsh > \"${fpath[1]}/_gofive\"\n\
                 fish:        gofive completion fish > ~/.config/fish/completions/gofive.fish\n\
                 PowerShell:  gofive completion powershell >> $PROFILE   (commands and flags only)",
            )
            .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell))),
        Command::new("man")
            .about("Writes the manual, a page for each command, into a folder")
            .arg(Arg::new("folder").value_name("FOLDER").required(true).value_parser(value_parser!(PathBuf))),
        Command::new("version").about("Prints the version").arg(json),
    ]
}

/// Prints the script for a shell.
pub(crate) fn completion(matches: &ArgMatches, mut command: Command) -> Result<(), Failure> {
    let shell = *matches.get_one::<Shell>("shell").unwrap_or(&Shell::Bash);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "gofive", &mut script);
    Sink::new(None)?.bytes(&script)
}

/// Writes the manual.
pub(crate) fn manual(matches: &ArgMatches, mut command: Command) -> Result<(), Failure> {
    let folder = matches.get_one::<PathBuf>("folder").map_or(Path::new("."), PathBuf::as_path);
    let unusable = |error: std::io::Error| Failure::io(format!("{} cannot be written: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(unusable)?;
    command.build();
    clap_mangen::generate_to(command, folder).map_err(unusable)
}

/// Prints the version.
pub(crate) fn version(matches: &ArgMatches) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let text = if matches.get_flag("json") {
        let specs = product::names().filter_map(product::product);
        let specs: Map<_, _> = specs.map(|one| (one.name.to_owned(), json!(one.api.info.version))).collect();
        let system = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
        json!({"version": version, "system": system, "jq": cfg!(feature = "jq"), "specs": specs}).to_string()
    } else {
        format!("gofive {version}")
    };
    let mut output = std::io::stdout();
    output.write_all(format!("{text}\n").as_bytes()).map_err(|error| Failure::io(error.to_string()))
}

/// All commands with their arguments, for programs: what `gofive --help --json` prints.
pub(crate) fn tree(command: &Command) -> Value {
    let arguments = command.get_arguments().filter(|argument| !argument.is_hide_long_help_set()).map(argument);
    let commands = command.get_subcommands().filter(|inner| inner.get_name() != "help").map(tree);
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string);
    let mut tree = json!({"name": command.get_name(), "about": about});
    tree["arguments"] = arguments.collect();
    let commands: Vec<_> = commands.collect();
    if !commands.is_empty() {
        tree["commands"] = commands.into();
    }
    tree
}

fn argument(argument: &Arg) -> Value {
    let is_list = matches!(argument.get_action(), ArgAction::Append);
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let takes_value = argument.get_action().takes_values();
    let mut json = json!({
        "name": argument.get_long().map_or_else(
            || argument.get_value_names().and_then(<[_]>::first).map(ToString::to_string),
            |long| Some(format!("--{long}")),
        ),
        "help": argument.get_help().map(ToString::to_string),
    });
    if takes_value {
        json["value"] = argument.get_value_names().and_then(<[_]>::first).map(ToString::to_string).into();
    }
    if is_list {
        json["isList"] = true.into();
    }
    if takes_value && !values.is_empty() {
        json["values"] = values.into();
    }
    json
}
