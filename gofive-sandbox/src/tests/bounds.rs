//! The bounds of a server: its memory, its connections, and the time that it takes to stop.

use std::net::Ipv4Addr;
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::*;

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(20);

/// Sends the head of a request for a case; the body has a length, or comes in chunks.
async fn begin(sandbox: &Sandbox, headers: &str, length: impl Into<Option<usize>>) -> TcpStream {
    let body = match length.into() {
        Some(length) => format!("content-length: {length}"),
        None => "transfer-encoding: chunked".to_owned(),
    };
    let head = format!(
        "POST /v1/case HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{body}\r\n{headers}\r\n"
    );
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, sandbox.port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

fn with_token(user: &User<'_>) -> String {
    format!(
        "ocp-apim-subscription-key: {}\r\nauthorization: Bearer {}\r\n",
        user.sandbox.subscription_key(),
        user.token
    )
}

/// The status line of the response; "" if the connection ends without one.
async fn status_line(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    while !received.ends_with(b"\r\n") {
        match stream.read_u8().await {
            Ok(byte) => received.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(received).unwrap().trim_end().to_owned()
}

#[test]
fn bodies_without_a_key_take_no_memory() {
    const CONNECTIONS: usize = 20;
    const BODY: usize = 1024 * 1024;
    specs::all().unwrap();
    // All tasks run on this thread, whose allocations are counted.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let used = allocation_counter::measure(|| {
        runtime.block_on(async {
            let sandbox = Sandbox::builder().max_body_size(BODY).start().await.unwrap();
            let mut streams = Vec::new();
            for _ in 0..CONNECTIONS {
                let mut stream = begin(&sandbox, "", BODY).await;
                for _ in 0..BODY / 1024 - 1 {
                    stream.write_all(&[b' '; 1024]).await.unwrap();
                }
                streams.push(stream);
            }
            // The rest of the body is still missing, so that all connections are at work.
            assert_eq!(sandbox.calls(operation::ADD_CASE), CONNECTIONS);
            for mut stream in streams {
                stream.write_all(&[b' '; 1024]).await.unwrap();
                assert_eq!(status_line(&mut stream).await, "HTTP/1.1 401 Unauthorized");
            }
        });
    });
    let bodies = (CONNECTIONS * BODY) as u64;
    assert!(used.bytes_max < bodies / 4, "{} bytes for {bodies} bytes of bodies", used.bytes_max);
}

#[tokio::test]
async fn bodies_wait_for_memory_and_give_it_back() {
    let sandbox = Sandbox::builder().max_body_size(10_000).start().await.unwrap();
    let user = User::of(&sandbox).await;
    let headers = with_token(&user);
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(begin(&sandbox, &headers, 10_000).await);
    }
    timeout(LONG, async {
        while sandbox.calls(operation::ADD_CASE) < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    assert!(timeout(SHORT, user.post("/v1/case", example("add_case"))).await.is_err(), "no memory is left");
    held.pop();
    let added = timeout(LONG, user.post("/v1/case", example("add_case"))).await.unwrap();
    assert_eq!(added.0, StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let sandbox = Sandbox::builder().max_body_size(5_000).start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut case = example("add_case");
    let length = case.to_string().len();
    let subject = case["subject"].as_str().unwrap().len();
    case["subject"] = "x".repeat(5_000 - length + subject).into();
    assert_eq!(user.post("/v1/case", case.clone()).await.0, StatusCode::OK, "exactly the limit");

    case["subject"] = "x".repeat(5_001 - length + subject).into();
    let description = "the body has more than 5000 bytes, which is the limit of this sandbox";
    let too_large = refused(StatusCode::PAYLOAD_TOO_LARGE, "4001", description);
    assert_eq!(user.post("/v1/case", case.clone()).await, too_large);
    let mut stream = begin(&sandbox, &with_token(&user), None).await;
    for chunk in case.to_string().as_bytes().chunks(1_000) {
        stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await.unwrap();
        stream.write_all(chunk).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    assert_eq!(status_line(&mut stream).await, "HTTP/1.1 413 Payload Too Large", "of unknown length");
    assert_eq!(sandbox.cases().len(), 2);
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_is_refused_before_it_sends() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = begin(&sandbox, "expect: 100-continue\r\n", 1000).await;
    assert_eq!(timeout(LONG, status_line(&mut stream)).await.unwrap(), "HTTP/1.1 401 Unauthorized");
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_another_to_close() {
    let sandbox = Sandbox::builder().max_connections(2).start().await.unwrap();
    // Their bodies are missing.
    let first = begin(&sandbox, "", 1).await;
    let _second = begin(&sandbox, "", 1).await;
    let mut third = begin(&sandbox, "", 0).await;
    assert!(timeout(SHORT, status_line(&mut third)).await.is_err(), "it is not accepted yet");
    drop(first);
    assert_eq!(timeout(LONG, status_line(&mut third)).await.unwrap(), "HTTP/1.1 401 Unauthorized");
}

#[tokio::test]
async fn idle_connections_do_not_keep_others_waiting() {
    let sandbox = Sandbox::builder().max_connections(4).start().await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(begin(&sandbox, "", 0).await);
    }
    for stream in &mut streams {
        assert_eq!(timeout(LONG, status_line(stream)).await.unwrap(), "HTTP/1.1 401 Unauthorized");
    }
    let mut idle = streams.remove(0);
    let mut rest = Vec::new();
    assert!(timeout(SHORT, idle.read_to_end(&mut rest)).await.is_err(), "the first one is kept open");
}

#[tokio::test]
async fn shutdown_finishes_what_has_begun() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let body = example("add_case").to_string();
    let (headers, port) = (with_token(&user), sandbox.port);
    drop(user);
    let mut stream = begin(&sandbox, &headers, body.len()).await;
    let mut idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    while sandbox.calls(operation::ADD_CASE) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let finish = async {
        tokio::time::sleep(SHORT).await;
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err(), "new connections are refused");
        stream.write_all(body.as_bytes()).await.unwrap();
        status_line(&mut stream).await
    };
    let start = Instant::now();
    let (stopped, status) = tokio::join!(sandbox.shutdown(), finish);
    stopped.unwrap();
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(start.elapsed() < Duration::from_secs(5), "nothing is left to wait for: {:?}", start.elapsed());
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "an idle connection is closed");
}

#[tokio::test]
async fn shutdown_waits_no_longer_than_its_timeout() {
    let sandbox = Sandbox::builder().shutdown_timeout(SHORT).start().await.unwrap();
    let headers = with_token(&User::of(&sandbox).await);
    let mut stuck = begin(&sandbox, &headers, 1000).await;
    while sandbox.calls(operation::ADD_CASE) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let start = Instant::now();
    timeout(LONG, sandbox.shutdown()).await.unwrap().unwrap();
    assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
    assert_eq!(status_line(&mut stuck).await, "", "the connection is closed without a response");
}
