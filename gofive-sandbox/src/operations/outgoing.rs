//! The response of an operation, before faults apply to it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::faults::fault::Fault;
use crate::faults::fault_response::{self, Stop};
use crate::log::outcome::Outcome;
use crate::operations::evidence::Behaviour;

#[derive(Debug)]
pub(crate) struct OperationResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The time before it is sent.
    pub(crate) delay: Option<Duration>,
    pub(crate) outcome: Outcome,
    pub(crate) behaviour: Behaviour,
}

impl OperationResponse {
    fn json(status: u16, body: &Value, outcome: Outcome) -> Self {
        let content_type = HeaderValue::from_static("application/json; charset=utf-8");
        Self {
            // The status codes are those of the spec and of this file, which are all valid.
            status: StatusCode::from_u16(status).unwrap_or_default(),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, content_type)]),
            body: body.to_string().into(),
            delay: None,
            outcome,
            behaviour: Behaviour::Presumed,
        }
    }

    /// The response to a request that was carried out.
    pub(crate) fn success(status: u16, body: &Value) -> Self {
        Self::json(status, body, Outcome::CarriedOut)
    }

    /// The response to a request that is refused for a reason.
    pub(crate) fn refusal(status: u16, body: &Value, reason: impl Into<String>) -> Self {
        Self::json(status, body, Outcome::Refused { reason: reason.into() })
    }

    /// The refusal of a request that no operation has received.
    pub(crate) fn error(status: u16, description: &str) -> Self {
        let body = json!({ "status": { "code": "4001", "description": description } });
        Self::refusal(status, &body, description)
    }

    /// The response to a wrong token or subscription key. It comes from the gateway, and has no business code.
    pub(crate) fn unauthorized(message: &str, reason: &str) -> Self {
        Self::refusal(401, &json!({ "statusCode": 401, "message": message }), reason)
    }

    /// Adds the methods of the path, for a request with another method.
    pub(crate) fn with_allow(mut self, methods: &[&str]) -> Self {
        if let Ok(methods) = HeaderValue::try_from(methods.join(", ")) {
            self.headers.insert(ALLOW, methods);
        }
        self
    }

    /// Builds the HTTP response; some faults affect how its body is sent.
    pub(crate) fn into_response(self, fault: Option<&Fault>, stop: &Stop) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        match fault {
            Some(Fault::StalledBody) => fault_response::stalled(response, self.body, stop.clone()),
            Some(Fault::TruncatedBody) => fault_response::truncated(response, self.body),
            Some(Fault::SlowBody { chunk_size, pause }) => {
                fault_response::slow(response, self.body, *chunk_size, *pause, stop.clone())
            }
            _ => response.map(|_| Body::from(self.body)),
        }
    }
}
