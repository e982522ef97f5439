//! Measures what long responses cost, compared with reading a body and skipping its JSON once, and with hand-written
//! code that does the same as this crate.
//!
//! `cargo bench -p gofive-benches --bench long_responses` prints the table; `cargo xtask bench` puts it into `BENCHMARKS.md`.
//! Each measurement runs in its own process; this process is the server.

mod bodies;
mod readers;
mod server;

use std::process::{Command, ExitCode};
use std::time::Duration;

use bodies::Kind;
use readers::{Done, ResponseReader};
use rustix::time::{ClockId, clock_gettime};

const MEBIBYTE: usize = 1024 * 1024;
const SIZES: [usize; 3] = [1, 8, 60];
/// An odd number, so that the median is the figure of a real round.
const ROUNDS: usize = 7;

fn main() -> ExitCode {
    // cargo adds an argument of its own.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        [] => all(),
        [reader, base_url, calls] => calls.parse().map_err(Into::into).and_then(|calls| one(reader, base_url, calls)),
        _ => Err(format!("unknown arguments {arguments:?}: give none").into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn all() -> Done {
    println!("## Long responses\n");
    println!("*Skip* reads the body and skips its JSON once, and keeps nothing. *By hand* does what the client does:");
    println!("decodes a success; for an error, keeps the body with secrets masked, and reads code and description.");
    println!(
        "*Peak* is the most memory that a call added to the process, as a multiple of the body, including the body."
    );
    println!(
        "It includes hyper's read buffer, at most 0.4 MiB for any body, which is a large part for a body of 1 MiB."
    );
    println!("{ROUNDS} rounds; ratios are to *skip*, with the middle half of the rounds in brackets.\n");
    println!("| body | MiB | ms CPU, skip | by hand, ratio | gofive-api, ratio | peak, skip | by hand | gofive-api |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for kind in Kind::ALL {
        for size in SIZES {
            row(kind, size)?;
        }
    }
    println!();
    Ok(())
}

fn row(kind: Kind, size: usize) -> Done {
    let body = kind.body(size * MEBIBYTE);
    let length = f64::from(u32::try_from(body.len())?);
    let base_url = server::start(kind, body)?;
    let calls = (60 / size).clamp(3, 30).to_string();
    let (mut cpu, mut peaks) = ([vec![], vec![], vec![]], [vec![], vec![], vec![]]);
    for _ in 0..ROUNDS {
        for (index, reader) in ResponseReader::ALL.iter().enumerate() {
            let Took { nanoseconds, kibibytes } = measured(reader, &base_url, &calls)?;
            cpu[index].push(nanoseconds);
            peaks[index].push(kibibytes * 1024.0 / length);
        }
    }
    let ratio = |of: usize| spread(cpu[of].iter().zip(&cpu[0]).map(|(time, skip)| time / skip).collect());
    let [skip, by_hand, ours] = peaks.map(median);
    println!(
        "| {} | {size} | {:.1} | {} | {} | {skip:.2} | {by_hand:.2} | {ours:.2} |",
        kind.name(),
        median(cpu[0].clone()) / 1e6,
        ratio(1),
        ratio(2),
    );
    Ok(())
}

/// What a process used per call.
struct Took {
    nanoseconds: f64,
    kibibytes: f64,
}

fn measured(reader: &str, base_url: &str, calls: &str) -> Done<Took> {
    let output = Command::new(std::env::current_exe()?).args([reader, base_url, calls]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let (nanoseconds, kibibytes) = printed.trim().split_once(' ').ok_or("a process printed no two figures")?;
    Ok(Took { nanoseconds: nanoseconds.parse()?, kibibytes: kibibytes.parse()? })
}

/// Runs in its own process: prints CPU nanoseconds and KiB of memory of a call.
fn one(reader: &str, base_url: &str, calls: u32) -> Done {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let reader = ResponseReader::new(reader, base_url)?;
        // A short response of the same kind first, so that connections, token and code are in memory.
        reader.call("/short").await?;
        let before = memory("VmRSS:");
        reader.call("/long").await?;
        let peak = memory("VmHWM:").saturating_sub(before);
        let start = clock_gettime(ClockId::ProcessCPUTime);
        for _ in 0..calls {
            reader.call("/long").await?;
        }
        let took: Duration = (clock_gettime(ClockId::ProcessCPUTime) - start).try_into()?;
        println!("{} {peak}", took.as_nanos() / u128::from(calls));
        Ok(())
    })
}

/// The value in KiB, if the system reports it.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn spread(mut figures: Vec<f64>) -> String {
    figures.sort_by(f64::total_cmp);
    let at = |part: usize| figures.get(figures.len() * part / 4).copied().unwrap_or(f64::NAN);
    format!("{:.2} ({:.2}–{:.2})", at(2), at(1), at(3))
}
