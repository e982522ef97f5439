//! `cargo xtask portal`: the developer portal as a source of the spec.

mod fetch;
mod input;

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use spec_tools::{Sources, portal};

use self::input::Input;
use crate::Format;

/// What to do with the portal's pages. SOURCE is an address (an index, llms.txt, or a page), a saved file of any form, or a
/// folder of such files.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what the portal has against the ledgers, and what changed since the last look; exit code 1 if anything differs
    Status {
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        /// Note the pages as seen, in openapi/<product>/portal.lock
        #[arg(long)]
        record: bool,
        /// Use only what was fetched before
        #[arg(long)]
        offline: bool,
    },
}

/// Runs a command. `false` means that it found something.
pub(crate) fn run(workspace: &Path, command: Command) -> Result<bool> {
    match command {
        Command::Status { sources, format, record, offline } => status(workspace, &sources, format, record, offline),
    }
}

fn status(workspace: &Path, from: &[String], format: Format, record: bool, offline: bool) -> Result<bool> {
    let Input { portal, missing } = input::read(workspace, from, offline)?;
    let today: String = jiff::Timestamp::now().to_string().chars().take("2026-11-27".len()).collect();
    let status = portal::status(&Sources::read(workspace)?, &portal, missing, &today)?;
    match format {
        Format::Text => print!("{}", status.words(false)),
        Format::Markdown => print!("{}", status.words(true)),
        Format::Json => println!("{}", status.json()?),
    }
    for edited in status.record().into_iter().filter(|_| record) {
        let path = workspace.join(&edited.file);
        std::fs::write(path, &edited.text).with_context(|| format!("{} cannot be written", edited.file))?;
        eprintln!("{}: {}", edited.file, edited.what);
    }
    Ok(status.is_quiet())
}
