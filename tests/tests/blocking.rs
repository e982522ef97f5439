//! `block_on`: calls from programs that are not asynchronous, and from inside asynchronous ones.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{LazyLock, mpsc};
use std::time::{Duration, Instant};

use gofive_api::{ErrorKind, Gofive};
use gofive_tests::child;
use gofive_tests::wire::{NOWHERE, WireServer, json};
use tokio::runtime::{Builder, Handle, Runtime};

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

/// Servers run on a thread of their own, which `block_on` does not block.
static SERVERS: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

fn server() -> WireServer {
    let (sender, receiver) = mpsc::channel();
    SERVERS.spawn(async move { sender.send(WireServer::responding_with(vec![json(PRODUCT)]).await) });
    receiver.recv().unwrap()
}

fn product(gofive: &Gofive) -> Option<String> {
    gofive.block_on(gofive.venio().get_product("A001")).unwrap().unwrap().product_code
}

#[test]
fn a_future_may_borrow_and_need_not_be_send() {
    let server = server();
    let gofive = server.gofive();
    let calls = Rc::new(Cell::new(0));
    let code = String::from("A001");
    let found = gofive.block_on(async {
        let venio = gofive.venio();
        for _ in 0..3 {
            venio.get_product(&code).await?;
            calls.set(calls.get() + 1);
        }
        Ok::<_, gofive_api::Error>(venio.get_product(&code).await?.product_code)
    });
    assert_eq!(found.unwrap().unwrap().as_deref(), Some("A001"));
    assert_eq!(calls.get(), 3);
}

#[test]
fn block_on_works_inside_other_runtimes() {
    let server = server();
    let gofive = server.gofive();
    for runtime in [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_current_thread().build().unwrap(),
        Builder::new_multi_thread().worker_threads(1).build().unwrap(),
    ] {
        let in_task = gofive.clone();
        let in_blocking_task = gofive.clone();
        runtime.block_on(async {
            assert!(product(&gofive).is_some());
            assert!(tokio::spawn(async move { product(&in_task) }).await.unwrap().is_some());
            let found = tokio::task::spawn_blocking(move || product(&in_blocking_task)).await;
            assert!(found.unwrap().is_some());
        });
    }
}

#[test]
fn block_on_can_be_nested() {
    let server = server();
    let gofive = &server.gofive();
    let nested = gofive.block_on(async {
        let inner = product(gofive);
        let after = gofive.venio().get_product("A001").await.unwrap().product_code;
        (inner, gofive.block_on(async { product(gofive) }).unwrap(), after)
    });
    let found = Some("A001".to_owned());
    assert_eq!(nested.unwrap(), (found.clone(), found.clone(), found));
}

/// tokio limits how many resources a task may poll before it yields, and a blocked task never yields.
#[tokio::test]
async fn a_long_future_inside_a_task_completes() {
    let server = server();
    let gofive = server.gofive();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..1000 {
        sender.send(number).unwrap();
    }
    let outcome = gofive.block_on(async {
        for expected in 0..1000 {
            assert_eq!(receiver.recv().await, Some(expected));
        }
    });
    outcome.unwrap();
}

#[test]
fn many_threads_share_one_token_and_one_runtime() {
    let server = server();
    let gofive = server.gofive();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            let gofive = gofive.with_options(gofive_api::CallOptions::new());
            scope.spawn(move || assert!((0..5).all(|_| product(&gofive).is_some())));
        }
    });
    assert_eq!((server.received().len(), server.token_requests().len()), (160, 1));
    let runtime = |gofive: &Gofive| gofive.block_on(async { Handle::current().id() }).unwrap();
    assert_eq!(runtime(&gofive), runtime(&gofive.clone()));
    assert_ne!(runtime(&gofive), runtime(&server.gofive()), "another session, another runtime");
}

