//! Finds the base of a comparison in git, and reads its files.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::{READ, Sources, folder};

/// The names of the main branch, in the order in which they are tried.
const MAIN: [&str; 2] = ["origin/main", "main"];

/// The files of a revision, and its name for messages.
#[derive(Clone, Debug)]
pub struct Revision {
    pub named: String,
    pub sources: Sources,
}

/// The revision given by `--base`, or the merge base with the main branch.
pub fn base(workspace: &Path, named: Option<&str>) -> Result<Revision> {
    if git(workspace, &["rev-parse", "--git-dir"])?.is_none() {
        bail!("{} is not in a git repository, so there is nothing to compare with", workspace.display());
    }
    let Some(named) = named else {
        let (commit, named) = merge_base(workspace)?;
        return read(workspace, &commit, named);
    };
    let Some(commit) = commit(workspace, named)? else {
        bail!(
            "there is no revision `{named}` here.{} If it is a name, see `git branch --all` and `git tag`",
            fetch_hint(workspace, named)?
        );
    };
    read(workspace, &commit, format!("{named} ({})", short(&commit)))
}

/// The newest release tag among the ancestors of the working tree.
pub fn latest_release(workspace: &Path) -> Result<Option<Revision>> {
    let tag = git(workspace, &["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])?;
    tag.map(|tag| base(workspace, Some(tag.trim()))).transpose()
}

/// Reads the files of a commit, by way of a temporary folder. The working tree and the index are not touched: git uses an
/// index in that folder.
fn read(workspace: &Path, commit: &str, named: String) -> Result<Revision> {
    let temporary = tempfile::tempdir().context("no temporary folder can be created for the files of the base")?;
    let index = temporary.path().join("index");
    let run = |arguments: &[&str]| -> Result<String> {
        let mut command = command(workspace, arguments);
        let output = command.env("GIT_INDEX_FILE", &index).output().context(NO_GIT)?;
        let problem = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if !output.status.success() {
            bail!("the files of {named} cannot be read: {problem}");
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let within = run(&["rev-parse", "--show-prefix"])?.trim_end().to_owned();
    run(&["read-tree", commit])?;
    let listed = run(&[&["ls-files", "-z", "--"], READ.as_slice()].concat())?;
    let to = format!("--prefix={}/", temporary.path().join("files").display());
    let mut checkout = vec!["checkout-index", "--force", &to, "--"];
    checkout.extend(listed.split('\0').filter(|path| !path.is_empty()));
    if checkout.len() > 4 {
        run(&checkout)?;
    }
    let files = folder::read(&temporary.path().join("files").join(within));
    let sources = files.with_context(|| format!("the files of {named} cannot be compared"))?;
    Ok(Revision { named, sources })
}

/// The merge base with the main branch, and its name.
fn merge_base(workspace: &Path) -> Result<(String, String)> {
    for main in MAIN {
        let Some(tip) = commit(workspace, main)? else { continue };
        let Some(found) = git(workspace, &["merge-base", "HEAD", &tip])? else {
            bail!(
                "HEAD and {main} have no common ancestor here.{} Or name a revision with --base",
                fetch_hint(workspace, main)?
            );
        };
        let commit = found.trim().to_owned();
        let named = format!("the merge base with {main} ({})", short(&commit));
        return Ok((commit, named));
    }
    bail!(
        "there is neither {} here to compare with.{} Or name a revision with --base",
        MAIN.join(" nor "),
        fetch_hint(workspace, "main")?
    )
}

/// A hint how to fetch a missing revision, also into a shallow clone.
fn fetch_hint(workspace: &Path, revision: &str) -> Result<String> {
    let shallow =
        git(workspace, &["rev-parse", "--is-shallow-repository"])?.is_some_and(|printed| printed.trim() == "true");
    let revision = revision.strip_prefix("origin/").unwrap_or(revision);
    Ok(if shallow {
        format!(
            " This clone is shallow: run `git fetch --unshallow`, or `git fetch --depth=1 origin {revision}`; in a \
             workflow, check out with `fetch-depth: 0`."
        )
    } else {
        format!(" Perhaps `git fetch origin {revision}` fetches it.")
    })
}

fn commit(workspace: &Path, revision: &str) -> Result<Option<String>> {
    let found =
        git(workspace, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])?;
    Ok(found.map(|commit| commit.trim().to_owned()))
}

fn short(commit: &str) -> &str {
    commit.get(..9).unwrap_or(commit)
}

const NO_GIT: &str = "`git` cannot be run; it is needed to read the base";

/// The output of git, or `None` if it fails.
fn git(workspace: &Path, arguments: &[&str]) -> Result<Option<String>> {
    let output = command(workspace, arguments).output().context(NO_GIT)?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn command(workspace: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(workspace).args(arguments).stdin(Stdio::null());
    command
}
