//! Sends one request and reads the whole answer. Knows nothing of tokens, envelopes or operations.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Request, RequestBuilder, StatusCode, Url};

use crate::error::{Details, Error, ErrorKind};
use crate::limit::Limits;

/// The header of the subscription key.
const SUBSCRIPTION_KEY: HeaderName = HeaderName::from_static("ocp-apim-subscription-key");
/// Headers in which servers and gateways name a request, the most telling first. The portal documents none.
const REQUEST_ID: [&str; 4] = ["x-request-id", "request-id", "x-correlation-id", "apim-request-id"];

/// The way to the server.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    /// Without a trailing slash.
    pub(crate) base_url: Url,
    pub(crate) subscription_key: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    /// For one attempt, where the client itself does not have it.
    pub(crate) timeout: Option<Duration>,
    /// The longest body that is read.
    pub(crate) max_body: usize,
    pub(crate) limits: Arc<Limits>,
}

/// An answer, read to its end.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why there may be more of the body than arrived.
    pub(crate) cut_off: Option<reqwest::Error>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("base_url", &self.base_url.as_str())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Http {
    /// A request to a path that is percent-encoded already.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        let mut request = Request::new(method, self.url(path));
        if let Some(timeout) = self.timeout {
            *request.timeout_mut() = Some(timeout);
        }
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(SUBSCRIPTION_KEY, self.subscription_key.clone());
        request
    }

    /// The same request, to be given a query and a body.
    pub(crate) fn builder(&self, request: Request) -> RequestBuilder {
        RequestBuilder::from_parts(self.client.clone(), request)
    }

    /// The base URL's own parts are not parsed again for every request.
    fn url(&self, path: &str) -> Url {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base_url.clone();
        match self.base_url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&format!("{prefix}{path}")),
        }
        if query.is_some() {
            url.set_query(query);
        }
        url
    }

    /// Sends it. An answer of any status is a reply; only no answer at all is an error.
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        repeatable: bool,
        request: Request,
    ) -> Result<Reply, Error> {
        let _permit = self.limits.admit().await;
        let response = self.client.execute(request).await;
        self.read(operation, response.map_err(|error| no_answer(operation, repeatable, error))?, repeatable).await
    }

    async fn read(
        &self,
        operation: &'static str,
        mut response: reqwest::Response,
        repeatable: bool,
    ) -> Result<Reply, Error> {
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut read = Body::default();
        let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or(0);
        let cut_off = loop {
            if announced.max(read.len()) > self.max_body {
                return Err(self.too_long(operation, status));
            }
            match response.chunk().await {
                Ok(Some(chunk)) => read.add(chunk, announced),
                Ok(None) => break None,
                Err(error) if error.is_timeout() => return Err(no_answer(operation, repeatable, error)),
                Err(error) => break Some(error.without_url()),
            }
        };
        Ok(Reply { status, headers, body: read.finish(), cut_off })
    }

    fn too_long(&self, operation: &'static str, status: StatusCode) -> Error {
        let message = format!("the body is longer than {} bytes; see `max_body` of the builder", self.max_body);
        let http_status = Some(status.as_u16());
        Error::new(
            ErrorKind::Decode,
            Details { message, http_status, operation: Some(operation), ..Details::default() },
        )
    }
}

/// A body as it comes. Most come in one piece, which is not copied; the pieces of others are copied once.
#[derive(Default)]
struct Body {
    first: Bytes,
    all: BytesMut,
}

impl Body {
    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
    }

    fn add(&mut self, piece: Bytes, announced: usize) {
        if self.first.is_empty() {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            self.all.reserve(announced.max(self.first.len() + piece.len()));
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&piece);
    }

    fn finish(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

impl Reply {
    pub(crate) fn request_id(&self) -> Option<String> {
        let header = REQUEST_ID.iter().find_map(|name| self.headers.get(*name))?;
        header.to_str().ok().map(str::to_owned)
    }

    /// `Retry-After`, in seconds or as a date.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Duration::try_from(at.duration_since(jiff::Timestamp::now())).unwrap_or_default())
    }
}

/// What cannot be sent as it is becomes an error here.
pub(crate) fn finish(operation: &'static str, request: RequestBuilder) -> Result<Request, Error> {
    request.build().map_err(|error| no_answer(operation, false, error))
}

fn no_answer(operation: &'static str, repeatable: bool, error: reqwest::Error) -> Error {
    let (kind, message, retryable) = if error.is_builder() {
        (ErrorKind::Validation, "the request cannot be built", false)
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "no answer in time", repeatable || error.is_connect())
    } else if error.is_connect() {
        (ErrorKind::Transport, "no connection to the server", true)
    } else {
        (ErrorKind::Transport, "the connection broke off", repeatable)
    };
    // The URL may hold customer data; the operation says which one it was.
    let error = error.without_url();
    let cause = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
    let message = match cause {
        Some(cause) => format!("{message}: {cause}"),
        None => format!("{message}: {error}"),
    };
    let source = Some(Box::new(error) as _);
    Error::new(kind, Details { message, operation: Some(operation), retryable, source, ..Details::default() })
}
