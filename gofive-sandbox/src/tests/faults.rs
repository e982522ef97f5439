//! Tests of every fault, as a client sees it on the socket.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::time::{Instant, SystemTime};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// The bytes of a connection until its end.
struct RawResponse {
    head: String,
    body: String,
    /// The error that ended the connection, if any.
    error: Option<ErrorKind>,
    /// The time of each chunk since the request.
    chunks: Vec<Duration>,
}

impl RawResponse {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap())
    }

    fn declared(&self) -> usize {
        self.header("content-length").unwrap().parse().unwrap()
    }
}

/// Creates a case over a new connection.
async fn add_case(user: &User<'_>) -> RawResponse {
    let body = example("add_case").to_string();
    let (key, token, length) = (user.sandbox.subscription_key(), &user.token, body.len());
    let request = format!(
        "POST /v1/case HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nocp-apim-subscription-key: {key}\r\nauthorization: Bearer {token}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, user.sandbox.port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read(&mut stream).await
}

async fn read(stream: &mut TcpStream) -> RawResponse {
    let (start, mut bytes, mut chunks) = (Instant::now(), Vec::new(), Vec::new());
    let error = loop {
        match stream.read_buf(&mut bytes).await {
            Ok(0) => break None,
            Ok(_) => chunks.push(start.elapsed()),
            Err(error) => break Some(error.kind()),
        }
    };
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    RawResponse { head: head.to_owned(), body: body.to_owned(), error, chunks }
}

/// Creates a case with a fault. Returns the response, and the number of created cases.
async fn with_fault(fault: Fault) -> (RawResponse, usize) {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.queue_faults(operation::ADD_CASE, vec![fault]);
    let response = add_case(&user).await;
    assert_eq!((sandbox.calls(operation::ADD_CASE), sandbox.faults_injected()), (1, 1));
    let created = sandbox.cases().len() - 1;
    assert_eq!(sandbox.carried_out(operation::ADD_CASE), created);
    assert_eq!(add_case(&user).await.status(), 200, "the queued fault applies once");
    (response, created)
}

#[tokio::test]
async fn an_error_status_comes_in_the_envelope_of_the_gateway() {
    let wait = Duration::from_millis(1500);
    for (fault, status, retry_after, carried_out) in [
        (Fault::Unauthorized, 401, None, 0),
        (Fault::TooManyRequests { retry_after: wait }, 429, Some("2"), 0),
        (Fault::InternalServerError, 500, None, 0),
        (Fault::ServiceUnavailable { retry_after: None }, 503, None, 0),
        (Fault::ServiceUnavailable { retry_after: Some(Duration::ZERO) }, 503, Some("0"), 0),
        (Fault::GatewayTimeout { carried_out: false }, 504, None, 0),
        (Fault::GatewayTimeout { carried_out: true }, 504, None, 1),
    ] {
        let (response, created) = with_fault(fault).await;
        assert_eq!((response.status(), response.header("retry-after"), created), (status, retry_after, carried_out));
        assert_eq!((response.header("content-type"), response.error), (Some("application/json"), None));
        assert_eq!(serde_json::from_str::<Value>(&response.body).unwrap()["statusCode"], status);
    }
}

#[tokio::test]
async fn a_html_page_has_html_for_each_status_code() {
    for (fault, status) in [(Fault::BadGateway, 502), (Fault::HtmlPage, 200)] {
        let (response, created) = with_fault(fault).await;
        assert_eq!((response.status(), created), (status, 0));
        assert_eq!(response.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(response.body.starts_with("<!DOCTYPE html>") && response.body.len() == response.declared());
    }
}

#[tokio::test]
async fn a_reset_before_prevents_the_request_and_a_reset_after_does_not() {
    for (fault, carried_out) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        let (response, created) = with_fault(fault).await;
        assert_eq!((response.head.as_str(), response.error), ("", Some(ErrorKind::ConnectionReset)));
        assert_eq!(created, carried_out);
    }
}

#[tokio::test]
async fn a_reset_before_does_not_wait_for_the_body() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::ResetBefore]);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, sandbox.port)).await.unwrap();
    let head = "POST /v1/case HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read(&mut stream).await.error, Some(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_truncated_body_ends_before_its_length() {
    let (response, created) = with_fault(Fault::TruncatedBody).await;
    assert_eq!((response.status(), response.error, created), (200, None, 1));
    assert_eq!(response.body.len(), response.declared() / 2);

    let sandbox = Sandbox::builder().faults(Faults::seeded(1).with(Fault::TruncatedBody, 1.0)).start().await.unwrap();
    let user = User::of(&sandbox).await;
    let response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.bytes().await.is_err(), "the client notices");
}

