//! Makes an [`Error`] of a response that is not a success, or whose success cannot be used.

use reqwest::Url;
use serde_json::Value;

use crate::envelope::Fault;
use crate::error::{Details, Error, ErrorKind};
use crate::masking::{self, Secrets};
use crate::operation::Operation;
use crate::resend::{self, Next, Outcome};
use crate::response::Response;
use crate::retry::RetryPolicy;
use crate::verdict;

/// A response of any HTTP status that is not a success, or that was cut off. A redirect is relative to `base`.
pub(crate) fn classify(operation: &'static Operation, response: Response, base: &Url, secrets: &Secrets) -> Error {
    let status = response.status.as_u16();
    let (kind, message) = match status {
        200..300 => (ErrorKind::Decode, "the body was cut off"),
        401 => (ErrorKind::Authentication, "the token or the subscription key was refused"),
        403 => (ErrorKind::Permission, "the credentials do not permit this operation"),
        404 | 410 => (ErrorKind::NotFound, "there is no such thing"),
        408 => (ErrorKind::Timeout, "the server gave up waiting"),
        429 => (ErrorKind::RateLimited, "too many requests"),
        400..500 => (ErrorKind::Validation, "the request was refused"),
        _ => (ErrorKind::Server, "the server failed"),
    };
    let message = redirect(&response, base, secrets).unwrap_or_else(|| message.into());
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let first = |pointers: &[&str]| {
        let found = pointers.iter().find_map(|pointer| verdict::text(body.pointer(pointer)?));
        found.map(|text| secrets.mask(&text))
    };
    let code = first(&["/status/code", "/statusCode", "/error"]);
    let description = first(&["/status/description", "/message", "/error_description", "/title"]);
    error(kind, operation, response, secrets, Details { message, code, description, ..Details::default() })
}

/// What an outcome that is not a success makes of a call.
pub(crate) fn of_outcome(operation: &'static Operation, outcome: Outcome, base: &Url, secrets: &Secrets) -> Error {
    let retryable = resend::next(operation, &outcome, &RetryPolicy::default()) == Next::Retry;
    let error = outcome.map_or_else(|error| error, |response| classify(operation, response, base, secrets));
    error.retryable_if(retryable)
}

/// Where a redirect leads. No page documents one, and a client that follows it may turn a POST into a GET, or take the
/// subscription key to another host.
pub(crate) fn redirect(response: &Response, base: &Url, secrets: &Secrets) -> Option<String> {
    response.status.is_redirection().then(|| match response.location(base) {
        Some(location) => format!("the server redirects to {}, which is not followed", secrets.mask(&location)),
        None => "the server redirects, and does not say where to".to_owned(),
    })
}

/// A success that yields no payload.
pub(crate) fn of_fault(operation: &'static Operation, response: Response, fault: Fault, secrets: &Secrets) -> Error {
    match fault {
        Fault::Business(verdict) => {
            let details = Details {
                message: "business error".into(),
                code: verdict.code.map(|code| secrets.mask(&code)),
                description: verdict.description.map(|description| secrets.mask(&description)),
                ..Details::default()
            };
            error(ErrorKind::Business, operation, response, secrets, details)
        }
        Fault::Decode { path, source } => {
            let message = match &*response.body {
                [] => "the body is empty".to_owned(),
                body if !looks_like_json(body) => "the body is no JSON".to_owned(),
                _ if source.is_eof() => "the body ends too early".to_owned(),
                // The reason quotes the body, which is not to be shown where it may hold a token or a password.
                body if !operation.bearer || masking::has_secret_property(body) => {
                    "the body is not of the documented type".to_owned()
                }
                _ => format!("the body is not of the documented type: {}", secrets.mask(&source.to_string())),
            };
            // The server may echo a secret as the name of a member, too.
            let json_path = (!path.is_empty()).then(|| secrets.mask(&path));
            let details = Details { message, json_path, ..Details::default() };
            error(ErrorKind::Decode, operation, response, secrets, details)
        }
    }
}

/// A payload that cannot be paged, because it is no list.
pub(crate) fn no_list(operation: &'static Operation, payload: &Value, secrets: &Secrets) -> Error {
    let body = secrets.mask_bytes(payload.to_string().into());
    let message = "the answer is no list, so that it has no pages: call the operation itself and take the list out";
    let details = Details { operation: Some(operation.id), body: Some(body), ..Details::default() };
    Error::new(ErrorKind::Decode, Details { message: message.into(), ..details })
}

/// A payload that is not of the type that the caller of a custom request has asked for.
pub(crate) fn other_type(
    operation: &'static Operation,
    payload: String,
    source: &serde_json::Error,
    secrets: &Secrets,
) -> Error {
    // The reason quotes the payload.
    let message = if masking::has_secret_property(payload.as_bytes()) {
        "the payload is not of the type asked for".to_owned()
    } else {
        format!("the payload is not of the type asked for: {}", secrets.mask(&source.to_string()))
    };
    let body = Some(secrets.mask_bytes(payload.into()));
    Error::new(ErrorKind::Decode, Details { message, operation: Some(operation.id), body, ..Details::default() })
}

/// Adds what is known of every response.
fn error(
    kind: ErrorKind,
    operation: &'static Operation,
    response: Response,
    secrets: &Secrets,
    details: Details,
) -> Error {
    let details = Details {
        operation: Some(operation.id),
        http_status: Some(response.status.as_u16()),
        request_id: response.request_id().map(|id| secrets.mask(&id)),
        retry_after: response.retry_after(),
        ..details
    };
    // An operation without a bearer token hands one out: its body is not kept.
    let body = operation.bearer.then(|| secrets.mask_bytes(response.body));
    Error::new(kind, Details { body, ..details })
}

fn looks_like_json(body: &[u8]) -> bool {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| matches!(byte, b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9'))
}
