//! `cargo xtask portal`: the commands that read pages of the portal.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use spec_tools::Sources;
use spec_tools::portal::{Options, Portal, draft, update, verify};
use spec_tools::sources::saved;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Draft operations into openapi/, marked as not reviewed
    Draft {
        /// Pages, indexes or exports of the portal: files or folders. Anything else is the title or the number of a page to draft
        #[arg(required = true, value_name = "SOURCE|TITLE")]
        sources: Vec<PathBuf>,
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
    },
    /// Compare operations with their pages
    Verify {
        /// Pages or exports of the portal: files or folders. Anything else is an operation [default: all that have a page]
        #[arg(required = true, value_name = "SOURCE|OPERATION")]
        sources: Vec<PathBuf>,
    },
    /// Take over into openapi/ what the pages of operations say
    Update {
        /// Pages or exports of the portal: files or folders. Anything else is an operation
        #[arg(required = true, value_name = "SOURCE|OPERATION")]
        sources: Vec<PathBuf>,
    },
}

/// Runs a command. `false` means that it found something.
pub(crate) fn run(workspace: &Path, command: Command) -> Result<bool> {
    match command {
        Command::Draft { sources, all, product, group, number, print } => {
            let (portal, titles) = read(&sources)?;
            drafts(workspace, &portal, &Options { titles, all, product, group, page: number, print })
        }
        Command::Verify { sources } => {
            let (portal, ids) = read(&sources)?;
            let verification = verify(&Sources::read(workspace)?, &portal, &ids)?;
            print!("{}", verification.report());
            Ok(verification.is_quiet())
        }
        Command::Update { sources } => {
            let (portal, ids) = read(&sources)?;
            if ids.is_empty() {
                bail!("pass the operations to update: `cargo xtask portal verify` lists those that differ");
            }
            let updated = update(&Sources::read(workspace)?, &portal, &ids)?;
            for (file, text) in &updated.files {
                std::fs::write(workspace.join(file), text).with_context(|| format!("{file} cannot be written"))?;
            }
            updated.taken.iter().for_each(|taken| println!("taken over: {taken}"));
            print!("{}", updated.left.report());
            Ok(updated.left.is_quiet())
        }
    }
}

/// Reads what is a file or a folder, and returns the other arguments. A file that cannot be read is an error if it is the only
/// one, and otherwise a line of the output.
fn read(arguments: &[PathBuf]) -> Result<(Portal, Vec<String>)> {
    let mut portal = Portal::default();
    let (sources, others): (Vec<&PathBuf>, Vec<&PathBuf>) = arguments.iter().partition(|path| path.exists());
    let others: Vec<_> = others.iter().map(|other| other.display().to_string()).collect();
    let files = sources.iter().map(|source| saved(source)).collect::<Result<Vec<_>>>()?.concat();
    if files.is_empty() {
        bail!("no page to read: {} is neither a file nor a folder", others.join(", "));
    }
    for (name, bytes) in &files {
        let read = portal.read(name, bytes).with_context(|| format!("{name} cannot be read"));
        match read {
            Err(error) if files.len() > 1 => eprintln!("{error:#}"),
            read => read?,
        }
    }
    Ok((portal, others))
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
