//! The log of requests.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::*;
use crate::operation::*;
use crate::{Outcome, RequestRecord};

fn summary(records: &[RequestRecord]) -> Vec<(u64, Option<u16>, &Outcome)> {
    records.iter().map(|record| (record.number, record.status, &record.outcome)).collect()
}

fn refused_because(reason: &str) -> Outcome {
    Outcome::Refused { reason: reason.to_owned() }
}

#[tokio::test]
async fn a_request_is_logged_with_all_its_parts_but_secrets() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let before = SystemTime::now();
    let path = "/v1/customerEvent/filter?customerCode=C000055&eventTypeIds=2&subscription-key=k&a=1&a=%E0%B9%84";
    user.request(Method::GET, path).json(&json!({"a": {"newPassword": "p"}})).send().await.unwrap();
    let requests = sandbox.requests(GET_CUSTOMER_EVENTS);
    let [record] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((record.method.as_str(), record.path.as_str()), ("GET", "/v1/customerEvent/filter"));
    assert_eq!(
        serde_json::to_value(&record.query).unwrap(),
        json!({
            "customerCode": "C000055", "eventTypeIds": "2", "subscription-key": "***", "a": ["1", "ไ"]
        })
    );
    assert_eq!((&record.body, record.operation), (&json!({"a": {"newPassword": "***"}}), Some(GET_CUSTOMER_EVENTS)));
    assert_eq!(
        (&*record.headers["authorization"], &*record.headers["ocp-apim-subscription-key"]),
        ("Bearer ***", "***")
    );
    assert_eq!((&*record.headers["content-type"], record.number), ("application/json", 2));
    assert!(before <= record.time && record.time <= SystemTime::now());
    let json = serde_json::to_value(record).unwrap();
    assert_eq!((&json["operation"], &json["status"]), (&json!("get_customer_events"), &json!(400)));
    assert!(json["timeMs"].is_u64());

    let token = &sandbox.requests(AUTHORIZE)[0];
    let form = json!({"grant_type": "client_credentials", "client_id": "sandbox-client", "client_secret": "***"});
    assert_eq!((&token.body, &token.outcome), (&form, &Outcome::CarriedOut));
}

#[tokio::test]
async fn a_secret_in_a_body_of_another_form_is_not_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let url = format!("{}/authorization/connect/token", sandbox.base_url());
    let request = || user.client.post(&url).header("ocp-apim-subscription-key", "sandbox-key");
    request().header("content-type", "text/plain").body("client_secret=hidden").send().await.unwrap();
    request().json(&json!({"client_secret": "hidden"})).send().await.unwrap();
    let shown = serde_json::to_string(&sandbox.all_requests()).unwrap();
    assert!(
        !shown.contains("hidden") && !shown.contains("sandbox-key") && !shown.contains("sandbox-secret"),
        "{shown}"
    );
    assert_eq!(sandbox.all_requests()[1].body, json!("20 bytes that are not a form"));
}

#[tokio::test]
async fn the_log_says_what_became_of_each_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut user = User::of(&sandbox).await;
    let stub = sandbox.respond(ADD_CASE).once().status(403).json(json!({})).mount().unwrap();
    let send = async || user.request(Method::POST, "/v1/case").json(&example("add_case")).send().await.is_ok();
    assert!(send().await && send().await);
    user.request(Method::POST, "/v1/case").json(&json!({"caseType": 1})).send().await.unwrap();
    let faults = [
        Fault::BadGateway,
        Fault::ResetAfter,
        Fault::ResetBefore,
        Fault::GatewayTimeout { carried_out: true },
        Fault::delay(Duration::from_millis(1)),
    ];
    sandbox.queue_faults(ADD_CASE, faults.to_vec());
    for succeeds in [true, false, false, true, true] {
        assert_eq!(send().await, succeeds);
    }
    user.token = "wrong".to_owned();
    user.post("/v1/case", json!({})).await;
    let requests = sandbox.requests(ADD_CASE);
    let missing = &requests[2].outcome;
    assert!(matches!(missing, Outcome::Refused { reason } if reason.contains("subject is required")), "{missing:?}");
    assert_eq!(
        summary(&requests),
        [
            (2, Some(403), &Outcome::Stubbed { stub }),
            (3, Some(200), &Outcome::CarriedOut),
            (4, Some(400), missing),
            (5, Some(502), &Outcome::Prevented),
            (6, None, &Outcome::CarriedOut),
            (7, None, &Outcome::Prevented),
            (8, Some(504), &Outcome::CarriedOut),
            (9, Some(200), &Outcome::CarriedOut),
            (10, Some(401), &refused_because("the token is not one of the sandbox")),
        ]
    );
    assert_eq!(requests[3..8].iter().flat_map(|record| record.faults.clone()).collect::<Vec<_>>(), faults);
    assert!(requests[3].body.is_null() && requests[4].body["subject"].is_string());

    user.get("/v1/nothing").await;
    let last = sandbox.all_requests().pop().unwrap();
    assert_eq!((last.operation, last.status), (None, Some(404)));
    assert_eq!(last.outcome, refused_because("there is no path /v1/nothing"));
    sandbox.clear_requests();
    assert_eq!((sandbox.all_requests(), sandbox.calls(ADD_CASE)), (vec![], 9));
}

#[tokio::test]
async fn the_oldest_requests_are_dropped() {
    let sandbox = Sandbox::builder().max_logged_requests(3).max_log_size(4000).start().await.unwrap();
    let user = User::of(&sandbox).await;
    for _ in 0..5 {
        user.get("/v1/products/units").await;
    }
    let numbers = || sandbox.all_requests().iter().map(|record| record.number).collect::<Vec<_>>();
    assert_eq!(numbers(), [4, 5, 6]);
    user.post("/v1/case", json!({"subject": "x".repeat(3700)})).await;
    assert_eq!(numbers(), [7], "one body takes nearly all of the log");
    user.post("/v1/case", json!({"subject": "x".repeat(4000)})).await;
    assert_eq!(numbers(), [7], "a request that is larger than the log is not logged");
    let without = Sandbox::builder().max_logged_requests(0).start().await.unwrap();
    User::of(&without).await;
    assert_eq!(without.all_requests(), []);
}

#[test]
fn a_record_is_read_from_its_json() {
    let record = RequestRecord {
        number: 1,
        time: SystemTime::UNIX_EPOCH + Duration::from_millis(1_234),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query: BTreeMap::new(),
        headers: BTreeMap::new(),
        body: Value::Null,
        operation: Some(ADD_CASE),
        status: None,
        outcome: Outcome::Prevented,
        faults: vec![Fault::ResetBefore],
    };
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!((&json["timeMs"], &json["outcome"]), (&json!(1_234), &json!({"kind": "prevented"})));
    assert_eq!(serde_json::from_value::<RequestRecord>(json).unwrap(), record);
}
