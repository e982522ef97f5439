//! Handles HTTP requests.
//!
//! [`Server::receive`] checks a request in the order of the API's own checks, and carries it out. [`respond`] calls it and
//! injects faults.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use gofive_spec::{Operation, Spec};
use serde_json::{Value, json};

use crate::bodies::Bodies;
use crate::connection::ResetHandle;
use crate::error::SandboxError;
use crate::fault::Fault;
use crate::fault_response::{self, Stop};
use crate::faults::{Decision, Faults};
use crate::injector::Injector;
use crate::request::{self, RawRequest};
use crate::route::{NotFound, RouteMatch, Routes};
use crate::settings::Settings;
use crate::store::Store;
use crate::token::Tokens;
use crate::{response, token_request};

#[derive(Debug)]
pub(crate) struct Server {
    routes: Routes,
    settings: Settings,
    bodies: Bodies,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    /// The number of calls by `operationId`.
    pub(crate) calls: HashMap<&'static str, usize>,
    /// The number of calls that were carried out, by `operationId`.
    pub(crate) carried_out: HashMap<&'static str, usize>,
    pub(crate) injector: Injector,
}

#[derive(Debug)]
struct JsonResponse {
    status: u16,
    body: Value,
    /// The methods of the path, if the request has another method.
    allow: Option<String>,
}

/// Handles a request and applies the faults that were decided for it.
pub(crate) async fn respond(server: &Server, request: Request, reset_handle: &ResetHandle, mut stop: Stop) -> Response {
    let (head, body) = request.into_parts();
    let decision = server.decide(&head);
    let fault = decision.fault.as_ref();
    let mut response = fault.and_then(fault_response::substitute);
    if fault != Some(&Fault::ResetBefore) {
        // The body is read before the response, because a client may read that only after it has sent everything.
        if response.is_none() || fault == Some(&Fault::GatewayTimeout { carried_out: true }) {
            let operation_response = server.receive(&head, body, decision.lifetime()).await;
            response = response.or_else(|| Some(operation_response.into_response(fault, &stop)));
        } else {
            server.bodies.discard(&head.headers, body).await;
        }
    }
    // The request is carried out before the delay: a client that gives up early does not undo it.
    if let Some(delay) = decision.delay {
        fault_response::wait(delay, &mut stop).await;
    }
    if matches!(fault, Some(Fault::ResetBefore | Fault::ResetAfter)) {
        reset_handle.reset();
    }
    // After a reset no response is sent, so that its content does not matter.
    let mut response = response.unwrap_or_default();
    if let Some(seconds) = decision.skew {
        fault_response::set_skew(&mut response, seconds);
    }
    response
}

