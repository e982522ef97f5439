//! `cargo xtask bench`: the comparisons of `gofive-api/benches`, beside the client of OpenAPI Generator where that can be
//! made, written to `BENCHMARKS.md`. The client is generated below `target/`, and never committed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::workspace::cargo;

const OUTPUT: &str = "BENCHMARKS.md";
const PEER: &str = "gofive-api/benches/comparison/openapi_generator";

/// Runs everything, and writes the page. Takes some minutes; other work on the machine makes it say less.
pub(crate) fn run(workspace: &Path, generator: &Path) -> Result<()> {
    let workspace = &workspace.canonicalize()?;
    let mut facts = vec![first_line("rustc", "--version").context("rustc cannot be asked for its version")?];
    let peer = match peer(workspace, generator) {
        Ok((peer, version)) => {
            facts.push(format!("OpenAPI Generator {version} (`-g rust`, reqwest, the same TLS and features)"));
            Some(peer)
        }
        Err(why) => {
            eprintln!("going on without OpenAPI Generator: {why:#}");
            facts.push(format!("without OpenAPI Generator: {why}"));
            None
        }
    };
    facts.extend(std::thread::available_parallelism().ok().map(|cores| format!("{cores} cores")));
    facts.extend(cpu());
    let mut page = format!("{HEAD}\nMeasured with {}.\n\n", facts.join(", "));
    let benches =
        [("comparison", "GOFIVE_BENCH_PEER"), ("long_responses", ""), ("allocations", "GOFIVE_BENCH_PEER_ALLOCATIONS")];
    for (bench, variable) in benches {
        let mut cargo = Command::new(cargo());
        cargo.args(["bench", "--package", "gofive-api", "--bench", bench]).current_dir(workspace);
        if let Some(peer) = peer.as_ref().filter(|_| !variable.is_empty()) {
            cargo.env(variable, peer.join(if bench == "comparison" { "speed" } else { bench }));
        }
        page += &output(&mut cargo)?;
    }
    std::fs::write(workspace.join(OUTPUT), page.trim_end().to_owned() + "\n")
        .with_context(|| format!("{OUTPUT} cannot be written"))?;
    println!("{OUTPUT} is written");
    Ok(())
}

/// The text above the tables.
const HEAD: &str = "\
# Benchmarks

`cargo xtask bench` writes this page. Everything in a section was measured in one run on one machine, over plain HTTP on
loopback, against a server with prepared responses. The clients take turns in rounds, each in its own process, and each figure
is the median of the rounds. Each ratio compares a client with code that is written by hand with reqwest and serde_json for the
same types: it is the median of the ratios of the rounds, with the middle half of the rounds in brackets. Times depend on the
machine; the ratios are what matters.

*CPU* is the CPU time of all threads of the client's process, in user and system mode; *peak* is the peak memory of the process.
";

/// Generates and builds the peer. Returns the folder of its programs and the generator's version.
fn peer(workspace: &Path, generator: &Path) -> Result<(PathBuf, String)> {
    first_line("java", "-version").context("Java is not installed, and OpenAPI Generator needs it")?;
    let version = first_line(generator, "version").context(
        "`openapi-generator-cli` is not installed: run `pip install openapi-generator-cli`, or pass its path with --generator",
    )?;
    let folder = workspace.join("target/bench");
    let client = folder.join("venio");
    if client.exists() {
        std::fs::remove_dir_all(&client)?;
    }
    let mut generate = Command::new(generator);
    generate.args(["generate", "-g", "rust", "--package-name", "venio", "--additional-properties=library=reqwest"]);
    generate.arg("-i").arg(workspace.join("openapi/bundled/venio.json")).arg("-o").arg(&client);
    let generated = generate.output().context("OpenAPI Generator cannot be run")?;
    ensure!(generated.status.success(), "OpenAPI Generator failed: {}", String::from_utf8_lossy(&generated.stderr));
    remove_doubled_path(&client.join("src"))?;

    // The versions of the workspace's own dependencies.
    let manifest = workspace.join(PEER);
    std::fs::copy(workspace.join("Cargo.lock"), manifest.join("Cargo.lock"))?;
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--release", "--manifest-path"]).arg(manifest.join("Cargo.toml"));
    build.arg("--target-dir").arg(folder.join("build"));
    ensure!(build.status()?.success(), "the client that OpenAPI Generator made does not compile");
    Ok((folder.join("build/release"), version))
}

/// The client of Venio does not compile as it is generated: a path in it is doubled.
fn remove_doubled_path(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_doubled_path(&path)?;
        } else {
            let text = std::fs::read_to_string(&path)?;
            std::fs::write(&path, text.replace("models::models::", "models::"))?;
        }
    }
    Ok(())
}

/// What a program prints, which is shown too; its errors are shown as they come.
fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?} cannot be run"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    ensure!(output.status.success(), "{command:?} failed");
    Ok(text)
}

/// The first line that a program prints about its version, on either output.
fn first_line(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok().filter(|output| output.status.success())?;
    let printed = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&printed).lines().next().map(|line| line.trim().to_owned())
}

/// The processor, where the system reports it.
fn cpu() -> Option<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}
