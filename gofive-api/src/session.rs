//! The one seam between the generated methods and the wire: authorises, sends, unwraps, classifies.

use std::fmt::{self, Display, Write as _};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{RequestBuilder, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{Instrument as _, Span, field};

use crate::answer::Answer;
use crate::envelope::{self, Fault};
use crate::error::{Details, Error, ErrorKind};
use crate::failure;
use crate::http::{Http, Prepared, Reply};
use crate::lenient::OneOrMany;
use crate::observer::{Attempt, Observer};
use crate::operation::{Operation, Payload, Retry};
use crate::options::{CallOptions, RawResponse};
use crate::retry::{RetryBucket, RetryPolicy};
use crate::token::Tokens;

/// What may stand in a path segment as it is (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Connections, credentials and settings, shared by all clients that come from one [`Gofive`](crate::Gofive); and the
/// options of the calls that are made through this one.
#[derive(Clone)]
pub(crate) struct Session {
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
}

/// What a session does beside sending.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) retry: RetryPolicy,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) observer: Option<Observer>,
    pub(crate) log_bodies: bool,
}

struct Shared {
    http: Http,
    tokens: Tokens,
    retry: RetryPolicy,
    bucket: RetryBucket,
    total_timeout: Option<Duration>,
    observer: Option<Observer>,
    log_bodies: bool,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("http", &self.shared.http)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(http: Http, tokens: Tokens, settings: Settings) -> Self {
        let Settings { retry, total_timeout, observer, log_bodies } = settings;
        let shared = Shared { http, tokens, retry, bucket: RetryBucket::new(), total_timeout, observer, log_bodies };
        Self { shared: Arc::new(shared), options: Arc::default() }
    }

    /// The same session with other options.
    pub(crate) fn with_options(&self, options: CallOptions) -> Self {
        Self { shared: self.shared.clone(), options: Arc::new(options) }
    }

    /// Begins a request: method and path of the operation, its path parameters filled in in order.
    pub(crate) fn request(
        &self,
        operation: &'static Operation,
        path: &[&dyn Display],
    ) -> Result<RequestBuilder, Error> {
        // The table holds nothing but the five methods of HTTP that reqwest knows by name.
        let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        if path.is_empty() {
            return self.raw_request(method, operation.path);
        }
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
        self.raw_request(method, &filled)
    }

    /// Begins a request to a path that is percent-encoded already.
    pub(crate) fn raw_request(&self, method: reqwest::Method, path: &str) -> Result<RequestBuilder, Error> {
        self.options.check()?;
        let mut request = self.shared.http.request(method, path);
        if let Some(timeout) = self.options.timeout {
            request = request.timeout(timeout);
        }
        if !self.options.headers.is_empty() {
            request = request.headers(self.options.headers.clone());
        }
        Ok(request)
    }

    /// Where a path leads that is percent-encoded already, and below what it has to stay.
    pub(crate) fn destination(&self, path: &str) -> (Url, &Url) {
        (self.shared.http.url(path), &self.shared.http.base_url)
    }

