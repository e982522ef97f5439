//! A server that does what a test says, request by request, on a runtime of its own: the test may stop its clock, and
//! drop its runtimes.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use gofive_api::{Gofive, GofiveBuilder};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::wire::{self, Received};

/// What the server does with a request.
#[derive(Debug)]
pub enum Reply {
    /// Sends these bytes.
    Now(Vec<u8>),
    /// Sends these bytes once the gate is open.
    After(Gate, Vec<u8>),
    /// Closes the connection.
    Close,
    /// Leaves the client waiting.
    Never,
}

/// Opens once, for all replies that wait for it.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// A gate that is closed.
    pub fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Lets all replies pass.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn passed(&self) {
        // The sender is here.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

type Script = dyn Fn(&Received, usize) -> Reply + Send + Sync;

/// The server.
#[derive(Debug)]
pub struct Scripted {
    url: String,
    seen: Arc<Seen>,
    runtime: Option<Runtime>,
}

/// What has come in.
#[derive(Debug, Default)]
struct Seen {
    token_requests: watch::Sender<usize>,
    calls: watch::Sender<usize>,
    connections: AtomicUsize,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        // A test may drop it within a runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Scripted {
    /// Starts a server that replies to the n-th request for a token as `token` says, and to the n-th other request as
    /// `call` says; both count from 1.
    pub fn start(
        token: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static,
        call: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("a thread can be started");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        listener.set_nonblocking(true).expect("it is a socket");
        let seen = Arc::new(Seen::default());
        let (shared, scripts) = (seen.clone(), [Arc::new(token) as Arc<Script>, Arc::new(call)]);
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("it does not block");
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, scripts.clone(), shared.clone()));
            }
        });
        Self { url, seen, runtime: Some(runtime) }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client of this server, not built yet.
    pub fn client(&self) -> GofiveBuilder {
        Gofive::builder()
            .base_url(&self.url)
            .credentials("scripted-client", wire::CLIENT_SECRET)
            .subscription_key(wire::SUBSCRIPTION_KEY)
    }

    /// A client of this server.
    pub fn gofive(&self) -> Gofive {
        self.client().build().expect("the settings are usable")
    }

    /// How many requests for a token have come in.
    pub fn token_requests(&self) -> usize {
        *self.seen.token_requests.borrow()
    }

    /// How many other requests have come in.
    pub fn calls(&self) -> usize {
        *self.seen.calls.borrow()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Waits until so many requests for a token have come in.
    pub async fn has_token_requests(&self, number: usize) {
        let _ = self.seen.token_requests.subscribe().wait_for(|seen| *seen >= number).await;
    }

    /// Waits until so many other requests have come in.
    pub async fn has_calls(&self, number: usize) {
        let _ = self.seen.calls.subscribe().wait_for(|seen| *seen >= number).await;
    }
}

/// A response that grants the token `token-N` for so many seconds.
pub fn granted(number: usize, expires_in: u64) -> Vec<u8> {
    wire::json(&format!(r#"{{"access_token": "token-{number}", "expires_in": {expires_in}, "token_type": "Bearer"}}"#))
}

/// Grants a token of an hour each time.
pub fn grants(_: &Received, number: usize) -> Reply {
    Reply::Now(granted(number, 3600))
}

/// A product, as the server describes it.
pub fn product() -> Vec<u8> {
    wire::json(r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#)
}

/// Describes a product each time.
pub fn products(_: &Received, _: usize) -> Reply {
    Reply::Now(product())
}

/// An HTTP response without a body: `status("503 Unavailable")`, with headers behind the status line if need be.
pub fn status(head: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

/// Stops the clock of this runtime; [`tokio::time::advance`] moves it. tokio would otherwise advance a paused clock
/// whenever nothing but the network is waited for. Goes on pausing by itself when dropped.
#[derive(Debug)]
pub struct StoppedClock(#[allow(dead_code, reason = "its drop ends the blocking task")] mpsc::Sender<()>);

impl StoppedClock {
    /// Stops the clock.
    pub fn stop() -> Self {
        tokio::time::pause();
        let (sender, dropped) = mpsc::channel::<()>();
        // tokio does not advance a paused clock by itself while a blocking task runs.
        tokio::task::spawn_blocking(move || {
            let _ = dropped.recv();
        });
        Self(sender)
    }
}

async fn serve(mut stream: TcpStream, scripts: [Arc<Script>; 2], seen: Arc<Seen>) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let request = wire::read_request(&mut stream, &mut buffer).await?;
        let (script, counter) = if wire::is_token_request(&request) {
            (&scripts[0], &seen.token_requests)
        } else {
            (&scripts[1], &seen.calls)
        };
        let mut number = 0;
        counter.send_modify(|seen| {
            *seen += 1;
            number = *seen;
        });
        let bytes = match script(&request, number) {
            Reply::Now(bytes) => bytes,
            Reply::After(gate, bytes) => {
                gate.passed().await;
                bytes
            }
            Reply::Close => return None,
            Reply::Never => pending().await,
        };
        stream.write_all(&bytes).await.ok()?;
        if !wire::is_complete(&bytes) {
            return None;
        }
    }
}
