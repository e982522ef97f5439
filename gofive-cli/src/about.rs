//! What the command says about itself: its version, its completion, its manual.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use serde_json::{Map, json};

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
        json!({"version": version, "system": system, "jq": cfg!(feature = "jq"), "mcp": cfg!(feature = "mcp"), "specs": specs}).to_string()
    } else {
        format!("gofive {version}")
    };
    let mut output = std::io::stdout();
    output.write_all(format!("{text}\n").as_bytes()).map_err(|error| Failure::io(error.to_string()))
}
