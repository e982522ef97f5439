//! Spans and events of `tracing`: a span for each call, one for each of its attempts, an event for each retry and for drift.
//!
//! [`logging`](crate::logging) describes them for users. Names follow OpenTelemetry's conventions for HTTP. No span
//! contains a body, an argument or a secret. A disabled span costs one check: fields are computed only for enabled
//! spans.

use std::time::Duration;

use reqwest::{Method, Url};
use tracing::{Span, field};

use crate::call::operation::Endpoint;
use crate::call::retry::resend::Outcome;
use crate::decoding::drift::Drift;
use crate::errors::{Error, ErrorKind};

/// The target of all spans and events, so that users can filter by it, whatever the module names.
pub(crate) const TARGET: &str = "gofive_api";

/// The server, as it is named in spans.
pub(crate) struct Server {
    address: Box<str>,
    port: u16,
}

impl Server {
    pub(crate) fn of(base_url: &Url) -> Self {
        // The brackets of an IPv6 address belong to the URL, not to the address.
        let address = base_url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').into();
        Self { address, port: base_url.port_or_known_default().unwrap_or_default() }
    }
}

/// The span of a call.
///
/// Its kind is internal: by OpenTelemetry's conventions each request is a client span, and a client span around them would
/// count them twice.
pub(crate) fn call(server: &Server, operation: &Endpoint<'_>) -> Span {
    tracing::info_span!(
        target: TARGET,
        "gofive",
        otel.name = operation.id,
        otel.kind = "internal",
        http.request.method = known(operation.method),
        url.template = known(operation.path),
        server.address = &*server.address,
        server.port = server.port,
        http.response.status_code = field::Empty,
        http.request.resend_count = field::Empty,
        error.type = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// The span of one attempt: of a call, whose span is its parent, or of a request for a token, which has none.
pub(crate) fn attempt(server: &Server, method: &Method, path: &str, number: u32) -> Span {
    tracing::info_span!(
        target: TARGET,
        "attempt",
        otel.name = format!("{method} {path}").trim_end(),
        otel.kind = "client",
        http.request.method = method.as_str(),
        server.address = &*server.address,
        server.port = server.port,
        attempt = number,
        http.request.resend_count = (number > 1).then(|| number - 1),
        http.response.status_code = field::Empty,
        error.type = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// Records how an attempt ended.
pub(crate) fn attempt_ended(span: &Span, outcome: &Outcome, error: impl FnOnce() -> Option<ErrorKind>) {
    if span.is_disabled() {
        return;
    }
    let status = match outcome {
        Ok(response) => Some(response.status.as_u16()),
        Err(error) => error.http_status(),
    };
    span.record("http.response.status_code", status);
    if let Some(kind) = error() {
        failed(span, kind);
    }
}

/// Records the outcome of a call before its payload is decoded.
pub(crate) fn sent(span: &Span, outcome: &Outcome, attempts: u32) {
    if span.is_disabled() {
        return;
    }
    span.record("http.request.resend_count", attempts.saturating_sub(1));
    let status = match outcome {
        Ok(response) => Some(response.status.as_u16()),
        // The status of the token endpoint is not that of the call.
        Err(error) => error.http_status().filter(|_| !error.is_of_token()),
    };
    span.record("http.response.status_code", status);
}

/// Records that a call or an attempt has failed. For a success the status is not set, as OpenTelemetry asks of clients.
pub(crate) fn failed(span: &Span, kind: ErrorKind) {
    if !span.is_disabled() {
        span.record("error.type", field::debug(kind));
        span.record("otel.status_code", "ERROR");
    }
}

/// Logs a retry when it is decided. The event has no error text, which may quote the body.
pub(crate) fn retrying(operation: &str, attempt: u32, failure: &Error, wait: Duration) {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let (http_status, kind) = (failure.http_status(), failure.kind());
    tracing::warn!(target: TARGET, operation, attempt, http_status, %kind, wait_ms, "retrying");
}

/// Logs a difference from the spec that is new to the session.
pub(crate) fn drifted(drift: &Drift) {
    let Drift { operation, http_status, pointer, kind } = drift;
    tracing::info!(target: TARGET, operation, http_status, pointer, %kind, "the response differs from the spec");
}

/// Logs a mistake of the program.
pub(crate) fn drift_callback_panicked() {
    tracing::warn!(target: TARGET, "the closure of `on_drift` has panicked");
}

/// Runs something within the span of a call, and with the subscriber that knows the span.
pub(crate) fn within<T>(span: &Span, run: impl FnOnce() -> T) -> T {
    match span.with_subscriber(|(_, subscriber)| subscriber.clone()) {
        Some(subscriber) => tracing::dispatcher::with_default(&subscriber, || span.in_scope(run)),
        None => run(),
    }
}

/// A text that operations of the spec have and custom requests do not.
fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_an_address_without_brackets_and_always_a_port() {
        for (base_url, address, port) in [
            ("https://api.gofive.co.th", "api.gofive.co.th", 443),
            ("https://api.gofive.co.th:8443/gofive", "api.gofive.co.th", 8443),
            ("http://127.0.0.1", "127.0.0.1", 80),
            ("http://[::1]:4010", "::1", 4010),
        ] {
            let server = Server::of(&Url::parse(base_url).unwrap());
            assert_eq!((&*server.address, server.port), (address, port));
        }
    }
}
