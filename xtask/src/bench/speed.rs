//! Runs the comparisons in `benches/`, with the client of OpenAPI Generator where that can be made.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::environment::{facts, output, scratch};
use super::peer;
use crate::workspace::cargo;

/// The programs that call the generated client.
const PEER: &str = "benches/comparison/openapi_generator";

/// Runs all comparisons; returns their tables.
pub(super) fn run(workspace: &Path, generator: &Path) -> Result<String> {
    let (programs, peer) = match build_peer(workspace, generator) {
        Ok((programs, version)) => (Some(programs), version),
        Err(why) => {
            eprintln!("going on without OpenAPI Generator: {why:#}");
            (None, format!("without OpenAPI Generator: {why}"))
        }
    };
    let mut text = facts(peer)?;
    let benches =
        [("comparison", "GOFIVE_BENCH_PEER"), ("long_responses", ""), ("allocations", "GOFIVE_BENCH_PEER_ALLOCATIONS")];
    for (bench, variable) in benches {
        let mut bench_run = Command::new(cargo());
        bench_run.args(["bench", "--package", "gofive-benches", "--bench", bench]).current_dir(workspace);
        if let Some(programs) = programs.as_ref().filter(|_| !variable.is_empty()) {
            bench_run.env(variable, programs.join(if bench == "comparison" { "speed" } else { bench }));
        }
        text += &output(&mut bench_run)?;
    }
    Ok(text)
}

/// Generates the peer and builds its programs. Returns their folder, and the generator's version.
fn build_peer(workspace: &Path, generator: &Path) -> Result<(PathBuf, String)> {
    let version = peer::version(generator)?;
    peer::generate(workspace, generator, "venio")?;
    // The versions of the workspace's own dependencies.
    let manifest = workspace.join(PEER);
    std::fs::copy(workspace.join("Cargo.lock"), manifest.join("Cargo.lock"))?;
    let target = scratch(workspace).join("build");
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--release", "--manifest-path"]).arg(manifest.join("Cargo.toml"));
    build.arg("--target-dir").arg(&target);
    ensure!(build.status()?.success(), "the client that OpenAPI Generator made does not compile");
    Ok((target.join("release"), version))
}
