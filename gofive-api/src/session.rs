//! The one seam between the generated methods and the wire: authorises, sends, unwraps, classifies.

use std::fmt::{self, Display, Write as _};
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{Instrument as _, Span, field};

use crate::envelope::{self, Fault};
use crate::error::{Details, Error, ErrorKind};
use crate::failure;
use crate::http::{Http, Reply};
use crate::operation::{Operation, Retry};
use crate::token::Tokens;

/// What may stand in a path segment as it is (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Connections, credentials and settings, shared by all clients that come from one [`Gofive`](crate::Gofive).
#[derive(Clone)]
pub(crate) struct Session(Arc<Shared>);

struct Shared {
    http: Http,
    tokens: Tokens,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("http", &self.0.http).finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(http: Http, tokens: Tokens) -> Self {
        Self(Arc::new(Shared { http, tokens }))
    }

    /// Begins a request: method and path of the operation, its path parameters filled in in order.
    pub(crate) fn request(
        &self,
        operation: &'static Operation,
        path: &[&dyn Display],
    ) -> Result<RequestBuilder, Error> {
        let mut arguments = path.iter();
        let mut filled = String::with_capacity(operation.path.len());
        for segment in operation.path.split('/').skip(1) {
            filled.push('/');
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    let value = arguments.next().map(ToString::to_string).unwrap_or_default();
                    // An empty or dotted segment would be another path: that of another operation.
                    if value.trim().is_empty() || value == "." || value == ".." {
                        return Err(unusable_argument(operation, name, &value));
                    }
                    // Writing to a String cannot fail.
                    let _ = write!(filled, "{}", utf8_percent_encode(&value, SEGMENT));
                }
                None => filled.push_str(segment),
            }
        }
        // The table holds nothing but the five methods of HTTP that reqwest knows by name.
        let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        Ok(self.0.http.request(method, &filled))
    }

    /// Sends the request of an operation and decodes its payload.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        let span = span(operation);
        let reply = self.send(operation, request, &span).await?;
        let payload = envelope::decode(&reply.body, &operation.payload);
        payload.map_err(|fault| self.fault(operation, &reply, fault, &span))
    }

    /// Sends the request of an operation whose payload is not documented.
    pub(crate) async fn call_any(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Value, Error> {
        let span = span(operation);
        let reply = self.send(operation, request, &span).await?;
        if reply.status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        let payload = envelope::decode_any(&reply.body, &operation.payload);
        payload.map_err(|fault| self.fault(operation, &reply, fault, &span))
    }

    /// Sends the request; whatever is not a success is an error.
    async fn send(&self, operation: &'static Operation, request: RequestBuilder, span: &Span) -> Result<Reply, Error> {
        let sent = self.authorised(operation, request).instrument(span.clone()).await;
        let checked = sent.and_then(|reply| {
            span.record("http.response.status_code", reply.status.as_u16());
            if reply.status.is_success() && reply.cut_off.is_none() {
                return Ok(reply);
            }
            Err(failure::classify(operation, &reply, &self.secrets()))
        });
        checked.inspect_err(|error| note(span, error))
    }

    /// Adds the token. If the server refuses it, fetches another and repeats the request exactly once: a request that was
    /// not let in has done nothing.
    async fn authorised(&self, operation: &'static Operation, request: RequestBuilder) -> Result<Reply, Error> {
        let Shared { http, tokens } = &*self.0;
        let repeatable = operation.retry != Retry::Never;
        if !operation.bearer {
            return http.send(operation.id, repeatable, request, None).await;
        }
        let again = request.try_clone();
        let token = tokens.get(http).await?;
        let reply = http.send(operation.id, repeatable, request, Some(token.header.clone())).await?;
        match again {
            Some(request) if reply.status == StatusCode::UNAUTHORIZED && tokens.refused(&token) => {
                tracing::debug!(operation = operation.id, "the token was refused; fetching another");
                let token = tokens.get(http).await?;
                http.send(operation.id, repeatable, request, Some(token.header.clone())).await
            }
            _ => Ok(reply),
        }
    }

    fn fault(&self, operation: &'static Operation, reply: &Reply, fault: Fault, span: &Span) -> Error {
        let error = failure::of_fault(operation, reply, fault, &self.secrets());
        note(span, &error);
        error
    }

    fn secrets(&self) -> failure::Secrets {
        let mut secrets = self.0.tokens.secrets();
        secrets.extend(self.0.http.subscription_key.to_str().ok().map(Into::into));
        failure::Secrets(secrets)
    }
}

/// A span by OpenTelemetry's names for HTTP clients; it holds no body and no argument.
fn span(operation: &'static Operation) -> Span {
    tracing::info_span!(
        "gofive",
        otel.name = operation.id,
        otel.kind = "client",
        http.request.method = operation.method,
        url.template = operation.path,
        http.response.status_code = field::Empty,
        error.type = field::Empty,
    )
}

fn note(span: &Span, error: &Error) {
    span.record("error.type", field::debug(error.kind()));
}

fn unusable_argument(operation: &'static Operation, name: &str, value: &str) -> Error {
    let message = format!("`{name}` is {value:?}, which would lead to another path; give the value of one");
    Error::new(ErrorKind::Validation, Details { message, operation: Some(operation.id), ..Details::default() })
}
