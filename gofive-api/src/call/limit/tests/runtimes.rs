//! Several runtimes share one session; some are paused or dropped. Every runtime has a paused clock and is driven by the
//! test, so nothing depends on the speed of the machine.

use futures_util::future::BoxFuture;
use tokio::runtime::{Builder, Runtime};

use super::super::runtimes::GRACE;
use super::*;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

fn shared(limits: Limits) -> &'static Limits {
    Box::leak(Box::new(limits))
}

/// Takes a slot that is free.
fn take(runtime: &Runtime, limits: &'static Limits) -> Option<Slot> {
    runtime.block_on(poll_immediate(limits.admit())).expect("nothing to wait for").unwrap()
}

/// A request that waits in this runtime.
fn waiter(runtime: &Runtime, limits: &'static Limits) -> BoxFuture<'static, Admitted> {
    let mut waiter: BoxFuture<'static, Admitted> = Box::pin(limits.admit());
    runtime.block_on(async {
        assert!(poll_immediate(&mut waiter).await.is_none(), "it waits");
        drive().await;
    });
    waiter
}

/// Runs the tasks of a runtime without advancing its clock.
async fn drive() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// Whether a waiter is admitted without advancing the clock.
fn admits_now(runtime: &Runtime, waiter: &mut BoxFuture<'static, Admitted>) -> bool {
    runtime.block_on(async {
        drive().await;
        poll_immediate(waiter).await.is_some()
    })
}

/// How long a request waits.
fn time_of(runtime: &Runtime, limits: &'static Limits) -> (Duration, Option<Slot>) {
    runtime.block_on(async {
        let start = Instant::now();
        let slot = limits.admit().await.unwrap();
        (start.elapsed(), slot)
    })
}

#[test]
fn the_concurrency_limit_counts_all_runtimes() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(2)));
    let held = [take(&first, limits), take(&second, limits)];
    let mut waiting = waiter(&second, limits);
    assert!(!admits_now(&second, &mut waiting));
    drop(held);
    assert!(admits_now(&second, &mut waiting));
}

#[test]
fn the_rate_limit_counts_all_runtimes() {
    let (first, second, limits) = (runtime(), runtime(), shared(rate(1.0)));
    drop(take(&first, limits));
    for runtime in [&second, &first, &second] {
        let (waited, _) = time_of(runtime, limits);
        assert!(waited > SECOND / 2 && waited <= SECOND, "the clocks began within half a second: {waited:?}");
    }
}

#[test]
fn the_oldest_request_of_all_runtimes_is_first() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(1)));
    let held = take(&first, limits);
    let (mut older, mut younger) = (waiter(&first, limits), waiter(&second, limits));
    drop(held);
    assert!(!admits_now(&second, &mut younger));
    assert!(admits_now(&first, &mut older));
    drop(older);
    assert!(admits_now(&second, &mut younger));
}

#[test]
fn a_younger_request_follows_the_oldest_immediately_if_there_is_a_slot() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(2)));
    let held = [take(&first, limits), take(&first, limits)];
    let (older, mut younger) = (waiter(&first, limits), waiter(&second, limits));
    drop(held);
    assert!(!admits_now(&second, &mut younger));
    first.block_on(drive());
    assert!(admits_now(&second, &mut younger));
    drop(older);
}

#[test]
fn a_paused_runtime_keeps_no_slot_or_turn_from_others_while_it_waits() {
    for limits in [concurrency(1), rate(1e6)].map(shared) {
        let (paused, driven) = (runtime(), runtime());
        let held = take(&driven, limits);
        let mut waiting = waiter(&paused, limits);
        drop(held);
        let (waited, slot) = time_of(&driven, limits);
        assert!(waited <= GRACE + Duration::from_millis(1), "{waited:?}");
        drop(slot);
        // Once it has lost its priority, it costs nothing.
        for _ in 0..10 {
            let (waited, _) = time_of(&driven, limits);
            assert!(waited <= Duration::from_millis(1), "{waited:?}");
        }
        let served = paused.block_on(async { timeout(SECOND, &mut waiting).await });
        assert!(served.is_ok(), "it is served as soon as it is driven");
    }
}

