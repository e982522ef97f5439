//! Sends one request to a target.
//!
//! A name is resolved for each request, and the connection is made to an address that was checked: a name that resolves
//! to another address later reaches nothing. No redirect is followed.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{HeaderValue, Method, Request};
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::delivery::DeliveryOutcome;
use super::target::Address;

/// The part of a response's body that the log has.
const LOGGED: usize = 1024;

/// The part of a response's body that is read.
const READ: usize = 64 * 1024;

/// Sends a body to an address, and returns what has become of it.
pub(super) async fn post(address: &Address, body: Bytes, time: Duration) -> DeliveryOutcome {
    let result = timeout(time, send(address, body)).await;
    let result = result.unwrap_or_else(|_| Err(format!("the target did not respond within {time:?}")));
    result.unwrap_or_else(|reason| DeliveryOutcome::Failed { reason })
}

async fn send(address: &Address, body: Bytes) -> Result<DeliveryOutcome, String> {
    let (start, sent_at) = (Instant::now(), SystemTime::now());
    let stream = connect(address).await?;
    let failed = |error: hyper::Error| format!("the request failed: {}", describe(&error));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let exchange = pin!(async {
        let response = sender.send_request(request(address, body)).await.map_err(failed)?;
        let status = response.status().as_u16();
        // A body that ends early does not change that there was a response.
        let body = beginning(Body::new(response.into_body())).await;
        Ok(DeliveryOutcome::Responded { status, body, sent_at, duration: start.elapsed() })
    });
    match select(exchange, pin!(connection)).await {
        Either::Left((outcome, _)) => outcome,
        // The connection has ended, so that the exchange does, too: with what was received, or with an error.
        Either::Right((_, exchange)) => exchange.await,
    }
}

async fn connect(address: &Address) -> Result<TcpStream, String> {
    let host = &address.host;
    let candidates: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(ip) => vec![SocketAddr::new(ip, address.port)],
        Err(_) => lookup_host((host.as_str(), address.port))
            .await
            .map_err(|error| format!("the name {host} cannot be resolved: {error}"))?
            .collect(),
    };
    let mut failure = match candidates.first() {
        Some(candidate) => format!("{host} is {}, where no events are sent", candidate.ip()),
        None => format!("the name {host} has no address"),
    };
    for candidate in candidates.into_iter().filter(|candidate| address.permits(*candidate)) {
        match TcpStream::connect(candidate).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = cannot_connect(candidate, &error),
        }
    }
    Err(failure)
}

fn cannot_connect(address: SocketAddr, error: &io::Error) -> String {
    format!("cannot connect to {address}: {error}")
}

fn request(address: &Address, body: Bytes) -> Request<Body> {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = address.path.clone().into();
    let headers = request.headers_mut();
    headers.insert(HOST, address.authority.clone());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("gofive-sandbox/", env!("CARGO_PKG_VERSION"))));
    if let Some((name, value)) = &address.secret {
        headers.insert(name, value.clone());
    }
    request
}

/// Returns the beginning of a body as text.
async fn beginning(body: Body) -> String {
    let (mut chunks, mut start, mut size) = (body.into_data_stream(), Vec::new(), 0);
    while let Some(Ok(chunk)) = chunks.next().await {
        start.extend(chunk.iter().take(LOGGED - start.len()));
        size += chunk.len();
        if size > READ {
            break;
        }
    }
    String::from_utf8_lossy(&start).into_owned()
}

/// Describes an error with its causes.
fn describe(error: &hyper::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
