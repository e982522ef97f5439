//! Many waiters, many of them cancelled, in real runtimes with real threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Builder, Runtime};

use super::*;

/// Counts the slots that are taken.
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

/// Calls of which many are cancelled while they wait, as they are admitted, or while they have their slot.
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

/// The ping timeout is so long that a busy machine is not mistaken for a paused runtime.
#[test]
fn slots_are_neither_lost_nor_added() {
    for requests_per_second in [None, Some(50_000.0)] {
        let limits = Arc::new(Limits::with_ping_timeout(Some(5), requests_per_second, Duration::MAX, Duration::MAX));
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
        assert!(limits.shared.lock().is_idle(), "all slots are released, and there are no waiters");
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
