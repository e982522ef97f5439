//! One request to the token endpoint, and what its response means.

use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::call::http::Http;
use crate::call::operation::Idempotency;
use crate::call::request::Prepared;
use crate::call::retry::resend::Outcome;
use crate::call::token::bearer::{Moment, Token};
use crate::call::url_policy;
use crate::decoding::response::Response;
use crate::errors::masking::Secrets;
use crate::errors::{Details, Error, ErrorKind};

/// The operation name of token requests in errors and attempts.
pub(crate) const OPERATION: &str = "authorize";
/// The path of the token endpoint, the same for all products.
pub(crate) const PATH: &str = "/authorization/connect/token";
/// The life of a token whose response does not have it: the lower of the two values that callers of the API have
/// chosen.
const UNKNOWN_LIFE: Duration = Duration::from_secs(300);
/// OAuth errors of an endpoint that is temporarily failing (RFC 6749, 4.1.2.1).
const PASSING: [&str; 2] = ["temporarily_unavailable", "server_error"];
/// OAuth errors of invalid requests and credentials (RFC 6749, 4.1.2.1 and 5.2).
const REFUSALS: [&str; 7] = [
    "access_denied",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Client id and secret.
pub(crate) struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
}

/// Builds the request for a token.
pub(crate) fn request(http: &Http, credentials: &ClientCredentials) -> Result<Prepared, Error> {
    let ClientCredentials { id, secret } = credentials;
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.expose_secret())];
    http.request(Method::POST, PATH).form(&form).prepared(OPERATION, Idempotency::Safe)
}

/// Returns the token in a response, or why there is none. The body is never put into an error: it may contain a token.
pub(crate) fn token(outcome: &Outcome, asked: Moment, http: &Http, secrets: &Secrets) -> Result<Token, Error> {
    #[derive(Deserialize)]
    struct Granted {
        access_token: Option<SecretString>,
        expires_in: Option<Value>,
    }
    let response = match outcome {
        Ok(response) => response,
        Err(error) => {
            let passing = matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Decode);
            return Err(error.clone().retryable_if(passing));
        }
    };
    if response.status.is_success() && response.cut_off.is_none() {
        let granted = serde_json::from_slice::<Granted>(&response.body).ok();
        if let Some(Granted { access_token: Some(token), expires_in }) = granted {
            let life = expires_in.as_ref().and_then(seconds).unwrap_or(UNKNOWN_LIFE);
            if let Some(token) = Token::new(token.expose_secret(), asked, Some(life)) {
                return Ok(token);
            }
        }
    }
    Err(failure_of(response, http, secrets))
}

/// A number or a numeric string.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// The error of a response without a token: a refusal if the server rejects the credentials; any other failure may
/// pass.
fn failure_of(response: &Response, http: &Http, secrets: &Secrets) -> Error {
    let status = response.status.as_u16();
    let body: Option<Value> = serde_json::from_slice(&response.body).ok().filter(Value::is_object);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| body.as_ref()?.get(name)?.as_str());
        found.map(|text| secrets.mask(text))
    };
    let code = text(&["error"]);
    let refused = match code.as_deref() {
        Some(code) if PASSING.contains(&code) => false,
        Some(code) if REFUSALS.contains(&code) => status != 429,
        _ => matches!(status, 400 | 401 | 403) && body.is_some(),
    };
    let (kind, message) = match status {
        _ if refused => (
            ErrorKind::TokenRefused,
            "the token endpoint refused the credentials; check the client id, its secret and the subscription key",
        ),
        429 => (ErrorKind::RateLimited, "too many requests for tokens"),
        408 => (ErrorKind::Timeout, "the token endpoint gave up waiting"),
        200..300 if response.cut_off.is_some() => (ErrorKind::Decode, "the response of the token endpoint was cut off"),
        200..300 => (ErrorKind::Decode, "the token endpoint responded without a token"),
        _ => (ErrorKind::Server, "the token endpoint failed"),
    };
    let message = match url_policy::redirect(response, &http.base_url, secrets) {
        Some(redirect) => format!("{message}: {redirect}"),
        None => message.to_owned(),
    };
    Error::new(
        kind,
        Details {
            message,
            operation: Some(OPERATION.to_owned()),
            http_status: Some(status),
            code,
            description: text(&["error_description", "message"]),
            request_id: response.request_id().map(|id| secrets.mask(&id)),
            retry_after: response.retry_after(),
            ..Details::default()
        },
    )
    .retryable_if(kind != ErrorKind::TokenRefused)
}
