//! Runs the example that receives webhooks over sockets: requests without the secret are cheap and learn nothing.

#[allow(dead_code, reason = "its main function is not called")]
#[path = "../../gofive-api/examples/webhook_receiver.rs"]
mod example;

use std::net::SocketAddr;
use std::time::Duration;

use gofive_api::webhook::{SharedSecret, Webhook};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use self::example::{HEADER_TIME, MAX_BODY, MAX_CONNECTIONS, Receiver, serve};

const SECRET: &str = "0f8b3c5d9e2a4716";
const ORDER: &str = r#"{"Data": {"SaleOrderNo": "SO24090001"}}"#;

/// A receiver with a queue for one event, which ends when the sender is dropped.
async fn receiver() -> (SocketAddr, mpsc::Receiver<Webhook>, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (queue, events) = mpsc::channel(1);
    let (end, ended) = oneshot::channel::<()>();
    let receiver = Receiver { secret: SharedSecret::new(SECRET).unwrap(), queue };
    tokio::spawn(serve(listener, receiver, async move { drop(ended.await) }));
    (address, events, end)
}

async fn sent(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// The head of the response, without its date.
async fn head(mut stream: TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(Duration::from_secs(5), stream.read_u8()).await.expect("there is a response").unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    head.lines().filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
}

fn post(secret: &str, body: &str) -> String {
    format!("POST /gofive/{secret} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn an_event_with_the_secret_is_queued() {
    let (address, mut events, _end) = receiver().await;
    assert!(head(sent(address, &post(SECRET, ORDER)).await).await.starts_with("HTTP/1.1 200 "));
    // The queue is full.
    assert!(head(sent(address, &post(SECRET, ORDER)).await).await.starts_with("HTTP/1.1 503 "));
    assert!(matches!(events.recv().await, Some(Webhook::SalesOrder(_))));
    assert!(head(sent(address, &post(SECRET, "hello")).await).await.starts_with("HTTP/1.1 400 "));
    let long = post(SECRET, &" ".repeat(MAX_BODY + 1));
    assert!(head(sent(address, &long).await).await.starts_with("HTTP/1.1 413 "));
    let get = format!("GET /gofive/{SECRET} HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(head(sent(address, &get).await).await.starts_with("HTTP/1.1 405 "));
}

#[tokio::test]
async fn a_wrong_secret_gets_the_same_response_for_every_method_and_path() {
    let (address, mut events, _end) = receiver().await;
    let mut responses = Vec::new();
    for path in ["/gofive/a-guess-at-the-secret", "/gofive/", "/", "/gofive/0f8b3c5d9e2a4716/", "/gofive/%FF"] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "BREW"] {
            let request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n\r\n");
            responses.push(head(sent(address, &request).await).await);
        }
    }
    assert!(responses[0].starts_with("HTTP/1.1 404 "), "{}", responses[0]);
    for response in &responses {
        assert_eq!(*response, responses[0]);
    }
    assert!(events.try_recv().is_err());
}

/// The receiver does not wait for the body, which never comes.
#[tokio::test]
async fn the_secret_is_checked_before_the_body_is_read() {
    let (address, _events, _end) = receiver().await;
    let request = "POST /gofive/a-guess-at-the-secret HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
    assert!(head(sent(address, request).await).await.starts_with("HTTP/1.1 404 "));
}

#[tokio::test(start_paused = true)]
async fn headers_that_do_not_come_end_the_connection() {
    let (address, _events, _end) = receiver().await;
    for begun in ["", "POST /gofive/0f8b3c5d9e2a4716 HTTP/1.1\r\nhost: "] {
        let began = Instant::now();
        let mut stream = sent(address, begun).await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        let took = began.elapsed();
        assert!((HEADER_TIME..2 * HEADER_TIME).contains(&took), "{took:?} for {begun:?}");
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let (address, _events, _end) = receiver().await;
    let mut idle = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        idle.push(sent(address, "").await);
    }
    let mut late = sent(address, &post(SECRET, ORDER)).await;
    let waited = timeout(Duration::from_millis(300), late.read_u8()).await;
    assert!(waited.is_err(), "it is not served");
    idle.pop();
    assert!(head(late).await.starts_with("HTTP/1.1 200 "));
}
