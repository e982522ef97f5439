//! Every fault as a client meets it, read from the socket itself.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::time::{Instant, SystemTime};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// What came over a connection until its end.
struct Seen {
    head: String,
    body: String,
    /// Why reading ended, unless in order.
    error: Option<ErrorKind>,
    /// When each piece came, from the request on.
    pieces: Vec<Duration>,
}

impl Seen {
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

/// Opens a case over a connection of its own.
async fn add_case(user: &User<'_>) -> Seen {
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

async fn read(stream: &mut TcpStream) -> Seen {
    let (start, mut bytes, mut pieces) = (Instant::now(), Vec::new(), Vec::new());
    let error = loop {
        match stream.read_buf(&mut bytes).await {
            Ok(0) => break None,
            Ok(_) => pieces.push(start.elapsed()),
            Err(error) => break Some(error.kind()),
        }
    };
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    Seen { head: head.to_owned(), body: body.to_owned(), error, pieces }
}

/// Opens a case under a fault. Tells what came, and how many cases were opened.
async fn under(fault: Fault) -> (Seen, usize) {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.fault_next("add_case", vec![fault]);
    let seen = add_case(&user).await;
    assert_eq!((sandbox.calls("add_case"), sandbox.faults_injected()), (1, 1));
    let opened = sandbox.cases().len() - 1;
    assert_eq!(sandbox.carried_out("add_case"), opened);
    assert_eq!(add_case(&user).await.status(), 200, "a queued fault is gone");
    (seen, opened)
}

#[tokio::test]
async fn a_status_is_an_answer_in_the_gateways_manner() {
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
        let (seen, opened) = under(fault).await;
        assert_eq!((seen.status(), seen.header("retry-after"), opened), (status, retry_after, carried_out));
        assert_eq!((seen.header("content-type"), seen.error), (Some("application/json"), None));
        assert_eq!(serde_json::from_str::<Value>(&seen.body).unwrap()["statusCode"], status);
    }
}

#[tokio::test]
async fn a_page_is_html_whatever_its_status() {
    for (fault, status) in [(Fault::BadGateway, 502), (Fault::HtmlPage, 200)] {
        let (seen, opened) = under(fault).await;
        assert_eq!((seen.status(), opened), (status, 0));
        assert_eq!(seen.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(seen.body.starts_with("<!DOCTYPE html>") && seen.body.len() == seen.declared());
    }
}

#[tokio::test]
async fn a_reset_is_one_and_leaves_open_what_was_done() {
    for (fault, carried_out) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        let (seen, opened) = under(fault).await;
        assert_eq!((seen.head.as_str(), seen.error), ("", Some(ErrorKind::ConnectionReset)));
        assert_eq!(opened, carried_out);
    }
}

#[tokio::test]
async fn a_reset_before_does_not_wait_for_the_body() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault_next("add_case", vec![Fault::ResetBefore]);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, sandbox.port)).await.unwrap();
    let head = "POST /v1/case HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read(&mut stream).await.error, Some(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_truncated_body_ends_before_its_length() {
    let (seen, opened) = under(Fault::TruncatedBody).await;
    assert_eq!((seen.status(), seen.error, opened), (200, None, 1));
    assert_eq!(seen.body.len(), seen.declared() / 2);

    let sandbox = Sandbox::builder().faults(Faults::seeded(1).with(Fault::TruncatedBody, 1.0)).start().await.unwrap();
    let user = User::of(&sandbox).await;
    let response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.bytes().await.is_err(), "a client notices");
}

#[tokio::test]
async fn a_stalled_body_ends_with_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.fault_next("get_product_units", vec![Fault::StalledBody]);
    let mut response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    let length = response.content_length().unwrap();
    let half = response.chunk().await.unwrap().unwrap();
    assert_eq!(half.len() as u64, length / 2);
    let patience = Duration::from_millis(200);
    assert!(tokio::time::timeout(patience, response.chunk()).await.is_err(), "nothing more comes");
    assert_eq!(sandbox.carried_out("get_product_units"), 1);
    drop(sandbox);
    let end = tokio::time::timeout(Duration::from_secs(10), response.chunk()).await;
    assert!(end.expect("it ends with the sandbox").is_err(), "and not in order");
}

