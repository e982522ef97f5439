//! A request of the control API whose operation is known.

use std::fmt::Display;
use std::str::FromStr;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use gofive_spec::MediaType;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::document::{Match, Route};
use super::problem::Problem;
use crate::operations::request::is_media_type;
use crate::service::Service;

/// The JSON of the success body, if the operation has one.
pub(super) type HandlerResult = Result<Option<Vec<u8>>, Problem>;

/// Carries out an operation.
pub(super) type Handler = fn(&Call<'_>) -> HandlerResult;

/// The operations of a group by `operationId`.
pub(super) type Operations = &'static [(&'static str, Handler)];

/// A request whose operation is known.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) service: &'a Service,
    route: &'static Route,
    /// The parameters of the path and the query.
    parameters: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Call<'a> {
    /// Checks the parameters and the `Content-Type` of a request.
    pub(super) fn new(service: &'a Service, head: &Parts, found: Match, body: &'a [u8]) -> Result<Self, Problem> {
        let Match { route, mut parameters } = found;
        let query = head.uri.query().unwrap_or_default();
        for (name, text) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            let mut known = route.parameters.iter().filter(|parameter| parameter.is_query);
            if !known.clone().any(|parameter| parameter.name == name) {
                let names: Vec<_> = known.by_ref().map(|parameter| parameter.name.as_str()).collect();
                let known = match names.as_slice() {
                    [] => "this operation has none".to_owned(),
                    names => format!("use {}", names.join(", ")),
                };
                return Err(Problem::of_parameter(&name, format!("the query has no such parameter; {known}")));
            }
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(Problem::of_parameter(&name, "it is given more than once"));
            }
            parameters.push((name, text));
        }
        for (name, text) in &parameters {
            let number = route.parameters.iter().find(|parameter| parameter.name == *name);
            let Some(number) = number.and_then(|parameter| parameter.number.as_ref()) else { continue };
            let value = text.parse::<i64>().map_or_else(|_| text.as_str().into(), Value::from);
            number.validate(&value).map_err(|error| Problem::of_parameter(name, error.to_string()))?;
        }
        let content_type = head.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
        // A form of a page elsewhere can send no JSON.
        let is_json = content_type.is_some_and(|content_type| is_media_type(content_type, MediaType::Json.name()));
        if route.body.is_some() && !is_json {
            let detail = "the Content-Type must be application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        if route.body.is_none() && !body.is_empty() {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "this operation has no body; remove it"));
        }
        Ok(Self { service, route, parameters, body })
    }

    /// The status code of a success.
    pub(super) fn success(&self) -> StatusCode {
        self.route.success
    }

    /// Reads the body.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let json: Value = serde_json::from_slice(self.body)
            .map_err(|error| Problem::of_pointer(String::new(), format!("it is not JSON: {error}")))?;
        if !json.is_object() {
            return Err(Problem::of_pointer(String::new(), "it is not an object"));
        }
        let mut deserializer = serde_json::Deserializer::from_slice(self.body);
        let value = serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| Problem::of_pointer(pointer(error.path()), describe(error.inner())))?;
        // The types take lists for objects, too, and do not know all limits. Their errors say more, so they come first.
        let violation = self.route.body.as_ref().and_then(|schema| schema.iter_errors(&json).next());
        match violation {
            Some(violation) => Err(Problem::of_pointer(violation.instance_path().to_string(), violation.to_string())),
            None => Ok(value),
        }
    }

    /// Parses a parameter; `None` if the request does not have it.
    pub(super) fn optional<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Problem> {
        let text = self.parameters.iter().find(|(known, _)| known == name).map(|(_, text)| text);
        let parse =
            |text: &String| text.parse().map_err(|error: T::Err| Problem::of_parameter(name, error.to_string()));
        text.map(parse).transpose()
    }

    /// Parses a parameter that the route has.
    pub(super) fn required<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, Problem> {
        self.optional(name)?.ok_or_else(|| Problem::of_parameter(name, "it is required"))
    }
}

/// Returns the JSON of a success.
pub(super) fn json(value: &impl Serialize) -> HandlerResult {
    let failed = |error: serde_json::Error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    serde_json::to_vec(value).map(Some).map_err(failed)
}

/// Describes what is wrong at a location. The line and the column are not those of the location.
fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).map_or(text.clone(), str::to_owned)
}

/// Writes the location of an error as a JSON pointer.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Seq { index } => index.to_string(),
            // The variant of an enumeration is not a part of the body, and what is unknown is not valid as a whole.
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}
