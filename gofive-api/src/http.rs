//! Sends one request and reads the whole answer. Knows nothing of tokens, envelopes or operations.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Request, RequestBuilder, StatusCode, Url};

use crate::error::{Details, Error, ErrorKind};
use crate::limit::Limits;
use crate::redirect;

/// The header of the subscription key.
const SUBSCRIPTION_KEY: HeaderName = HeaderName::from_static("ocp-apim-subscription-key");
/// Headers in which servers and gateways name a request, the most telling first. The portal documents none.
const REQUEST_ID: [&str; 4] = ["x-request-id", "request-id", "x-correlation-id", "apim-request-id"];

/// How much is reserved for a body of announced length before it has arrived.
const MAX_RESERVED: usize = 1024 * 1024;

/// The way to the server.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    /// Whether the program brought the client, which may follow redirects then.
    pub(crate) given: bool,
    /// Without a trailing slash.
    pub(crate) base_url: Url,
    pub(crate) subscription_key: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    /// For one attempt, where the client itself does not have it.
    pub(crate) timeout: Option<Duration>,
    /// The longest body that is read.
    pub(crate) max_response_size: usize,
    pub(crate) limits: Arc<Limits>,
}

/// A request that can be sent as often as need be.
pub(crate) struct Prepared {
    /// All but the body, and the headers that every request has.
    request: Request,
    pub(crate) body: Option<Bytes>,
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
    /// Begins a request to a path that is percent-encoded already.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        RequestBuilder::from_parts(self.client.clone(), Request::new(method, self.url(path)))
    }

    /// The base URL's own parts are not parsed again for every request.
    pub(crate) fn url(&self, path: &str) -> Url {
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
        request: &Prepared,
        authorization: Option<&HeaderValue>,
    ) -> Result<Reply, Error> {
        let _permit = self.limits.admit().await;
        let response = self.client.execute(self.attempt(request, authorization)).await;
        let secrets = || redirect::secrets(&self.subscription_key, authorization);
        redirect::refuse_followed(operation, request.request.url(), &response, secrets)?;
        self.read(operation, response.map_err(|error| no_answer(operation, repeatable, error))?, repeatable).await
    }

    /// The request as it goes out, with the headers that all of them have unless the call has others.
    fn attempt(&self, Prepared { request, body }: &Prepared, authorization: Option<&HeaderValue>) -> Request {
        let mut attempt = Request::new(request.method().clone(), request.url().clone());
        let headers = attempt.headers_mut();
        // With those that reqwest adds: the map need not grow.
        headers.reserve(request.headers().len() + 8);
        let standing = [
            (ACCEPT, HeaderValue::from_static("application/json")),
            (USER_AGENT, self.user_agent.clone()),
            (SUBSCRIPTION_KEY, self.subscription_key.clone()),
        ];
        headers.extend(standing.into_iter().filter(|(name, _)| !request.headers().contains_key(name)));
        headers.extend(request.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.extend(authorization.map(|value| (AUTHORIZATION, value.clone())));
        if let Some(timeout) = request.timeout().copied().or(self.timeout) {
            *attempt.timeout_mut() = Some(timeout);
        }
        // Without a bearer token, the client secret is in the body.
        let once = self.given || authorization.is_none();
        *attempt.body_mut() =
            body.clone().map(|body| if once { redirect::body_to_send_once(body) } else { body.into() });
        attempt
    }

    async fn read(
        &self,
        operation: &'static str,
        mut response: reqwest::Response,
        repeatable: bool,
    ) -> Result<Reply, Error> {
        let announced = response.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut read = Body::default();
        let cut_off = loop {
            if announced.max(read.len()) > self.max_response_size {
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
        let message =
            format!("the body is longer than {} bytes; see `max_response_size` of the builder", self.max_response_size);
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
            // A server may announce what it never sends.
            self.all.reserve(announced.min(MAX_RESERVED).max(self.first.len() + piece.len()));
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

impl Prepared {
    /// What cannot be sent as it is becomes an error here.
    pub(crate) fn new(operation: &'static str, request: RequestBuilder) -> Result<Self, Error> {
        let mut request = request.build().map_err(|error| no_answer(operation, false, error))?;
        // Every body of this crate is JSON or a form, and there as a whole: one frame.
        let body = request.body_mut().take();
        let body = body.and_then(|mut body| body.frame().now_or_never()??.ok()?.into_data().ok());
        Ok(Self { request, body })
    }
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
