//! Serves requests: who may ask, what is asked, what is answered.
//!
//! [`Server::reply`] is the whole course of a request, in the order of the API's own checks; what goes wrong around it
//! is [`respond`]'s.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use gofive_spec::{Operation, Spec};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::broken::{self, Stop};
use crate::builder::Settings;
use crate::check::{self, Sent};
use crate::conn::{Cutter, Listener};
use crate::fault::Fault;
use crate::faults::{Decision, Faults};
use crate::inject::Injector;
use crate::memory::Memory;
use crate::route::{NotFound, Routes};
use crate::token::Tokens;
use crate::{answer, grant};

/// A body beyond this is refused; the API's own limit is not known.
const MAX_BODY: usize = 16 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Server {
    routes: Routes,
    settings: Settings,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) memory: Memory,
    pub(crate) tokens: Tokens,
    /// Number of calls by `operationId`.
    pub(crate) calls: HashMap<&'static str, usize>,
    /// Number of calls that were not refused, by `operationId`.
    pub(crate) carried_out: HashMap<&'static str, usize>,
    pub(crate) injector: Injector,
}

#[derive(Debug)]
struct Reply {
    status: u16,
    body: Value,
    /// The methods that a path has, for the refusal of another one.
    allow: Option<String>,
}

/// Answers requests until the sender of `stop` is dropped.
pub(crate) async fn run(listener: TcpListener, server: Arc<Server>, mut stop: Stop) {
    let stopped = stop.clone();
    let app = Router::new().fallback(move |ConnectInfo(cutter): ConnectInfo<Cutter>, request: Request| {
        let (server, stop) = (Arc::clone(&server), stopped.clone());
        async move { respond(&server, request, &cutter, stop).await }
    });
    let stop = async move {
        // An error is what tells that the sender is gone.
        let _ = stop.changed().await;
    };
    let app = app.into_make_service_with_connect_info::<Cutter>();
    // It ends by the signal only, and then there is nobody to report to.
    let _ = axum::serve(Listener(listener), app).with_graceful_shutdown(stop).await;
}

/// Answers a request, or does not, as its fault has it.
async fn respond(server: &Server, request: Request, cutter: &Cutter, mut stop: Stop) -> Response {
    let (head, body) = request.into_parts();
    let decision = server.decide(&head);
    let fault = decision.fault.as_ref();
    let mut response = None;
    if fault != Some(&Fault::ResetBefore) {
        // Read before anything is checked: a client may not listen before it has sent everything.
        let body = to_bytes(body, MAX_BODY).await;
        response = fault.and_then(broken::substitute);
        if response.is_none() || fault == Some(&Fault::GatewayTimeout { carried_out: true }) {
            let reply = match body {
                Ok(body) => server.reply(&head, &body, decision.lifetime()),
                Err(error) => refusal(400, &format!("the body cannot be read: {error}")),
            };
            response = response.or_else(|| Some(reply.into_response(fault, &stop)));
        }
    }
    // What is carried out is so before the wait: a client that does not wait for the answer does not undo it.
    if let Some(latency) = decision.latency {
        broken::wait(latency, &mut stop).await;
    }
    if matches!(fault, Some(Fault::ResetBefore | Fault::ResetAfter)) {
        cutter.cut();
    }
    // What a reset would have answered makes no difference, as it is not sent.
    let mut response = response.unwrap_or_default();
    if let Some(seconds) = decision.skew {
        broken::set_skew(&mut response, seconds);
    }
    response
}