impl Server {
    pub(crate) fn new(specs: &'static [Spec], settings: Settings, faults: Faults) -> Result<Self, SandboxError> {
        let state = State {
            store: Store::new(specs)?,
            tokens: Tokens::default(),
            calls: HashMap::new(),
            carried_out: HashMap::new(),
            injector: Injector::new(faults),
        };
        let bodies = Bodies::new(settings.limits.body_size);
        Ok(Self { routes: Routes::new(specs), settings, bodies, state: Mutex::new(state) })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and decides which faults apply to it.
    fn decide(&self, head: &Parts) -> Decision {
        let found = self.routes.find(head.method.as_str(), head.uri.path()).ok();
        let mut state = self.state();
        let Some((_, operation, _)) = found else { return state.injector.decide(None, false) };
        *state.calls.entry(&operation.id).or_default() += 1;
        let is_token_request = !operation.needs_token;
        let decision = state.injector.decide(Some(&operation.id), is_token_request);
        if let (Some(_), Some(token), false) = (decision.lifetime(), bearer(&head.headers), is_token_request) {
            state.tokens.expire(token);
        }
        decision
    }

    /// Checks the head of a request, then reads its body and carries it out.
    async fn receive(&self, head: &Parts, body: Body, early_expiry: Option<Duration>) -> JsonResponse {
        let found = match self.admit(head) {
            Ok(found) => found,
            Err(refusal) => {
                self.bodies.discard(&head.headers, body).await;
                return refusal;
            }
        };
        match self.bodies.read(&head.headers, body).await {
            Ok(received) => self.carry_out(head, found, &received.bytes, early_expiry),
            Err(error) => error_response(error.status(), &error.to_string()),
        }
    }

    /// Finds the operation of a request, and checks its subscription key and its token: all that needs no body.
    fn admit(&self, head: &Parts) -> Result<RouteMatch, JsonResponse> {
        let found = match self.routes.find(head.method.as_str(), head.uri.path()) {
            Ok(found) => found,
            Err(NotFound::Path) => return Err(error_response(404, &format!("there is no path {}", head.uri.path()))),
            Err(NotFound::Method(methods)) => {
                let allow = Some(methods.join(", "));
                let response = error_response(405, &format!("{} does not support {}", head.uri.path(), head.method));
                return Err(JsonResponse { allow, ..response });
            }
        };
        if header(&head.headers, "ocp-apim-subscription-key") != self.settings.subscription_key {
            return Err(unauthorized("User authentication required V2."));
        }
        let (_, operation, _) = &found;
        let is_accepted = || bearer(&head.headers).is_some_and(|token| self.state().tokens.accepts(token));
        if operation.needs_token && !is_accepted() {
            return Err(unauthorized("Unauthorized"));
        }
        Ok(found)
    }

    /// Carries out a request, or refuses it. A token that it requests expires after `early_expiry`, if given.
    fn carry_out(
        &self,
        head: &Parts,
        (spec, operation, path): RouteMatch,
        body: &[u8],
        early_expiry: Option<Duration>,
    ) -> JsonResponse {
        let query = head.uri.query().unwrap_or_default();
        let raw = RawRequest { path, query, content_type: header(&head.headers, CONTENT_TYPE.as_str()), body };
        let mut state = self.state();
        let result = if operation.needs_token {
            run_operation(&mut state, spec, operation, &raw)
        } else {
            self.grant(&mut state, spec, operation, &raw, early_expiry)
        };
        if result.is_ok() {
            *state.carried_out.entry(&operation.id).or_default() += 1;
        }
        result.unwrap_or_else(|error| error)
    }

    fn grant(
        &self,
        state: &mut State,
        spec: &Spec,
        operation: &Operation,
        raw: &RawRequest<'_>,
        early_expiry: Option<Duration>,
    ) -> Result<JsonResponse, JsonResponse> {
        match token_request::check(spec, operation, &self.settings, raw.content_type, raw.body) {
            Ok(()) => {
                let lifetime = self.settings.token_lifetime;
                let token = state.tokens.issue(lifetime, early_expiry);
                let seconds = lifetime.as_secs();
                Ok(json_response(200, json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer" })))
            }
            Err(body) => Err(json_response(400, body)),
        }
    }
}

fn run_operation(
    state: &mut State,
    spec: &Spec,
    operation: &Operation,
    raw: &RawRequest<'_>,
) -> Result<JsonResponse, JsonResponse> {
    let refuse =
        |code, description: &str| Err(json_response(400, response::refusal(spec, operation, code, description)));
    let arguments = match request::parse(spec, operation, raw) {
        Ok(arguments) => arguments,
        Err(problems) => return refuse(if problems.len() == 1 { 4001 } else { 4002 }, &problems.join("; ")),
    };
    let mut response = response::documented(spec, operation);
    match state.store.handle(&operation.id, &arguments) {
        Ok(Some(payload)) => response::set_payload(operation, &mut response, payload),
        Ok(None) => response::echo(spec, operation, &mut response, &arguments),
        Err(problem) => return refuse(4001, &problem),
    }
    Ok(json_response(operation.success_status(), response))
}

impl JsonResponse {
    /// Builds the response; some faults affect how its body is sent.
    fn into_response(self, fault: Option<&Fault>, stop: &Stop) -> Response {
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

fn json_response(status: u16, body: Value) -> JsonResponse {
    JsonResponse { status, body, allow: None }
}

/// An error response for a request that no operation has received.
fn error_response(status: u16, description: &str) -> JsonResponse {
    json_response(status, json!({ "status": { "code": "4001", "description": description } }))
}

/// The response to a wrong token or subscription key. It comes from the gateway, and has no business code.
fn unauthorized(message: &str) -> JsonResponse {
    json_response(401, json!({ "statusCode": 401, "message": message }))
}

/// The value of a header; "" if it is missing or not text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, AUTHORIZATION.as_str()).split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
