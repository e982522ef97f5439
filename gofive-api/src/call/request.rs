//! A request: a call prepares it once, and sends it any number of times.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;

use crate::call::operation::Idempotency;
use crate::errors::{Details, Error, ErrorKind};

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A request that can be sent: everything but the headers that every request has.
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Arc<Url>,
    /// The headers of this request alone.
    pub(crate) headers: HeaderMap,
    /// The time limit of an attempt, if it has its own.
    pub(crate) timeout: Option<Duration>,
    pub(crate) body: Option<Bytes>,
    /// Whether this request may be sent twice.
    pub(crate) idempotency: Idempotency,
}

/// A request that is being prepared.
pub(crate) struct Request {
    pub(crate) parts: Prepared,
    /// Why it cannot be sent.
    problem: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Request {
    pub(crate) fn new(method: Method, url: Arc<Url>) -> Self {
        let (headers, idempotency) = (HeaderMap::new(), Idempotency::NonIdempotent);
        Self { parts: Prepared { method, url, headers, timeout: None, body: None, idempotency }, problem: None }
    }

    /// Adds parameters to the query. One that is `None` adds nothing.
    pub(crate) fn query(mut self, parameters: &(impl Serialize + ?Sized)) -> Self {
        let url = Arc::make_mut(&mut self.parts.url);
        let written = parameters.serialize(serde_urlencoded::Serializer::new(&mut url.query_pairs_mut())).map(|_| ());
        // Otherwise a URL without a parameter would end in `?`.
        if url.query() == Some("") {
            url.set_query(None);
        }
        self.note(written);
        self
    }

    /// Adds a body. Its `Content-Type` is that of every request.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.parts.body = Some(body.into()),
            Err(error) => self.note(Err(error)),
        }
        self
    }

    /// Adds a body, unless none of its properties is set.
    pub(crate) fn optional_json(mut self, body: &impl Serialize) -> Self {
        self = self.json(body);
        self.parts.body = self.parts.body.filter(|body| body != "{}");
        self
    }

    /// Adds a body that is a form.
    pub(crate) fn form(mut self, body: &impl Serialize) -> Self {
        self.parts.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(FORM));
        match serde_urlencoded::to_string(body) {
            Ok(body) => self.parts.body = Some(body.into()),
            Err(error) => self.note(Err(error)),
        }
        self
    }

    /// Returns an error if the request cannot be sent.
    pub(crate) fn prepared(self, operation: &str, idempotency: Idempotency) -> Result<Prepared, Error> {
        let Some(problem) = self.problem else {
            return Ok(Prepared { idempotency: idempotency.with(self.parts.body.as_deref()), ..self.parts });
        };
        let message = format!("the request cannot be built: {problem}");
        let (operation, source) = (Some(operation.to_owned()), Some(problem));
        let details = Details { message, operation, unsent: true, source, ..Details::default() };
        Err(Error::new(ErrorKind::Validation, details))
    }

    /// Keeps the first problem.
    fn note<E: std::error::Error + Send + Sync + 'static>(&mut self, outcome: Result<(), E>) {
        if let Err(problem) = outcome {
            self.problem.get_or_insert_with(|| Box::new(problem));
        }
    }
}
