//! The concurrency limit and the rate limit of a session, as the server sees them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use gofive_api::{CallOptions, Error, ErrorKind, Gofive, GofiveBuilder};
use gofive_tests::wire::{WireServer, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;

/// A server that responds, after a while, when it has so many requests, and counts its concurrent requests.
#[derive(Debug)]
struct Counting {
    url: String,
    in_flight: Arc<InFlight>,
}

#[derive(Debug)]
struct InFlight {
    enough: Barrier,
    now: AtomicUsize,
    max: AtomicUsize,
}

impl Counting {
    async fn responding_at(requests: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let in_flight =
            Arc::new(InFlight { enough: Barrier::new(requests), now: AtomicUsize::new(0), max: AtomicUsize::new(0) });
        let shared = in_flight.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { url, in_flight }
    }

    fn client(&self) -> GofiveBuilder {
        Gofive::builder().base_url(&self.url).access_token("token").subscription_key("key")
    }

    fn max_in_flight(&self) -> usize {
        self.in_flight.max.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, in_flight: Arc<InFlight>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await? > 0 {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            let now = in_flight.now.fetch_add(1, Ordering::SeqCst) + 1;
            in_flight.max.fetch_max(now, Ordering::SeqCst);
            in_flight.enough.wait().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            in_flight.now.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(&json(r#"{"status":{"code":"1000"},"data":{}}"#)).await?;
        }
    }
    Ok(())
}

async fn six_calls(gofive: Gofive) {
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let venio = gofive.venio();
            tokio::spawn(async move { venio.get_product("A001").await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let server = Counting::responding_at(2).await;
    six_calls(server.client().max_concurrency(2).build().unwrap()).await;
    assert_eq!(server.max_in_flight(), 2);
}

#[tokio::test]
async fn by_default_there_is_no_limit() {
    let server = Counting::responding_at(6).await;
    six_calls(server.client().build().unwrap()).await;
    assert_eq!(server.max_in_flight(), 6);
}

/// A server that responds with an empty product.
async fn wire_server() -> WireServer {
    WireServer::responding_with_json(r#"{"status":{"code":"1000"},"data":{}}"#).await
}

async fn read(gofive: &Gofive) -> Result<(), Error> {
    gofive.venio().get_product("A001").await.map(drop)
}

/// Makes concurrent reads, and one more call in the loop's body. While that one waits, the others are not polled.
async fn reads_with_a_call_in_the_loop(gofive: &Gofive) -> Result<usize, Error> {
    let mut reads = stream::iter(0..20).map(|_| read(gofive)).buffer_unordered(4);
    let mut finished = 0;
    while let Some(outcome) = reads.next().await {
        outcome?;
        read(gofive).await?;
        finished += 1;
    }
    Ok(finished)
}

#[tokio::test]
async fn a_call_in_a_loop_over_calls_is_not_blocked_by_the_rate_limit() {
    let server = wire_server().await;
    let gofive = server.client().requests_per_second(200.0).build().unwrap();
    let unrelated = tokio::spawn({
        let gofive = gofive.with_options(CallOptions::new().total_timeout(Duration::from_secs(10)));
        async move {
            for _ in 0..20 {
                read(&gofive).await?;
            }
            Ok::<_, Error>(())
        }
    });
    let reads = tokio::time::timeout(Duration::from_secs(20), reads_with_a_call_in_the_loop(&gofive)).await;
    assert_eq!(reads.expect("the loop is not blocked").unwrap(), 20);
    unrelated.await.unwrap().unwrap();
    assert_eq!(server.received().len(), 60);
}

#[tokio::test]
async fn a_session_that_waits_for_itself_fails_with_the_limit_and_the_fix() {
    let server = wire_server().await;
    let stall = Duration::from_millis(100);
    let gofive = server.client().max_concurrency(2).concurrency_stall_timeout(stall).build().unwrap();
    let error = reads_with_a_call_in_the_loop(&gofive).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.is_retryable(), "the session would wait for itself again");
    let shown = error.to_string();
    assert!(shown.contains("max_concurrency = 2") && shown.contains("released for 100ms"), "the limit: {shown}");
    assert!(shown.contains("do not await a call while other calls of the session are not polled"), "the fix: {shown}");
    read(&gofive).await.expect("the calls that were held are dropped");
}

#[tokio::test]
async fn a_queue_longer_than_the_stall_timeout_is_not_an_error() {
    let server = Counting::responding_at(1).await;
    let stall = Duration::from_millis(200);
    six_calls(server.client().max_concurrency(1).concurrency_stall_timeout(stall).build().unwrap()).await;
    assert_eq!(server.max_in_flight(), 1);
}

#[tokio::test]
async fn the_total_timeout_bounds_the_wait_for_the_limits() {
    let server = wire_server().await;
    let client = server.client().access_token("token").requests_per_second(0.001);
    let seldom = client.total_timeout(Duration::from_millis(100)).build().unwrap();
    read(&seldom.with_options(CallOptions::new().total_timeout(Duration::from_secs(10)))).await.unwrap();
    assert_eq!(read(&seldom).await.unwrap_err().kind(), ErrorKind::Timeout);

    let busy = Counting::responding_at(2).await;
    let gofive = busy.client().max_concurrency(1).build().unwrap();
    let held = tokio::spawn({
        let gofive = gofive.clone();
        async move { read(&gofive).await }
    });
    while busy.max_in_flight() == 0 {
        tokio::task::yield_now().await;
    }
    let waiting = gofive.with_options(CallOptions::new().total_timeout(Duration::from_millis(100)));
    assert_eq!(read(&waiting).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(busy.max_in_flight(), 1);
    held.abort();
}
