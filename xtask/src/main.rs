//! `cargo xtask`: the maintainers' commands.

mod bench;
mod format;
mod learn;
mod portal;
mod release;
mod soak;
mod website;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};

use spec_tools::diff::version::{self, Check};
use spec_tools::diff::{self, changelog};
use spec_tools::sources::git::{self, Revision};
use spec_tools::{Checked, Sources, coverage, finding};

use self::format::Format;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The maintainers' commands of the Gofive workspace")]
struct Arguments {
    /// Workspace to work on [default: that of the current folder]
    #[arg(long, global = true)]
    workspace: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the bundles and the generated crate from openapi/
    Codegen {
        /// Write nothing; fail if a committed file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Check openapi/ and print every finding
    Lint,
    /// Print which part of the portal is in the spec, and what to look up next
    Coverage,
    /// Check that the packaged crates build outside of the workspace; publishes nothing
    Release {
        /// Required: this command only checks, and publishing is done by hand
        #[arg(long)]
        dry_run: bool,
        /// Accept uncommitted changes
        #[arg(long)]
        allow_dirty: bool,
    },
    /// Build the website: the guides, the API reference and the documentation of the crates, in one folder that needs no server
    Docs {
        /// Folder to write to [default: target/website of the workspace]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Show how the changes since a revision affect users
    Diff {
        /// Revision to compare with [default: the merge base with the main branch]
        #[arg(long)]
        base: Option<String>,
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        /// Fail if there is a change of this class
        #[arg(long, value_enum)]
        deny: Option<Deny>,
    },
    /// Fail if the version is lower than the changes since the latest release require
    Semver {
        /// Revision to compare with [default: the latest release]
        #[arg(long)]
        base: Option<String>,
    },
    /// Write the changes since the latest release into CHANGELOG.md, between marks
    Changelog {
        /// Revision to compare with [default: the latest release]
        #[arg(long)]
        base: Option<String>,
    },
    /// Learn from recorded shapes of responses: edits openapi/ and shows how the changes affect users
    Learn {
        /// Files of shapes, or folders of them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Revision to compare with [default: the merge base with the main branch]
        #[arg(long)]
        base: Option<String>,
    },
    /// Take operations from the developer portal, and watch what it changes
    #[command(subcommand)]
    Portal(portal::Command),
    /// Call a misbehaving sandbox from three runtimes, and check that the session keeps its promises
    Soak {
        /// Minimum number of calls
        #[arg(default_value_t = 20_000)]
        calls: usize,
        /// Seed for the faults and for the calls that are dropped
        #[arg(default_value_t = 1)]
        seed: u32,
    },
    /// Compare the client with hand-written code and with OpenAPI Generator's client, and write BENCHMARKS.md
    Bench {
        /// The groups of measurements [default: all]
        #[arg(value_enum)]
        groups: Vec<bench::Group>,
        /// Path of OpenAPI Generator; if it or Java is missing, its client is not compared
        #[arg(long, default_value = "openapi-generator-cli")]
        generator: PathBuf,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Deny {
    Breaking,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match workspace::find(arguments.workspace).and_then(|workspace| run(&workspace, arguments.command)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs a command. `false` means that it found something.
fn run(workspace: &Path, command: Command) -> Result<bool> {
    match command {
        Command::Codegen { check } => codegen(workspace, check),
        Command::Lint => lint(workspace),
        Command::Coverage => look_up(workspace),
        Command::Release { dry_run, allow_dirty } => release(workspace, dry_run, allow_dirty),
        Command::Docs { out } => docs(workspace, out),
        Command::Diff { base, format, deny } => compare(workspace, base.as_deref(), format, deny),
        Command::Semver { base } => semver(workspace, base.as_deref()),
        Command::Changelog { base } => changelog(workspace, base.as_deref()),
        Command::Learn { files, base } => learn::run(workspace, &files, base.as_deref()),
        Command::Portal(command) => portal::run(workspace, command),
        Command::Soak { calls, seed } => soak::run(workspace, calls, seed),
        Command::Bench { groups, generator } => bench::run(workspace, &generator, &groups).map(|()| true),
    }
}

fn codegen(workspace: &Path, check: bool) -> Result<bool> {
    let sources = Sources::read(workspace)?;
    let output = spec_tools::build(&sources)?;
    if check {
        let differences = output.differences(&sources);
        if differences.is_empty() {
            println!("{} files are up to date", output.files.len());
            return Ok(true);
        }
        eprintln!("{}\n\nOut of date. Run `cargo xtask codegen` and commit the result.", differences.join("\n"));
        return Ok(false);
    }
    let touched = output.write(workspace)?;
    for path in &touched {
        println!("{}", path.display());
    }
    println!("{} of {} files changed", touched.len(), output.files.len());
    Ok(true)
}

fn lint(workspace: &Path) -> Result<bool> {
    let Checked { bundles, findings, warnings, .. } = spec_tools::check(&Sources::read(workspace)?)?;
    if !warnings.is_empty() {
        println!("{}", finding::warnings(&warnings));
    }
    if findings.is_empty() {
        println!("{} documents, no findings", bundles.len());
        return Ok(true);
    }
    println!("{}", finding::report(&findings));
    Ok(false)
}

fn look_up(workspace: &Path) -> Result<bool> {
    let Checked { bundles, ledgers, findings, .. } = spec_tools::check(&Sources::read(workspace)?)?;
    if !ledgers.is_empty() {
        let next = coverage::lookup::table(&coverage::lookup::next(&bundles, &ledgers));
        print!("{}\nLook up next\n\n{}\n{next}", coverage::totals(&ledgers), coverage::lookup::ORDER);
    }
    if !findings.is_empty() {
        println!("\n{}", finding::report(&findings));
    }
    Ok(findings.is_empty())
}

fn release(workspace: &Path, dry_run: bool, allow_dirty: bool) -> Result<bool> {
    if !dry_run {
        bail!("this command publishes nothing: pass --dry-run to check the release. {}", release::by_hand());
    }
    release::dry_run(workspace, allow_dirty)?;
    Ok(true)
}

fn docs(workspace: &Path, out: Option<PathBuf>) -> Result<bool> {
    println!("{}", website::build(workspace, out)?.join("index.html").display());
    Ok(true)
}

fn compare(workspace: &Path, base: Option<&str>, format: Format, deny: Option<Deny>) -> Result<bool> {
    let report = diff::with_revision(&git::base(workspace, base)?, &Sources::read(workspace)?)?;
    print!("{}", report.render(format.into()));
    Ok(!matches!(deny, Some(Deny::Breaking)) || !report.is_breaking())
}

fn semver(workspace: &Path, base: Option<&str>) -> Result<bool> {
    let check = version::check(since(workspace, base)?.as_ref(), &Sources::read(workspace)?)?;
    if let Check::TooLow { .. } = check {
        eprintln!("{check}");
        return Ok(false);
    }
    println!("{check}");
    Ok(true)
}

fn changelog(workspace: &Path, base: Option<&str>) -> Result<bool> {
    let Some(revision) = since(workspace, base)? else {
        println!("There is no release (tag v*) yet, so there is nothing to list; pass a revision with --base");
        return Ok(true);
    };
    let report = diff::with_revision(&revision, &Sources::read(workspace)?)?;
    let path = workspace.join("CHANGELOG.md");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let updated = changelog::update(&text, &report).with_context(|| {
        format!("{} has no `## Unreleased`, or only one of the two marks of the spec", path.display())
    })?;
    std::fs::write(&path, updated).with_context(|| format!("{} cannot be written", path.display()))?;
    println!("CHANGELOG.md has the changes since {}", revision.named);
    Ok(true)
}

/// The given base, or the latest release; `None` before the first release.
fn since(workspace: &Path, base: Option<&str>) -> Result<Option<Revision>> {
    match base {
        Some(_) => git::base(workspace, base).map(Some),
        None => git::latest_release(workspace),
    }
}
