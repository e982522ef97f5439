//! Answers that are wrong, or come wrongly.

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

use crate::fault::Fault;

/// How long a body stalls; a client that waits longer has no bound of its own.
const STALL: Duration = Duration::from_secs(60);

/// Tells when the sandbox stops.
pub(crate) type Stop = watch::Receiver<()>;

/// The answer that a fault has instead of the operation's own.
pub(crate) fn substitute(fault: &Fault) -> Option<Response> {
    Some(match fault {
        Fault::Unauthorized => refusal(StatusCode::UNAUTHORIZED, "Unauthorized"),
        Fault::TooManyRequests { retry_after } => {
            let seconds = seconds(*retry_after);
            let message = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
            with_retry_after(refusal(StatusCode::TOO_MANY_REQUESTS, &message), seconds)
        }
        Fault::InternalServerError => refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        Fault::BadGateway => page(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        Fault::ServiceUnavailable { retry_after } => {
            let response = refusal(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable");
            match retry_after {
                Some(wait) => with_retry_after(response, seconds(*wait)),
                None => response,
            }
        }
        Fault::GatewayTimeout { .. } => refusal(StatusCode::GATEWAY_TIMEOUT, "Gateway timeout"),
        Fault::HtmlPage => page(StatusCode::OK, "Under maintenance"),
        _ => return None,
    })
}

/// Waits, but no longer than the sandbox runs.
pub(crate) async fn wait(duration: Duration, stop: &mut Stop) {
    // Either it is time, or the sender is gone.
    let _ = tokio::time::timeout(duration, stop.changed()).await;
}

/// Half of the body, then nothing, then an end that is none.
pub(crate) fn stalled(head: Response, body: Bytes, mut stop: Stop) -> Response {
    halved(head, body, async move {
        wait(STALL, &mut stop).await;
    })
}

/// Half of the body, then an end that is none.
pub(crate) fn truncated(head: Response, body: Bytes) -> Response {
    // Hyper sends what it has once there is nothing more at the moment.
    halved(head, body, tokio::task::yield_now())
}

/// The body in pieces.
pub(crate) fn dripped(head: Response, body: Bytes, piece: usize, pause: Duration, stop: Stop) -> Response {
    let length = body.len();
    let pieces = stream::unfold((body, stop), move |(mut rest, mut stop)| async move {
        if rest.is_empty() {
            return None;
        }
        if rest.len() < length {
            wait(pause, &mut stop).await;
        }
        let next = rest.split_to(piece.clamp(1, rest.len()));
        Some((Ok::<_, Infallible>(next), (rest, stop)))
    });
    with_length(head, Body::from_stream(pieces), length)
}

/// Sets a `Date` that is wrong.
pub(crate) fn set_skew(response: &mut Response, seconds: i32) {
    let (now, distance) = (SystemTime::now(), Duration::from_secs(seconds.unsigned_abs().into()));
    let date = if seconds < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
    // A date of HTTP is not before 1970.
    let date = date.unwrap_or(now).max(SystemTime::UNIX_EPOCH);
    if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(date)) {
        response.headers_mut().insert(DATE, date);
    }
}

fn halved(head: Response, mut body: Bytes, pause: impl Future<Output = ()> + Send + 'static) -> Response {
    let length = body.len();
    body.truncate(length / 2);
    let half = stream::once(async move { Ok(body) });
    let end = stream::once(async move {
        pause.await;
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    with_length(head, Body::from_stream(half.chain(end)), length)
}

/// Replaces the body by one that the answer says is this long.
fn with_length(head: Response, body: Body, length: usize) -> Response {
    let mut response = head.map(|_| body);
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response
}

fn with_retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

/// Whole seconds, rounded up: whoever waits that long has waited long enough.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// A refusal by the gateway, which has an envelope of its own.
fn refusal(status: StatusCode, message: &str) -> Response {
    let body = json!({ "statusCode": status.as_u16(), "message": message }).to_string();
    answer(status, "application/json", body)
}

fn page(status: StatusCode, title: &str) -> Response {
    let body = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n"
    );
    answer(status, "text/html; charset=utf-8", body)
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
