//! Options of single calls, and a look at the answer behind the payload.
//!
//! ```
//! use std::time::Duration;
//! use gofive_api::{CallOptions, Capture};
//!
//! # async fn run(gofive: gofive_api::Gofive) -> Result<(), gofive_api::Error> {
//! let seen = Capture::new();
//! let options = CallOptions::new().attempt_timeout(Duration::from_secs(3)).request_id("order-4711").capture(&seen);
//! # #[cfg(feature = "venio")]
//! let product = gofive.with_options(options).venio().get_product("A001").await?;
//! if let Some(response) = seen.take() {
//!     println!("HTTP {} with {} bytes", response.status(), response.body().len());
//! }
//! # Ok(()) }
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::retry::RetryPolicy;

/// Headers that are the session's own business.
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
    /// No options: everything as the session has it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long one attempt may take, in place of the session's own.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long a call may take with all its attempts and waits, in place of the session's own.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// When to repeat a call, in place of the session's own policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// One more header. A name or value that no header can have, and the headers that the session sets itself, make the
    /// call fail with [`Configuration`](crate::ErrorKind::Configuration).
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
            _ => self.unusable = Some(format!("{name:?} and its value make no header")),
        }
        self
    }

    /// An identifier of your own for the request, sent as `x-request-id`. The API does not document such a header.
    pub fn request_id(self, id: &str) -> Self {
        self.header("x-request-id", id)
    }

    /// Keeps the answer of each call, for [`Capture::take`].
    pub fn capture(mut self, capture: &Capture) -> Self {
        self.capture = Some(capture.clone());
        self
    }

    /// These options, and of the earlier ones what these do not set.
    pub(crate) fn over(self, earlier: &Self) -> Self {
        let mut headers = earlier.headers.clone();
        // A header that these have takes the place of an earlier one of its name.
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

/// The names of headers without their values, which may be secrets.
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

/// Names of headers, as they are shown.
pub(crate) fn header_names(headers: &HeaderMap) -> Vec<&str> {
    headers.keys().map(HeaderName::as_str).collect()
}

/// Receives the last answer of the calls that it was given to, as it came.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Option<RawResponse>>>);

impl Capture {
    /// Nothing captured yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The last answer, if there was one since.
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

/// An answer as it came: status, headers and the untouched body.
#[derive(Clone)]
pub struct RawResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawResponse {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first value of a header, by its name in any case; nothing if it is no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers that are text, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// The body, envelope and all.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// Without the body, which may hold anything.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
