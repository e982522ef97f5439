//! Converts responses into [`Error`]s: failures, and successes that cannot be used.

use reqwest::Url;

use crate::call::operation::{Endpoint, Idempotency};
use crate::call::retry::RetryPolicy;
use crate::call::retry::resend::{self, Next, Outcome};
use crate::call::url_policy;
use crate::decoding::encoding;
use crate::decoding::envelope::PayloadError;
use crate::decoding::response::Response;
use crate::errors::masking::{self, Secrets};
use crate::errors::{Details, Error, ErrorKind, status};
use crate::values::raw::Text;

/// The error for a response that is not a success, or that was cut off. A redirect is relative to `base`.
pub(crate) fn classify(operation: &Endpoint<'_>, response: Response, base: &Url, secrets: &Secrets) -> Error {
    let (kind, message) = meaning(operation, &response);
    let message = url_policy::redirect(&response, base, secrets).unwrap_or_else(|| message.into());
    let message = match compression(&response) {
        Some(compression) => format!("{message}; {compression}"),
        None => message,
    };
    let details = details_of(operation, &response, secrets);
    error(kind, operation, response, secrets, Details { message, ..details })
}

/// The meaning of the status. An operation without a bearer token asks for one: it sends the credentials themselves.
fn meaning(operation: &Endpoint<'_>, response: &Response) -> (ErrorKind, &'static str) {
    match response.status.as_u16() {
        400 | 401 | 403 if !operation.bearer => {
            (ErrorKind::TokenRefused, "the credentials or the subscription key were refused")
        }
        status => status::meaning(status),
    }
}

/// The kind of failure of an attempt, if it failed, as far as it is known without the payload.
pub(crate) fn kind_of(operation: &Endpoint<'_>, outcome: &Outcome) -> Option<ErrorKind> {
    match outcome {
        Ok(response) if response.status.is_success() && response.cut_off.is_none() => None,
        Ok(response) => Some(meaning(operation, response).0),
        Err(error) => Some(error.kind()),
    }
}

/// The code, description and problems in the body of a failure.
fn details_of(operation: &Endpoint<'_>, response: &Response, secrets: &Secrets) -> Details {
    let summary = response.summary(&operation.payload);
    Details {
        code: summary.code_or_error().map(|code| masked(code, secrets)),
        description: summary.description().map(|description| masked(&description, secrets)),
        problems: summary.problems().iter().map(|problem| problem.map(|text| secrets.mask(text))).collect(),
        request_id: summary.request_id().map(|id| masked(id, secrets)),
        ..Details::default()
    }
}

/// Returns a text of the body, masked.
fn masked(text: &Text, secrets: &Secrets) -> String {
    if text.is_cut() { secrets.mask_beginning(text.as_str()) } else { secrets.mask(text.as_str()) }
}

/// The compression that prevents reading a body, if any.
fn compression(response: &Response) -> Option<String> {
    if response.body.is_empty() || encoding::looks_like_json(&response.body) {
        return None;
    }
    encoding::compression(&response.headers, &response.body).map(|found| format!("the body {found}"))
}

/// Converts an outcome that is not a success into the error of the call.
pub(crate) fn of_outcome(
    operation: &Endpoint<'_>,
    idempotency: Idempotency,
    outcome: Outcome,
    base: &Url,
    secrets: &Secrets,
) -> Error {
    let retryable = resend::next(operation, idempotency, &outcome, &RetryPolicy::default()) == Next::Retry;
    let error = outcome.map_or_else(|error| error, |response| classify(operation, response, base, secrets));
    error.retryable_if(retryable)
}

/// The error for a success without a usable payload.
pub(crate) fn of_payload_error(
    operation: &Endpoint<'_>,
    response: Response,
    payload_error: &PayloadError,
    secrets: &Secrets,
) -> Error {
    let (kind, message, path) = match payload_error {
        PayloadError::Business { .. } => (ErrorKind::Business, "business error".to_owned(), ""),
        PayloadError::NoPayload => {
            let message = "the body has neither a business code nor the documented payload".to_owned();
            (ErrorKind::Decode, message, "")
        }
        PayloadError::Decode { path, reason, ends_early } => {
            let message = match compression(&response) {
                _ if encoding::is_blank(&response.body) => "the body is empty".to_owned(),
                Some(compression) => compression,
                None if !encoding::looks_like_json(&response.body) => "the body is not JSON".to_owned(),
                None if *ends_early => "the body ends too early".to_owned(),
                // The reason quotes the body, which must not be shown if it may contain a token or a password.
                None if !operation.bearer || masking::has_secret_property(&response.body) => {
                    "the body is not of the expected type".to_owned()
                }
                None => format!("the body is not of the expected type: {}", masked(reason, secrets)),
            };
            (ErrorKind::Decode, message, &**path)
        }
    };
    let details = match kind {
        ErrorKind::Business => details_of(operation, &response, secrets),
        _ => Details::default(),
    };
    // The server may also echo a secret as the name of a property.
    let json_path = (!path.is_empty()).then(|| secrets.mask(path));
    error(kind, operation, response, secrets, Details { message, json_path, ..details })
}

/// Adds the details that every response has.
fn error(kind: ErrorKind, operation: &Endpoint<'_>, response: Response, secrets: &Secrets, details: Details) -> Error {
    let details = Details {
        operation: Some(operation.id.to_owned()),
        http_status: Some(response.status.as_u16()),
        request_id: response.request_id().map(|id| secrets.mask(&id)).or(details.request_id),
        retry_after: response.retry_after(),
        ..details
    };
    // The response of an operation without a bearer token contains one: its body is not kept.
    let body = operation.bearer.then(|| secrets.mask_bytes(response.body));
    Error::new(kind, Details { body, ..details })
}
