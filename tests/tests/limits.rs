//! What a session allows itself to do at once, seen by the server.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use gofive_api::{CallOptions, Error, ErrorKind, Gofive, GofiveBuilder};
use gofive_tests::wire::{WireServer, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;

/// A server that answers when it has so many requests, and takes its time; it knows how many it ever had at once.
#[derive(Debug)]
struct Counting {
    url: String,
    seen: Arc<Seen>,
}

#[derive(Debug)]
struct Seen {
    enough: Barrier,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Counting {
    async fn answering_at(requests: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen =
            Arc::new(Seen { enough: Barrier::new(requests), now: AtomicUsize::new(0), most: AtomicUsize::new(0) });
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { url, seen }
    }

    fn client(&self) -> GofiveBuilder {
        Gofive::builder().base_url(&self.url).access_token("token").subscription_key("key")
    }

    fn most_at_once(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Seen>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await? > 0 {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
            seen.most.fetch_max(now, Ordering::SeqCst);
            seen.enough.wait().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            seen.now.fetch_sub(1, Ordering::SeqCst);
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
async fn as_many_requests_are_under_way_as_are_allowed() {
    let server = Counting::answering_at(2).await;
    six_calls(server.client().max_concurrency(2).build().unwrap()).await;
    assert_eq!(server.most_at_once(), 2);
}

#[tokio::test]
async fn by_default_there_is_no_limit() {
    let server = Counting::answering_at(6).await;
    six_calls(server.client().build().unwrap()).await;
    assert_eq!(server.most_at_once(), 6);
}

/// A product, and nothing of it.
async fn wire_server() -> WireServer {
    WireServer::answering_json(r#"{"status":{"code":"1000"},"data":{}}"#).await
}

async fn read(gofive: &Gofive) -> Result<(), Error> {
    gofive.venio().get_product("A001").await.map(drop)
}

/// Reads side by side, with one more call in the loop's body. While that one waits, nobody polls the others.
async fn reads_with_a_call_in_the_loop(gofive: &Gofive) -> Result<usize, Error> {
    let mut reads = stream::iter(0..20).map(|_| read(gofive)).buffer_unordered(4);
    let mut done = 0;
    while let Some(outcome) = reads.next().await {
        outcome?;
        read(gofive).await?;
        done += 1;
    }
    Ok(done)
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
    assert_eq!(reads.expect("the loop goes on").unwrap(), 20);
    unrelated.await.unwrap().unwrap();
    assert_eq!(server.received().len(), 60);
}

#[tokio::test]
async fn a_session_that_waits_for_itself_fails_with_the_name_of_the_limit_and_the_cure() {
    let server = wire_server().await;
    let stall = Duration::from_millis(100);
    let gofive = server.client().max_concurrency(2).concurrency_stall_timeout(stall).build().unwrap();
    let error = reads_with_a_call_in_the_loop(&gofive).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.is_retryable(), "the session would wait for itself again");
    assert_eq!(
        error.to_string(),
        "get_product: no slot of the concurrency limit (max_concurrency = 2) was given back for 100ms: the session waits \
         for itself; do not await another call while calls of the same session are held unpolled (for instance in the \
         body of a loop over buffer_unordered), or raise the limit"
    );
    read(&gofive).await.expect("the calls that were held are dropped");
}

#[tokio::test]
async fn a_longer_queue_than_the_stall_timeout_is_not_an_error() {
    let server = Counting::answering_at(1).await;
    let stall = Duration::from_millis(200);
    six_calls(server.client().max_concurrency(1).concurrency_stall_timeout(stall).build().unwrap()).await;
    assert_eq!(server.most_at_once(), 1);
}

#[tokio::test]
async fn the_total_timeout_bounds_the_wait_for_the_limits() {
    let server = wire_server().await;
    let client = server.client().access_token("token").requests_per_second(0.001);
    let seldom = client.total_timeout(Duration::from_millis(100)).build().unwrap();
    read(&seldom.with_options(CallOptions::new().total_timeout(Duration::from_secs(10)))).await.unwrap();
    assert_eq!(read(&seldom).await.unwrap_err().kind(), ErrorKind::Timeout);

    let busy = Counting::answering_at(2).await;
    let gofive = busy.client().max_concurrency(1).total_timeout(Duration::from_millis(100)).build().unwrap();
    let (first, second) = tokio::join!(read(&gofive), read(&gofive));
    assert_eq!([first, second].map(|outcome| outcome.unwrap_err().kind()), [ErrorKind::Timeout; 2]);
    assert_eq!(busy.most_at_once(), 1);
}
