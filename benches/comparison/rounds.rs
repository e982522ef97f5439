//! Runs the contenders in turns and prints tables of their figures.
//!
//! A ratio is the median of the ratios of all rounds, so that a temporary slowdown of the machine affects both sides.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::measure::{Done, LATENCY, PAGE, RECORDS};
use crate::server::Pace;

/// An odd number, so that the median is the figure of a real round.
const ROUNDS: usize = 31;
/// For comparisons whose rounds take seconds each.
const LONG_ROUNDS: usize = 11;
/// Short-lived tokens, and how long the server takes to respond with one.
const TOKEN_LIFE: Duration = Duration::from_secs(1);
const TOKEN_LATENCY: Duration = Duration::from_millis(100);

/// All comparisons, as Markdown.
pub(crate) fn all() -> Done {
    let by_hand = Contender::this("by hand", "by-hand")?;
    let ours = Contender::this("gofive-api", "ours")?;
    let beside = Contender::this("gofive-api, beside a thread that sleeps", "beside-a-thread")?;
    let recording = Contender::this("gofive-api, recording shapes", "recording")?;
    let listening = Contender::this("gofive-api, with `on_drift`", "listening")?;
    let shared = Contender::this("by hand, token behind a `Mutex`", "by-hand-shared")?;
    let mut three = vec![by_hand.clone(), ours.clone()];
    match std::env::var_os("GOFIVE_BENCH_PEER") {
        Some(peer) => {
            three.push(Contender { name: "OpenAPI Generator", program: peer.into(), role: None });
        }
        None => println!("> Without OpenAPI Generator's client: `cargo xtask bench` says why.\n"),
    }

    let limit = |name, role| Contender::this(name, role);
    let [bare, sleeps] = [limit("hyper, bodies read and dropped", "bare")?, limit("the sleeps alone", "sleeps")?];
    let bytes = [limit("a copy of the page", "copy")?, limit("a scan for JSON's structure", "scan")?];
    let reqwest = [
        limit("reqwest, one request over and over, bodies decoded", "reqwest-decoding")?,
        limit("reqwest, one request over and over, bodies dropped", "reqwest")?,
    ];
    let extras = [listening, beside, recording];
    on_one_core(|| single_calls(&three, &extras, &reqwest, &bare, &bytes))?;
    pages(&by_hand, &ours, [&bare, &sleeps])?;
    tasks(&three, &reqwest)?;
    storm(&[shared.clone(), ours.clone()])?;
    renewal(&[ours, shared])
}

/// One call after the other. Waking another core takes longer than the call itself, by a varying amount.
fn single_calls(
    contenders: &[Contender],
    extras: &[Contender],
    reqwest: &[Contender],
    bare: &Contender,
    bytes: &[Contender],
) -> Done {
    let server = Server::start(Pace::default())?;
    println!("## One call after the other\n");
    println!(
        "Client and server share a core, so that neither has to be woken. The last rows are limits: reqwest alone, a"
    );
    println!(
        "connection of hyper without a client, and operations on the bytes of a page. A recorder of shapes has a thread,"
    );
    println!("and a second thread in the process makes the allocator of glibc slower: that has a row of its own.\n");
    let small: Vec<_> = contenders.iter().chain(extras).chain(reqwest).chain([bare]).cloned().collect();
    let page: Vec<_> = contenders.iter().chain(extras).chain([bare]).chain(bytes).cloned().collect();
    for (what, contenders, scenario) in [
        ("A small call (`enquire_employees`, one record)", small, ["small", "20000"]),
        (&*format!("A page of {PAGE} records (the same operation)"), page, ["page", "400"]),
    ] {
        println!("{what}, {ROUNDS} rounds:\n");
        table(&contenders, &server, &scenario, ROUNDS, "µs")?;
    }
    println!("From nothing to the first response: builds the client, fetches a token, makes a small call, in a new");
    println!("process; {ROUNDS} rounds:\n");
    let by_themselves = contenders.get(..2).unwrap_or_default();
    table(by_themselves, &server, &["start"], ROUNDS, "µs")
}

