//! Options of single calls, and access to the whole response.
//!
//! ```
//! use std::time::Duration;
//! use gofive_api::{CallOptions, Capture};
//!
//! # async fn run(gofive: gofive_api::Gofive) -> Result<(), gofive_api::Error> {
//! let capture = Capture::new();
//! let options = CallOptions::new().attempt_timeout(Duration::from_secs(3)).request_id("order-4711").capture(&capture);
//! # #[cfg(feature = "venio")]
//! let product = gofive.with_options(options).venio().get_product("A001").await?;
//! if let Some(response) = capture.take() {
//!     println!("HTTP {} with {} bytes", response.status(), response.body().len());
//! }
//! # Ok(()) }
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::call::retry::RetryPolicy;
use crate::errors::Error;

/// Headers that only the session sets.
const OWN_HEADERS: [&str; 5] = ["authorization", "ocp-apim-subscription-key", "content-type", "content-length", "host"];

/// Options of the calls made through [`Gofive::with_options`](crate::Gofive::with_options).
#[derive(Clone, Default)]
#[must_use = "options do nothing before they are given to `with_options`"]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) headers: HeaderMap,
    pub(crate) capture: Option<Capture>,
    unusable: Option<String>,
}

impl CallOptions {
    /// Creates options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long one attempt may take, in place of the session's own setting.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how long a call may take with all its attempts and waits, in place of the session's own setting.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sets when to retry a call, in place of the session's own policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Adds a header. An invalid name or value, or a header that the session sets itself, makes the call fail with
    /// [`Configuration`](crate::ErrorKind::Configuration).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), _) if OWN_HEADERS.contains(&name.as_str()) => {
                self.unusable = Some(format!("the header `{name}` is set by the session"));
            }
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.append(name, value);
            }
            // The value may be a secret.
            _ => self.unusable = Some(format!("{name:?} and its value are not a valid header")),
        }
        self
    }

    /// Sets an identifier of your own for the request, sent as `x-request-id`. The API does not document such a header.
    pub fn request_id(self, id: &str) -> Self {
        self.header("x-request-id", id)
    }

    /// Keeps the response of each call, for [`Capture::take`].
    pub fn capture(mut self, capture: &Capture) -> Self {
        self.capture = Some(capture.clone());
        self
    }

    /// Merges these options over earlier ones.
    pub(crate) fn over(self, earlier: &Self) -> Self {
        let mut headers = earlier.headers.clone();
        // A header of these options replaces an earlier one of the same name.
        headers.extend(self.headers);
        Self {
            timeout: self.timeout.or(earlier.timeout),
            total_timeout: self.total_timeout.or(earlier.total_timeout),
            retry: self.retry.or_else(|| earlier.retry.clone()),
            headers,
            capture: self.capture.or_else(|| earlier.capture.clone()),
            unusable: self.unusable.or_else(|| earlier.unusable.clone()),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.unusable.as_ref().map_or(Ok(()), |problem| Err(Error::configuration(problem)))
    }
}

/// Shows the names of headers without their values, which may be secrets.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("attempt_timeout", &self.timeout)
            .field("total_timeout", &self.total_timeout)
            .field("retry", &self.retry)
            .field("headers", &header_names(&self.headers))
            .field("capture", &self.capture)
            .field("unusable", &self.unusable)
            .finish()
    }
}

/// The names of headers, as they are shown.
pub(crate) fn header_names(headers: &HeaderMap) -> Vec<&str> {
    headers.keys().map(HeaderName::as_str).collect()
}

/// Receives the last response of the calls that use it, unchanged.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Option<RawResponse>>>);

impl Capture {
    /// Creates an empty capture.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the last response, if there was one since the last call of this method.
    pub fn take(&self) -> Option<RawResponse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn put(&self, response: RawResponse) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capture(..)")
    }
}

/// A response as it was received: status, headers and the unchanged body.
#[derive(Clone)]
pub struct RawResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawResponse {
    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the first value of a header, by its name in any case; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns all headers that are text, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Returns the body, including the envelope.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// Omits the body, which may contain anything.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