#[tokio::test]
async fn a_slow_drip_is_whole_in_the_end() {
    let pause = Duration::from_millis(20);
    let (seen, opened) = under(Fault::SlowDrip { piece: 30, pause }).await;
    assert_eq!((seen.body.len(), seen.error, opened), (seen.declared(), None, 1));
    assert_eq!(serde_json::from_str::<Value>(&seen.body).unwrap(), answer_example("add_case"));
    let pauses = u32::try_from(seen.declared().div_ceil(30) - 1).unwrap();
    assert!(pauses > 1 && *seen.pieces.last().unwrap() >= pause * pauses, "{:?}", seen.pieces);
    assert!(seen.pieces.len() > 2, "{:?}", seen.pieces);
}

#[tokio::test]
async fn latency_is_between_its_bounds_and_after_the_fact() {
    let (at_least, at_most) = (Duration::from_millis(100), Duration::from_millis(150));
    for fault in [Fault::latency(at_least), Fault::Latency { at_least, at_most }] {
        let (seen, opened) = under(fault).await;
        assert_eq!((seen.status(), opened), (200, 1));
        assert!(seen.pieces[0] >= at_least, "{:?}", seen.pieces);
    }
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.fault_next("add_case", vec![Fault::latency(Duration::from_secs(30))]);
    let request = user.request(Method::POST, "/v1/case").json(&example("add_case"));
    assert!(request.timeout(Duration::from_millis(500)).send().await.unwrap_err().is_timeout());
    assert_eq!(sandbox.carried_out("add_case"), 1, "the client was impatient, and does not know");
}

#[tokio::test]
async fn a_clock_is_off_by_what_is_said() {
    for skew in [-7200, 300, i32::MIN] {
        let (seen, opened) = under(Fault::ClockSkew { seconds: skew }).await;
        assert_eq!((seen.status(), opened), (200, 1));
        let date = httpdate::parse_http_date(seen.header("date").unwrap()).unwrap();
        let of = |time: SystemTime| i64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
        let expected = (of(SystemTime::now()).unwrap() + i64::from(skew)).max(0);
        assert!((expected - 5..=expected).contains(&of(date).unwrap()), "{skew}");
    }
}

#[tokio::test]
async fn a_token_expires_earlier_than_said() {
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

    sandbox.fault_next("get_product_units", vec![early(Duration::ZERO)]);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED, "it stays expired");
    assert_eq!(sandbox.faults_injected(), 3);

    sandbox.fault_next("authorize", vec![early(Duration::from_millis(300))]);
    user.token = user.token().await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!((sandbox.calls("get_product_units"), sandbox.carried_out("get_product_units")), (6, 2));
    assert_eq!((sandbox.tokens_issued(), sandbox.tokens_issued_with_early_end()), (4, 3));
}

#[tokio::test]
async fn a_seed_gives_the_same_faults_again_and_another_one_others() {
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
    assert_eq!((sandbox.faults_injected(), sandbox.carried_out("get_product_units")), (injected, 40 - injected));
    sandbox.set_faults(faults(1));
    assert_eq!(run(&sandbox).await, first);
    sandbox.set_faults(faults(2));
    assert_ne!(run(&sandbox).await, first);
}

#[tokio::test]
async fn a_queued_fault_befalls_its_operation_alone() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.fault_next("add_case", vec![Fault::ResetAfter, Fault::InternalServerError]);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    assert_eq!(add_case(&user).await.error, Some(ErrorKind::ConnectionReset));
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    assert_eq!(add_case(&user).await.status(), 500);
    assert_eq!(add_case(&user).await.status(), 200);
    assert_eq!((sandbox.calls("add_case"), sandbox.carried_out("add_case"), sandbox.cases().len()), (3, 2, 3));
    assert_eq!(sandbox.faults_injected(), 2);
}

#[tokio::test]
async fn the_token_endpoint_is_spared_unless_asked_for() {
    let faults = Faults::seeded(1).with(Fault::ResetBefore, 1.0);
    let sandbox = Sandbox::builder().faults(faults.clone()).start().await.unwrap();
    let user = User::of(&sandbox).await;
    assert!(user.request(Method::GET, "/v1/products/units").send().await.is_err());
    sandbox.set_faults(faults.on_token(true));
    let token = format!("{}/authorization/connect/token", sandbox.base_url());
    assert!(user.client.post(token).send().await.is_err());
    assert_eq!((sandbox.tokens_issued(), sandbox.carried_out("authorize")), (1, 1));
}

#[test]
fn every_named_fault_has_a_name_and_a_text_of_its_own() {
    let all = Fault::named();
    let names: HashSet<_> = all.iter().map(|(name, _)| *name).collect();
    let texts: HashSet<_> = all.iter().map(|(_, fault)| fault.to_string()).collect();
    assert_eq!((names.len(), texts.len()), (all.len(), all.len()));
}
