//! The one error of this crate.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::errors::Problem;
use crate::errors::printing::printed;

/// How many characters of a body an error shows.
const EXCERPT_CHARS: usize = 400;
/// How many of the problems an error shows.
const SHOWN_PROBLEMS: usize = 3;

/// Why a call failed: the one error type of every operation.
///
/// A program matches on [`kind`](Self::kind); a person reads the text, which says what went wrong, where, and what to
/// do about it. At most 2 KiB of each part are printed, and no control characters. The whole response body is in
/// [`body`](Self::body). No secret is ever in an error.
///
/// ```
/// use gofive_api::{Error, ErrorKind};
///
/// fn advise(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::RateLimited => "wait for `error.retry_after()`",
///         ErrorKind::Validation | ErrorKind::Business => "show `error.description()` to the user",
///         ErrorKind::TokenRefused => "check the credentials",
///         _ if error.is_retryable() => "try again",
///         _ => "log it",
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    details: Arc<Details>,
    /// The operation that was called, if its token request failed. Several calls may share the rest.
    called: Option<Box<str>>,
    history: CallHistory,
    retryable: bool,
}

/// What a call had done when it ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallHistory {
    /// The number of attempts of the operation's own request.
    pub(crate) attempts: u32,
    /// Whether one of them may have carried out the operation.
    pub(crate) outcome_unknown: bool,
}

/// What kind of failure an [`Error`] is.
///
/// ```
/// use gofive_api::ErrorKind;
///
/// assert_eq!(ErrorKind::RateLimited.to_string(), "rate limited");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not set up properly: a missing variable, an unusable URL, an HTTP client that follows redirects.
    Configuration,
    /// The token endpoint refused the credentials; [`Error::code`] has its `error`, [`Error::description`] its
    /// `error_description`.
    TokenRefused,
    /// An operation refused the token or the subscription key (HTTP 401), even after the token was fetched again.
    Authentication,
    /// The credentials are valid, but not permitted for this operation (HTTP 403).
    Permission,
    /// The requested resource does not exist (HTTP 404 or 410).
    NotFound,
    /// The server rejected the request (another HTTP 4xx), or the request could not be built.
    Validation,
    /// The body of an HTTP 2xx reports a failure: by a business code, or by another sign that
    /// [`success`](crate::success) lists.
    Business,
    /// Too many requests (HTTP 429); [`Error::retry_after`] has the wait if the server sets one.
    RateLimited,
    /// The server failed (HTTP 5xx), or responded with a redirect, which is not followed.
    Server,
    /// There was no connection, or it broke.
    Transport,
    /// There was no response in time.
    Timeout,
    /// The body of an HTTP 2xx cannot be read: it is empty, cut off, not JSON, or not of the documented type.
    Decode,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Configuration => "configuration",
            Self::TokenRefused => "token refused",
            Self::Authentication => "authentication",
            Self::Permission => "permission",
            Self::NotFound => "not found",
            Self::Validation => "validation",
            Self::Business => "business",
            Self::RateLimited => "rate limited",
            Self::Server => "server",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Decode => "decode",
        })
    }
}

