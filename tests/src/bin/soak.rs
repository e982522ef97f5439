//! `cargo xtask soak`: many tasks at once against a sandbox that misbehaves in every way it knows, for a bounded number
//! of requests. Afterwards every create is looked for in the sandbox: nothing may be lost, nothing done twice.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gofive_api::venio::{AddCustomerEvent, Venio};
use gofive_api::{Error, Gofive, RetryPolicy};
use gofive_sandbox::{Fault, Faults, Sandbox};

const TASKS: usize = 64;
const CUSTOMER: &str = "C000154";
/// Each fault hits this share of the requests.
const SHARE: f64 = 0.02;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let calls: usize = arguments.next().unwrap_or(5_000);
    let seed: u64 = arguments.next().and_then(|seed: usize| seed.try_into().ok()).unwrap_or(1);
    match soak(calls, seed).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn soak(calls: usize, seed: u64) -> Result<bool, Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().faults(every_fault(seed)).start().await?;
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .attempt_timeout(Duration::from_millis(500))
        .retry(RetryPolicy::default().backoff(Duration::from_millis(5), Duration::from_millis(50)))
        .build()?;

    let (start, memory_before) = (Instant::now(), memory());
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(work(gofive.venio(), next.clone(), calls))).collect();
    let mut tally = Tally::default();
    let mut memory_half_way = None;
    for (index, task) in tasks.into_iter().enumerate() {
        tally.add(task.await?);
        if index == TASKS / 2 {
            memory_half_way = memory();
        }
    }
    let took = start.elapsed();

    // What is there now, seen without faults.
    sandbox.set_faults(Faults::default());
    let events = gofive.venio().get_customer_events(CUSTOMER, None, None).await?;
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for name in events.into_iter().filter_map(|event| event.event_name) {
        *there.entry(name).or_default() += 1;
    }
    let lost = tally.created.iter().filter(|name| !there.contains_key(*name)).count();
    let twice = there.values().filter(|times| **times > 1).count();
    let unclear = tally.unclear.iter().filter(|name| there.contains_key(*name)).count();

    println!("seed {seed}, {TASKS} tasks, {calls} calls in {:.1} s", took.as_secs_f64());
    println!("| what | number |\n|---|---:|");
    println!("| faults injected | {} |", sandbox.faults_injected());
    println!("| tokens issued | {} |", sandbox.tokens_issued());
    println!("| reads that succeeded | {} |", tally.read);
    println!("| creates that succeeded | {} |", tally.created.len());
    println!("| creates that failed | {} |", tally.unclear.len());
    println!("| … but were carried out, as the error leaves open | {unclear} |");
    println!("| creates carried out by the sandbox | {} |", sandbox.carried_out("add_customer_event"));
    println!("| creates **lost** | {lost} |");
    println!("| creates **done twice** | {twice} |");
    if let (Some(before), Some(half_way), Some(after)) = (memory_before, memory_half_way, memory()) {
        println!("| memory in MiB: before, half way, after | {before}, {half_way}, {after} |");
    }
    for (kind, times) in &tally.errors {
        println!("| errors: {kind} | {times} |");
    }
    Ok(lost == 0 && twice == 0)
}

/// What one task has seen.
#[derive(Default)]
struct Tally {
    read: usize,
    created: Vec<String>,
    /// Creates that failed: they may have been carried out or not.
    unclear: Vec<String>,
    errors: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.read += other.read;
        self.created.extend(other.created);
        self.unclear.extend(other.unclear);
        for (kind, times) in other.errors {
            *self.errors.entry(kind).or_default() += times;
        }
    }

    fn note(&mut self, error: &Error) {
        *self.errors.entry(format!("{:?}", error.kind())).or_default() += 1;
    }
}

/// Every third call creates, the others read.
async fn work(venio: Venio, next: Arc<AtomicUsize>, calls: usize) -> Tally {
    let mut tally = Tally::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= calls {
            return tally;
        }
        if !number.is_multiple_of(3) {
            match venio.get_product("A001").await {
                Ok(_) => tally.read += 1,
                Err(error) => tally.note(&error),
            }
            continue;
        }
        let name = format!("soak {number}");
        let event = AddCustomerEvent::builder()
            .event_name(&name)
            .event_type(1)
            .event_date(jiff::Timestamp::UNIX_EPOCH)
            .customer_code(CUSTOMER)
            .build();
        match venio.add_customer_event(&event).await {
            Ok(_) => tally.created.push(name),
            Err(error) => {
                tally.note(&error);
                tally.unclear.push(name);
            }
        }
    }
}

fn every_fault(seed: u64) -> Faults {
    let faults = Fault::named().into_iter().map(|(_, fault)| fault);
    faults.fold(Faults::seeded(seed), |faults, fault| faults.with(fault, SHARE))
}

/// Resident memory in MiB, where the system tells it.
fn memory() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096 / (1024 * 1024))
}
