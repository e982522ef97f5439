//! The header that says how well a response is known.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use gofive_spec::{Evidence, Operation};
use serde_json::Value;

/// The header: a dictionary of structured fields (RFC 9651).
const HEADER: HeaderName = HeaderName::from_static("x-gofive-evidence");

/// Where the status code and the body of a response come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// The documented example, unchanged.
    Documented,
    /// The sandbox decided: it refused a request, or made the body from its records or from the schema.
    Presumed,
    /// A fault.
    Injected,
    /// A stub.
    Stubbed,
}

impl Behaviour {
    /// The behaviour of a success with this body.
    pub(crate) fn of_success(operation: &Operation, body: &Value) -> Self {
        let is_example = operation.response_examples().first().is_some_and(|example| example.value == *body);
        if is_example { Self::Documented } else { Self::Presumed }
    }

    /// The value of `behaviour` in the header; `None` if the header does not mention it.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Documented => None,
            Self::Presumed => Some("presumed"),
            Self::Injected => Some("injected"),
            Self::Stubbed => Some("stubbed"),
        }
    }
}

/// Sets the header. A request without an operation has no grades.
pub(crate) fn set(response: &mut Response, evidence: Option<Evidence>, behaviour: Behaviour) {
    let grades = evidence.iter().flat_map(Evidence::parts).map(|(part, grade)| (part, grade.name()));
    let behaviour = behaviour.name().map(|name| ("behaviour", name));
    let entries: Vec<_> = grades.chain(behaviour).map(|(key, value)| format!("{key}={value}")).collect();
    // The names of grades are plain letters and hyphens.
    if let Ok(value) = HeaderValue::try_from(entries.join(", ")) {
        response.headers_mut().insert(HEADER, value);
    }
}
