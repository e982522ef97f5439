//! Checks a stub against the spec, and prepares what it sends.

use axum::body::Bytes;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gofive_spec::{Operation, Schema, SchemaKind, Spec};
use serde_json::Value;

use crate::nearest::hint;
use crate::operations::response;
use crate::stubs::stub::{Stub, StubError, StubResponse};

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// The maximum number of unknown names of a request that are problems of a stub.
const MAX_UNKNOWN: usize = 20;

/// A response that can be sent.
#[derive(Clone, Debug)]
pub(crate) struct PreparedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The body of a stub, with the status code and the `Content-Type` that it has by default.
type PreparedBody = (Vec<u8>, Option<u16>, &'static str);

/// Checks a stub, or returns all problems with it.
pub(crate) fn check(spec: &Spec, operation: &Operation, stub: &Stub) -> Result<PreparedResponse, StubError> {
    let mut problems = Vec::new();
    if stub.times == Some(0) {
        problems.push("it is for 0 requests; set `times` to 1 or more, or omit it for all requests".to_owned());
    }
    check_when(spec, operation, &stub.when, &mut problems);
    let prepared = prepare(spec, operation, &stub.response, &mut problems);
    match prepared {
        Some(prepared) if problems.is_empty() => Ok(prepared),
        _ => Err(StubError { operation: stub.operation, problems }),
    }
}

/// A name that no request can have would never match, and the test would test nothing.
fn check_when(spec: &Spec, operation: &Operation, when: &Value, problems: &mut Vec<String>) {
    let schema = operation.request_schema().map(|schema| spec.api().resolve(schema));
    let is_list = schema.is_some_and(|schema| matches!(schema.kind, SchemaKind::Array(_)));
    match when {
        Value::Null => {}
        Value::Array(_) if is_list => {}
        Value::Object(expected) => {
            let parameters = operation.parameters.iter().map(|parameter| parameter.name.as_str());
            let properties = schema.into_iter().flat_map(Schema::properties).map(|property| property.name.as_str());
            let known: Vec<_> = parameters.chain(properties).collect();
            let is_open =
                schema.is_some_and(|schema| schema.as_object().is_none_or(|object| object.is_open) && !is_list);
            let unknown = expected.keys().filter(|name| !is_open && !known.contains(&name.as_str()));
            problems.extend(unknown.take(MAX_UNKNOWN).map(|name| {
                let nearest = hint(name, known.iter().copied());
                format!("`when` has `{name}`, which is not a parameter or property{nearest}")
            }));
        }
        _ => {
            let expected = if is_list { "a list, as the body is, or an object" } else { "an object" };
            problems.push(format!("`when` is not {expected}"));
        }
    }
}

fn prepare(
    spec: &Spec,
    operation: &Operation,
    response: &StubResponse,
    problems: &mut Vec<String>,
) -> Option<PreparedResponse> {
    let mut bodies = Vec::new();
    bodies.extend(response.json.as_ref().map(|json| ("json", Ok((json.to_string().into_bytes(), None, JSON)))));
    bodies.extend(response.text.as_ref().map(|text| ("text", Ok((text.clone().into_bytes(), None, TEXT)))));
    bodies.extend(response.base64.as_ref().map(|text| ("base64", from_base64(text))));
    let error = response.business_error.as_ref();
    bodies.extend(error.map(|error| {
        let (status, body) = response::business_error(spec, operation, &error.code, &error.description);
        ("businessError", Ok((body.to_string().into_bytes(), Some(status), JSON)))
    }));
    bodies.extend(response.example.as_ref().map(|name| ("example", example(operation, name))));
    let (names, mut bodies): (Vec<_>, Vec<_>) = bodies.into_iter().unzip();
    if bodies.len() > 1 {
        problems.push(format!("it has {} bodies, {}; keep one", names.len(), names.join(" and ")));
        return None;
    }
    let body: Option<PreparedBody> = bodies.pop().transpose().map_err(|problem| problems.push(problem)).ok()?;
    if body.is_none() && response.status.is_none() {
        problems.push("it has no response; set a status, a body, a business error or an example".to_owned());
    }
    let by_default = body.as_ref().and_then(|(_, status, _)| *status).unwrap_or_else(|| operation.success_status());
    let status = status(response.status.unwrap_or(by_default), body.is_some(), problems);
    let mut headers = headers(response, problems);
    if let Some((_, _, by_default)) = &body {
        let content_type = response.content_type.as_deref().unwrap_or(by_default);
        match HeaderValue::from_str(content_type) {
            Ok(value) => drop(headers.entry(CONTENT_TYPE).or_insert(value)),
            Err(_) => problems.push(format!("{content_type:?} is not a Content-Type")),
        }
    } else if response.content_type.is_some() {
        problems.push("it has a Content-Type without a body; set `text` or `base64`".to_owned());
    }
    let body = body.map_or_else(Bytes::new, |(body, ..)| body.into());
    Some(PreparedResponse { status: status?, headers, body })
}

fn status(status: u16, has_body: bool, problems: &mut Vec<String>) -> Option<StatusCode> {
    if !(200..600).contains(&status) {
        problems.push(format!("{status} is not the status code of a response; use one from 200 to 599"));
    } else if has_body && [204, 205, 304].contains(&status) {
        problems.push(format!("HTTP {status} has no body; remove the body, or use another status code"));
    }
    StatusCode::from_u16(status).ok()
}

fn headers(response: &StubResponse, problems: &mut Vec<String>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &response.headers {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), _) if [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) => {
                problems.push(format!("the server sets the header `{name}` itself; remove it"));
            }
            (Ok(name), Ok(value)) => drop(headers.append(name, value)),
            (Err(_), _) => problems.push(format!("{name:?} is not the name of a header")),
            (_, Err(_)) => problems.push(format!("{value:?} is not a value of the header `{name}`")),
        }
    }
    headers
}

fn from_base64(text: &str) -> Result<PreparedBody, String> {
    let bytes = STANDARD.decode(text).map_err(|error| format!("`base64` is not Base64: {error}"))?;
    Ok((bytes, None, BYTES))
}

/// Finds an example of a response by its name: of a success first, then of the other status codes.
fn example(operation: &Operation, name: &str) -> Result<PreparedBody, String> {
    let success = operation.success().into_iter();
    let others = operation.responses.iter().map(|(status, response)| (*status, response));
    let examples: Vec<_> = success
        .chain(others)
        .filter_map(|(status, response)| Some((status, response.content.as_ref()?)))
        .flat_map(|(status, content)| content.examples.iter().map(move |example| (status, example)))
        .collect();
    if let Some((status, example)) = examples.iter().find(|(_, example)| example.name == name) {
        return Ok((example.value.to_string().into_bytes(), Some(*status), JSON));
    }
    let mut known: Vec<_> = examples.iter().map(|(_, example)| format!("`{}`", example.name)).collect();
    known.dedup();
    Err(match known.as_slice() {
        [] => format!("it has no example `{name}`: no example of a response is documented; use `json`"),
        known => format!("it has no example `{name}`; use {}", known.join(" or ")),
    })
}
