//! `attempts` and `outcome_unknown` of errors: how many attempts there were, and whether one may have succeeded.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gofive_api::venio::{AddCustomerEventRequest, EnquireQuotationsRequest};
use gofive_api::{Attempt, Error, ErrorKind, Gofive, Idempotency, Method, RetryPolicy};
use gofive_tests::scripted::{Action, Gate, Scripted, StoppedClock, granted, grants, product, products, status};
use gofive_tests::wire::{NOWHERE, Received, WireServer, json, response};

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

/// Attempts and whether the outcome is unknown, for a read and a create that get the same responses.
async fn after(responses: Vec<Vec<u8>>) -> [(u32, bool); 2] {
    let server = WireServer::responding_with(responses.clone()).await;
    let error = read(&server.client().retry(quick()).build().unwrap()).await;
    assert_eq!(error.attempts() as usize, server.received().len(), "{error}");
    let of_read = (error.attempts(), error.outcome_unknown());
    let server = WireServer::responding_with(responses).await;
    let error = create(&server.client().retry(quick()).build().unwrap()).await;
    assert_eq!(error.attempts() as usize, server.received().len(), "{error}");
    assert!(!(error.is_retryable() && error.outcome_unknown()), "{error}");
    [of_read, (error.attempts(), error.outcome_unknown())]
}