#[derive(Default)]
pub(crate) struct Details {
    pub(crate) message: String,
    pub(crate) operation: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Whether no part of the request left this machine.
    pub(crate) unsent: bool,
    pub(crate) problems: Vec<Problem>,
    pub(crate) json_path: Option<String>,
    pub(crate) body: Option<Bytes>,
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, details: Details) -> Self {
        Self { kind, details: Arc::new(details), called: None, history: CallHistory::default(), retryable: false }
    }

    /// Adds the operation that was called but did not get its token.
    pub(crate) fn without_token(self, operation: &str) -> Self {
        Self { called: Some(operation.into()), ..self }
    }

    /// Whether a token request failed.
    pub(crate) fn is_of_token(&self) -> bool {
        self.called.is_some()
    }

    /// Adds the history of the call.
    pub(crate) fn after(self, history: CallHistory) -> Self {
        Self { history, ..self }
    }

    pub(crate) fn retryable_if(self, retryable: bool) -> Self {
        Self { retryable, ..self }
    }

    pub(crate) fn is_unsent(&self) -> bool {
        self.details.unsent
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, Details { message: message.into(), ..Details::default() })
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the operation that was called: `add_case`, or the [name](crate::CustomRequest::name) of a custom
    /// request.
    ///
    /// If the token request of a call failed, this is still the operation that was called; the text of the error then
    /// names both. Missing if the client could not be set up.
    pub fn operation(&self) -> Option<&str> {
        self.called.as_deref().or(self.details.operation.as_deref())
    }

    /// Returns the HTTP status of the response, if there was one.
    pub fn http_status(&self) -> Option<u16> {
        self.details.http_status
    }

    /// Returns the business code of the response ([`business_code`](crate::business_code) has the documented ones), or
    /// its `error`.
    pub fn code(&self) -> Option<&str> {
        self.details.code.as_deref()
    }

    /// Returns the server's description of the failure, in the server's language; the beginning of a very long text.
    pub fn description(&self) -> Option<&str> {
        self.details.description.as_deref()
    }

    /// Returns the individual problems that the server lists, each with its field if the server names it; at most 32.
    pub fn problems(&self) -> &[Problem] {
        &self.details.problems
    }

    /// Returns the identifier of the request in the server's logs, if the response has one in its headers or its body.
    pub fn request_id(&self) -> Option<&str> {
        self.details.request_id.as_deref()
    }

    /// Returns how long the server asks to wait (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }

    /// Returns how many attempts of the operation's own request were made; 0 if none began.
    ///
    /// An attempt that found no connection counts, and so does the one with a new token after a 401. Token requests do
    /// not count.
    pub fn attempts(&self) -> u32 {
        self.history.attempts
    }

    /// Returns whether the same call may succeed later *and* sending it again does no harm.
    ///
    /// Never true for an operation that is not idempotent if its [outcome is unknown](Self::outcome_unknown).
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// Returns whether the operation may have been carried out although the call failed.
    ///
    /// This is the case if a connection broke, time ran out, or a gateway responded in place of the server after the
    /// request was sent, and if a success cannot be read or is unclear ([`success`](crate::success) says when). Check
    /// whether the call had an effect before you call again. Always false for an operation that only reads, and if the
    /// server itself refused the request.
    ///
    /// ```
    /// fn advise(error: &gofive_api::Error) -> &'static str {
    ///     if error.outcome_unknown() {
    ///         "check whether it was created, then decide"
    ///     } else if error.is_retryable() {
    ///         "call again later"
    ///     } else {
    ///         "correct the request"
    ///     }
    /// }
    /// ```
    pub fn outcome_unknown(&self) -> bool {
        self.history.outcome_unknown
    }

    /// Returns the location in the body at which decoding failed: `data[3].eventDate`.
    pub fn json_path(&self) -> Option<&str> {
        self.details.json_path.as_deref()
    }

    /// Returns the body of the response, as far as it arrived. Missing for responses that contain tokens.
    ///
    /// Secrets in it are masked: those of the session, in every form in which servers echo them, those in the request,
    /// and the values of properties that are secrets, such as `password`. A [`Capture`](crate::Capture) has the body
    /// unchanged.
    pub fn body(&self) -> Option<&[u8]> {
        self.details.body.as_deref()
    }

    /// Returns the beginning of [`body`](Self::body) as printable text: control characters are escaped.
    pub fn body_excerpt(&self) -> Option<String> {
        self.beginning().map(|text| printed(text).to_string())
    }

    fn beginning(&self) -> Option<String> {
        let body = self.details.body.as_deref().filter(|body| !body.is_empty())?;
        // A character has at most four bytes, so this cuts nothing from the excerpt.
        let text = String::from_utf8_lossy(&body[..body.len().min(4 * EXCERPT_CHARS)]).into_owned();
        let excerpt: String = text.chars().take(EXCERPT_CHARS).collect();
        let cut = excerpt.len() < text.len() || body.len() > 4 * EXCERPT_CHARS;
        Some(if cut { excerpt + "…" } else { excerpt })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { operation, message, http_status, code, description, request_id, json_path, .. } = &*self.details;
        for operation in [self.called.as_deref(), operation.as_deref()].into_iter().flatten() {
            write!(f, "{}: ", printed(operation))?;
        }
        write!(f, "{}", printed(message))?;
        if let Some(code) = code {
            write!(f, " {}", printed(code))?;
        }
        if let Some(description) = description {
            write!(f, ": {}", printed(description))?;
        }
        for (index, problem) in self.problems().iter().take(SHOWN_PROBLEMS).enumerate() {
            write!(f, "{} {problem}", if index == 0 { ":" } else { ";" })?;
        }
        match self.problems().len().saturating_sub(SHOWN_PROBLEMS) {
            0 => {}
            more => write!(f, "; and {more} more")?,
        }
        if let Some(path) = json_path {
            write!(f, " (at {})", printed(path))?;
        }
        if self.attempts() > 1 {
            write!(f, " after {} attempts", self.attempts())?;
        }
        match (http_status, request_id) {
            (Some(status), Some(id)) => write!(f, " [HTTP {status}, request {}]", printed(id))?,
            (Some(status), None) => write!(f, " [HTTP {status}]")?,
            _ => {}
        }
        match self.body_excerpt() {
            Some(excerpt) if description.is_none() => write!(f, "; the body is: {excerpt}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("operation", &self.operation().map(printed))
            .field("message", &printed(&self.details.message))
            .field("http_status", &self.http_status())
            .field("code", &self.code().map(printed))
            .field("description", &self.description().map(printed))
            .field("problems", &self.problems())
            .field("request_id", &self.request_id().map(printed))
            .field("retry_after", &self.retry_after())
            .field("retryable", &self.is_retryable())
            .field("attempts", &self.attempts())
            .field("outcome_unknown", &self.outcome_unknown())
            .field("json_path", &self.json_path().map(printed))
            .field("excerpt", &self.beginning().map(printed))
            .field("source", &self.details.source.as_ref().map(printed))
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.details.source.as_deref().map(|source| source as _)
    }
}
