//! Receives webhooks: checks the shared secret, responds first, then fetches the sales order and its customer.
//!
//! On a sandbox it posts some webhooks to itself and ends. On the real API it runs until Ctrl-C, on a port of your
//! choice, behind a proxy that adds https; enter `https://<your host>/gofive/<secret>` at Gofive.
//!
//! ```console
//! $ cargo run --example webhook_receiver
//! $ GOFIVE_WEBHOOK_SECRET=$(openssl rand -hex 32) cargo run --example webhook_receiver -- 8080
//! ```

mod support;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gofive_api::venio::Venio;
use gofive_api::webhook::{self, SharedSecret, Webhook};
use gofive_api::{Error, ErrorKind, reqwest, rustls};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use support::{Connection, Outcome};
use tokio::net::TcpListener;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

/// How many events may wait. They wait in memory: if none may be lost, put them into a database instead.
const QUEUE: usize = 100;
/// How many connections are served at the same time. Further ones wait.
pub(crate) const MAX_CONNECTIONS: usize = 100;
/// How long a connection may take for the headers of a request, also before it sends the first one.
pub(crate) const HEADER_TIME: Duration = Duration::from_secs(10);
/// How long a request may take for its body.
const BODY_TIME: Duration = Duration::from_secs(10);
/// How long a body may be.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

pub(crate) struct Receiver {
    pub(crate) secret: SharedSecret,
    pub(crate) queue: mpsc::Sender<Webhook>,
}

impl Receiver {
    /// Responds before anything is fetched, because how long Venio waits is not known.
    async fn receive(&self, request: Request<Incoming>) -> StatusCode {
        // First the secret: without it every request gets the same response, and nothing more of it is read.
        let secret = request.uri().path().strip_prefix("/gofive/");
        if !secret.is_some_and(|secret| self.secret.matches(secret)) {
            return StatusCode::NOT_FOUND;
        }
        if request.method() != Method::POST {
            return StatusCode::METHOD_NOT_ALLOWED;
        }
        let body = Limited::new(request.into_body(), MAX_BODY).collect();
        match timeout(BODY_TIME, body).await {
            Ok(Ok(body)) => self.queue(&body.to_bytes()),
            Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE,
            Err(_) => StatusCode::REQUEST_TIMEOUT,
        }
    }

