//! The bearer token: fetched on first use, shared by all clones and tasks, renewed before its end.
//!
//! However many tasks ask at once, one request is on its way (*single flight*). It runs in a task of its own, so that it
//! completes for the others when the task that caused it goes away.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Details, Error, ErrorKind};
use crate::failure::Secrets;
use crate::http::{Http, Prepared, Reply};

/// Path of the token endpoint, the same for all products.
const PATH: &str = "/authorization/connect/token";
/// How long a token is used whose lifetime the answer does not say: the more careful of the two values that callers of
/// the API have chosen.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(300);
/// How long before its end a token is renewed, unless it lives so short that a fifth of its life is less.
const RENEWAL_LEAD: Duration = Duration::from_secs(60);
/// The name under which errors and spans of the token endpoint appear.
const OPERATION: &str = "authorize";

/// Where tokens come from.
pub(crate) enum Credentials {
    /// A token that the caller brings; it is never renewed.
    Token(SecretString),
    /// Client credentials.
    Client { id: String, secret: SecretString },
}

/// A token as it is sent.
pub(crate) struct Token {
    pub(crate) header: HeaderValue,
    renew_at: Option<Instant>,
}

type Flight = Shared<BoxFuture<'static, Result<Arc<Token>, Error>>>;

/// The current token, and the request for the next one if it is on its way.
#[derive(Default)]
struct State {
    current: Option<Arc<Token>>,
    flight: Option<Flight>,
}

/// Hands out the current token.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Inner>);

struct Inner {
    credentials: Credentials,
    state: Mutex<State>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(..)")
    }
}

impl Tokens {
    pub(crate) fn new(credentials: Credentials) -> Result<Self, Error> {
        let mut state = State::default();
        if let Credentials::Token(token) = &credentials {
            let header = bearer(token.expose_secret()).ok_or_else(|| {
                Error::configuration("the access token is empty or has characters that no header can carry")
            })?;
            state.current = Some(Arc::new(Token { header, renew_at: None }));
        }
        Ok(Self(Arc::new(Inner { credentials, state: Mutex::new(state) })))
    }

    /// A token that is good for now; fetches one if there is none, or if it is about to end.
    pub(crate) async fn get(&self, http: &Http, now: Instant) -> Result<Arc<Token>, Error> {
        let flight = {
            let mut state = self.lock();
            match &state.current {
                Some(token) if token.renew_at.is_none_or(|at| now < at) => return Ok(token.clone()),
                _ => state.flight.get_or_insert_with(|| self.take_off(http)).clone(),
            }
        };
        flight.await
    }

    /// Drops a token that the server has refused. Says whether another can be had.
    pub(crate) fn refused(&self, token: &Arc<Token>) -> bool {
        if matches!(self.0.credentials, Credentials::Token(_)) {
            return false;
        }
        let mut state = self.lock();
        // Another task may have fetched a new one meanwhile.
        if state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, token)) {
            state.current = None;
        }
        true
    }

    /// The secrets by which a body would have to be masked.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = Vec::new();
        match &self.0.credentials {
            Credentials::Token(token) => secrets.push(token.clone()),
            Credentials::Client { secret, .. } => secrets.push(secret.clone()),
        }
        let header = self.lock().current.as_ref().map(|token| token.header.clone());
        let token = header.as_ref().and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
        secrets.extend(token.map(SecretString::from));
        secrets
    }

    fn take_off(&self, http: &Http) -> Flight {
        let (tokens, http) = (self.clone(), http.clone());
        let landing = tokio::spawn(async move {
            let landed = tokens.fetch(&http).await.map(Arc::new);
            let mut state = tokens.lock();
            state.flight = None;
            state.current = landed.as_ref().ok().cloned();
            landed
        });
        let flight = async move {
            landing
                .await
                .unwrap_or_else(|_| Err(failure(ErrorKind::Transport, "the request for a token was abandoned")))
        };
        flight.boxed().shared()
    }

    async fn fetch(&self, http: &Http) -> Result<Token, Error> {
        let Credentials::Client { id, secret } = &self.0.credentials else {
            return Err(failure(ErrorKind::Authentication, "the access token that was given is no longer accepted"));
        };
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.expose_secret())];
        let request = http.request(reqwest::Method::POST, PATH).form(&form);
        let reply = http.send(OPERATION, true, &Prepared::new(OPERATION, request)?, None).await?;
        let mut secrets = self.secrets();
        secrets.extend(http.subscription_key.to_str().ok().map(Into::into));
        read(&reply, &Secrets(secrets))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held leaves a valid state: every change is a single assignment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer of the token endpoint. Its body is never put into an error: it may hold a token.
fn read(reply: &Reply, secrets: &Secrets) -> Result<Token, Error> {
    #[derive(Deserialize)]
    struct Answer {
        access_token: Option<SecretString>,
        expires_in: Option<Value>,
    }
    if !reply.status.is_success() {
        return Err(refusal(reply, secrets));
    }
    let answer: Answer = serde_json::from_slice(&reply.body)
        .map_err(|_| failure(ErrorKind::Decode, "the token endpoint answered with something that is no token"))?;
    let header = answer.access_token.as_ref().and_then(|token| bearer(token.expose_secret()));
    let Some(header) = header else {
        return Err(refusal(reply, secrets));
    };
    let lifetime = answer.expires_in.as_ref().and_then(seconds).unwrap_or(UNKNOWN_LIFETIME);
    let lead = RENEWAL_LEAD.min(lifetime / 5);
    Ok(Token { header, renew_at: Instant::now().checked_add(lifetime.saturating_sub(lead)) })
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

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {token}")).ok().filter(|_| !token.trim().is_empty())?;
    header.set_sensitive(true);
    Some(header)
}

/// OAuth's `error` and `error_description`, or what a gateway says instead.
fn refusal(reply: &Reply, secrets: &Secrets) -> Error {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| body.get(name)?.as_str());
        found.map(|text| secrets.mask(text))
    };
    let kind = match reply.status.as_u16() {
        429 => ErrorKind::RateLimited,
        408 => ErrorKind::Timeout,
        500.. => ErrorKind::Server,
        _ => ErrorKind::TokenRefused,
    };
    let message = match kind {
        ErrorKind::TokenRefused if reply.status.is_success() => "the token endpoint answered without an access token",
        ErrorKind::TokenRefused => {
            "the token endpoint refused the credentials; check the client id, its secret and the subscription key"
        }
        _ => "the token endpoint did not answer properly",
    };
    Error::new(
        kind,
        Details {
            message: message.into(),
            operation: Some(OPERATION),
            http_status: Some(reply.status.as_u16()),
            code: text(&["error"]),
            description: text(&["error_description", "message"]),
            request_id: reply.request_id().map(|id| secrets.mask(&id)),
            retry_after: reply.retry_after(),
            retryable: kind != ErrorKind::TokenRefused,
            ..Details::default()
        },
    )
}

fn failure(kind: ErrorKind, message: &str) -> Error {
    Error::new(kind, Details { message: message.into(), operation: Some(OPERATION), ..Details::default() })
}
