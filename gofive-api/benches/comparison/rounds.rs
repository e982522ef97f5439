//! Runs the contenders in turns, and makes tables of what they print. A ratio is the median of the ratios of the rounds,
//! so that what slows the machine for a while slows both sides of it.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::measure::{Done, PAGE, RECORDS};

/// An odd number, so that the median is a round that there was.
const ROUNDS: usize = 31;
const LATENCY: &str = "20";

/// All comparisons, as Markdown.
pub(crate) fn all() -> Done {
    let by_hand = Contender::this("by hand", "by-hand")?;
    let ours = Contender::this("gofive-api", "ours")?;
    let mut three = vec![by_hand.clone(), ours.clone()];
    match std::env::var_os("GOFIVE_BENCH_PEER") {
        Some(peer) => {
            three.push(Contender { name: "OpenAPI Generator", program: peer.into(), role: None });
        }
        None => println!("> Without OpenAPI Generator's client: `cargo xtask bench` says why.\n"),
    }

    on_one_core(|| single_calls(&three))?;
    pages(&by_hand, &ours)?;
    tasks(&three)
}

/// One after the other. To wake another core takes longer than the call itself, now more, now less.
fn single_calls(contenders: &[Contender]) -> Done {
    let server = Server::start("0")?;
    println!("## One call after the other\n");
    println!("Client and server share a core, so that none has to be woken.\n");
    for (what, scenario) in [
        ("A small call (`enquire_employees`, one record)", ["small", "20000"]),
        (&*format!("A page of {PAGE} records (the same operation)"), ["page", "400"]),
    ] {
        println!("{what}, {ROUNDS} rounds:\n");
        table(contenders, &server, &scenario, ROUNDS, "µs")?;
    }
    println!("From nothing to the first answer: builds the client, fetches a token, makes a small call, in a fresh");
    println!("process; {ROUNDS} rounds:\n");
    let by_themselves = contenders.get(..2).unwrap_or_default();
    table(by_themselves, &server, &["start"], ROUNDS, "µs")
}

fn pages(by_hand: &Contender, ours: &Contender) -> Done {
    let server = Server::start(LATENCY)?;
    println!("## All pages of {RECORDS} records, {LATENCY} ms of latency\n");
    println!("{PAGE} records a page; the work after each page is a wait, as that for a database.\n");
    for work in ["0", "10"] {
        println!("{work} ms of work after each page, 5 rounds:\n");
        let contenders = [by_hand.clone(), ours.clone(), ours.named("gofive-api, prefetching")];
        let scenarios = [["pages", "plain", work], ["pages", "plain", work], ["pages", "prefetch", work]];
        let scenarios: Vec<&[&str]> = scenarios.iter().map(|scenario| &scenario[..]).collect();
        rounds(&contenders, &scenarios, &server, 5)?.print("ms");
    }
    Ok(())
}

fn tasks(contenders: &[Contender]) -> Done {
    let server = Server::start("0")?;
    println!("## Many tasks at once\n");
    println!("20,000 small calls, on all cores; throughput is the inverse of the wall time.\n");
    for tasks in ["1", "10", "100", "1000"] {
        println!("{tasks} at once, {ROUNDS} rounds:\n");
        table(contenders, &server, &["tasks", tasks, "20000"], ROUNDS, "µs")?;
    }
    Ok(())
}

/// All that is started meanwhile runs on one core, where the system can be told so.
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
    rounds(contenders, &vec![scenario; contenders.len()], server, times)?.print(unit);
    Ok(())
}

/// A program that can be told to measure itself.
#[derive(Clone)]
struct Contender {
    name: &'static str,
    program: PathBuf,
    role: Option<&'static str>,
}

/// What one process printed: nanoseconds, nanoseconds, KiB.
#[derive(Clone, Copy)]
struct Figures {
    wall: f64,
    cpu: f64,
    memory: f64,
}

impl Contender {
    fn this(name: &'static str, role: &'static str) -> Done<Self> {
        Ok(Self { name, program: std::env::current_exe()?, role: Some(role) })
    }

    fn named(&self, name: &'static str) -> Self {
        Self { name, ..self.clone() }
    }

    fn measure(&self, server: &Server, scenario: &[&str]) -> Done<Figures> {
        let output = Command::new(&self.program).args(self.role).arg(&server.base_url).args(scenario).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let figures: Vec<f64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        match figures[..] {
            [wall, cpu, memory] if output.status.success() => Ok(Figures { wall, cpu, memory }),
            _ => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(format!("{} could not do {scenario:?}: {said}", self.name).into())
            }
        }
    }
}

/// The server, which ends with this.
struct Server {
    process: Child,
    base_url: String,
}

impl Server {
    fn start(latency: &str) -> Done<Self> {
        let mut process =
            Command::new(std::env::current_exe()?).args(["serve", latency]).stdout(Stdio::piped()).spawn()?;
        let mut base_url = String::new();
        BufReader::new(process.stdout.take().ok_or("the server has no output")?).read_line(&mut base_url)?;
        Ok(Self { process, base_url: base_url.trim().into() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The figures of all rounds, by contender. The first one is what the others are compared with.
struct Rounds<'a>(Vec<(&'a str, Vec<Figures>)>);

/// Every contender once a round, each round beginning with another.
fn rounds<'a>(contenders: &'a [Contender], scenarios: &[&[&str]], server: &Server, times: usize) -> Done<Rounds<'a>> {
    let mut figures: Vec<_> = contenders.iter().map(|contender| (contender.name, Vec::new())).collect();
    for round in 0..times {
        for turn in 0..contenders.len() {
            let place = (round + turn) % contenders.len();
            figures[place].1.push(contenders[place].measure(server, scenarios[place])?);
        }
    }
    Ok(Rounds(figures))
}

impl Rounds<'_> {
    fn print(&self, unit: &str) {
        let nanoseconds = if unit == "ms" { 1_000_000.0 } else { 1_000.0 };
        let first = &self.0[0].1;
        println!("| | {unit}, wall | {unit}, CPU | peak MiB | wall, ratio | CPU, ratio |");
        println!("|---|---:|---:|---:|---:|---:|");
        for (name, figures) in &self.0 {
            let each = |of: fn(&Figures) -> f64| Spread::of(figures.iter().map(of)).median;
            let ratio =
                |of: fn(&Figures) -> f64| Spread::of(figures.iter().zip(first).map(|(own, first)| of(own) / of(first)));
            println!(
                "| {name} | {:.1} | {:.1} | {:.1} | {} | {} |",
                each(|figures| figures.wall) / nanoseconds,
                each(|figures| figures.cpu) / nanoseconds,
                each(|figures| figures.memory) / 1024.0,
                ratio(|figures| figures.wall),
                ratio(|figures| figures.cpu),
            );
        }
        println!();
    }
}

/// The median, and between what the middle half lies.
struct Spread {
    median: f64,
    quartiles: [f64; 2],
}

impl Spread {
    fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let mut numbers: Vec<_> = numbers.collect();
        numbers.sort_by(f64::total_cmp);
        let at = |quarter: usize| numbers.get(numbers.len() * quarter / 4).copied().unwrap_or(f64::NAN);
        Self { median: at(2), quartiles: [at(1), at(3)] }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, quartiles: [lower, upper] } = self;
        write!(f, "{median:.3}")?;
        // What is compared with itself lies nowhere else.
        if lower < upper { write!(f, " ({lower:.3}–{upper:.3})") } else { Ok(()) }
    }
}