    /// Sends the request of an operation and decodes its payload.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        self.decoded(operation, request, envelope::decode).await
    }

    /// The same for a payload that is mixed with its envelope.
    pub(crate) async fn call_mixed<T: Answer + DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        self.decoded(operation, request, envelope::decode_mixed).await
    }

    /// The same for a list that may come as a single object.
    pub(crate) async fn call_one_or_many<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Vec<T>, Error> {
        let OneOrMany(list) = self.decoded(operation, request, envelope::decode).await?;
        Ok(list)
    }

    async fn decoded<T>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
        decode: fn(&[u8], &Payload) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let span = span(operation);
        let reply = self.send(operation, &Prepared::new(operation.id, request)?, &span).await?;
        decode(&reply.body, &operation.payload).map_err(|fault| self.fault(operation, &reply, fault, &span))
    }

    /// Sends the request of an operation whose payload is not documented.
    pub(crate) async fn call_any(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Value, Error> {
        let span = span(operation);
        let reply = self.send(operation, &Prepared::new(operation.id, request)?, &span).await?;
        if reply.status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        let payload = envelope::decode_any(&reply.body, &operation.payload);
        payload.map_err(|fault| self.fault(operation, &reply, fault, &span))
    }

    /// The items of a payload of which nothing is documented. One that is null is an empty list, as everywhere.
    pub(crate) fn list(&self, operation: &'static Operation, payload: Value) -> Result<Vec<Value>, Error> {
        match payload {
            Value::Array(items) => Ok(items),
            Value::Null => Ok(Vec::new()),
            other => Err(failure::no_list(operation, &other, &self.secrets())),
        }
    }

    /// Sends the request; whatever is not a success is an error.
    async fn send(&self, operation: &'static Operation, request: &Prepared, span: &Span) -> Result<Reply, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(no_runtime(operation));
        }
        let total = self.options.total_timeout.or(self.shared.total_timeout);
        let attempts = AtomicU32::new(0);
        let repeated = pin!(self.repeated(operation, request, &attempts));
        let repeated = repeated.instrument(span.clone());
        let sent = match total {
            Some(total) => tokio::time::timeout(total, repeated).await.unwrap_or_else(|_| Err(out_of_time(operation))),
            None => repeated.await,
        };
        let checked = sent.and_then(|reply| {
            span.record("http.response.status_code", reply.status.as_u16());
            if reply.status.is_success() && reply.cut_off.is_none() {
                return Ok(reply);
            }
            Err(failure::classify(operation, &reply, &self.secrets()))
        });
        let attempts = attempts.load(Ordering::Relaxed);
        span.record("http.request.resend_count", attempts.saturating_sub(1));
        checked.map_err(|error| {
            note(span, &error);
            error.after(attempts)
        })
    }

    /// Sends the request until it succeeds, or must not or need not be repeated.
    async fn repeated(
        &self,
        operation: &'static Operation,
        request: &Prepared,
        attempts: &AtomicU32,
    ) -> Result<Reply, Error> {
        let mut start = None;
        loop {
            let now = Instant::now();
            let start = *start.get_or_insert(now);
            let made = attempts.fetch_add(1, Ordering::Relaxed) + 1;
            self.log_request(operation, request);
            let sent = self.authorised(operation, request, now).await;
            let wait = self.wait(operation, &sent, made, start);
            self.observe(operation, made, &sent, now, wait);
            let Some(wait) = wait else { return sent };
            tracing::debug!(operation = operation.id, attempt = made, wait_ms = wait.as_millis(), "sending again");
            tokio::time::sleep(wait).await;
        }
    }

    /// How long to wait before the next attempt; nothing if there is to be none.
    fn wait(
        &self,
        operation: &'static Operation,
        sent: &Result<Reply, Error>,
        made: u32,
        start: Instant,
    ) -> Option<Duration> {
        let Shared { retry, bucket, .. } = &*self.shared;
        if matches!(sent, Ok(reply) if reply.status.is_success()) {
            bucket.refund();
        }
        let retry_after = match sent {
            Ok(reply) if failure::is_repeatable(operation, reply) => reply.retry_after(),
            Err(error) if error.is_retryable() => error.retry_after(),
            _ => return None,
        };
        let policy = self.options.retry.as_ref().unwrap_or(retry);
        policy.wait(made, start.elapsed(), retry_after).filter(|_| bucket.take())
    }

    /// Bodies are logged on request only, with secrets masked, and never where a token is handed out.
    fn log_request(&self, operation: &'static Operation, request: &Prepared) {
        if self.shared.log_bodies && operation.bearer {
            let body = request.body.as_deref().unwrap_or_default();
            tracing::trace!(operation = operation.id, body = self.secrets().excerpt(body), "request body");
        }
    }

    fn observe(
        &self,
        operation: &'static Operation,
        number: u32,
        sent: &Result<Reply, Error>,
        began: Instant,
        wait: Option<Duration>,
    ) {
        if let (Ok(reply), Some(capture)) = (sent, &self.options.capture) {
            let Reply { status, headers, body, .. } = reply;
            let (status, headers, body) = (status.as_u16(), headers.clone(), body.clone());
            capture.put(RawResponse { status, headers, body });
        }
        if let (Ok(reply), true) = (sent, self.shared.log_bodies && operation.bearer) {
            tracing::trace!(operation = operation.id, body = self.secrets().excerpt(&reply.body), "response body");
        }
        if let Some(observer) = &self.shared.observer {
            let duration = began.elapsed();
            let (http_status, error) = match sent {
                Ok(reply) => (Some(reply.status.as_u16()), None),
                Err(error) => (error.http_status(), Some(error.kind())),
            };
            observer.0(&Attempt { operation: operation.id, number, http_status, error, duration, wait });
        }
    }

    /// Adds the token. If the server refuses it, fetches another and repeats the request exactly once: a request that was
    /// not let in has done nothing.
    async fn authorised(
        &self,
        operation: &'static Operation,
        request: &Prepared,
        now: Instant,
    ) -> Result<Reply, Error> {
        let Shared { http, tokens, .. } = &*self.shared;
        let repeatable = operation.retry != Retry::Never;
        if !operation.bearer {
            return http.send(operation.id, repeatable, request, None).await;
        }
        let token = tokens.get(http, now).await?;
        let reply = http.send(operation.id, repeatable, request, Some(&token.header)).await?;
        if reply.status != StatusCode::UNAUTHORIZED || !tokens.refused(&token) {
            return Ok(reply);
        }
        tracing::debug!(operation = operation.id, "the token was refused; fetching another");
        let token = tokens.get(http, Instant::now()).await?;
        http.send(operation.id, repeatable, request, Some(&token.header)).await
    }

    fn fault(&self, operation: &'static Operation, reply: &Reply, fault: Fault, span: &Span) -> Error {
        let error = failure::of_fault(operation, reply, fault, &self.secrets());
        note(span, &error);
        error
    }

    fn secrets(&self) -> failure::Secrets {
        let mut secrets = self.shared.tokens.secrets();
        secrets.extend(self.shared.http.subscription_key.to_str().ok().map(Into::into));
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
        http.request.resend_count = field::Empty,
        error.type = field::Empty,
    )
}

fn out_of_time(operation: &'static Operation) -> Error {
    let message = "no answer within the total time of the call".to_owned();
    let retryable = operation.retry != Retry::Never;
    Error::new(ErrorKind::Timeout, Details { message, operation: Some(operation.id), retryable, ..Details::default() })
}

fn no_runtime(operation: &'static Operation) -> Error {
    let message = "no tokio runtime runs here: await the call within one (see `gofive_api::network`), or use `block_on` of \
                   the feature `blocking`";
    let details = Details { message: message.to_owned(), operation: Some(operation.id), ..Details::default() };
    Error::new(ErrorKind::Configuration, details)
}

fn note(span: &Span, error: &Error) {
    span.record("error.type", field::debug(error.kind()));
}

fn unusable_argument(operation: &'static Operation, name: &str, value: &str) -> Error {
    let message = format!("`{name}` is {value:?}, which would lead to another path; give the value of one");
    Error::new(ErrorKind::Validation, Details { message, operation: Some(operation.id), ..Details::default() })
}