#[test]
fn slots_of_a_paused_runtime_stop_counting() {
    let (paused, driven, limits) = (runtime(), runtime(), shared(concurrency(2)));
    let held = [take(&paused, limits), take(&paused, limits)];
    let (waited, first) = time_of(&driven, limits);
    assert!(waited > Duration::ZERO && waited <= 2 * PING_TIMEOUT + GRACE, "{waited:?}");
    let second = take(&driven, limits);
    let mut third = waiter(&driven, limits);
    assert!(!admits_now(&driven, &mut third), "its own slots count");

    // Once it is driven again, its slots count again.
    paused.block_on(drive());
    drop(first);
    assert!(!admits_now(&driven, &mut third), "three are taken");
    drop(second);
    assert!(!admits_now(&driven, &mut third), "two are taken");
    drop(held);
    assert!(admits_now(&driven, &mut third));
    drop(third);
    let _both = [take(&driven, limits), take(&driven, limits)];
    assert!(!admits_now(&driven, &mut waiter(&driven, limits)), "no slot was added twice");
}

#[test]
fn slots_released_by_a_runtime_that_does_not_count_add_none() {
    let (paused, driven, limits) = (runtime(), runtime(), shared(concurrency(2)));
    let held = [take(&paused, limits), take(&paused, limits)];
    let (_, first) = time_of(&driven, limits);
    drop(held);
    let _slots = [first, take(&driven, limits)];
    assert!(!admits_now(&driven, &mut waiter(&driven, limits)));
}

#[test]
fn slots_of_a_driven_runtime_go_on_counting() {
    let (busy, other, limits) = (runtime(), runtime(), shared(concurrency(1)));
    let held = take(&busy, limits);
    let mut waiting = waiter(&other, limits);
    for _ in 0..20 {
        assert!(other.block_on(async { timeout(PING_TIMEOUT / 2, &mut waiting).await }).is_err());
        busy.block_on(drive());
    }
    drop(held);
    assert!(admits_now(&other, &mut waiting));
}

#[test]
fn calls_of_a_dropped_runtime_release_their_slots() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(1)));
    first.spawn(async {
        let _slot = limits.admit().await;
        std::future::pending::<()>().await;
    });
    first.block_on(drive());
    let mut waiting = waiter(&second, limits);
    assert!(!admits_now(&second, &mut waiting));
    drop(first);
    assert!(admits_now(&second, &mut waiting));
}

#[test]
fn a_wait_whose_runtime_was_dropped_goes_on_elsewhere() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(1)));
    let held = take(&second, limits);
    let mut waiting = waiter(&first, limits);
    drop(first);
    assert!(!admits_now(&second, &mut waiting));
    drop(held);
    assert!(admits_now(&second, &mut waiting));
}

#[test]
fn a_wait_whose_runtime_is_paused_goes_on_elsewhere() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(1)));
    let held = take(&second, limits);
    let mut waiting = waiter(&first, limits);
    assert!(!admits_now(&second, &mut waiting));
    drop(held);
    assert!(admits_now(&second, &mut waiting));
}

#[test]
fn a_wait_in_a_runtime_that_is_shut_down_returns() {
    let (first, second, limits) = (runtime(), runtime(), shared(concurrency(1)));
    let held = take(&second, limits);
    let handle = first.handle().clone();
    drop(first);
    let mut waiting: BoxFuture<'static, Admitted> = Box::pin(limits.admit());
    let context = handle.enter();
    assert!(futures_util::FutureExt::now_or_never(&mut waiting).is_none());
    drop(context);
    drop(held);
    assert!(admits_now(&second, &mut waiting));
}

#[test]
fn a_dropped_runtime_is_removed() {
    let limits = Arc::new(concurrency(1));
    let weak = Arc::downgrade(&limits.shared);
    let (first, second) = (runtime(), runtime());
    let held = first.block_on(limits.admit());
    for runtime in [&first, &second] {
        let limits = limits.clone();
        runtime.spawn(async move { limits.admit().await.map(drop) });
        runtime.block_on(drive());
    }
    drop((first, second));
    drop((held, limits));
    assert!(weak.upgrade().is_none());
}