#[test]
fn tasks_continue_between_calls_and_end_with_the_session() {
    let server = server();
    let gofive = server.gofive();
    let (sender, receiver) = mpsc::channel();
    let task = async {
        tokio::spawn(async move {
            for number in 0_u32.. {
                tokio::time::sleep(Duration::from_millis(5)).await;
                if sender.send((number, std::thread::current().name().map(str::to_owned))).is_err() {
                    return;
                }
            }
        });
    };
    gofive.block_on(task).unwrap();
    let next = || receiver.recv_timeout(Duration::from_secs(10));
    assert_eq!(next(), Ok((0, Some("gofive-api".to_owned()))));
    assert_eq!(next().unwrap().0, 1);
    let clone = gofive.clone();
    drop(gofive);
    assert!(next().is_ok(), "a clone still exists");
    drop(clone);
    let deadline = Instant::now() + Duration::from_secs(10);
    while next().is_ok() {
        assert!(Instant::now() < deadline, "the runtime outlives the session");
    }
}

#[test]
fn a_task_that_blocks_a_thread_does_not_stop_calls() {
    let server = server();
    let gofive = server.gofive();
    let (release, blocked) = mpsc::channel::<()>();
    gofive.block_on(async { drop(tokio::spawn(async move { blocked.recv().is_ok() })) }).unwrap();
    for _ in 0..20 {
        assert!(product(&gofive).is_some());
    }
    drop(release);
}

#[tokio::test]
async fn the_last_clone_may_be_dropped_inside_a_runtime() {
    let server = server();
    let gofive = server.gofive();
    product(&gofive);
    tokio::spawn(async move { drop(gofive) }).await.unwrap();

    // Also inside its own runtime.
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let gofive = server.gofive();
    let last = gofive.clone();
    let task = async { drop(tokio::spawn(async move { receiver.await.map(|()| drop(last)) })) };
    gofive.block_on(task).unwrap();
    drop(gofive);
    sender.send(()).unwrap();
}

#[test]
fn a_call_without_a_runtime_is_a_configuration_error() {
    use std::future::Future as _;
    use std::task::{Context, Poll, Waker};

    let server = server();
    let gofive = server.gofive();
    let venio = gofive.venio();
    let mut call = std::pin::pin!(venio.get_product("A001"));
    let Poll::Ready(Err(error)) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits for a runtime that does not exist")
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("block_on`"), "{error}");
}

/// Without memory for a stack, no thread can be started.
#[cfg(target_os = "linux")]
#[test]
fn a_system_without_threads_is_an_error_not_a_panic() {
    let limited = || {
        let gofive = offline();
        let mebibyte = || {
            let mut memory: Vec<u8> = Vec::new();
            memory.try_reserve_exact(1024 * 1024).is_ok().then_some(memory)
        };
        let hoarded: Vec<_> = std::iter::from_fn(mebibyte).collect();
        let error = gofive.block_on(async {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        drop(hoarded);
        gofive.block_on(async {}).unwrap();
    };
    limited_to("-v 2000000", "a_system_without_threads_is_an_error_not_a_panic", limited);
}

#[cfg(target_os = "linux")]
#[test]
fn a_system_without_file_descriptors_is_an_error_not_a_panic() {
    let limited = || {
        let gofive = offline();
        let hoarded: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
        let error = gofive.block_on(async {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("file descriptor"), "{error}");
        drop(hoarded);
        gofive.block_on(async {}).unwrap();
    };
    limited_to("-n 64", "a_system_without_file_descriptors_is_an_error_not_a_panic", limited);
}

#[cfg(target_os = "linux")]
fn offline() -> Gofive {
    Gofive::builder().base_url(NOWHERE).access_token("t").subscription_key("k").build().unwrap()
}

/// Runs the test in a process of its own, because the limit applies to a process.
#[cfg(target_os = "linux")]
fn limited_to(limit: &str, test: &str, body: impl FnOnce()) {
    if child::is_child() {
        return body();
    }
    child::run(&mut child::limited(limit, module_path!(), test));
}
