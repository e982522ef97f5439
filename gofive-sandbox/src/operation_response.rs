//! The response of an operation, before faults apply to it.

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::evidence::Behaviour;
use crate::fault::Fault;
use crate::fault_response::{self, Stop};

#[derive(Debug)]
pub(crate) struct JsonResponse {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The methods of the path, if the request has another method.
    pub(crate) allow: Option<String>,
    pub(crate) behaviour: Behaviour,
}

impl JsonResponse {
    /// Builds the response; some faults affect how its body is sent.
    pub(crate) fn into_response(self, fault: Option<&Fault>, stop: &Stop) -> Response {
        let mut response = Response::default();
        // The status codes are those of the spec and of this file, which are all valid.
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Some(allow) = self.allow.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            response.headers_mut().insert(ALLOW, allow);
        }
        let body = Bytes::from(self.body.to_string());
        match fault {
            Some(Fault::StalledBody) => fault_response::stalled(response, body, stop.clone()),
            Some(Fault::TruncatedBody) => fault_response::truncated(response, body),
            Some(Fault::SlowBody { chunk_size, pause }) => {
                fault_response::slow(response, body, *chunk_size, *pause, stop.clone())
            }
            _ => response.map(|_| Body::from(body)),
        }
    }
}

/// A response that the sandbox decided about.
pub(crate) fn json_response(status: u16, body: Value) -> JsonResponse {
    JsonResponse { status, body, allow: None, behaviour: Behaviour::Presumed }
}

/// An error response for a request that no operation has received.
pub(crate) fn error_response(status: u16, description: &str) -> JsonResponse {
    json_response(status, json!({ "status": { "code": "4001", "description": description } }))
}

/// The response to a wrong token or subscription key. It comes from the gateway, and has no business code.
pub(crate) fn unauthorized(message: &str) -> JsonResponse {
    json_response(401, json!({ "statusCode": 401, "message": message }))
}
