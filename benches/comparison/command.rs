//! The command `gofive` beside the library, and beside another command: throughput and memory of a long list, start-up.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::measure::{Done, LATENCY, PAGE, RECORDS};
use crate::rounds::{Server, Spread};
use crate::server::Pace;

/// Odd numbers, so that the median is the figure of a real round.
const ROUNDS: usize = 11;
const STARTS: usize = 51;
/// The lists whose memory is compared.
const LENGTHS: [usize; 2] = [RECORDS / 10, RECORDS];

/// One run of a program, from its start to its end.
struct Run {
    wall: Duration,
    /// Peak memory in MiB, if the system reports it.
    memory: f64,
}

/// All comparisons of a built `gofive`, as Markdown.
pub(crate) fn all(gofive: &Path) -> Done {
    println!("## A list of {RECORDS} records\n");
    println!(
        "`gofive venio enquire-employees --all -o ndjson` into a file, and the library's stream of the same list in a program that \
         counts its records: both prefetch pages of {PAGE} records. Each is a process, measured from its start to its end; {ROUNDS} \
         rounds.\n"
    );
    println!("| latency | library, ms | command, ms | throughput, ratio to the library |");
    println!("|---|---:|---:|---:|");
    for latency in [LATENCY, Duration::ZERO] {
        let server = Server::start(Pace { latency, ..Pace::default() })?;
        let (mut library, mut command) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            library.push(stream(&server)?.wall.as_secs_f64() * 1000.0);
            command.push(list(gofive, &server, None)?.wall.as_secs_f64() * 1000.0);
        }
        let ratio = Spread::of(library.iter().zip(&command).map(|(library, command)| library / command));
        let [library, command] = [library, command].map(|times| Spread::of(times.into_iter()).median());
        println!("| {} ms | {library:.0} | {command:.0} | {ratio} |", latency.as_millis());
    }
    println!("\nPeak memory of the command, in MiB, the median of {ROUNDS} rounds:\n");
    println!("| records | `-o ndjson` | `-o csv` | `-o json` |\n|---|---:|---:|---:|");
    let server = Server::start(Pace::default())?;
    for length in LENGTHS {
        let mut cells = vec![length.to_string()];
        for format in ["ndjson", "csv", "json"] {
            let runs = (0..ROUNDS).map(|_| list(gofive, &server, Some((length, format))));
            let runs = runs.collect::<Done<Vec<_>>>()?;
            cells.push(format!("{:.1}", Spread::of(runs.iter().map(|run| run.memory)).median()));
        }
        println!("| {} |", cells.join(" | "));
    }
    start_up(gofive)
}

/// The library's stream, as a process of its own.
fn stream(server: &Server) -> Done<Run> {
    let mut command = Command::new(std::env::current_exe()?);
    measured(command.args(["ours", server.base_url(), "pages", "prefetch", "0"]).stdout(Stdio::null()))
}

/// The list by the command; all of it as lines of JSON, or so many records in a format.
fn list(gofive: &Path, server: &Server, part: Option<(usize, &str)>) -> Done<Run> {
    let folder = std::env::temp_dir().join(format!("gofive-bench-{}", std::process::id()));
    let output = File::create(&folder)?;
    let mut command = Command::new(gofive);
    let page = PAGE.to_string();
    command.args(["venio", "enquire-employees", "--page-size", &page]).stdout(output);
    match part {
        None => command.args(["--all", "-o", "ndjson"]),
        Some((length, format)) => command.args(["--limit", &length.to_string(), "-o", format]),
    };
    for (name, value) in [("BASE_URL", server.base_url()), ("CLIENT_ID", "id"), ("CLIENT_SECRET", "secret")] {
        command.env(format!("GOFIVE_{name}"), value);
    }
    let run = measured(command.env("GOFIVE_SUBSCRIPTION_KEY", "key"))?;
    let printed = std::fs::read_to_string(&folder)?.matches("\"userId\"").count();
    std::fs::remove_file(&folder)?;
    let expected = part.map_or(RECORDS, |(length, _)| length);
    // CSV has the name once, without quotation marks.
    if printed == expected || part.is_some_and(|(_, format)| format == "csv") {
        Ok(run)
    } else {
        Err(format!("the command printed {printed} records, not {expected}").into())
    }
}

/// Start-up, beside that of the command of GitHub.
fn start_up(gofive: &Path) -> Done {
    println!("\n## Start-up of the command\n");
    let mut gh = Command::new("gh");
    let has_gh = gh.arg("--version").output().is_ok_and(|output| output.status.success());
    let reference = if has_gh { Path::new("gh") } else { gofive };
    if !has_gh {
        println!("> gh is not installed, so the start of `gofive --version` is the reference.\n");
    }
    let lines: [(&str, &Path, &[&str]); 4] = [
        (if has_gh { "gh --version" } else { "gofive --version" }, reference, &["--version"]),
        ("gofive --version", gofive, &["--version"]),
        ("gofive venio --help", gofive, &["venio", "--help"]),
        ("gofive venio get-product A001 --dry-run", gofive, &["venio", "get-product", "A001", "--dry-run"]),
    ];
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); lines.len()];
    for _ in 0..STARTS {
        for ((_, program, arguments), times) in lines.iter().zip(&mut times) {
            let start = Instant::now();
            let status = Command::new(program).args(*arguments).stdout(Stdio::null()).status()?;
            if !status.success() {
                return Err(format!("{} {arguments:?} failed", program.display()).into());
            }
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    println!("In turns, {STARTS} rounds.\n\n| | ms | ratio |\n|---|---:|---:|");
    for ((name, ..), own) in lines.iter().zip(&times) {
        let ratio = Spread::of(own.iter().zip(&times[0]).map(|(own, first)| own / first));
        println!("| `{name}` | {:.2} | {ratio} |", Spread::of(own.iter().copied()).median());
    }
    println!();
    Ok(())
}

/// Runs a program; its peak memory is the last that was seen while it ran.
fn measured(command: &mut Command) -> Done<Run> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()) {
            peak = kib / 1024.0;
        }
        if let Some(status) = child.try_wait()? {
            let wall = start.elapsed();
            return if status.success() {
                Ok(Run { wall, memory: peak })
            } else {
                Err(format!("{command:?} failed").into())
            };
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
