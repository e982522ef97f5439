//! Responses of faults: wrong ones, and correct ones that are sent wrongly.

use std::convert::Infallible;
use std::io;
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::sync::watch;

use crate::faults::fault::Fault;

/// How long a body stalls: longer than the timeout of any reasonable client.
const STALL: Duration = Duration::from_secs(60);

/// Signals when the sandbox stops.
pub(crate) type Stop = watch::Receiver<()>;

/// Returns the response that a fault sends in place of the operation's own, if it does.
pub(crate) fn substitute(fault: &Fault) -> Option<Response> {
    Some(match fault {
        Fault::Unauthorized => gateway_error(StatusCode::UNAUTHORIZED, "Unauthorized"),
        Fault::TooManyRequests { retry_after } => {
            let seconds = seconds(*retry_after);
            let message = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
            with_retry_after(gateway_error(StatusCode::TOO_MANY_REQUESTS, &message), seconds)
        }
        Fault::InternalServerError => gateway_error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        Fault::BadGateway => html_page(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        Fault::ServiceUnavailable { retry_after } => {
            let response = gateway_error(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable");
            match retry_after {
                Some(wait) => with_retry_after(response, seconds(*wait)),
                None => response,
            }
        }
        Fault::GatewayTimeout { .. } => gateway_error(StatusCode::GATEWAY_TIMEOUT, "Gateway timeout"),
        Fault::HtmlPage => html_page(StatusCode::OK, "Under maintenance"),
        _ => return None,
    })
}

/// The HTTP status code that is sent, of a response with this one; none if the connection is reset.
pub(crate) fn sent_status(fault: Option<&Fault>, own: u16) -> Option<u16> {
    match fault {
        Some(Fault::ResetBefore | Fault::ResetAfter) => None,
        Some(fault) => Some(substitute(fault).map_or(own, |response| response.status().as_u16())),
        None => Some(own),
    }
}

/// Waits for the duration, or until the sandbox stops.
pub(crate) async fn wait(duration: Duration, stop: &mut Stop) {
    // Both results end the wait: the time is over, or the sender was dropped.
    let _ = tokio::time::timeout(duration, stop.changed()).await;
}

/// Sends half of the body, then nothing for a while, then closes the connection.
pub(crate) fn stalled(head: Response, body: Bytes, mut stop: Stop) -> Response {
    half_body(head, body, async move {
        wait(STALL, &mut stop).await;
    })
}

/// Sends half of the body, then closes the connection.
pub(crate) fn truncated(head: Response, body: Bytes) -> Response {
    // The pause makes hyper send the first half.
    half_body(head, body, tokio::task::yield_now())
}

/// Sends the body in chunks with pauses.
pub(crate) fn slow(head: Response, body: Bytes, chunk_size: usize, pause: Duration, stop: Stop) -> Response {
    let length = body.len();
    let chunks = stream::unfold((body, stop), move |(mut rest, mut stop)| async move {
        if rest.is_empty() {
            return None;
        }
        if rest.len() < length {
            wait(pause, &mut stop).await;
        }
        let next = rest.split_to(chunk_size.clamp(1, rest.len()));
        Some((Ok::<_, Infallible>(next), (rest, stop)))
    });
    with_length(head, Body::from_stream(chunks), length)
}

/// Sets the `Date`.
pub(crate) fn set_date(response: &mut Response, date: SystemTime) {
    if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(date)) {
        response.headers_mut().insert(DATE, date);
    }
}

fn half_body(head: Response, mut body: Bytes, pause: impl Future<Output = ()> + Send + 'static) -> Response {
    let length = body.len();
    body.truncate(length / 2);
    let half = stream::once(async move { Ok(body) });
    let end = stream::once(async move {
        pause.await;
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    with_length(head, Body::from_stream(half.chain(end)), length)
}

/// Replaces the body and declares its length.
fn with_length(head: Response, body: Body, length: usize) -> Response {
    let mut response = head.map(|_| body);
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response
}

fn with_retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

/// Rounds up to whole seconds, so that a client does not retry too early.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// An error response of the gateway, in the gateway's own envelope.
fn gateway_error(status: StatusCode, message: &str) -> Response {
    let body = json!({ "statusCode": status.as_u16(), "message": message }).to_string();
    new_response(status, "application/json", body)
}

fn html_page(status: StatusCode, title: &str) -> Response {
    let body = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n"
    );
    new_response(status, "text/html; charset=utf-8", body)
}

fn new_response(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
