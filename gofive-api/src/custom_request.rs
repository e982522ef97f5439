//! Requests to endpoints that the spec does not have.

use std::fmt;

use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Details, Error, ErrorKind};
use crate::operation::{Idempotency, Operation, Payload, Shape};
use crate::options::header_names;
use crate::path;
use crate::printing::printed;
use crate::raw_json::RawJson;
use crate::session::Session;

/// What all of them have in common. The payload is that of the documented norm, `{status, data}`, or else the whole body.
static OPERATION: Operation = Operation {
    id: "request",
    group: "",
    title: "",
    page: None,
    method: "",
    path: "",
    bearer: true,
    idempotency: Idempotency::NonIdempotent,
    payload: Payload { pointers: &[&["data"], &[]], shape: Shape::Any, properties: &[] },
};

/// A request to an endpoint that the spec does not have; see [`Gofive::request`](crate::Gofive::request).
#[must_use = "nothing is sent before `send`"]
pub struct CustomRequest {
    request: Result<RequestBuilder, Error>,
    session: Session,
    idempotency: Idempotency,
}

impl CustomRequest {
    pub(crate) fn new(session: Session, method: Method, path: &str) -> Self {
        let (destination, base) = session.destination(path);
        let request = match path::problem(path, &destination, base) {
            None => session.raw_request(method, path),
            Some(problem) => Err(unusable(format!("the path {path:?} {problem}: write it like /v1/case"))),
        };
        Self { request, session, idempotency: Idempotency::NonIdempotent }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: impl Serialize) -> Self {
        self.request = self.request.map(|request| request.query(&[(name, value)]));
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.map(|request| request.json(body));
        self
    }

    /// Sets whether the request may be sent twice; [`Idempotency::NonIdempotent`] by default.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Sends it. The result is `data` of the documented envelope, or else the whole body; null, if there is none.
    ///
    /// The rules for payloads of which nothing is documented apply ([`success`](crate::success)).
    pub async fn send(self) -> Result<RawJson, Error> {
        self.session.call_custom(&OPERATION, self.idempotency, self.request?).await
    }

    /// Sends it, and reads the payload as a type of yours.
    pub async fn send_as<T: DeserializeOwned>(self) -> Result<T, Error> {
        self.session.call_custom(&OPERATION, self.idempotency, self.request?).await
    }
}

/// The names of headers and query parameters without their values, which may be secrets; no body.
impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CustomRequest");
        // A copy, because only a request that is built can be looked at. Its body is shared.
        let copy = self.request.as_ref().ok().and_then(RequestBuilder::try_clone);
        match (&self.request, copy.map(RequestBuilder::build)) {
            (Ok(_), Some(Ok(request))) => {
                let names: Vec<_> = request.url().query_pairs().map(|(name, _)| name.into_owned()).collect();
                shown.field("method", request.method()).field("path", &printed(request.url().path()));
                shown.field("query", &names).field("headers", &header_names(request.headers()));
            }
            (Ok(_), _) => drop(shown.field("request", &"cannot be built")),
            (Err(error), _) => drop(shown.field("error", error)),
        }
        shown.field("idempotency", &self.idempotency).field("session", &self.session).finish()
    }
}

fn unusable(message: String) -> Error {
    Error::new(ErrorKind::Validation, Details { message, operation: Some("request"), ..Details::default() })
}