#[tokio::test]
async fn a_stalled_body_ends_with_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.queue_faults(operation::GET_PRODUCT_UNITS, vec![Fault::StalledBody]);
    let mut response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    let length = response.content_length().unwrap();
    let half = response.chunk().await.unwrap().unwrap();
    assert_eq!(half.len() as u64, length / 2);
    let patience = Duration::from_millis(200);
    assert!(tokio::time::timeout(patience, response.chunk()).await.is_err(), "no more bytes arrive");
    assert_eq!(sandbox.carried_out(operation::GET_PRODUCT_UNITS), 1);
    drop(sandbox);
    let end = tokio::time::timeout(Duration::from_secs(10), response.chunk()).await;
    assert!(end.expect("it ends with the sandbox").is_err(), "the body is incomplete");
}

#[tokio::test]
async fn a_slow_body_is_complete_in_the_end() {
    let pause = Duration::from_millis(20);
    let (response, created) = with_fault(Fault::SlowBody { chunk_size: 30, pause }).await;
    assert_eq!((response.body.len(), response.error, created), (response.declared(), None, 1));
    assert_eq!(serde_json::from_str::<Value>(&response.body).unwrap(), response_example("add_case"));
    let pauses = u32::try_from(response.declared().div_ceil(30) - 1).unwrap();
    assert!(pauses > 1 && *response.chunks.last().unwrap() >= pause * pauses, "{:?}", response.chunks);
    assert!(response.chunks.len() > 2, "{:?}", response.chunks);
}

#[tokio::test]
async fn a_delay_is_within_its_bounds_and_after_the_request_is_carried_out() {
    let (min, max) = (Duration::from_millis(100), Duration::from_millis(150));
    for fault in [Fault::delay(min), Fault::Delay { min, max }] {
        let (response, created) = with_fault(fault).await;
        assert_eq!((response.status(), created), (200, 1));
        assert!(response.chunks[0] >= min, "{:?}", response.chunks);
    }
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::delay(Duration::from_secs(30))]);
    let request = user.request(Method::POST, "/v1/case").json(&example("add_case"));
    assert!(request.timeout(Duration::from_millis(500)).send().await.unwrap_err().is_timeout());
    assert_eq!(sandbox.carried_out(operation::ADD_CASE), 1, "the request is carried out although the client gave up");
}

#[tokio::test]
async fn the_date_is_wrong_by_the_clock_skew() {
    for skew in [-7200, 300, i32::MIN] {
        let (response, created) = with_fault(Fault::ClockSkew { seconds: skew }).await;
        assert_eq!((response.status(), created), (200, 1));
        let date = httpdate::parse_http_date(response.header("date").unwrap()).unwrap();
        let of = |time: SystemTime| i64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
        let expected = (of(SystemTime::now()).unwrap() + i64::from(skew)).max(0);
        assert!((expected - 5..=expected).contains(&of(date).unwrap()), "{skew}");
    }
}

