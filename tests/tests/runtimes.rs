//! One session on several tokio runtimes: none of them can break the session for the others, or make them wait.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt as _;
use gofive_api::{ErrorKind, Gofive};
use gofive_tests::scripted::{Action, Gate, Scripted, granted, grants, product, products};
use tokio::runtime::{Builder, Runtime};

/// A runtime that is driven only by `block_on`.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A runtime that drives itself.
fn driven_runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Begins a call on a runtime, and stops driving the runtime when `seen` is ready.
fn leave_a_call(runtime: &Runtime, gofive: &Gofive, seen: impl Future<Output = ()>) {
    let venio = gofive.venio();
    drop(runtime.spawn(async move { venio.get_product("A001").await }));
    runtime.block_on(seen);
}

fn read(runtime: &Runtime, gofive: &Gofive) {
    let in_time = async { tokio::time::timeout(Duration::from_secs(20), gofive.venio().get_product("A001")).await };
    runtime.block_on(in_time).expect("the call does not hang").unwrap();
}

/// Responds to the first token request when the gate opens, and to all others immediately.
fn late_first_token() -> (Scripted, Gate) {
    let late = Gate::closed();
    let gate = late.clone();
    let server = Scripted::start(
        move |_, n| {
            if n == 1 {
                Action::RespondAfter(gate.clone(), granted(1, 3600))
            } else {
                Action::Respond(granted(n, 3600))
            }
        },
        products,
    );
    (server, late)
}

#[test]
fn a_runtime_dropped_during_a_token_request_does_not_break_the_session() {
    let (server, _late) = late_first_token();
    let gofive = server.gofive();
    let first = runtime();
    leave_a_call(&first, &gofive, server.wait_for_token_requests(1));
    drop(first);
    read(&runtime(), &gofive);
    assert_eq!(server.token_requests(), 2);
}

#[test]
fn a_call_cancelled_during_a_token_request_does_not_break_the_session() {
    let (server, late) = late_first_token();
    let gofive = server.gofive();
    let runtime = runtime();
    runtime.block_on(async {
        let venio = gofive.venio();
        let mut call = pin!(venio.get_product("A001"));
        let mut seen = pin!(server.wait_for_token_requests(1));
        poll_fn(|context| {
            let _ = call.as_mut().poll(context);
            seen.as_mut().poll(context)
        })
        .await;
    });
    late.open();
    read(&runtime, &gofive);
    assert_eq!(server.token_requests(), 1, "the token request continued for the next call");
}

#[test]
fn an_undriven_runtime_does_not_keep_others_from_a_token() {
    let (server, late) = late_first_token();
    let gofive = server.gofive();
    let paused = runtime();
    leave_a_call(&paused, &gofive, server.wait_for_token_requests(1));
    read(&runtime(), &gofive);
    assert_eq!(server.token_requests(), 2);
    // The paused runtime continues where it was.
    late.open();
    read(&paused, &gofive);
}

#[test]
fn a_renewal_on_an_undriven_runtime_fails_no_call() {
    let late = Gate::closed();
    let gate = late.clone();
    let server = Scripted::start(
        move |_, n| match n {
            1 => Action::Respond(granted(1, 2)),
            2 => Action::RespondAfter(gate.clone(), granted(2, 3600)),
            n => Action::Respond(granted(n, 3600)),
        },
        products,
    );
    let gofive = server.gofive();
    let (paused, other) = (runtime(), runtime());
    read(&paused, &gofive);
    // In the last fifth of the token's two seconds, a call begins the renewal on the runtime that is then paused.
    std::thread::sleep(Duration::from_millis(1_650));
    leave_a_call(&paused, &gofive, server.wait_for_token_requests(2));
    read(&other, &gofive);
    std::thread::sleep(Duration::from_millis(500));
    read(&other, &gofive);
    assert!(server.token_requests() >= 3, "the other runtime fetched its own token");
}

#[test]
fn connections_of_a_runtime_are_not_used_by_another() {
    let server = Scripted::start(grants, products);
    let gofive = server.client().access_token("own").build().unwrap();
    let (first, second) = (runtime(), runtime());
    read(&first, &gofive);
    // The first runtime now has an idle connection, and is not driven.
    read(&second, &gofive);
    read(&second, &gofive);
    assert_eq!(server.connections(), 2);
    drop(first);
    drop(second);
    for _ in 0..10 {
        read(&runtime(), &gofive);
    }
    assert_eq!(server.connections(), 12);
}

#[test]
fn slots_of_an_undriven_runtime_do_not_count() {
    let server = Scripted::start(grants, |_, n| if n == 1 { Action::Hang } else { Action::Respond(product()) });
    let gofive = server.client().max_concurrency(1).requests_per_second(1000.0).build().unwrap();
    let paused = runtime();
    leave_a_call(&paused, &gofive, server.wait_for_calls(1));
    read(&driven_runtime(), &gofive);
}