    fn queue(&self, body: &[u8]) -> StatusCode {
        let event = match webhook::parse(body) {
            Ok(event) => event,
            Err(error) => {
                eprintln!("refused: {error}");
                return StatusCode::BAD_REQUEST;
            }
        };
        match self.queue.try_send(event) {
            Ok(()) => StatusCode::OK,
            Err(TrySendError::Full(event) | TrySendError::Closed(event)) => {
                // Whether Venio sends it again is not known, so this event may be lost.
                eprintln!("no room for {event:?}");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

/// Serves connections until `end`, and then those that are open.
pub(crate) async fn serve(listener: TcpListener, receiver: Receiver, end: impl Future<Output = ()>) {
    let receiver = Arc::new(receiver);
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let open = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
    let mut end = std::pin::pin!(end);
    loop {
        // The slot first: connections beyond the limit are not even accepted.
        let next = async { (slots.clone().acquire_owned().await, listener.accept().await) };
        let (slot, accepted) = tokio::select! {
            next = next => next,
            () = &mut end => break,
        };
        let Ok((stream, _)) = accepted else {
            // Most likely too many files are open: some will be closed.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let receiver = receiver.clone();
        let service = service_fn(move |request| {
            let receiver = receiver.clone();
            async move {
                let mut response = Response::new(Empty::<Bytes>::new());
                // hyper omits it for HEAD, and only there.
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
                *response.status_mut() = receiver.receive(request).await;
                Ok::<_, Infallible>(response)
            }
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A connection that breaks, or takes too long, is of no interest.
            let _ = connection.await;
            drop(slot);
        });
    }
    open.shutdown().await;
}

/// Handles the events of the queue one by one, until the queue is closed and empty.
async fn work(venio: Venio, mut queue: mpsc::Receiver<Webhook>) {
    while let Some(event) = queue.recv().await {
        let done = match event {
            Webhook::SalesOrder(event) => match event.data.and_then(|data| data.sale_order_no) {
                Some(number) => fetch_order(&venio, &number).await,
                None => Ok(()),
            },
            Webhook::ChatMessage(event) => {
                let message = event.data.and_then(|data| data.chat_message).unwrap_or_default();
                let sender = message.user.and_then(|user| user.original_name).unwrap_or_default();
                println!("chat: {sender:?} says {:?}", message.content.unwrap_or_default());
                Ok(())
            }
            other => {
                println!("unknown event: {other:?}");
                Ok(())
            }
        };
        if let Err(error) = done {
            // The next event may fare better. A real receiver would try this one again if `error.is_retryable()`.
            eprintln!("not fetched: {error}");
        }
    }
}

/// Fetches the order: the number may be made up by a stranger, but the response of the API can be trusted.
async fn fetch_order(venio: &Venio, number: &str) -> Result<(), Error> {
    let order = venio.get_sales_order(number).await?;
    let total = order.grand_total.map(|total| total.to_string()).unwrap_or_default();
    let currency = order.currency_code.unwrap_or_default();
    println!("sales order {number}: {total} {currency}");
    if let Some(code) = order.customer_code {
        let customer = venio.get_customer_by_customer_code(&code).await?;
        let name = customer.customer_name.and_then(|name| name.read::<String>().ok()).unwrap_or_default();
        println!("sales order {number}: customer {code} {name:?}");
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "No webhooks are received.", advice)
}

async fn run() -> Outcome {
    let Connection { gofive, is_sandbox, embedded: _sandbox } = support::connect().await?;
    let secret = match std::env::var("GOFIVE_WEBHOOK_SECRET") {
        Ok(secret) => secret,
        Err(_) if is_sandbox => "only-for-the-sandbox".to_owned(),
        Err(_) => return Err("GOFIVE_WEBHOOK_SECRET is missing; `openssl rand -hex 32` makes a secret".into()),
    };
    let (queue, events) = mpsc::channel(QUEUE);
    let receiver = Receiver { secret: SharedSecret::new(secret.as_str())?, queue };

    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse());
    let port = port.map_err(|_| "the port is to be a number up to 65535")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    println!("Webhooks are received at http://{address}/gofive/<secret>\n");

    let worker = tokio::spawn(work(gofive.venio(), events));
    let end = async move {
        let ended = if is_sandbox {
            post_examples(address, &secret).await
        } else {
            tokio::signal::ctrl_c().await.map_err(Into::into)
        };
        if let Err(error) = ended {
            eprintln!("{error}");
        }
    };
    serve(listener, receiver, end).await;
    // Every event that got a 200 is handled.
    worker.await?;
    Ok(())
}

/// What Venio would post, and what others might.
async fn post_examples(address: SocketAddr, secret: &str) -> Outcome {
    // A client of reqwest needs a provider of cryptography. An error means that there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    for (what, secret, body) in [
        ("a sales order", secret, r#"{"Data": {"SaleOrderNo": "SO260600039"}}"#),
        (
            "a chat message",
            secret,
            r#"{"Topic": "Chat", "Event": "Message", "Data": {"ChatMessage":
                {"RoomId": "26259b2c", "Platform": 1, "Content": "Hello, world", "User": {"OriginalName": "John"}}}}"#,
        ),
        (
            "an unknown event",
            secret,
            r#"{"Topic": "Customer", "Event": "Merged", "Data": {"CustomerCode": "C000001"}}"#,
        ),
        ("an invented order", secret, r#"{"Data": {"SaleOrderNo": "SO99999999"}}"#),
        ("no JSON", secret, "hello"),
        ("a wrong secret", "a-guess-at-the-secret", r#"{"Data": {"SaleOrderNo": "SO260600039"}}"#),
    ] {
        let response = client.post(format!("http://{address}/gofive/{secret}")).body(body).send().await?;
        println!("posted {what}: {}", response.status());
    }
    Ok(())
}

fn advice(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Configuration => Some("Set the variable GOFIVE_WEBHOOK_SECRET or the one that the message names."),
        _ => None,
    }
}
