//! `gofive completion`: scripts that make shells complete commands, flags and values.

use std::fmt::Write as _;

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::failure::Failure;
use crate::output::Sink;

/// The line of the script for PowerShell before which its values are inserted.
const COMPLETIONS: &str = "    $completions = @(switch ($command) {";

/// The command.
pub(crate) fn command() -> Command {
    Command::new("completion")
        .about("Prints a script that makes a shell complete commands, flags and values")
        .after_help(
            "bash:        gofive completion bash > ~/.local/share/bash-completion/completions/gofive\n\
             zsh:         gofive completion zsh > \"${fpath[1]}/_gofive\"\n\
             fish:        gofive completion fish > ~/.config/fish/completions/gofive.fish\n\
             PowerShell:  gofive completion powershell >> $PROFILE",
        )
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
}

/// Prints the script for a shell.
pub(crate) fn run(matches: &ArgMatches, mut command: Command) -> Result<(), Failure> {
    let shell = *matches.get_one::<Shell>("shell").unwrap_or(&Shell::Bash);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "gofive", &mut script);
    if shell == Shell::PowerShell {
        script = with_values(&String::from_utf8_lossy(&script), &command).into_bytes();
    }
    Sink::new(None)?.bytes(&script)
}

/// The script for PowerShell, which has no values otherwise.
fn with_values(script: &str, command: &Command) -> String {
    let mut cases = String::new();
    push_values(&mut cases, command, "gofive");
    let values = format!(
        "    $last = [string]$commandElements[$commandElements.Count - 1]\n    \
             $previous = if ($wordToComplete -and $last -eq $wordToComplete) {{ [string]$commandElements[$commandElements.Count - 2] }} else {{ $last }}\n    \
             $values = @(switch -CaseSensitive (\"$command;$previous\") {{\n{cases}    }})\n    \
             if ($values.Count) {{\n        \
                 return $values.Where{{ $_ -like \"$wordToComplete*\" }} |\n            \
                     ForEach-Object {{ [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_) }}\n    \
             }}\n\n"
    );
    script.replacen(COMPLETIONS, &(values + COMPLETIONS), 1)
}

/// A case for each option of a command that has values, and for its arguments, which follow the command itself.
fn push_values(cases: &mut String, command: &Command, path: &str) {
    for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
        let values: Vec<_> = argument.get_possible_values().iter().map(|value| quoted(value.get_name())).collect();
        let before = match argument.get_long() {
            Some(long) => format!("--{long}"),
            None => command.get_name().to_owned(),
        };
        if !values.is_empty() {
            let _ =
                writeln!(cases, "        {} {{ {}; break }}", quoted(&format!("{path};{before}")), values.join(", "));
        }
    }
    for inner in command.get_subcommands() {
        push_values(cases, inner, &format!("{path};{}", inner.get_name()));
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
