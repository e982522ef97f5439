//! What an error says of the attempts of its call: how many there were, and whether one may have done it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gofive_api::venio::{AddCustomerEventRequest, EnquireQuotationsRequest};
use gofive_api::{Attempt, Error, ErrorKind, Gofive, Idempotency, Method, RetryPolicy};
use gofive_tests::scripted::{Gate, Reply, Scripted, StoppedClock, granted, grants, product, products, status};
use gofive_tests::wire::{Received, WireServer, json, response};

fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5))
}

fn event() -> AddCustomerEventRequest {
    let moment = jiff::Timestamp::UNIX_EPOCH;
    AddCustomerEventRequest::builder().event_name("e").event_type(1).event_date(moment).customer_code("c").build()
}

async fn read(gofive: &Gofive) -> Error {
    gofive.venio().get_product("A001").await.unwrap_err()
}

async fn create(gofive: &Gofive) -> Error {
    gofive.venio().add_customer_event(&event()).await.unwrap_err()
}

/// Attempts and whether the outcome is unknown, of a read and of a create that meet the same.
async fn after(answers: Vec<Vec<u8>>) -> [(u32, bool); 2] {
    let server = WireServer::answering(answers.clone()).await;
    let error = read(&server.client().retry(quick()).build().unwrap()).await;
    assert_eq!(error.attempts() as usize, server.received().len(), "{error}");
    let of_read = (error.attempts(), error.outcome_unknown());
    let server = WireServer::answering(answers).await;
    let error = create(&server.client().retry(quick()).build().unwrap()).await;
    assert_eq!(error.attempts() as usize, server.received().len(), "{error}");
    assert!(!(error.is_retryable() && error.outcome_unknown()), "{error}");
    [of_read, (error.attempts(), error.outcome_unknown())]
}

#[tokio::test]
async fn every_way_to_fail_has_its_attempts_and_its_outcome() {
    let business = json(r#"{"status":{"code":"4001","description":"no"}}"#);
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":".to_vec();
    for (answers, of_read, of_create) in [
        // The server says that it has refused.
        (vec![business.clone()], (1, false), (1, false)),
        (vec![status("400 Bad")], (1, false), (1, false)),
        (vec![status("401 Unauthorized")], (1, false), (1, false)),
        (vec![status("404 None")], (1, false), (1, false)),
        (vec![status("429 Slow")], (3, false), (3, false)),
        (vec![status("429 Slow"), business.clone()], (2, false), (2, false)),
        // Nobody knows.
        (vec![status("408 Timeout")], (3, false), (1, true)),
        (vec![status("500 Oops")], (1, false), (1, true)),
        (vec![status("502 Bad")], (3, false), (1, true)),
        (vec![status("503 Unavailable")], (3, false), (1, true)),
        (vec![status("302 Found\r\nlocation: /elsewhere")], (1, false), (1, true)),
        (vec![Vec::new()], (3, false), (1, true)),
        (vec![cut], (3, false), (1, true)),
        // A success that cannot be read.
        (vec![json("<html>")], (1, false), (1, true)),
        (vec![json(r#"{"data":"#)], (1, false), (1, true)),
        (vec![status("429 Slow"), json("<html>")], (2, false), (2, true)),
    ] {
        let shown: Vec<_> = answers.iter().map(|answer| String::from_utf8_lossy(answer).into_owned()).collect();
        assert_eq!(after(answers).await, [of_read, of_create], "{shown:?}");
    }
}

/// An operation that may be repeated fails with its last attempt; an earlier one may have done it all the same.
#[tokio::test]
async fn an_earlier_attempt_may_have_done_it() {
    let server = WireServer::answering(vec![status("502 Bad"), status("400 Bad")]).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    let put = gofive.request(Method::PUT, "/v9/news/1").idempotency(Idempotency::Idempotent);
    let error = put.send().await.unwrap_err();
    assert_eq!((error.http_status(), error.attempts(), error.outcome_unknown()), (Some(400), 2, true));
}

#[tokio::test]
async fn the_attempt_after_a_401_counts() {
    let _clock = StoppedClock::stop();
    for send_again in [true, false] {
        let server = Scripted::start(grants, |request, n| match (n, request.line().starts_with("POST")) {
            (1, _) => Reply::Now(product()),
            (2, true) => Reply::Now(response(401, "application/json", "{}")),
            _ => Reply::Now(response(400, "application/json", "{}")),
        });
        let retry = quick().non_idempotent_on_401(send_again);
        let gofive = server.client().retry(retry).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        tokio::time::advance(Duration::from_secs(60)).await;
        let error = create(&gofive).await;
        let expected = if send_again { (Some(400), 2) } else { (Some(401), 1) };
        assert_eq!((error.http_status(), error.attempts()), expected);
        assert_eq!(server.calls(), 1 + expected.1 as usize);
        // The next call has another token in either case.
        create(&gofive).await;
        assert_eq!(server.token_requests(), 2);
    }
}

#[tokio::test]
async fn no_connection_counts_and_no_token_does_not() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nowhere = Gofive::builder().base_url(format!("http://127.0.0.1:{port}")).subscription_key("k").retry(quick());
    let error = create(&nowhere.access_token("t").build().unwrap()).await;
    assert_eq!((error.attempts(), error.outcome_unknown(), error.is_retryable()), (3, false, true));

    let server = Scripted::start(|_, _| Reply::Now(status("503 Unavailable")), products);
    let error = create(&server.client().retry(quick()).build().unwrap()).await;
    assert_eq!((error.operation(), error.attempts(), error.is_retryable()), (Some("add_customer_event"), 0, true));
    assert_eq!((server.token_requests(), server.calls()), (3, 0));
}

/// Also where the payload is read later: by the type of a custom request, and as a page.
#[tokio::test]
async fn errors_behind_a_success_have_their_attempts() {
    let answers = vec![status("503 Unavailable"), json(r#"{"status":{"code":"1000"},"data":{"no":"list"}}"#)];
    let server = WireServer::answering(answers.clone()).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    let error =
        gofive.request(Method::GET, "/v9/news").idempotency(Idempotency::Safe).send_as::<u8>().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 2));

    let server = WireServer::answering(answers).await;
    let venio = server.client().retry(quick()).build().unwrap().venio();
    let enquiry =
        serde_json::from_value::<EnquireQuotationsRequest>(serde_json::json!({"take": 5, "skip": 0})).unwrap();
    let error = venio.enquire_quotations_pages(&enquiry).next().await.unwrap().unwrap_err();
    assert_eq!((error.error().kind(), error.error().attempts()), (ErrorKind::Decode, 2));
}

#[tokio::test]
async fn a_call_that_ran_out_of_time_says_what_had_happened() {
    let _clock = StoppedClock::stop();
    let late = Gate::closed();
    let gate = late.clone();
    let server = Scripted::start(grants, move |_, n| match n {
        1 => Reply::Now(status("503 Unavailable")),
        _ => Reply::After(gate.clone(), product()),
    });
    let gofive = server.client().retry(quick()).total_timeout(Duration::from_secs(5)).build().unwrap();
    let call = tokio::spawn(async move { read(&gofive).await });
    server.has_calls(1).await;
    // The back-off, and then the rest of the time.
    while server.calls() < 2 {
        tokio::time::advance(Duration::from_millis(1)).await;
        std::thread::yield_now();
    }
    tokio::time::advance(Duration::from_secs(6)).await;
    let error = call.await.unwrap();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Timeout, 2, true));
    assert!(error.to_string().contains("503"), "{error}");
    late.open();
}

#[tokio::test]
async fn a_create_that_ran_out_of_time_is_retryable_only_if_it_was_not_sent() {
    let _clock = StoppedClock::stop();
    for (token_is_late, attempts) in [(true, 0), (false, 1)] {
        let token = move |_: &Received, n| if token_is_late { Reply::Never } else { Reply::Now(granted(n, 3600)) };
        let server = Scripted::start(token, |_, _| Reply::Never);
        let gofive = server.client().total_timeout(Duration::from_secs(5)).build().unwrap();
        let call = tokio::spawn(async move { create(&gofive).await });
        if token_is_late {
            server.has_token_requests(1).await;
        } else {
            server.has_calls(1).await;
        }
        tokio::time::advance(Duration::from_secs(6)).await;
        let error = call.await.unwrap();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, attempts));
        assert_eq!((error.outcome_unknown(), error.is_retryable()), (attempts > 0, attempts == 0), "{error}");
    }
}

