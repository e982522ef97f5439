//! Adds awkward names and texts to the spec of a copy of the workspace, and generates its code: `tests/awkward_spec/run`
//! compiles it. Prints what the linter refuses.

#![allow(clippy::print_stdout, reason = "it reports to a terminal")]

#[path = "../tests/awkward/mod.rs"]
mod awkward;

use std::path::PathBuf;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let copy = PathBuf::from(std::env::args().nth(1).context("usage: awkward_spec COPY")?);
    let mut cases = awkward::names::all();
    cases.extend(awkward::texts::all(awkward::texts::ESCAPED));
    let (accepted, refused) = awkward::split(cases);
    for case in &refused {
        for finding in &case.findings {
            println!("refused: {} {:?}: {} [{}]", case.kind, case.what, finding.problem, finding.rule);
        }
    }
    for case in &accepted {
        println!("accepted: {} {:?}", case.kind, case.what);
    }
    let mut sources = awkward::sources(&accepted);
    awkward::texts::describe_products(&mut sources);
    let written = spec_tools::build(&sources)?.write(&copy)?;
    println!("{} accepted, {} refused, {} files written", accepted.len(), refused.len(), written.len());
    Ok(())
}