#[tokio::test]
async fn every_failure_has_exact_attempts_and_outcome() {
    let business = json(r#"{"status":{"code":"4001","description":"no"}}"#);
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":".to_vec();
    for (responses, of_read, of_create) in [
        // The server reports that it has refused the call.
        (vec![business.clone()], (1, false), (1, false)),
        (vec![status("400 Bad")], (1, false), (1, false)),
        (vec![status("401 Unauthorized")], (1, false), (1, false)),
        (vec![status("404 None")], (1, false), (1, false)),
        (vec![status("429 Slow")], (3, false), (3, false)),
        (vec![status("429 Slow"), business.clone()], (2, false), (2, false)),
        // The server may have carried out the call.
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
        let shown: Vec<_> = responses.iter().map(|response| String::from_utf8_lossy(response).into_owned()).collect();
        assert_eq!(after(responses).await, [of_read, of_create], "{shown:?}");
    }
}

/// The error of an idempotent operation is that of its last attempt, but an earlier attempt may have succeeded.
#[tokio::test]
async fn an_earlier_attempt_may_have_succeeded() {
    let server = WireServer::responding_with(vec![status("502 Bad"), status("400 Bad")]).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    let put = gofive.request(Method::PUT, "/v9/news/1").idempotency(Idempotency::Idempotent);
    let error = put.send().await.unwrap_err();
    assert_eq!((error.http_status(), error.attempts(), error.outcome_unknown()), (Some(400), 2, true));
}

#[tokio::test]
async fn the_attempt_after_a_401_is_counted() {
    let _clock = StoppedClock::stop();
    for retry_on_401 in [true, false] {
        let server = Scripted::start(grants, |request, n| match (n, request.line().starts_with("POST")) {
            (1, _) => Action::Respond(product()),
            (2, true) => Action::Respond(response(401, "application/json", "{}")),
            _ => Action::Respond(response(400, "application/json", "{}")),
        });
        let retry = quick().non_idempotent_on_401(retry_on_401);
        let gofive = server.client().retry(retry).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        tokio::time::advance(Duration::from_secs(60)).await;
        let error = create(&gofive).await;
        let expected = if retry_on_401 { (Some(400), 2) } else { (Some(401), 1) };
        assert_eq!((error.http_status(), error.attempts()), expected);
        assert_eq!(server.calls(), 1 + expected.1 as usize);
        // The next call has another token in both cases.
        create(&gofive).await;
        assert_eq!(server.token_requests(), 2);
    }
}

#[tokio::test]
async fn an_attempt_without_a_connection_is_counted_and_a_call_without_a_token_is_not() {
    let nowhere = Gofive::builder().base_url(NOWHERE).subscription_key("k").retry(quick());
    let error = create(&nowhere.access_token("t").build().unwrap()).await;
    assert_eq!((error.attempts(), error.outcome_unknown(), error.is_retryable()), (3, false, true));

    let server = Scripted::start(|_, _| Action::Respond(status("503 Unavailable")), products);
    let error = create(&server.client().retry(quick()).build().unwrap()).await;
    assert_eq!((error.operation(), error.attempts(), error.is_retryable()), (Some("add_customer_event"), 0, true));
    assert_eq!((server.token_requests(), server.calls()), (3, 0));
}

/// This includes payloads that are decoded later: by the type of a custom request, and as a page.
#[tokio::test]
async fn decode_errors_of_a_success_have_their_attempts() {
    let responses = vec![status("503 Unavailable"), json(r#"{"status":{"code":"1000"},"data":{"no":"list"}}"#)];
    let server = WireServer::responding_with(responses.clone()).await;
    let gofive = server.client().retry(quick()).build().unwrap();
    let error =
        gofive.request(Method::GET, "/v9/news").idempotency(Idempotency::Safe).send_as::<u8>().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 2));

    let server = WireServer::responding_with(responses).await;
    let venio = server.client().retry(quick()).build().unwrap().venio();
    let enquiry =
        serde_json::from_value::<EnquireQuotationsRequest>(serde_json::json!({"take": 5, "skip": 0})).unwrap();
    let error = venio.enquire_quotations_pages(&enquiry).next().await.unwrap().unwrap_err();
    assert_eq!((error.error().kind(), error.error().attempts()), (ErrorKind::Decode, 2));
}

#[tokio::test]
async fn a_call_that_timed_out_says_what_happened_before() {
    let _clock = StoppedClock::stop();
    let late = Gate::closed();
    let gate = late.clone();
    let server = Scripted::start(grants, move |_, n| match n {
        1 => Action::Respond(status("503 Unavailable")),
        _ => Action::RespondAfter(gate.clone(), product()),
    });
    let gofive = server.client().retry(quick()).total_timeout(Duration::from_secs(5)).build().unwrap();
    let call = tokio::spawn(async move { read(&gofive).await });
    server.wait_for_calls(1).await;
    // The back-off ends, then the total timeout.
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
async fn a_create_that_timed_out_is_retryable_only_if_it_was_not_sent() {
    let _clock = StoppedClock::stop();
    for (token_is_late, attempts) in [(true, 0), (false, 1)] {
        let token = move |_: &Received, n| if token_is_late { Action::Hang } else { Action::Respond(granted(n, 3600)) };
        let server = Scripted::start(token, |_, _| Action::Hang);
        let gofive = server.client().total_timeout(Duration::from_secs(5)).build().unwrap();
        let call = tokio::spawn(async move { create(&gofive).await });
        if token_is_late {
            server.wait_for_token_requests(1).await;
        } else {
            server.wait_for_calls(1).await;
        }
        tokio::time::advance(Duration::from_secs(6)).await;
        let error = call.await.unwrap();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, attempts));
        assert_eq!((error.outcome_unknown(), error.is_retryable()), (attempts > 0, attempts == 0), "{error}");
    }
}

/// The observer is called after each attempt, with its number within the call; token requests are counted separately.
#[tokio::test]
async fn the_observer_sees_each_attempt() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(grants, |_, n| match n {
        2 => Action::Respond(response(401, "application/json", "{}")),
        3 => Action::Respond(response(429, "text/plain", "slow")),
        _ => Action::Respond(product()),
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

/// These are attempts whose call ended before them: by its total timeout, or because it was dropped.
#[tokio::test]
async fn the_observer_sees_attempts_that_never_end() {
    let _clock = StoppedClock::stop();
    let server = Scripted::start(grants, |_, _| Action::Hang);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let observer = move |attempt: &Attempt| log.lock().unwrap().push(attempt.clone());
    let gofive = server.client().observer(observer).total_timeout(Duration::from_secs(5)).build().unwrap();
    for (number, drop_it) in [(1, false), (2, true)] {
        let gofive = gofive.clone();
        let call = tokio::spawn(async move { read(&gofive).await });
        server.wait_for_calls(number).await;
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