#[tokio::test]
async fn a_token_expires_before_its_expires_in() {
    let early = |after| Fault::EarlyTokenExpiry { after };
    let faults = Faults::seeded(1).with(early(Duration::ZERO), 1.0);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let mut user = User::of(&sandbox).await;
    let (_, grant) = user.authorize(&credentials(&sandbox)).await;
    assert_eq!(grant["expires_in"], 3600);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED);
    sandbox.set_faults(Faults::default());
    user.token = user.token().await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);

    sandbox.queue_faults(operation::GET_PRODUCT_UNITS, vec![early(Duration::ZERO)]);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED, "the token remains expired");
    assert_eq!(sandbox.faults_injected(), 3);

    sandbox.queue_faults(operation::AUTHORIZE, vec![early(Duration::from_millis(300))]);
    user.token = user.token().await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(
        (sandbox.calls(operation::GET_PRODUCT_UNITS), sandbox.carried_out(operation::GET_PRODUCT_UNITS)),
        (6, 2)
    );
    assert_eq!((sandbox.tokens_issued(), sandbox.tokens_issued_with_early_expiry()), (4, 3));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults_and_another_seed_others() {
    let faults = |seed| Faults::seeded(seed).with(Fault::BadGateway, 0.3).with(Fault::InternalServerError, 0.3);
    let run = async |sandbox: &Sandbox| {
        let user = User::of(sandbox).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(user.request(Method::GET, "/v1/products/units").send().await.unwrap().status().as_u16());
        }
        statuses
    };
    let sandbox = Sandbox::builder().faults(faults(1)).start().await.unwrap();
    let first = run(&sandbox).await;
    assert!([200, 500, 502].iter().all(|status| first.contains(status)), "{first:?}");
    let injected = first.iter().filter(|status| **status != 200).count();
    assert_eq!(
        (sandbox.faults_injected(), sandbox.carried_out(operation::GET_PRODUCT_UNITS)),
        (injected, 40 - injected)
    );
    sandbox.set_faults(faults(1));
    assert_eq!(run(&sandbox).await, first);
    sandbox.set_faults(faults(2));
    assert_ne!(run(&sandbox).await, first);
}

#[tokio::test]
async fn a_queued_fault_applies_only_to_its_operation() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::ResetAfter, Fault::InternalServerError]);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    assert_eq!(add_case(&user).await.error, Some(ErrorKind::ConnectionReset));
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    assert_eq!(add_case(&user).await.status(), 500);
    assert_eq!(add_case(&user).await.status(), 200);
    assert_eq!(
        (sandbox.calls(operation::ADD_CASE), sandbox.carried_out(operation::ADD_CASE), sandbox.cases().len()),
        (3, 2, 3)
    );
    assert_eq!(sandbox.faults_injected(), 2);
}

#[tokio::test]
async fn faults_apply_to_token_requests_only_if_enabled() {
    let faults = Faults::seeded(1).with(Fault::ResetBefore, 1.0);
    let sandbox = Sandbox::builder().faults(faults.clone()).start().await.unwrap();
    let user = User::of(&sandbox).await;
    assert!(user.request(Method::GET, "/v1/products/units").send().await.is_err());
    sandbox.set_faults(faults.on_token_requests(true));
    let token = format!("{}/authorization/connect/token", sandbox.base_url());
    assert!(user.client.post(token).send().await.is_err());
    assert_eq!((sandbox.tokens_issued(), sandbox.carried_out(operation::AUTHORIZE)), (1, 1));
}

#[tokio::test]
async fn the_faults_of_a_sandbox_are_shown_and_queued_ones_are_removed() {
    let faults = Faults::seeded(1).with(Fault::HtmlPage, 0.0);
    let sandbox = Sandbox::builder().faults(faults.clone()).start().await.unwrap();
    let user = User::of(&sandbox).await;
    assert_eq!(sandbox.faults(), faults);
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::BadGateway, Fault::HtmlPage]);
    assert_eq!(add_case(&user).await.status(), 502);
    let queued = std::collections::BTreeMap::from([(operation::ADD_CASE, vec![Fault::HtmlPage])]);
    assert_eq!(sandbox.queued_faults(), queued);
    sandbox.clear_queued_faults();
    assert_eq!((sandbox.queued_faults().len(), add_case(&user).await.head.contains("application/json")), (0, true));
}

#[test]
fn the_presets_have_distinct_names_and_descriptions() {
    let all = Fault::presets();
    let names: HashSet<_> = all.iter().map(|(name, _)| *name).collect();
    let texts: HashSet<_> = all.iter().map(|(_, fault)| fault.to_string()).collect();
    assert_eq!((names.len(), texts.len()), (all.len(), all.len()));
}
