//! Requests to endpoints that are not in the spec.

mod pages;
mod path;
mod pointer;

use std::fmt;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::pages::Paging;
use self::pointer::Pointers;
use crate::call::operation::{Endpoint, Idempotency};
use crate::call::options::header_names;
use crate::call::request::{FORM, Request};
use crate::call::session::Session;
use crate::decoding::documented::{JsonType, Payload};
use crate::errors::printing::printed;
use crate::errors::{Details, Error, ErrorKind};
use crate::values::RawJson;

/// The default name of a request.
const UNNAMED: &str = "request";

/// A request to an endpoint that is not in the spec; see [`Gofive::request`](crate::Gofive::request).
///
/// ```no_run
/// # async fn run(gofive: gofive_api::Gofive) -> Result<(), gofive_api::Error> {
/// use gofive_api::{Id, Idempotency, Method, Paging};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Unit {
///     unit_id: Id,
/// }
///
/// let request = gofive.request(Method::POST, "/v9/units/search").name("search_units").json(&["kg"]);
/// let units: Vec<Unit> = request.idempotency(Idempotency::Safe).payload(["/data/value", "/data"]).send_as().await?;
///
/// let request = gofive.request(Method::GET, "/v9/units").name("list_units").idempotency(Idempotency::Safe);
/// let mut pages = request.pages::<Unit>(Paging::by_skip("skip", "take"));
/// while let Some(page) = pages.next().await {
///     println!("{} units", page?.len());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct CustomRequest {
    session: Session,
    name: String,
    method: Method,
    path: String,
    /// The first problem that prevents sending the request.
    problem: Option<String>,
    query: Vec<(String, String)>,
    body: Option<Bytes>,
    /// Whether the body is a form.
    is_form: bool,
    /// Whether the bearer token is sent.
    bearer: bool,
    pointers: Pointers,
    idempotency: Idempotency,
}

impl CustomRequest {
    pub(crate) fn new(session: Session, method: Method, path: &str) -> Self {
        let (destination, base) = session.destination(path);
        let problem = path::problem(path, &destination, base)
            .map(|problem| format!("the path {path:?} {problem}: write it like /v1/case"));
        Self {
            session,
            name: UNNAMED.to_owned(),
            method,
            path: path.to_owned(),
            problem,
            query: Vec::new(),
            body: None,
            is_form: false,
            bearer: true,
            pointers: Pointers::default(),
            idempotency: Idempotency::NonIdempotent,
        }
    }

    /// Names the request like an operation: `list_units`. Errors, spans, events and the observer show the name.
    ///
    /// Use one name for all requests to an endpoint, and do not put customer data into it. The default is `request`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a query parameter. A value that is `None` adds nothing.
    ///
    /// Only a text, a number or a truth value can be sent: any other value makes the request fail with
    /// [`Validation`](crate::ErrorKind::Validation).
    pub fn query(mut self, name: &str, value: impl Serialize) -> Self {
        match serde_urlencoded::to_string([(name, value)]) {
            Ok(pairs) => self.query.extend(query_pairs(&pairs)),
            Err(error) => self.note(format!("the query parameter {name:?} cannot be sent: {error}")),
        }
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => (self.body, self.is_form) = (Some(body.into()), false),
            Err(error) => self.note(format!("the body cannot be written as JSON: {error}")),
        }
        self
    }

    /// Sets a body of the media type `application/x-www-form-urlencoded`: a list of names and values, or a struct of scalars.
    pub fn form(mut self, body: &impl Serialize) -> Self {
        match serde_urlencoded::to_string(body) {
            Ok(body) => (self.body, self.is_form) = (Some(body.into()), true),
            Err(error) => self.note(format!("the body cannot be written as a form: {error}")),
        }
        self
    }

    /// Sends the request without the bearer token, as the operation that issues tokens needs it. The subscription key is sent.
    pub fn without_token(mut self) -> Self {
        self.bearer = false;
        self
    }

    /// Sets whether the request may be sent twice; [`Idempotency::NonIdempotent`] by default.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Sets where the payload is in the body of a success, by JSON pointers: `["/data/value", "/data"]`.
    ///
    /// List the innermost first; each of the others is a prefix of the first. The default is `/data` of the documented
    /// envelope, or else the whole body (`["/data", ""]`).
    pub fn payload<'a>(mut self, pointers: impl IntoIterator<Item = &'a str>) -> Self {
        match Pointers::new(pointers) {
            Ok(pointers) => self.pointers = pointers,
            Err(problem) => self.note(problem),
        }
        self
    }

    /// Sends the request and returns the payload, of any JSON type; null if there is none.
    ///
    /// The rules for undocumented payloads apply ([`success`](crate::success)).
    pub async fn send(self) -> Result<RawJson, Error> {
        self.send_as().await
    }

    /// Sends the request and reads the payload as a type of yours.
    pub async fn send_as<T: DeserializeOwned>(self) -> Result<T, Error> {
        let steps = self.pointers.steps();
        let pointers: Vec<&[&str]> = steps.iter().map(Vec::as_slice).collect();
        let endpoint = Endpoint {
            id: &self.name,
            method: "",
            path: "",
            bearer: self.bearer,
            idempotency: self.idempotency,
            payload: Payload { pointers: &pointers, json_type: JsonType::Any, properties: &[] },
        };
        self.session.call_custom(&endpoint, self.request()).await
    }

    fn request(&self) -> Result<Request, Error> {
        if let Some(problem) = &self.problem {
            return Err(invalid(&self.name, problem.clone()));
        }
        let mut request = self.session.raw_request(self.method.clone(), &self.path)?;
        request.parts.body.clone_from(&self.body);
        if self.is_form {
            request.parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
        }
        Ok(if self.query.is_empty() { request } else { request.query(&self.query) })
    }

    fn note(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// Shows the names of headers and query parameters without their values, which may be secrets; no body.
impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CustomRequest");
        shown.field("name", &printed(&self.name));
        match self.request() {
            Ok(Request { parts: request, .. }) => {
                let names: Vec<_> = request.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
                shown.field("method", &request.method).field("path", &printed(request.url.path()));
                shown.field("query", &names).field("headers", &header_names(&request.headers));
            }
            Err(error) => drop(shown.field("error", &error)),
        }
        shown.field("idempotency", &self.idempotency).field("session", &self.session).finish_non_exhaustive()
    }
}

/// The names and values of a query.
fn query_pairs(query: &str) -> Vec<(String, String)> {
    // Any text is a valid query.
    serde_urlencoded::from_str(query).unwrap_or_default()
}

fn invalid(name: &str, message: String) -> Error {
    Error::new(ErrorKind::Validation, Details { message, operation: Some(name.to_owned()), ..Details::default() })
}
