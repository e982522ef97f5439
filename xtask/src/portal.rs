//! `cargo xtask portal`: the commands that read pages of the portal.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use spec_tools::Sources;
use spec_tools::portal::{Options, Portal, draft};
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
}

/// Runs a command. `false` means that it found something.
pub(crate) fn run(workspace: &Path, command: Command) -> Result<bool> {
    match command {
        Command::Draft { sources, all, product, group, number, print } => {
            let (sources, titles): (Vec<_>, Vec<_>) = sources.into_iter().partition(|path| path.exists());
            let titles = titles.iter().map(|title| title.display().to_string()).collect();
            let options = Options { titles, all, product, group, page: number, print };
            drafts(workspace, &read(&sources, &options.titles)?, &options)
        }
    }
}

/// Reads all sources. A file that cannot be read is an error if it is the only one, and otherwise a line of the output.
fn read(sources: &[PathBuf], titles: &[String]) -> Result<Portal> {
    let mut portal = Portal::default();
    let files = sources.iter().map(|source| saved(source)).collect::<Result<Vec<_>>>()?.concat();
    if files.is_empty() {
        bail!("no file to read: {} is neither a file nor a folder", titles.join(", "));
    }
    for (name, bytes) in &files {
        let read = portal.read(name, bytes).with_context(|| format!("{name} cannot be read"));
        match read {
            Err(error) if files.len() > 1 => eprintln!("{error:#}"),
            read => read?,
        }
    }
    Ok(portal)
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
