//! When waiting for the concurrency limit fails, and when it does not.

use super::*;

const ALMOST_A_MINUTE: Duration = Duration::from_secs(59);
const STALLED: Stalled = Stalled { max_concurrency: 2, waited: MINUTE };

fn both(requests_per_second: f64) -> Arc<Limits> {
    Arc::new(Limits::new(Some(2), Some(requests_per_second), MINUTE))
}

/// Sends a request that takes this long. Returns when it was sent.
async fn call(limits: &Limits, takes: Duration) -> Result<Instant, Stalled> {
    let slot = limits.admit().await?;
    let sent = Instant::now();
    sleep(takes).await;
    drop(slot);
    Ok(sent)
}

#[tokio::test(start_paused = true)]
async fn a_wait_fails_if_no_slot_is_released() {
    let limits = concurrency(2);
    let _held = (limits.admit().await, limits.admit().await);
    sleep(10 * MINUTE).await;
    let start = Instant::now();
    assert_eq!(limits.admit().await.unwrap_err(), STALLED);
    assert_eq!(start.elapsed(), MINUTE, "the time before this wait does not count");
}

#[tokio::test(start_paused = true)]
async fn all_waiters_of_a_stall_fail_together() {
    let limits = concurrency(2);
    let _held = (limits.admit().await, limits.admit().await);
    let start = Instant::now();
    for outcome in join_all((0..100).map(|_| limits.admit())).await {
        assert_eq!(outcome.unwrap_err(), STALLED);
    }
    assert_eq!(start.elapsed(), MINUTE);
    tasks_end().await;
}

#[tokio::test(start_paused = true)]
async fn a_released_slot_restarts_the_time() {
    let limits = concurrency(2);
    let (first, _second) = (limits.admit().await, limits.admit().await);
    let _left_alone = waiters(&limits, 1).await;
    let start = Instant::now();
    let waiting = async { assert_eq!(limits.admit().await.unwrap_err(), STALLED) };
    let giving_back = async {
        sleep(ALMOST_A_MINUTE).await;
        drop(first);
    };
    tokio::join!(waiting, giving_back);
    assert_eq!(start.elapsed(), MINUTE + ALMOST_A_MINUTE, "the waiter that is left alone has the slot");
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_is_not_a_stall() {
    let limits = concurrency(2);
    let start = Instant::now();
    for sent in join_all((0..100).map(|_| call(&limits, ALMOST_A_MINUTE))).await {
        sent.unwrap();
    }
    assert_eq!(start.elapsed(), 50 * ALMOST_A_MINUTE);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_rate_limit_has_no_bound() {
    let limits = rate(10.0);
    let start = Instant::now();
    for slot in join_all((0..10_000).map(|_| limits.admit())).await {
        slot.unwrap();
    }
    assert_eq!(start.elapsed(), 9_999 * SECOND / 10);
}

#[tokio::test(start_paused = true)]
async fn waiting_behind_others_for_the_rate_limit_is_not_a_stall() {
    let limits = both(0.01);
    let start = Instant::now();
    let calls = join_all((0..5).map(|_| call(&limits, SECOND))).await;
    let sent: Vec<_> = calls.into_iter().map(|sent| (sent.unwrap() - start).as_secs()).collect();
    assert_eq!(sent, [0, 100, 200, 300, 400]);
}

/// Both slots are taken from 100 s to 250 s; the third turn is due at 200 s. A slot is missing only from then on.
#[tokio::test(start_paused = true)]
async fn full_slots_are_not_a_stall_before_the_turn_is_due() {
    let limits = both(0.01);
    let start = Instant::now();
    let calls = join_all((0..3).map(|_| call(&limits, 250 * SECOND))).await;
    let sent: Vec<_> = calls.into_iter().map(|sent| (sent.unwrap() - start).as_secs()).collect();
    assert_eq!(sent, [0, 100, 250]);
}

#[tokio::test(start_paused = true)]
async fn full_slots_are_a_stall_once_the_turn_is_due() {
    let limits = both(0.01);
    let start = Instant::now();
    let _held = (limits.admit().await, limits.admit().await);
    assert_eq!(limits.admit().await.unwrap_err(), STALLED);
    assert_eq!(start.elapsed(), 260 * SECOND, "due at 200 s");
}

#[tokio::test(start_paused = true)]
async fn a_stall_time_of_zero_waits_for_the_rate_limit_only() {
    let limits = Limits::new(Some(1), Some(1.0), Duration::ZERO);
    drop(limits.admit().await.unwrap());
    let start = Instant::now();
    let _held = limits.admit().await.unwrap();
    assert!(limits.admit().await.is_err());
    assert_eq!(start.elapsed(), 2 * SECOND, "the wait fails when its turn is due and no slot is free");
}

#[tokio::test(start_paused = true)]
async fn a_stall_time_without_end_never_fails() {
    let limits = Limits::new(Some(1), None, Duration::MAX);
    let held = limits.admit().await.unwrap();
    let mut waiting = waiters(&limits, 1).await;
    assert!(timeout(100_000 * MINUTE, &mut waiting[0]).await.is_err());
    drop(held);
    join_all(waiting).await.pop().unwrap().unwrap();
}
