//! Makes an [`Error`] of a response that is not a success, or whose success cannot be used.

use bytes::Bytes;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::encoding;
use crate::envelope::Fault;
use crate::error::{Details, Error, ErrorKind};
use crate::operation::Operation;
use crate::raw::Text;
use crate::resend::{self, Next, Outcome};
use crate::response::Response;
use crate::retry::RetryPolicy;

/// What must not appear in an error.
pub(crate) struct Secrets(pub(crate) Vec<SecretString>);

/// A response of any HTTP status that is not a success, or that was cut off. A redirect is relative to `base`.
pub(crate) fn classify(operation: &'static Operation, response: &Response, base: &Url, secrets: &Secrets) -> Error {
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
    let message = redirect(response, base, secrets).unwrap_or_else(|| message.into());
    let message = match compression(response) {
        Some(compression) => format!("{message}; {compression}"),
        None => message,
    };
    error(kind, operation, response, secrets, Details { message, ..said(operation, response, secrets) })
}

/// What the body of a failure says: its code, its words, the problems that it lists.
fn said(operation: &Operation, response: &Response, secrets: &Secrets) -> Details {
    let summary = response.summary(&operation.payload);
    Details {
        code: summary.code_or_error().map(|code| masked(code, secrets)),
        description: summary.description().map(|description| masked(&description, secrets)),
        problems: summary.problems().iter().map(|problem| problem.map(|text| secrets.mask(text))).collect(),
        request_id: summary.request_id().map(|id| masked(id, secrets)),
        ..Details::default()
    }
}

/// A text of the body, masked. One that was cut loses its end, which may be half a secret that no mask would find.
fn masked(text: &Text, secrets: &Secrets) -> String {
    let mut masked = secrets.mask(text.as_str());
    if text.is_cut() {
        let longest = secrets.0.iter().map(|secret| secret.expose_secret().len()).max().unwrap_or_default();
        let end = masked.len().saturating_sub(longest);
        masked.truncate((0..=end).rev().find(|end| masked.is_char_boundary(*end)).unwrap_or_default());
        masked.push('…');
    }
    masked
}

/// The compression that a body still has, if it cannot be read for that.
fn compression(response: &Response) -> Option<String> {
    if response.body.is_empty() || encoding::looks_like_json(&response.body) {
        return None;
    }
    encoding::compression(&response.headers, &response.body).map(|found| format!("the body {found}"))
}

/// What an outcome that is not a success makes of a call.
pub(crate) fn of_outcome(operation: &'static Operation, outcome: &Outcome, base: &Url, secrets: &Secrets) -> Error {
    let error = match outcome {
        Ok(response) => classify(operation, response, base, secrets),
        Err(error) => error.clone(),
    };
    error.retryable_if(resend::next(operation, outcome, &RetryPolicy::default()) == Next::Retry)
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
pub(crate) fn of_fault(operation: &'static Operation, response: &Response, fault: &Fault, secrets: &Secrets) -> Error {
    let (kind, message, path) = match fault {
        Fault::Business { .. } => (ErrorKind::Business, "business error".to_owned(), ""),
        Fault::NoPayload => {
            let message = "the body has neither a business code nor the documented payload".to_owned();
            (ErrorKind::Decode, message, "")
        }
        Fault::Decode { path, reason, ends_early } => {
            let message = match compression(response) {
                _ if encoding::is_blank(&response.body) => "the body is empty".to_owned(),
                Some(compression) => compression,
                None if !encoding::looks_like_json(&response.body) => "the body is not JSON".to_owned(),
                None if *ends_early => "the body ends too early".to_owned(),
                // The reason quotes the body, which is not to be shown where it may hold a token.
                None if !operation.bearer => "the body is not of the expected type".to_owned(),
                None => format!("the body is not of the expected type: {}", masked(reason, secrets)),
            };
            (ErrorKind::Decode, message, &**path)
        }
    };
    let said = match kind {
        ErrorKind::Business => said(operation, response, secrets),
        _ => Details::default(),
    };
    // The server may echo a secret as the name of a property, too.
    let json_path = (!path.is_empty()).then(|| secrets.mask(path));
    error(kind, operation, response, secrets, Details { message, json_path, ..said })
}

/// A payload that cannot be paged, because it is no list.
pub(crate) fn no_list(operation: &'static Operation, payload: &Value, secrets: &Secrets) -> Error {
    let body = secrets.mask_bytes(&payload.to_string().into());
    let message = "the answer is no list, so that it has no pages: call the operation itself and take the list out";
    let details = Details { operation: Some(operation.id), body: Some(body), ..Details::default() };
    Error::new(ErrorKind::Decode, Details { message: message.into(), ..details })
}

/// Adds what is known of every response.
fn error(
    kind: ErrorKind,
    operation: &'static Operation,
    response: &Response,
    secrets: &Secrets,
    details: Details,
) -> Error {
    // An operation without a bearer token hands one out: its body is not kept.
    let body = operation.bearer.then(|| secrets.mask_bytes(&response.body));
    Error::new(
        kind,
        Details {
            operation: Some(operation.id),
            http_status: Some(response.status.as_u16()),
            request_id: response.request_id().map(|id| secrets.mask(&id)).or(details.request_id),
            retry_after: response.retry_after(),
            body,
            ..details
        },
    )
}

impl Secrets {
    /// A server may echo what it was sent.
    pub(crate) fn mask(&self, text: &str) -> String {
        let secrets = self.0.iter().map(SecretString::expose_secret).filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// The beginning of a body, for a log.
    pub(crate) fn excerpt(&self, body: &[u8]) -> String {
        const LONGEST: usize = 4096;
        // Masked before it is cut, lest half a secret be left at the end.
        let masked = self.mask_bytes(&Bytes::copy_from_slice(body));
        String::from_utf8_lossy(&masked[..masked.len().min(LONGEST)]).into_owned()
    }

    fn mask_bytes(&self, body: &Bytes) -> Bytes {
        let mut masked = body.clone();
        for secret in self.0.iter().map(|secret| secret.expose_secret().as_bytes()).filter(|secret| !secret.is_empty())
        {
            let (mut clean, mut rest) = (Vec::new(), &masked[..]);
            while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
                clean.extend_from_slice(&rest[..at]);
                clean.extend_from_slice(b"***");
                rest = &rest[at + secret.len()..];
            }
            if rest.len() < masked.len() {
                masked = [&clean, rest].concat().into();
            }
        }
        masked
    }
}