fn pages(by_hand: &Contender, ours: &Contender, limits: [&Contender; 2]) -> Done {
    let server = Server::start(Pace { latency: LATENCY, ..Pace::default() })?;
    println!("## All pages of {RECORDS} records, {} ms of latency\n", LATENCY.as_millis());
    println!(
        "{PAGE} records per page; the work after each page is a wait, as for a database. The last two rows are limits,"
    );
    println!("without that work.\n");
    for work in ["0", "10"] {
        println!("{work} ms of work after each page, {LONG_ROUNDS} rounds:\n");
        let (plain, prefetch) = (["pages", "plain", work], ["pages", "prefetch", work]);
        let rows = [
            Row::new(by_hand, &server, &plain),
            Row::new(ours, &server, &plain),
            Row::new(ours, &server, &prefetch).named("gofive-api, prefetching"),
            Row::new(limits[0], &server, &plain),
            Row::new(limits[1], &server, &plain),
        ];
        rounds(&rows, LONG_ROUNDS)?.print("ms");
    }
    Ok(())
}

fn tasks(contenders: &[Contender], reqwest: &[Contender]) -> Done {
    let server = Server::start(Pace::default())?;
    let contenders: Vec<_> = contenders.iter().chain(reqwest).cloned().collect();
    println!("## Concurrent tasks\n");
    println!(
        "20,000 small calls, on all cores; throughput is the inverse of the wall time. The last rows are limits.\n"
    );
    for tasks in ["1", "10", "100", "1000"] {
        println!("Tasks: {tasks}, {ROUNDS} rounds:\n");
        table(&contenders, &server, &["tasks", tasks, "20000"], ROUNDS, "µs")?;
    }
    Ok(())
}

fn storm(contenders: &[Contender]) -> Done {
    let server = Server::start(Pace::default())?;
    println!("## Start-up storm\n");
    println!("1,000 tasks make their first call concurrently, in a new process: builds the client, fetches one token,");
    println!("makes 1,000 connections and calls; {ROUNDS} rounds:\n");
    table(contenders, &server, &["storm", "1000"], ROUNDS, "ms")
}

fn renewal(contenders: &[Contender]) -> Done {
    let unending = Server::start(Pace { token_latency: TOKEN_LATENCY, ..Pace::default() })?;
    let short_lived = Server::start(Pace { token_life: TOKEN_LIFE, token_latency: TOKEN_LATENCY, ..Pace::default() })?;
    println!("## Renewal under load\n");
    println!(
        "100 tasks make 150,000 small calls; a token takes {} ms to fetch and is valid for",
        TOKEN_LATENCY.as_millis()
    );
    println!(
        "{} s, so it is renewed a few times during the run. Each client is compared with itself without renewal;",
        TOKEN_LIFE.as_secs()
    );
    println!("{LONG_ROUNDS} rounds:\n");
    println!("| | calls per second, without | with renewal | ratio |\n|---|---:|---:|---:|");
    for contender in contenders {
        let scenario = ["tasks", "100", "150000"];
        let rows = [Row::new(contender, &unending, &scenario), Row::new(contender, &short_lived, &scenario)];
        rounds(&rows, LONG_ROUNDS)?.print_throughput(contender.name);
    }
    println!();
    Ok(())
}

/// Runs everything that the section starts on one core, if the system supports it.
fn on_one_core(section: impl FnOnce() -> Done) -> Done {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        let all = sched_getaffinity(None)?;
        let mut one = CpuSet::new();
        (0..CpuSet::MAX_CPU).rev().find(|core| all.is_set(*core)).into_iter().for_each(|core| one.set(core));
        sched_setaffinity(None, &one)?;
        let done = section();
        sched_setaffinity(None, &all)?;
        done
    }
    #[cfg(not(target_os = "linux"))]
    section()
}

fn table(contenders: &[Contender], server: &Server, scenario: &[&str], times: usize, unit: &'static str) -> Done {
    let rows: Vec<_> = contenders.iter().map(|contender| Row::new(contender, server, scenario)).collect();
    rounds(&rows, times)?.print(unit);
    Ok(())
}

/// A program that measures itself as its arguments say.
#[derive(Clone)]
struct Contender {
    name: &'static str,
    program: PathBuf,
    role: Option<&'static str>,
}

/// One measurement per round.
struct Row<'a> {
    name: &'static str,
    contender: &'a Contender,
    server: &'a Server,
    scenario: &'a [&'a str],
}

impl<'a> Row<'a> {
    fn new(contender: &'a Contender, server: &'a Server, scenario: &'a [&'a str]) -> Self {
        Self { name: contender.name, contender, server, scenario }
    }

    fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

/// The output of one process: nanoseconds, nanoseconds, KiB, page faults of a call.
#[derive(Clone, Copy)]
struct Figures {
    wall: f64,
    cpu: f64,
    memory: f64,
    faults: f64,
}

