//! Both limits in one runtime, with a paused clock. Several runtimes are in [`runtimes`], many waiters in [`load`].

mod load;
mod runtimes;
mod stalls;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, poll_immediate};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

type Admitted = Result<Option<Slot>, Stalled>;

fn rate(requests_per_second: f64) -> Limits {
    Limits::new(None, Some(requests_per_second), MINUTE)
}

fn concurrency(max_concurrency: u32) -> Limits {
    Limits::new(Some(max_concurrency), None, MINUTE)
}

/// Waiters that were polled once.
async fn waiters(limits: &Limits, count: usize) -> Vec<Pin<Box<impl Future<Output = Admitted>>>> {
    let mut waiters: Vec<_> = (0..count).map(|_| Box::pin(limits.admit())).collect();
    for waiter in &mut waiters {
        assert!(poll_immediate(waiter).await.is_none(), "it waits");
    }
    waiters
}

async fn tasks_end() {
    sleep(Duration::from_millis(1)).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0, "a pacer without waiters ends");
}

#[tokio::test]
async fn without_a_limit_there_is_no_slot() {
    let limits = Limits::new(None, None, MINUTE);
    assert!(limits.is_unlimited());
    assert!(limits.admit().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn requests_keep_their_distance() {
    let limits = rate(10.0);
    let start = Instant::now();
    for _ in 0..11 {
        limits.admit().await.unwrap();
    }
    assert_eq!(start.elapsed(), SECOND, "the first immediately, then ten per second");
}

/// A timer fires on whole milliseconds.
#[tokio::test(start_paused = true)]
async fn intervals_shorter_than_a_timer_can_wait_are_kept_on_average() {
    let limits = rate(10_000.0);
    let start = Instant::now();
    for _ in 0..1_000 {
        limits.admit().await.unwrap();
    }
    let elapsed = start.elapsed().as_millis();
    assert!((98..=102).contains(&elapsed), "a thousand at ten thousand a second took {elapsed} ms");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_uses_no_turn() {
    let limits = rate(1.0);
    limits.admit().await.unwrap();
    let start = Instant::now();
    let waiting = join_all((0..100).map(|_| limits.admit()));
    assert!(timeout(Duration::from_millis(500), waiting).await.is_err());
    limits.admit().await.unwrap();
    assert_eq!(start.elapsed(), SECOND, "the very next turn");
    tasks_end().await;
}

#[tokio::test(start_paused = true)]
async fn waiters_behind_dropped_ones_move_up() {
    let limits = rate(10.0);
    limits.admit().await.unwrap();
    let mut waiting = waiters(&limits, 1_000).await;
    drop(waiting.drain(..500));
    let start = Instant::now();
    for (index, waiter) in (1_u32..).zip(waiting) {
        waiter.await.unwrap();
        assert_eq!(start.elapsed(), index * SECOND / 10);
    }
    tasks_end().await;
}

#[tokio::test(start_paused = true)]
async fn an_unpolled_future_costs_at_most_its_own_turn() {
    let limits = rate(1.0);
    limits.admit().await.unwrap();
    let start = Instant::now();
    let left_alone = waiters(&limits, 1).await;
    limits.admit().await.unwrap();
    limits.admit().await.unwrap();
    assert_eq!(start.elapsed(), 3 * SECOND);
    drop(left_alone);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_passed_but_not_received_is_released() {
    let limits = rate(1.0);
    limits.admit().await.unwrap();
    let left_alone = waiters(&limits, 1).await;
    sleep(Duration::from_millis(1_500)).await;
    drop(left_alone);
    let start = Instant::now();
    limits.admit().await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_slot_that_was_passed_but_not_received_is_released() {
    let limits = concurrency(1);
    let held = limits.admit().await;
    let left_alone = waiters(&limits, 1).await;
    drop(held);
    sleep(SECOND).await;
    assert!(timeout(SECOND, limits.admit()).await.is_err(), "it has the slot");
    drop(left_alone);
    limits.admit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn waiters_are_served_in_order() {
    let limits = Arc::new(Limits::new(Some(2), Some(10.0), MINUTE));
    let (served, mut order) = tokio::sync::mpsc::unbounded_channel();
    let calls = (0..100).map(|number| {
        let (limits, served) = (limits.clone(), served.clone());
        async move {
            let slot = limits.admit().await.unwrap();
            served.send(number).unwrap();
            sleep(Duration::from_millis(150)).await;
            drop(slot);
        }
    });
    join_all(calls).await;
    let order: Vec<_> = std::iter::from_fn(|| order.try_recv().ok()).collect();
    assert!(order.is_sorted() && order.len() == 100, "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn at_most_the_allowed_number_of_requests_is_in_progress() {
    let limits = concurrency(2);
    let (first, _second) = (limits.admit().await, limits.admit().await);
    assert!(timeout(MINUTE / 2, limits.admit()).await.is_err());
    drop(first);
    assert!(limits.admit().await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn any_number_is_a_limit() {
    for rate in [f64::MIN_POSITIVE, 1e-18, 1e300] {
        Limits::new(Some(u32::MAX), Some(rate), Duration::MAX).admit().await.unwrap();
    }
    let unlimited = rate(1e300);
    let start = Instant::now();
    for _ in 0..100_000 {
        unlimited.admit().await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    let hardly_ever = Limits::new(Some(0), Some(1e-300), Duration::ZERO);
    hardly_ever.admit().await.unwrap();
    assert!(timeout(Duration::from_secs(86_400), hardly_ever.admit()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_counts_as_one() {
    let limits = concurrency(0);
    let held = limits.admit().await.unwrap();
    assert!(timeout(SECOND, limits.admit()).await.is_err());
    drop(held);
    limits.admit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn no_task_outlives_the_session() {
    let limits = Arc::new(Limits::new(Some(1), Some(0.001), MINUTE));
    let shared = Arc::downgrade(&limits.shared);
    drop(limits.admit().await.unwrap());
    let call = tokio::spawn({
        let limits = limits.clone();
        async move { limits.admit().await.map(drop) }
    });
    sleep(SECOND).await;
    call.abort();
    drop(limits);
    tasks_end().await;
    assert!(shared.upgrade().is_none());
}

/// A waiter that arrives while the pacer ends starts another one.
#[tokio::test(start_paused = true)]
async fn a_waiter_that_arrives_as_the_pacer_ends_is_served() {
    let limits = concurrency(1);
    for steps in 0..10 {
        let held = limits.admit().await.unwrap();
        let mut first = pin!(limits.admit());
        assert!(poll_immediate(&mut first).await.is_none());
        drop(held);
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
        let second = waiters(&limits, 1).await;
        drop(first.await);
        assert!(timeout(SECOND, second.into_iter().next().unwrap()).await.is_ok());
    }
    tasks_end().await;
}
