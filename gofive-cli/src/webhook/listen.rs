//! Receives events, prints them, and forwards them.

use std::io::{self, Write as _};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use bytes::Bytes;
use clap::ArgMatches;
use gofive_api::RawJson;
use gofive_api::webhook::SharedSecret;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::arguments::secret;
use super::http::Target;
use crate::failure::Failure;
use crate::output::{Sink, compact};
use crate::signal;

/// How many events may wait to be printed and forwarded.
const QUEUE: usize = 100;

/// What decides about a request.
struct Receiver {
    secret: Option<SharedSecret>,
    /// The header with the secret; without it, the secret is the last segment of the path.
    header: Option<String>,
    events: mpsc::Sender<Bytes>,
}

/// Receives events until Ctrl-C is pressed, or there were enough.
pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |id: &str| matches.get_one::<String>(id).map(String::as_str);
    let target = text("forward-to").map(Target::new).transpose()?;
    let secret = secret();
    let header = text("secret-header").map(str::to_owned);
    if header.is_some() && secret.is_none() {
        return Err(Failure::setup("GOFIVE_WEBHOOK_SECRET is not set").hint("export GOFIVE_WEBHOOK_SECRET=…"));
    }
    let host = text("host").unwrap_or_default();
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let unusable = |error: io::Error| Failure::setup(format!("{host}:{port} cannot be listened on: {error}"));
    let listener = TcpListener::bind((host, port)).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    note(&format!("listening at http://{address}"));
    if secret.is_none() {
        note("GOFIVE_WEBHOOK_SECRET is not set, so any event is accepted");
    }
    let (sender, mut events) = mpsc::channel(QUEUE);
    let receiver = Receiver { secret: secret.map(SharedSecret::new).transpose()?, header, events: sender };
    let router = Router::new().fallback(receive).with_state(Arc::new(receiver));
    let mut serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut remaining = matches.get_one::<u64>("count").copied();
    while remaining != Some(0) {
        tokio::select! {
            interrupted = signal::interrupted() => return interrupted,
            ended = &mut serving => {
                return Err(Failure::setup(format!("no more events can be received: {ended:?}")));
            }
            Some(event) = events.recv() => {
                print(&event)?;
                if let Some(target) = &target {
                    forward(target, event).await;
                }
                remaining = remaining.map(|remaining| remaining - 1);
            }
        }
    }
    Ok(())
}

/// Responds before the event is printed: how long Venio waits is not known.
async fn receive(
    State(receiver): State<Arc<Receiver>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if !receiver.is_allowed(&uri, &headers) {
        note(&format!("refused a request of {} bytes without the secret", body.len()));
        return StatusCode::NOT_FOUND;
    }
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    if std::str::from_utf8(&body).ok().and_then(|text| text.parse::<RawJson>().ok()).is_none() {
        note(&format!("refused a request of {} bytes that is not JSON", body.len()));
        return StatusCode::BAD_REQUEST;
    }
    if receiver.events.try_send(body).is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

impl Receiver {
    fn is_allowed(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let Some(secret) = &self.secret else { return true };
        let sent = match &self.header {
            Some(name) => headers.get(name).and_then(|value| value.to_str().ok()),
            None => uri.path().rsplit('/').next(),
        };
        sent.is_some_and(|sent| secret.matches(sent))
    }
}

fn print(event: &[u8]) -> Result<(), Failure> {
    let mut output = Sink::new(None)?;
    output.line(&compact(&String::from_utf8_lossy(event)))?;
    output.flush()
}

async fn forward(target: &Target, event: Bytes) {
    match target.send(event, None).await {
        Ok(status) => note(&format!("forwarded: HTTP {status}")),
        Err(failure) => note(&format!("not forwarded: {failure}")),
    }
}

/// Prints a line for a person.
fn note(text: &str) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}