impl Contender {
    fn this(name: &'static str, role: &'static str) -> Done<Self> {
        Ok(Self { name, program: std::env::current_exe()?, role: Some(role) })
    }

    fn measure(&self, server: &Server, scenario: &[&str]) -> Done<Figures> {
        let output = Command::new(&self.program).args(self.role).arg(&server.base_url).args(scenario).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let figures: Vec<f64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        match figures[..] {
            [wall, cpu, memory, faults] if output.status.success() => {
                Ok(Figures { wall, cpu, memory, faults: faults / 1000.0 })
            }
            _ => {
                let stderr = String::from_utf8_lossy(&output.stderr);
                Err(format!("{} failed at {scenario:?}: {stderr}", self.name).into())
            }
        }
    }
}

/// The server, which stops when this is dropped.
pub(crate) struct Server {
    process: Child,
    base_url: String,
}

impl Server {
    pub(crate) fn start(pace: Pace) -> Done<Self> {
        let arguments = pace.to_arguments();
        let mut process =
            Command::new(std::env::current_exe()?).arg("serve").args(arguments).stdout(Stdio::piped()).spawn()?;
        let mut base_url = String::new();
        BufReader::new(process.stdout.take().ok_or("the server has no output")?).read_line(&mut base_url)?;
        Ok(Self { process, base_url: base_url.trim().into() })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The figures of all rounds by row. All other rows are compared with the first.
struct Rounds(Vec<(&'static str, Vec<Figures>)>);

/// Measures every row once per round; each round begins with another row.
fn rounds(rows: &[Row<'_>], times: usize) -> Done<Rounds> {
    let mut figures: Vec<_> = rows.iter().map(|row| (row.name, Vec::new())).collect();
    for round in 0..times {
        for turn in 0..rows.len() {
            let index = (round + turn) % rows.len();
            let Row { contender, server, scenario, .. } = &rows[index];
            figures[index].1.push(contender.measure(server, scenario)?);
        }
    }
    Ok(Rounds(figures))
}

impl Rounds {
    fn print(&self, unit: &str) {
        let nanoseconds = if unit == "ms" { 1_000_000.0 } else { 1_000.0 };
        let first = &self.0[0].1;
        println!("| | {unit}, wall | {unit}, CPU | peak MiB | page faults | wall, ratio | CPU, ratio |");
        println!("|---|---:|---:|---:|---:|---:|---:|");
        for (name, figures) in &self.0 {
            let each = |of: fn(&Figures) -> f64| Spread::of(figures.iter().map(of)).median;
            let ratio =
                |of: fn(&Figures) -> f64| Spread::of(figures.iter().zip(first).map(|(own, first)| of(own) / of(first)));
            println!(
                "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {} |",
                each(|figures| figures.wall) / nanoseconds,
                each(|figures| figures.cpu) / nanoseconds,
                each(|figures| figures.memory) / 1024.0,
                each(|figures| figures.faults),
                ratio(|figures| figures.wall),
                ratio(|figures| figures.cpu),
            );
        }
        println!();
    }

    /// Prints one line: calls per second of the first row and of the second, and the ratio of the second to the first.
    fn print_throughput(&self, name: &str) {
        let [(_, without), (_, with)] = &self.0[..] else { return };
        let per_second = |figures: &[Figures]| 1e9 / Spread::of(figures.iter().map(|figures| figures.wall)).median;
        let ratio = Spread::of(with.iter().zip(without).map(|(with, without)| without.wall / with.wall));
        println!("| {name} | {:.0} | {:.0} | {ratio} |", per_second(without), per_second(with));
    }
}

/// The median, and the limits of the middle half.
pub(crate) struct Spread {
    median: f64,
    quartiles: [f64; 2],
}

impl Spread {
    pub(crate) fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let mut numbers: Vec<_> = numbers.collect();
        numbers.sort_by(f64::total_cmp);
        let at = |quarter: usize| numbers.get(numbers.len() * quarter / 4).copied().unwrap_or(f64::NAN);
        Self { median: at(2), quartiles: [at(1), at(3)] }
    }
}

impl Spread {
    pub(crate) fn median(&self) -> f64 {
        self.median
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, quartiles: [lower, upper] } = self;
        write!(f, "{median:.3}")?;
        // A row compared with itself has no spread.
        if lower < upper { write!(f, " ({lower:.3}–{upper:.3})") } else { Ok(()) }
    }
}
