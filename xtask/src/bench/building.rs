//! Measures what the crate alone costs to build, with its dependencies already built, beside the clients that OpenAPI
//! Generator makes from the same bundles. Needs Linux, whose `/proc` reports the CPU time of ended processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::environment::{facts, scratch};
use super::peer;
use crate::workspace::cargo;

const PRODUCTS: [&str; 3] = ["venio", "empeo", "etaxgo"];
const ROUNDS: usize = 3;
/// The resolution of the CPU time in `/proc`: a hundredth of a second on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// The text above the table.
const HEAD: &str = "\
In seconds of CPU for the crate alone, with its dependencies already built, the median of 3 rounds; `rlib` in MB. Without TLS
(`cargo clean -p gofive-api; cargo build -p gofive-api --no-default-features --features …`, then again after a line was added
to the crate). The rows of all products of OpenAPI Generator are the sum of its three clients.

| | debug, clean | debug, after an edit | release, clean | rlib debug / release |
|---|---:|---:|---:|---:|
";

/// One crate to build.
struct Package {
    name: String,
    /// The file to which a line is added for the build after an edit.
    edited: PathBuf,
    /// Arguments that select the crate and its features.
    arguments: Vec<String>,
    target: PathBuf,
}

/// CPU time in seconds, and size in MB.
#[derive(Clone, Copy, Default)]
struct Cost {
    debug: f64,
    edit: f64,
    release: f64,
    sizes: [f64; 2],
}

/// Builds everything; returns the table.
pub(super) fn run(workspace: &Path, generator: &Path) -> Result<String> {
    let version = peer::version(generator)?;
    let mut table = facts(version)? + HEAD;
    let ours = [("no product: the runtime", String::new())];
    let ours = ours.into_iter().chain(PRODUCTS.map(|product| (product, product.to_owned())));
    for (name, features) in ours.chain([("**all three**", PRODUCTS.join(","))]) {
        table += &row(name, own(workspace, &features).cost()?);
    }
    let mut all = Cost::default();
    for product in PRODUCTS {
        let cost = generated(workspace, generator, product)?.cost()?;
        all = all.plus(cost);
        table += &row(&format!("OpenAPI Generator: {product}"), cost);
    }
    table += &row("**OpenAPI Generator: all three**", all);
    Ok(table)
}

fn row(name: &str, cost: Cost) -> String {
    let Cost { debug, edit, release, sizes: [small, large] } = cost;
    let row = format!("| {name} | {debug:.2} | {edit:.2} | {release:.2} | {small:.1} / {large:.1} |\n");
    print!("{row}");
    row
}

/// The client, with these features.
fn own(workspace: &Path, features: &str) -> Package {
    let manifest = workspace.join("Cargo.toml").display().to_string();
    let arguments = ["--manifest-path", &manifest, "--package", "gofive-api", "--no-default-features", "--features"];
    Package {
        name: "gofive-api".into(),
        edited: workspace.join("gofive-api/src/lib.rs"),
        arguments: arguments.into_iter().chain([features]).map(str::to_owned).collect(),
        target: scratch(workspace).join("own"),
    }
}

/// The client that OpenAPI Generator makes of a product.
fn generated(workspace: &Path, generator: &Path, product: &str) -> Result<Package> {
    let client = peer::generate(workspace, generator, product)?;
    let manifest = client.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    fs::write(&manifest, format!("{text}\n[workspace]\n[profile.dev]\ndebug = \"line-tables-only\"\n"))?;
    let arguments = ["--manifest-path".into(), manifest.display().to_string(), "--no-default-features".into()];
    Ok(Package {
        name: product.into(),
        edited: client.join("src/lib.rs"),
        arguments: arguments.into(),
        target: scratch(workspace).join("generated"),
    })
}

impl Package {
    /// The medians of all rounds.
    fn cost(&self) -> Result<Cost> {
        self.build(&[])?;
        self.build(&["--release"])?;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            self.clean(&[])?;
            let debug = self.build(&[])?;
            let edit = self.edit(|| self.build(&[]))?;
            self.clean(&["--release"])?;
            let release = self.build(&["--release"])?;
            rounds.push([debug, edit, release]);
        }
        let median = |column: usize| {
            let mut times: Vec<f64> = rounds.iter().map(|round| round[column]).collect();
            times.sort_by(f64::total_cmp);
            times[ROUNDS / 2]
        };
        let sizes = [self.size("debug")?, self.size("release")?];
        Ok(Cost { debug: median(0), edit: median(1), release: median(2), sizes })
    }

    /// Builds the crate; the CPU time of cargo and of all compilers that it ran.
    fn build(&self, more: &[&str]) -> Result<f64> {
        let before = cpu_of_children()?;
        self.cargo("build", &self.arguments, more)?;
        Ok(cpu_of_children()? - before)
    }

    /// Removes what was built of this crate, but not its dependencies.
    fn clean(&self, more: &[&str]) -> Result<()> {
        let package = ["--package".to_owned(), self.name.clone()];
        let manifest = &self.arguments[..2];
        self.cargo("clean", &[manifest, &package].concat(), more)
    }

    fn cargo(&self, command: &str, arguments: &[String], more: &[&str]) -> Result<()> {
        let mut run = Command::new(cargo());
        run.arg(command).arg("--quiet").args(arguments).args(more).arg("--target-dir").arg(&self.target);
        let output = run.output().context("cargo cannot be run")?;
        ensure!(output.status.success(), "{run:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Adds a line for the time of a build.
    fn edit(&self, build: impl FnOnce() -> Result<f64>) -> Result<f64> {
        let text = fs::read_to_string(&self.edited)?;
        fs::write(&self.edited, format!("{text}\nconst _: () = ();\n"))?;
        let cost = build();
        fs::write(&self.edited, text)?;
        cost
    }

    fn size(&self, profile: &str) -> Result<f64> {
        let file = format!("lib{}.rlib", self.name.replace('-', "_"));
        let path = self.target.join(profile).join(file);
        let bytes = path.metadata().with_context(|| format!("{} was not built", path.display()))?.len();
        Ok(f64::from(u32::try_from(bytes / 1000)?) / 1e3)
    }
}

impl Cost {
    fn plus(self, other: Self) -> Self {
        let sizes = [self.sizes[0] + other.sizes[0], self.sizes[1] + other.sizes[1]];
        let (debug, edit) = (self.debug + other.debug, self.edit + other.edit);
        Self { debug, edit, release: self.release + other.release, sizes }
    }
}

/// The CPU time of all child processes that have ended, and of theirs, in seconds.
fn cpu_of_children() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat").context("/proc/self/stat cannot be read: run this on Linux")?;
    let (_, fields) = stat.rsplit_once(") ").context("/proc/self/stat has another format")?;
    // cutime and cstime are the 16th and 17th field; the first two are cut off.
    let ticks = fields.split(' ').skip(13).take(2).map(str::parse::<f64>);
    let ticks: f64 = ticks.sum::<Result<f64, _>>().context("/proc/self/stat has another format")?;
    Ok(ticks / TICKS_PER_SECOND)
}