#[test]
fn a_call_may_move_to_another_runtime() {
    let (server, late) = late_first_token();
    let gofive = server.gofive();
    let venio = gofive.venio();
    let mut call = Box::pin(async move { venio.get_product("A001").await });
    let first = runtime();
    first.block_on(async {
        let mut seen = pin!(server.wait_for_token_requests(1));
        poll_fn(|context| {
            assert!(call.as_mut().poll(context).is_pending());
            seen.as_mut().poll(context)
        })
        .await;
    });
    drop(first);
    let product = runtime().block_on(call).unwrap();
    assert_eq!(product.product_code.as_deref(), Some("A001"));
    drop(late);
}

#[test]
fn a_prefetched_page_does_not_wait_for_another_runtime() {
    use gofive_api::venio::EnquireEmployeesRequest;

    let page = r#"{"status":{"code":"1000"},"data":{"value":[{"fullname":"a"},{"fullname":"b"}]}}"#;
    let server = Scripted::start(grants, move |_, n| match n {
        2 => Action::Hang,
        4 => Action::Respond(gofive_tests::wire::json(r#"{"status":{"code":"1000"},"data":{"value":[]}}"#)),
        _ => Action::Respond(gofive_tests::wire::json(page)),
    });
    let venio = server.gofive().venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true);
    let paused = runtime();
    let first = paused.block_on(pages.next()).unwrap().unwrap();
    paused.block_on(server.wait_for_calls(2));
    let second = runtime().block_on(async {
        let next = tokio::time::timeout(Duration::from_secs(20), pages.next()).await;
        next.expect("it does not wait for the undriven runtime").unwrap().unwrap()
    });
    assert_eq!((first.len(), second.len()), (2, 2));
    assert_eq!(pages.position(), 4);
}

/// The page behind the first was to be requested on a runtime that has ended when the first arrives.
#[test]
fn a_list_that_began_on_a_runtime_that_ended_is_read_to_its_end_on_another() {
    use gofive_api::venio::EnquireEmployeesRequest;

    let page = |names: &str| {
        gofive_tests::wire::json(&format!(r#"{{"status":{{"code":"1000"}},"data":{{"value":[{names}]}}}}"#))
    };
    let server = Scripted::start(grants, move |request, _| {
        let names = ["0", "2"].iter().any(|skip| request.body.contains(&format!("\"skip\":{skip},")));
        Action::Respond(page(if names { r#"{"fullname":"a"},{"fullname":"b"}"# } else { "" }))
    });
    let venio = server.gofive().venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true);
    let first = runtime();
    first.block_on(async { assert!(pages.next().now_or_never().is_none()) });
    drop(first);
    let lengths = runtime().block_on(async {
        let mut lengths = Vec::new();
        while let Some(page) = tokio::time::timeout(Duration::from_secs(20), pages.next()).await.expect("it goes on") {
            lengths.push(page.unwrap().len());
        }
        lengths
    });
    assert_eq!((lengths, pages.position()), (vec![2, 2], 4));
}

#[test]
fn a_dropped_session_leaves_no_task_behind() {
    let server = Scripted::start(grants, products);
    let runtime = driven_runtime();
    let gofive = server.client().max_concurrency(2).requests_per_second(1000.0).build().unwrap();
    runtime.block_on(async {
        let calls = (0..20)
            .map(|_| gofive.venio())
            .map(|venio| tokio::spawn(async move { venio.get_product("A001").await.map(drop) }));
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
    });
    drop(gofive);
    // The connections close, and every task ends; otherwise the timeout fails the test.
    runtime.block_on(async {
        let ended = async {
            while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), ended).await.expect("every task ends");
    });
}

#[test]
fn a_call_without_a_runtime_is_an_error() {
    let server = Scripted::start(grants, products);
    let venio = server.gofive().venio();
    let mut call = pin!(venio.get_product("A001"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else { panic!("the call waits without a runtime") };
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Configuration, 0));
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

/// tokio panics if a driver is missing; a call returns an error that names the driver.
#[test]
fn a_runtime_without_timers_or_io_is_an_error() {
    let server = Scripted::start(grants, products);
    for (mut builder, missing) in [
        (Builder::new_current_thread(), "no timers"),
        (
            {
                let mut builder = Builder::new_current_thread();
                builder.enable_time();
                builder
            },
            "no I/O",
        ),
    ] {
        let runtime = builder.build().unwrap();
        let total = server.client().total_timeout(Duration::from_secs(5)).max_concurrency(1).build().unwrap();
        for gofive in [server.gofive(), total] {
            let error = runtime.block_on(gofive.venio().get_product("A001")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
            assert!(error.to_string().contains(missing), "{error}");
        }
    }
}
