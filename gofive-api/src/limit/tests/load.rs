//! Many waiters, many cancelled, in real runtimes with real threads; and what it costs.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Builder, Runtime};

use super::*;

/// Counts the slots that are out.
struct Out<'a>(&'a AtomicUsize);

impl<'a> Out<'a> {
    fn new(out: &'a AtomicUsize, most: &AtomicUsize) -> Self {
        most.fetch_max(out.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Self(out)
    }
}

impl Drop for Out<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn micros(most: u64) -> Duration {
    Duration::from_micros(fastrand::u64(..most))
}

fn runtimes() -> [Runtime; 3] {
    [1, 2, 2].map(|threads| Builder::new_multi_thread().worker_threads(threads).enable_time().build().unwrap())
}

/// Calls of which many are cancelled while they wait, as they are admitted, and while they hold their slot.
async fn calls(limits: Arc<Limits>, out: Arc<AtomicUsize>, most: Arc<AtomicUsize>) {
    for _ in 0..40 {
        let call = async {
            let slot = limits.admit().await.unwrap();
            let _out = (Out::new(&out, &most), slot);
            match fastrand::u8(..3) {
                0 => {}
                1 => tokio::task::yield_now().await,
                _ => sleep(micros(2_000)).await,
            }
        };
        match fastrand::u8(..4) {
            0 => drop(poll_immediate(pin!(call)).await),
            1 => drop(timeout(micros(5_000), call).await),
            _ => call.await,
        }
    }
}

/// No response is waited for so patiently that a busy machine is taken for a paused runtime.
#[test]
fn slots_are_neither_lost_nor_added() {
    for requests_per_second in [None, Some(50_000.0)] {
        let limits = Arc::new(Limits::with_patience(Some(5), requests_per_second, Duration::MAX, Duration::MAX));
        let (out, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let [first, second, third] = runtimes();
        let spawn = |runtime: &Runtime| -> Vec<_> {
            let start = || runtime.spawn(calls(limits.clone(), out.clone(), most.clone()));
            (0..50).map(|_| start()).collect()
        };
        let (mut tasks, dropped) = (spawn(&first), spawn(&third));
        tasks.extend(spawn(&second));
        first.block_on(dropped.into_iter().next().unwrap()).unwrap();
        drop(third);
        first.block_on(join_all(tasks)).into_iter().for_each(|ended| ended.unwrap());
        assert_eq!(out.load(Ordering::SeqCst), 0);
        assert!((2..=5).contains(&most.load(Ordering::SeqCst)), "{most:?}");
        drop((first, second));
        assert!(limits.shared.lock().is_idle(), "all slots are back, and nobody waits");
    }
}

#[test]
fn the_intervals_hold_for_all_runtimes_together() {
    let limits = Arc::new(rate(1_000.0));
    let runtimes = runtimes();
    let start = std::time::Instant::now();
    let tasks = runtimes.each_ref().map(|runtime| {
        let limits = limits.clone();
        runtime.spawn(async move { join_all((0..100).map(|_| limits.admit())).await })
    });
    for task in tasks {
        runtimes[0].block_on(task).unwrap();
    }
    assert!(start.elapsed() >= Duration::from_millis(295), "{:?}", start.elapsed());
}

#[test]
#[ignore = "a measurement: cargo test --release -p gofive-api --lib limit::tests::load -- --ignored --nocapture"]
fn how_runtimes_share() {
    for limits in [concurrency(2), rate(5_000.0)].map(Arc::new) {
        let runtimes = runtimes();
        let served = [0; 3].map(|_| Arc::new(AtomicUsize::new(0)));
        for (runtime, served) in runtimes.iter().zip(&served) {
            for _ in 0..20 {
                let (limits, served) = (limits.clone(), served.clone());
                runtime.spawn(async move {
                    loop {
                        let _slot = limits.admit().await;
                        served.fetch_add(1, Ordering::SeqCst);
                        tokio::task::yield_now().await;
                    }
                });
            }
        }
        std::thread::sleep(SECOND);
        println!("admitted in a second, by runtime: {served:?}");
    }
}

#[tokio::test]
#[ignore = "a measurement: cargo test --release -p gofive-api --lib limit::tests::load -- --ignored --nocapture"]
async fn what_it_costs() {
    let measured = |what: &str, count: usize, start: Instant| {
        let each = start.elapsed().as_nanos() / count as u128;
        println!("{what:<44} {count:>9} {:>10.1?} {each:>6} ns each", start.elapsed());
    };
    for (what, limits) in [
        ("admissions at once, concurrency limit", concurrency(10)),
        ("admissions at once, both limits", Limits::new(Some(10), Some(1e12), MINUTE)),
    ] {
        for count in [100_000, 1_000_000] {
            let start = Instant::now();
            for _ in 0..count {
                drop(limits.admit().await);
            }
            measured(what, count, start);
        }
    }
    for count in [1_000, 10_000, 100_000] {
        let limits = concurrency(1);
        let held = limits.admit().await;
        let start = Instant::now();
        let waiting = waiters(&limits, count).await;
        measured("waiters that queue", count, start);
        let start = Instant::now();
        drop(held);
        for waiter in waiting {
            drop(waiter.await);
        }
        measured("waiters that are served one after another", count, start);
        let held = limits.admit().await;
        let mut waiting = waiters(&limits, count).await;
        fastrand::shuffle(&mut waiting);
        let start = Instant::now();
        drop(waiting);
        measured("waiters that are cancelled in random order", count, start);
        drop(held);
    }
}
