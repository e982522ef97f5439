//! `cargo xtask portal`: the commands that read pages of the portal.

mod fetch;
mod input;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use spec_tools::Sources;
use spec_tools::portal::{Edited, Missing, Options, Portal, draft, update, verify};

use self::input::Input;
use crate::format::Format;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what the portal has against the ledgers, and what changed since the last look; exit code 1 if anything differs
    Status {
        /// Pages, indexes or exports of the portal: addresses, files or folders
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        /// Note the pages as seen, in the files portal.lock, and their numbers in the ledgers and the spec
        #[arg(long)]
        record: bool,
        /// Use only what was fetched before
        #[arg(long)]
        offline: bool,
    },
    /// Draft operations into openapi/, marked as not reviewed
    Draft {
        /// Pages, indexes or exports of the portal: addresses, files or folders. Anything else is the title or the number of a page to draft
        #[arg(required = true, value_name = "SOURCE|TITLE")]
        sources: Vec<String>,
        /// Draft every page whose operation is not in the spec
        #[arg(long)]
        all: bool,
        /// Product: venio, empeo or etaxgo [default: from the ledgers, the path and the folder]
        #[arg(long)]
        product: Option<String>,
        /// Group in the sidebar [default: from the ledgers and the folder]
        #[arg(long)]
        group: Option<String>,
        /// The portal's number of the only page, such as api-13759273 [default: from the page or the ledger]
        #[arg(long = "page", value_name = "NUMBER")]
        number: Option<String>,
        /// Write nothing; print the draft
        #[arg(long)]
        print: bool,
        /// Use only what was fetched before
        #[arg(long)]
        offline: bool,
    },
    /// Compare operations with their pages
    Verify {
        /// Pages, indexes or exports of the portal: addresses, files or folders. Anything else is an operation [default: all that have a page]
        #[arg(required = true, value_name = "SOURCE|OPERATION")]
        sources: Vec<String>,
        /// Use only what was fetched before
        #[arg(long)]
        offline: bool,
    },
    /// Take over into openapi/ what the pages of operations say
    Update {
        /// Pages, indexes or exports of the portal: addresses, files or folders. Anything else is an operation
        #[arg(required = true, value_name = "SOURCE|OPERATION")]
        sources: Vec<String>,
        /// Use only what was fetched before
        #[arg(long)]
        offline: bool,
    },
}

/// Runs a command. `false` means that it found something.
pub(crate) fn run(workspace: &Path, command: Command) -> Result<bool> {
    match command {
        Command::Status { sources, format, record, offline } => status(workspace, &sources, format, record, offline),
        Command::Draft { sources, all, product, group, number, print, offline } => {
            let (portal, titles) = read(workspace, &sources, offline)?;
            drafts(workspace, &portal, &Options { titles, all, product, group, page: number, print })
        }
        Command::Verify { sources, offline } => {
            let (portal, ids) = read(workspace, &sources, offline)?;
            let verification = verify(&Sources::read(workspace)?, &portal, &ids)?;
            print!("{}", verification.report());
            Ok(verification.is_quiet())
        }
        Command::Update { sources, offline } => {
            let (portal, ids) = read(workspace, &sources, offline)?;
            if ids.is_empty() {
                bail!("pass the operations to update: `cargo xtask portal verify` lists those that differ");
            }
            let updated = update(&Sources::read(workspace)?, &portal, &ids)?;
            for Edited { file, text, .. } in &updated.files {
                std::fs::write(workspace.join(file), text).with_context(|| format!("{file} cannot be written"))?;
            }
            updated.taken.iter().for_each(|taken| println!("taken over: {taken}"));
            print!("{}", updated.left.report());
            Ok(updated.left.is_quiet())
        }
    }
}

/// Reads the sources, and returns the other arguments. What cannot be fetched or read is printed, unless it is all that there is.
fn read(workspace: &Path, arguments: &[String], offline: bool) -> Result<(Portal, Vec<String>)> {
    let Input { portal, missing, others } = input::read(workspace, arguments, offline)?;
    if portal.pages.is_empty() && portal.indexes.is_empty() {
        bail!("no page to read: {} is neither a file, nor a folder, nor an address", others.join(", "));
    }
    for Missing { location, why } in &missing {
        eprintln!("{location}: {why}");
    }
    Ok((portal, others))
}

fn status(workspace: &Path, from: &[String], format: Format, record: bool, offline: bool) -> Result<bool> {
    let Input { portal, missing, others } = input::read(workspace, from, offline)?;
    if let Some(other) = others.first() {
        bail!("`{other}` is neither a file, nor a folder, nor an address");
    }
    let today: String = jiff::Timestamp::now().to_string().chars().take("2026-11-27".len()).collect();
    let sources = Sources::read(workspace)?;
    let status = spec_tools::portal::status(&sources, &portal, missing, &today)?;
    match format {
        Format::Text => print!("{}", status.words(false)),
        Format::Markdown => print!("{}", status.words(true)),
        Format::Json => println!("{}", serde_json::to_string_pretty(&status)?),
    }
    for edited in if record { status.record(&sources)? } else { Vec::new() } {
        let path = workspace.join(&edited.file);
        std::fs::write(path, &edited.text).with_context(|| format!("{} cannot be written", edited.file))?;
        eprintln!("{}: {}", edited.file, edited.what);
    }
    Ok(status.is_quiet())
}

fn drafts(workspace: &Path, portal: &Portal, options: &Options) -> Result<bool> {
    let drafts = draft(&Sources::read(workspace)?, portal, options)?;
    if options.print {
        drafts.drafted.iter().for_each(|drafted| println!("{}", drafted.yaml()));
    } else {
        for (file, text) in drafts.files() {
            std::fs::write(workspace.join(file), text).with_context(|| format!("{file} cannot be written"))?;
        }
    }
    print!("{}", drafts.report());
    if options.print {
        println!("\nNothing was written.");
    }
    Ok(drafts.refused.is_empty())
}
