//! What a session allows itself to do at once, seen by the server.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gofive_api::{Gofive, GofiveBuilder};
use gofive_tests::wire::json;
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
