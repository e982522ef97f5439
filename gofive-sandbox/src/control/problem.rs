//! Errors of the control API, as RFC 9457 has them.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Serialize, Serializer};

use crate::http::bodies::BodyError;

/// The maximum number of characters of a description.
const MAX_DETAIL: usize = 1000;

/// An error: what was wrong, where, and what to do.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    kind: ProblemKind,
    title: &'static str,
    #[serde(serialize_with = "number")]
    pub(super) status: StatusCode,
    /// What was wrong, and what to do.
    detail: String,
    /// Each part of the request that was wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongPart>,
    /// A header of the response: its name and value.
    #[serde(skip)]
    header: Option<(&'static str, String)>,
}

/// The kind of a problem: none has a page of its own.
#[derive(Debug, Serialize)]
enum ProblemKind {
    #[serde(rename = "about:blank")]
    Blank,
}

/// A part of a request that was wrong.
#[derive(Debug, Serialize)]
struct WrongPart {
    /// What was wrong, and what to do.
    detail: String,
    /// The JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The name of the parameter of the path or the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: ProblemKind::Blank,
            title: status.canonical_reason().unwrap_or_default(),
            status,
            detail: cut(detail.into()),
            errors: Vec::new(),
            header: None,
        }
    }

    /// A path that does not exist.
    pub(super) fn not_found() -> Self {
        let detail = "the control API has no such path; /__sandbox/openapi.json lists all of them";
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// A body that is not valid at a JSON pointer.
    pub(super) fn of_pointer(pointer: String, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem = Self::new(StatusCode::BAD_REQUEST, format!("the body is not valid: {detail}"));
        problem.errors.push(WrongPart { detail: cut(detail), pointer: Some(pointer), parameter: None });
        problem
    }

    /// A parameter that is not valid.
    pub(super) fn of_parameter(name: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem = Self::new(StatusCode::BAD_REQUEST, format!("the parameter `{name}` is not valid: {detail}"));
        problem.errors.push(WrongPart { detail: cut(detail), pointer: None, parameter: Some(name.to_owned()) });
        problem
    }

    /// A body that was not read.
    pub(super) fn of_body(error: &BodyError) -> Self {
        Self::new(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST), error.to_string())
    }

    /// Adds problems with the part of the body at a location. A problem may begin with a location in that part.
    pub(super) fn with_errors(mut self, location: &str, problems: &[String]) -> Self {
        let wrong = |problem: &String| {
            let (inside, detail) = match problem.split_once(": ") {
                Some((inside, detail)) if inside.starts_with('/') => (inside, detail),
                _ => ("", problem.as_str()),
            };
            WrongPart { detail: cut(detail.to_owned()), pointer: Some(format!("{location}{inside}")), parameter: None }
        };
        self.errors.extend(problems.iter().map(wrong));
        self
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    /// The header of the response, if it has one.
    pub(super) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, value) = self.header.as_ref()?;
        Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
    }
}

/// Shortens a description, which may quote all of what is wrong.
fn cut(mut detail: String) -> String {
    if let Some((end, _)) = detail.char_indices().nth(MAX_DETAIL) {
        detail.truncate(end);
        detail.push('…');
    }
    detail
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
fn number<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