/// The observer is called after each, with the operation's own number; requests for tokens are apart.
#[tokio::test]
async fn the_observer_sees_each_attempt() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(grants, |_, n| match n {
        2 => Reply::Now(response(401, "application/json", "{}")),
        3 => Reply::Now(response(429, "text/plain", "slow")),
        _ => Reply::Now(product()),
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let observer = move |attempt: &Attempt| {
        log.lock().unwrap().push((attempt.operation.clone(), attempt.number, attempt.http_status));
    };
    let instant = quick().backoff(Duration::ZERO, Duration::ZERO);
    let gofive = server.client().retry(instant).observer(observer).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    tokio::time::advance(Duration::from_secs(60)).await;
    gofive.venio().get_product("A001").await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen.iter().map(|(operation, number, status)| (operation.as_str(), *number, *status)).collect::<Vec<_>>(),
        [
            ("authorize", 1, Some(200)),
            ("get_product", 1, Some(200)),
            ("get_product", 1, Some(401)),
            ("authorize", 1, Some(200)),
            ("get_product", 2, Some(429)),
            ("get_product", 3, Some(200)),
        ]
    );
}

/// Also of those whose call has ended before: by its total timeout, or because it was dropped.
#[tokio::test]
async fn the_observer_sees_attempts_that_never_end() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(grants, |_, _| Reply::Never);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let observer = move |attempt: &Attempt| log.lock().unwrap().push(attempt.clone());
    let gofive = server.client().observer(observer).total_timeout(Duration::from_secs(5)).build().unwrap();
    for (number, drop_it) in [(1, false), (2, true)] {
        let gofive = gofive.clone();
        let call = tokio::spawn(async move { read(&gofive).await });
        server.has_calls(number).await;
        if drop_it {
            call.abort();
            assert!(call.await.unwrap_err().is_cancelled());
        } else {
            tokio::time::advance(Duration::from_secs(6)).await;
            assert_eq!(call.await.unwrap().attempts(), 1);
        }
    }
    let seen = seen.lock().unwrap();
    let of_calls: Vec<_> = seen.iter().filter(|attempt| attempt.operation == "get_product").collect();
    assert_eq!(of_calls.len(), 2);
    for attempt in of_calls {
        assert_eq!((attempt.number, attempt.http_status, attempt.error, attempt.wait), (1, None, None, None));
    }
}
