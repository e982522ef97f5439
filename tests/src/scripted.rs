//! A server whose action on each request is decided by the test. It has its own runtime, so that the test may stop the
//! clock and drop the runtimes of the client.

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

/// The server's action on a request.
#[derive(Debug)]
pub enum Action {
    /// Sends these bytes.
    Respond(Vec<u8>),
    /// Sends these bytes once the gate is open.
    RespondAfter(Gate, Vec<u8>),
    /// Closes the connection.
    Close,
    /// Never responds.
    Hang,
}

/// Opens once, for all responses that wait for it.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// A gate that is closed.
    pub fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Lets all responses pass.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn passed(&self) {
        // It cannot fail, because the sender is `self.0`.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

type Decide = dyn Fn(&Received, usize) -> Action + Send + Sync;

/// The server.
#[derive(Debug)]
pub struct Scripted {
    url: String,
    counts: Arc<Counts>,
    runtime: Option<Runtime>,
}

/// How much the server has received.
#[derive(Debug, Default)]
struct Counts {
    token_requests: watch::Sender<usize>,
    calls: watch::Sender<usize>,
    connections: AtomicUsize,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        // A runtime must not be dropped inside another one, and a test may do that.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Scripted {
    /// Starts a server. `token` decides the action on the n-th token request, `call` that on the n-th other request;
    /// both count from 1.
    pub fn start(
        token: impl Fn(&Received, usize) -> Action + Send + Sync + 'static,
        call: impl Fn(&Received, usize) -> Action + Send + Sync + 'static,
    ) -> Self {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("a thread can be started");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("the listener is bound"));
        listener.set_nonblocking(true).expect("the socket can be non-blocking");
        let counts = Arc::new(Counts::default());
        let (shared, scripts) = (counts.clone(), [Arc::new(token) as Arc<Decide>, Arc::new(call)]);
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("the socket is non-blocking");
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, scripts.clone(), shared.clone()));
            }
        });
        Self { url, counts, runtime: Some(runtime) }
    }

    /// The base URL of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A builder of a client of this server.
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

    /// How many token requests it has received.
    pub fn token_requests(&self) -> usize {
        *self.counts.token_requests.borrow()
    }

    /// How many other requests it has received.
    pub fn calls(&self) -> usize {
        *self.counts.calls.borrow()
    }

    /// How many connections it has accepted.
    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Waits until it has received so many token requests.
    pub async fn wait_for_token_requests(&self, number: usize) {
        let _ = self.counts.token_requests.subscribe().wait_for(|count| *count >= number).await;
    }

    /// Waits until it has received so many other requests.
    pub async fn wait_for_calls(&self, number: usize) {
        let _ = self.counts.calls.subscribe().wait_for(|count| *count >= number).await;
    }
}

/// A response with the token `token-N`, which expires in so many seconds.
pub fn granted(number: usize, expires_in: u64) -> Vec<u8> {
    wire::json(&format!(r#"{{"access_token": "token-{number}", "expires_in": {expires_in}, "token_type": "Bearer"}}"#))
}

/// Responds to every token request with a token for one hour.
pub fn grants(_: &Received, number: usize) -> Action {
    Action::Respond(granted(number, 3600))
}

/// A response with a product.
pub fn product() -> Vec<u8> {
    wire::json(r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#)
}

/// Responds to every call with a product.
pub fn products(_: &Received, _: usize) -> Action {
    Action::Respond(product())
}

/// An HTTP response without a body, such as `status("503 Unavailable")`. Headers may follow the status line.
pub fn status(head: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

/// Stops the clock of this runtime until it is dropped; [`tokio::time::advance`] moves the clock. A clock that is only
/// paused advances by itself whenever all tasks wait for the network.
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

async fn serve(mut stream: TcpStream, scripts: [Arc<Decide>; 2], counts: Arc<Counts>) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let request = wire::read_request(&mut stream, &mut buffer).await?;
        let (script, counter) = if wire::is_token_request(&request) {
            (&scripts[0], &counts.token_requests)
        } else {
            (&scripts[1], &counts.calls)
        };
        let mut number = 0;
        counter.send_modify(|count| {
            *count += 1;
            number = *count;
        });
        let bytes = match script(&request, number) {
            Action::Respond(bytes) => bytes,
            Action::RespondAfter(gate, bytes) => {
                gate.passed().await;
                bytes
            }
            Action::Close => return None,
            Action::Hang => pending().await,
        };
        stream.write_all(&bytes).await.ok()?;
        if !wire::is_complete(&bytes) {
            return None;
        }
    }
}