impl Server {
    pub(crate) fn new(specs: &'static [Spec], settings: Settings, faults: Faults) -> Self {
        let state = State {
            memory: Memory::new(specs),
            tokens: Tokens::default(),
            calls: HashMap::new(),
            carried_out: HashMap::new(),
            injector: Injector::new(faults),
        };
        Self { routes: Routes::new(specs), settings, state: Mutex::new(state) }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and decides what befalls it.
    fn decide(&self, head: &Parts) -> Decision {
        let found = self.routes.find(head.method.as_str(), head.uri.path()).ok();
        let mut state = self.state();
        let Some((spec, operation, _)) = found else { return state.injector.decide(None, false) };
        *state.calls.entry(&operation.id).or_default() += 1;
        let of_token = !needs_token(spec, operation);
        let decision = state.injector.decide(Some(&operation.id), of_token);
        if let (Some(_), Some(token), false) = (decision.lifetime(), bearer(&head.headers), of_token) {
            state.tokens.expire(token);
        }
        decision
    }

    /// Carries a request out, or refuses it. A token that it asks for may expire before its time.
    fn reply(&self, head: &Parts, body: &[u8], early: Option<Duration>) -> Reply {
        let (spec, operation, path) = match self.routes.find(head.method.as_str(), head.uri.path()) {
            Ok(found) => found,
            Err(NotFound::Path) => return refusal(404, &format!("there is no {}", head.uri.path())),
            Err(NotFound::Method(methods)) => {
                let allow = Some(methods.join(", "));
                let reply = refusal(405, &format!("{} has no {}", head.uri.path(), head.method));
                return Reply { allow, ..reply };
            }
        };
        let mut state = self.state();
        if header(&head.headers, "ocp-apim-subscription-key") != self.settings.subscription_key {
            return unauthorized("User authentication required V2.");
        }
        let query = head.uri.query().unwrap_or_default();
        let sent = Sent { path, query, content_type: header(&head.headers, CONTENT_TYPE.as_str()), body };
        let answered = if !needs_token(spec, operation) {
            self.grant(&mut state, spec, operation, &sent, early)
        } else if bearer(&head.headers).is_some_and(|token| state.tokens.accepts(token)) {
            answer(&mut state, spec, operation, &sent)
        } else {
            Err(unauthorized("Unauthorized"))
        };
        if answered.is_ok() {
            *state.carried_out.entry(&operation.id).or_default() += 1;
        }
        answered.unwrap_or_else(|refusal| refusal)
    }

    fn grant(
        &self,
        state: &mut State,
        spec: &Spec,
        operation: &Operation,
        sent: &Sent<'_>,
        early: Option<Duration>,
    ) -> Result<Reply, Reply> {
        match grant::check(spec, operation, &self.settings, sent.content_type, sent.body) {
            Ok(()) => {
                let lifetime = self.settings.token_lifetime;
                let token = state.tokens.issue(lifetime, early);
                let seconds = lifetime.as_secs();
                Ok(reply(200, json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer" })))
            }
            Err(body) => Err(reply(400, body)),
        }
    }
}

fn needs_token(spec: &Spec, operation: &Operation) -> bool {
    let security = operation.raw.get("security").or_else(|| spec.doc().get("security"));
    let mut schemes = security.and_then(Value::as_array).into_iter().flatten();
    schemes.any(|schemes| schemes.get("bearer").is_some())
}

fn answer(state: &mut State, spec: &Spec, operation: &Operation, sent: &Sent<'_>) -> Result<Reply, Reply> {
    let refused = |code, description: &str| Err(reply(400, answer::refusal(spec, operation, code, description)));
    let arguments = match check::arguments(spec, operation, sent) {
        Ok(arguments) => arguments,
        Err(problems) => return refused(if problems.len() == 1 { 4001 } else { 4002 }, &problems.join("; ")),
    };
    let mut answer = answer::documented(spec, operation);
    match state.memory.recall(&operation.id, &arguments) {
        Ok(Some(payload)) => answer::set_payload(operation, &mut answer, payload),
        Ok(None) => answer::echo(spec, operation, &mut answer, &arguments),
        Err(problem) => return refused(4001, &problem),
    }
    Ok(reply(operation.success_status(), answer))
}

impl Reply {
    /// The answer, whose body a fault may keep from coming whole.
    fn into_response(self, fault: Option<&Fault>, stop: &Stop) -> Response {
        let mut response = Response::default();
        // Statuses are those of the spec or of this file, so that the fallback is never met.
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Some(allow) = self.allow.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            response.headers_mut().insert(ALLOW, allow);
        }
        let body = Bytes::from(self.body.to_string());
        match fault {
            Some(Fault::StalledBody) => broken::stalled(response, body, stop.clone()),
            Some(Fault::TruncatedBody) => broken::truncated(response, body),
            Some(Fault::SlowDrip { piece, pause }) => broken::dripped(response, body, *piece, *pause, stop.clone()),
            _ => response.map(|_| Body::from(body)),
        }
    }
}

fn reply(status: u16, body: Value) -> Reply {
    Reply { status, body, allow: None }
}

/// A refusal before an operation is at work, for one reason.
fn refusal(status: u16, description: &str) -> Reply {
    reply(status, json!({ "status": { "code": "4001", "description": description } }))
}

/// A refusal of the token or the subscription key. It comes from the gateway, and has no business code.
fn unauthorized(message: &str) -> Reply {
    reply(401, json!({ "statusCode": 401, "message": message }))
}

/// The text of a header; "" if there is none, or none that is text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, AUTHORIZATION.as_str()).split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
