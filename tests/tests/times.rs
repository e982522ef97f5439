//! The times of a call: `Retry-After`, the total timeout, and the time limit of the retries.

use std::time::Duration;

use gofive_api::{Attempt, ErrorKind, RetryPolicy};
use gofive_tests::scripted::{Action, Scripted, StoppedClock, grants, product, status};

fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5))
}

/// The clock of the server differs from ours by decades: by our clock, the wait would be zero or far too long.
#[tokio::test]
async fn a_retry_after_date_is_read_by_the_clock_of_the_server() {
    for now in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 2095 08:49:37 GMT"] {
        let day = if now.contains("1994") { ("Sunday, 06-Nov-94", "Sun Nov  6", "1994") } else { ("", "", "2095") };
        let mut dates = vec![now.replace("08:49:37", "08:49:44")];
        if !day.0.is_empty() {
            dates.push(format!("{} 08:49:44 GMT", day.0));
            dates.push(format!("{} 08:49:44 {}", day.1, day.2));
        }
        for date in dates {
            let head = format!("503 Unavailable\r\ndate: {now}\r\nretry-after: {date}");
            let server = Scripted::start(grants, move |_, _| Action::Respond(status(&head)));
            let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
            let error = gofive.venio().get_product("A001").await.unwrap_err();
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{date}");
        }
    }
}

#[tokio::test]
async fn a_wait_longer_than_the_remaining_time_fails_immediately() {
    let server = Scripted::start(grants, |_, _| Action::Respond(status("503 Unavailable\r\nretry-after: 20")));
    let gofive = server.client().total_timeout(Duration::from_secs(10)).build().unwrap();
    let before = std::time::Instant::now();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!((error.kind(), error.http_status(), error.attempts()), (ErrorKind::Server, Some(503), 1));
    assert_eq!((error.retry_after(), error.is_retryable()), (Some(Duration::from_secs(20)), true));
    assert!(before.elapsed() < Duration::from_secs(10), "it did not wait for the timeout");
}

/// Waiting for the session's own limits does not count.
#[tokio::test]
async fn max_elapsed_counts_from_the_first_attempt() {
    let _clock = StoppedClock::stop();
    let server =
        Scripted::start(grants, |_, n| Action::Respond(if n == 2 { status("503 Unavailable") } else { product() }));
    let retry = quick().backoff(Duration::ZERO, Duration::ZERO).max_elapsed(Duration::from_secs(5));
    let (ended, mut attempts) = tokio::sync::mpsc::unbounded_channel();
    let observer = move |attempt: &Attempt| {
        let _ = ended.send((attempt.operation.clone(), attempt.http_status));
    };
    let gofive = server.client().retry(retry).requests_per_second(0.1).observer(observer).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    let venio = gofive.venio();
    let call = tokio::spawn(async move { venio.get_product("A001").await });
    // The first attempt begins after ten seconds, the second after ten more; timers may be a little late.
    tokio::time::advance(Duration::from_secs(11)).await;
    while attempts.recv().await.unwrap() != ("get_product".to_owned(), Some(503)) {}
    tokio::time::advance(Duration::from_secs(11)).await;
    call.await.unwrap().unwrap();
}
