//! The time limit of an attempt is that of the session, whatever its HTTP client is set to, and includes the body.

use std::time::Duration;

use gofive_api::venio::AddCustomerEventRequest;
use gofive_api::{ErrorKind, RetryPolicy};
use gofive_sandbox::{Fault, Faults, Sandbox, operation};
use gofive_tests::{of_sandbox, own_client};

const SOON: Duration = Duration::from_millis(20);
const HOUR: Duration = Duration::from_secs(3600);

/// Delays every response.
fn delaying(wait: Duration) -> Faults {
    Faults::seeded(1).with(Fault::delay(wait), 1.0)
}

#[tokio::test]
async fn a_shorter_limit_of_the_client_is_not_in_force() {
    let sandbox = Sandbox::builder().faults(delaying(5 * SOON)).start().await.unwrap();
    let given = of_sandbox(&sandbox).http_client(own_client().timeout(SOON).build().unwrap());
    let changed = of_sandbox(&sandbox).configure_http(|client| client.timeout(SOON));
    for session in [given, changed] {
        session.retry(RetryPolicy::none()).build().unwrap().venio().get_product("A001").await.unwrap();
    }
}

#[tokio::test]
async fn a_longer_limit_of_the_client_is_not_in_force() {
    let sandbox = Sandbox::builder().faults(delaying(HOUR)).start().await.unwrap();
    let given = of_sandbox(&sandbox).http_client(own_client().timeout(HOUR).build().unwrap());
    let changed = of_sandbox(&sandbox).configure_http(|client| client.timeout(HOUR));
    for session in [given, changed, of_sandbox(&sandbox)] {
        let gofive = session.retry(RetryPolicy::none()).attempt_timeout(SOON).build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Timeout, false), "{error}");
        assert!(error.to_string().contains("within the attempt timeout of 20ms"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_too_late() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.queue_faults(operation::ADD_CUSTOMER_EVENT, vec![Fault::StalledBody]);
    let gofive = of_sandbox(&sandbox).attempt_timeout(Duration::from_millis(500)).build().unwrap();
    let event = serde_json::json!({"eventName": "e", "eventType": 1, "eventDate": "d", "customerCode": "c"});
    let event: AddCustomerEventRequest = serde_json::from_value(event).unwrap();
    let error = gofive.venio().add_customer_event(&event).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.outcome_unknown()), (ErrorKind::Timeout, 1, true), "{error}");
}

#[tokio::test]
async fn the_longest_and_the_shortest_limit_do_not_panic() {
    let sandbox = Sandbox::start().await.unwrap();
    let session = |limit| of_sandbox(&sandbox).attempt_timeout(limit).retry(RetryPolicy::none()).build().unwrap();
    session(Duration::MAX).venio().get_product("A001").await.unwrap();
    sandbox.set_faults(delaying(HOUR));
    let error = session(Duration::ZERO).venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}
