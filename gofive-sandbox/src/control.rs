//! The control API: requests below `/__sandbox/`, which inspect and change the sandbox.
//!
//! `openapi.json` describes it, and decides about its routes: each of its operations has a handler in the file of its group.
//! Handlers do what the methods of `Sandbox` do, on the same [`Service`]. Nothing here is logged, counted or affected by faults.

mod call;
mod document;
mod faults;
mod guard;
mod overview;
mod problem;
mod records;
mod requests;
mod room;
mod stubs;
mod time;
mod webhooks;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use self::call::{Call, Handler};
use self::document::Match;
#[cfg(test)]
pub(crate) use self::document::allow_null;
use self::problem::Problem;
use crate::control_access::ControlAccess;
use crate::http::bodies::Bodies;
use crate::service::Service;

/// Whether a request is one of the control API.
pub(crate) fn is_control(service: &Service, head: &Parts) -> bool {
    let path = head.uri.path();
    let rest = path.strip_prefix("/__sandbox");
    let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if service.settings().control == ControlAccess::Off { path == guard::HEALTH } else { is_below }
}

/// Handles a request of the control API.
pub(crate) async fn respond(service: &Service, bodies: &Bodies, head: &Parts, body: Body) -> Response {
    match handle(service, bodies, head, body).await {
        Ok((status, json)) => response(status, "application/json", json),
        Err(problem) => {
            let json = serde_json::to_vec(&problem).unwrap_or_default();
            let mut response = response(problem.status, "application/problem+json", Some(json));
            response.headers_mut().extend(problem.header());
            response
        }
    }
}

/// Returns the status code and the JSON of a success.
async fn handle(
    service: &Service,
    bodies: &Bodies,
    head: &Parts,
    body: Body,
) -> Result<(StatusCode, Option<Vec<u8>>), Problem> {
    let checked = guard::check(&service.settings().control, head).and_then(|()| find(head));
    let (found, handler) = match checked {
        Ok(found) => found,
        Err(problem) => {
            bodies.discard(&head.headers, body).await;
            return Err(problem);
        }
    };
    let received = bodies.read(&head.headers, body).await.map_err(|error| Problem::of_body(&error))?;
    let call = Call::new(service, head, found, &received.bytes)?;
    webhooks::wait(&call).await?;
    let json = handler(&call)?;
    Ok((call.success(), json))
}

fn find(head: &Parts) -> Result<(Match, Handler), Problem> {
    let found = document::find(&head.method, head.uri.path())?;
    let (_, handler) = handlers().find(|(id, _)| *id == found.route.operation_id).ok_or_else(Problem::not_found)?;
    Ok((found, handler))
}

/// The handlers of all operations by `operationId`.
fn handlers() -> impl Iterator<Item = (&'static str, Handler)> {
    let groups = [
        overview::OPERATIONS,
        stubs::OPERATIONS,
        requests::OPERATIONS,
        records::OPERATIONS,
        faults::OPERATIONS,
        time::OPERATIONS,
        webhooks::OPERATIONS,
    ];
    groups.into_iter().flatten().copied()
}

fn response(status: StatusCode, content_type: &'static str, json: Option<Vec<u8>>) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(json) = json {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        *response.body_mut() = json.into();
    }
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_of_the_document_has_a_handler() {
        let documented: Vec<_> = document::routes().iter().map(|route| route.operation_id.as_str()).collect();
        let handled: Vec<_> = handlers().map(|(id, _)| id).collect();
        assert_eq!(BTreeSet::from_iter(documented.clone()), BTreeSet::from_iter(handled.clone()));
        assert_eq!(BTreeSet::from_iter(handled.clone()).len(), handled.len());
        let document: serde_json::Value = serde_json::from_str(document::document()).unwrap();
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let all = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
        assert_eq!((documented.len(), handled.len()), (all.clone().sum(), all.sum()), "none was skipped");
    }
}
