//! Sends one request and reads the whole response, independent of tokens, limits, envelopes and operations.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::Full;
use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode, Url};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::call::headers::CommonHeaders;
use crate::call::heap;
use crate::call::request::{Prepared, Request};
use crate::call::runtimes::Runtimes;
use crate::call::trace::Server;
use crate::call::url_policy;
use crate::call::urls::Urls;
use crate::decoding::response::Response;
use crate::errors::masking::{self, Secrets};
use crate::errors::{Details, Error, ErrorKind};

/// How much memory is reserved for a body of announced length before it arrives.
const MAX_RESERVED: usize = 4 * 1024 * 1024;

/// The connection settings for the server.
pub(crate) struct Http {
    pub(crate) runtimes: Runtimes,
    /// Whether the program provided the client, which may follow redirects.
    pub(crate) given: bool,
    /// Whether the program provided or changed the client, which may have a time limit of its own.
    pub(crate) customized: bool,
    /// Without a trailing slash.
    pub(crate) base_url: Url,
    pub(crate) server: Server,
    pub(crate) subscription_key: HeaderValue,
    pub(crate) headers: CommonHeaders,
    /// The URLs of the operations without path parameters.
    pub(crate) urls: Urls,
    pub(crate) attempt_timeout: Duration,
    /// The size of the largest body that is read.
    pub(crate) max_response_size: usize,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("base_url", &self.base_url.as_str())
            .field("attempt_timeout", &self.attempt_timeout)
            .finish_non_exhaustive()
    }
}

impl Http {
    /// Begins a request to a path that is percent-encoded already.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, Arc::new(self.url(path)))
    }

    /// Begins a request to a path that is the same for every call of an operation.
    pub(crate) fn request_to(&self, method: Method, path: &'static str) -> Request {
        Request::new(method, self.urls.of(path, || self.url(path)))
    }

    /// Appends to the base URL without parsing it again for every request.
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

    /// Sends a request by a client of [`Runtimes`]. Returns a response of any status; an incomplete response is an
    /// error.
    pub(crate) async fn send(
        &self,
        client: &reqwest::Client,
        operation: &str,
        request: &Prepared,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response, Error> {
        let limit = request.timeout.unwrap_or(self.attempt_timeout);
        let exchange = pin!(self.exchange(client, operation, request, authorization));
        // A time limit of reqwest would allocate, and be asked about each piece of the body.
        match timeout(limit, exchange).await {
            Ok(outcome) => outcome,
            Err(elapsed) => Err(too_late(operation, limit, elapsed)),
        }
    }

    async fn exchange(
        &self,
        client: &reqwest::Client,
        operation: &str,
        request: &Prepared,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response, Error> {
        let response = client.execute(self.attempt(request, authorization)).await;
        // The session's own clients follow no redirect.
        if self.given {
            let secrets = || secrets_of_headers(&self.subscription_key, authorization);
            url_policy::refuse_followed(operation, &request.url, &response, secrets)?;
        }
        let mut response = response.map_err(|error| no_response(operation, error, self.given))?;
        self.read(operation, &mut response, authorization).await
    }

    /// The request as it is sent, with the default headers that the call does not override.
    fn attempt(&self, request: &Prepared, authorization: Option<&HeaderValue>) -> reqwest::Request {
        let mut attempt = reqwest::Request::new(request.method.clone(), Url::clone(&request.url));
        *attempt.headers_mut() = self.headers.of(&request.headers, request.body.is_some(), authorization);
        // The limit of the session is in force instead. Setting none would also allocate.
        if self.customized {
            *attempt.timeout_mut() = Some(Duration::MAX);
        }
        // Without a bearer token, the client secret is in the body.
        let once = self.given || authorization.is_none();
        *attempt.body_mut() = request.body.clone().map(|body| if once { body_to_send_once(body) } else { body.into() });
        attempt
    }

    async fn read(
        &self,
        operation: &str,
        response: &mut reqwest::Response,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response, Error> {
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
                Err(error) if error.is_timeout() => return Err(no_response(operation, error, self.given)),
                Err(error) => break Some(error.without_url()),
            }
        };
        Ok(Response::new(status, headers, read.finish(), authorization.cloned(), cut_off))
    }

    fn too_long(&self, operation: &str, status: StatusCode) -> Error {
        let message =
            format!("the body is longer than {} bytes; see `max_response_size` of the builder", self.max_response_size);
        let http_status = Some(status.as_u16());
        Error::new(
            ErrorKind::Decode,
            Details { message, http_status, operation: Some(operation.to_owned()), ..Details::default() },
        )
    }
}

/// A body while it arrives. Most arrive in one piece, which is not copied; several pieces are copied once.
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
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            // A server may announce more than it sends.
            // The connection reads the next piece into the memory of the first, if nobody holds it any more.
            let first = std::mem::take(&mut self.first);
            let capacity = announced.min(MAX_RESERVED).max(first.len() + piece.len());
            heap::keep_for(capacity);
            self.all = BytesMut::with_capacity(capacity);
            self.all.extend_from_slice(&first);
        }
        self.all.extend_from_slice(&piece);
    }

    fn finish(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

/// The secrets in the headers of a request, which must not appear in an error.
fn secrets_of_headers(subscription_key: &HeaderValue, authorization: Option<&HeaderValue>) -> Secrets {
    let headers = [Some(subscription_key), authorization].into_iter().flatten();
    Secrets::new(headers.filter_map(masking::bearer_token))
}

/// A body of known length that reqwest cannot send again: neither after a redirect, nor in its own retries.
fn body_to_send_once(body: Bytes) -> reqwest::Body {
    reqwest::Body::wrap(Full::new(body))
}

/// The error of an attempt whose response has not arrived, or not all of it.
fn too_late(operation: &str, limit: Duration, elapsed: Elapsed) -> Error {
    let message = format!("no complete response within the attempt timeout of {limit:?}");
    let (operation, source) = (Some(operation.to_owned()), Some(Box::new(elapsed) as _));
    Error::new(ErrorKind::Timeout, Details { message, operation, source, ..Details::default() })
}

/// The error of an attempt without a response. A client of the program may have followed a redirect before it found no
/// connection.
fn no_response(operation: &str, error: reqwest::Error, given: bool) -> Error {
    let unsent = error.is_builder() || (error.is_connect() && !given);
    let (kind, message) = if error.is_builder() {
        (ErrorKind::Validation, "the request cannot be sent")
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "no response in time")
    } else if error.is_connect() {
        (ErrorKind::Transport, "no connection to the server")
    } else {
        (ErrorKind::Transport, "the connection broke")
    };
    // The URL may contain customer data; the error names the operation instead.
    let error = error.without_url();
    let cause = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
    let message = match cause {
        Some(cause) => format!("{message}: {cause}"),
        None => format!("{message}: {error}"),
    };
    let (operation, source) = (Some(operation.to_owned()), Some(Box::new(error) as _));
    Error::new(kind, Details { message, operation, unsent, source, ..Details::default() })
}
