//! Decides whether a request may be sent again, and whether it may have been carried out. No other module decides this.

use reqwest::StatusCode;

use crate::call::operation::{Endpoint, Idempotency};
use crate::call::retry::policy::RetryPolicy;
use crate::decoding::response::Response;
use crate::errors::{CallHistory, Error, ErrorKind};

/// How an attempt ended: with a whole response of any status, or without one.
pub(crate) type Outcome = Result<Response, Error>;

/// What may follow an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing: the outcome is that of the call.
    Nothing,
    /// The same request immediately, with another token, if there is one.
    NewToken,
    /// The same request after a wait, if the retry policy has an attempt left.
    Retry,
}

/// Decides what may follow an attempt.
///
/// An operation that is not idempotent is sent again only if no connection was made, and, unless the policy forbids it,
/// after a 401 or a 429. That a server which sends these statuses has done nothing is a convention of HTTP, not a
/// proof.
pub(crate) fn next(
    operation: &Endpoint<'_>,
    idempotency: Idempotency,
    outcome: &Outcome,
    policy: &RetryPolicy,
) -> Next {
    let idempotent = idempotency.is_idempotent();
    let retry = match outcome {
        Err(error) => {
            let passing = matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout);
            passing && (idempotent || error.is_unsent())
        }
        Ok(response) => match response.status.as_u16() {
            401 if operation.bearer && (idempotent || policy.non_idempotent_on_401) => {
                return if has_business_code(operation, response) { Next::Nothing } else { Next::NewToken };
            }
            429 => (idempotent || policy.non_idempotent_on_429) && !has_business_code(operation, response),
            status if is_gateway_failure(status) => idempotent,
            200..300 => idempotent && response.cut_off.is_some(),
            _ => false,
        },
    };
    if retry { Next::Retry } else { Next::Nothing }
}

/// Whether a response may mean that the token was refused. The bodies of such responses are not documented.
pub(crate) fn may_refuse_token(operation: &Endpoint<'_>, outcome: &Outcome) -> bool {
    operation.bearer && matches!(outcome, Ok(response) if response.status == StatusCode::UNAUTHORIZED)
}

/// Whether an attempt with this outcome may have carried out the operation. An operation that only reads changes
/// nothing.
pub(crate) fn may_have_been_carried_out(idempotency: Idempotency, outcome: &Outcome) -> bool {
    let may = match outcome {
        Err(error) => !error.is_unsent(),
        Ok(response) => match response.status.as_u16() {
            408 => true,
            200..300 => response.cut_off.is_some(),
            400..500 => false,
            _ => true,
        },
    };
    may && idempotency != Idempotency::Safe
}

/// Whether a failed call may be sent again: not if it may have carried out an operation that is not idempotent.
pub(crate) fn is_harmless(idempotency: Idempotency, history: CallHistory) -> bool {
    idempotency.is_idempotent() || !history.outcome_unknown
}

/// The statuses of a gateway if the server behind it failed, did not respond, or is not reachable; 520 to 530 are those
/// of Cloudflare.
fn is_gateway_failure(status: u16) -> bool {
    matches!(status, 408 | 502..=504 | 520..=530)
}

/// Whether the application itself responded, in the operation's own envelope. A gateway at most repeats the HTTP
/// status.
fn has_business_code(operation: &Endpoint<'_>, response: &Response) -> bool {
    response.summary(&operation.payload).code().is_some_and(|code| code != response.status.as_str())
}
