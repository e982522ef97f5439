//! Serves requests: who may ask, what is asked, what is answered.
//!
//! [`Server::reply`] is the whole course of a request, in the order of the API's own checks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use gofive_spec::{Operation, Spec};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::Settings;
use crate::check::{self, Sent};
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
}

#[derive(Debug)]
struct Reply {
    status: u16,
    body: Value,
    /// The methods that a path has, for the refusal of another one.
    allow: Option<String>,
}

/// Answers requests until the sender of `stopped` is dropped.
pub(crate) async fn run(listener: TcpListener, server: Arc<Server>, stopped: oneshot::Receiver<()>) {
    let app = Router::new().fallback(move |request: Request| {
        let server = Arc::clone(&server);
        async move {
            let (head, body) = request.into_parts();
            // Read before anything is checked: a client may not listen before it has sent everything.
            let reply = match to_bytes(body, MAX_BODY).await {
                Ok(body) => server.reply(&head, &body),
                Err(error) => refusal(400, &format!("the body cannot be read: {error}")),
            };
            reply.into_response()
        }
    });
    let stop = async {
        // An error is what tells that the sender is gone.
        let _ = stopped.await;
    };
    // It ends by the signal only, and then there is nobody to report to.
    let _ = axum::serve(listener, app).with_graceful_shutdown(stop).await;
}

impl Server {
    pub(crate) fn new(specs: &'static [Spec], settings: Settings) -> Self {
        let state = State { memory: Memory::new(specs), tokens: Tokens::default(), calls: HashMap::new() };
        Self { routes: Routes::new(specs), settings, state: Mutex::new(state) }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reply(&self, head: &Parts, body: &[u8]) -> Reply {
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
        *state.calls.entry(&operation.id).or_default() += 1;
        if header(&head.headers, "ocp-apim-subscription-key") != self.settings.subscription_key {
            return refusal(401, "User authentication required V2.");
        }
        let query = head.uri.query().unwrap_or_default();
        let sent = Sent { path, query, content_type: header(&head.headers, CONTENT_TYPE.as_str()), body };
        if !needs_token(spec, operation) {
            return self.grant(&mut state, spec, operation, &sent);
        }
        if !bearer(&head.headers).is_some_and(|token| state.tokens.accepts(token)) {
            return refusal(401, "Unauthorized");
        }
        answer(&mut state, spec, operation, &sent)
    }

    fn grant(&self, state: &mut State, spec: &Spec, operation: &Operation, sent: &Sent<'_>) -> Reply {
        match grant::check(spec, operation, &self.settings, sent.content_type, sent.body) {
            Ok(()) => {
                let lifetime = self.settings.token_lifetime;
                let token = state.tokens.issue(lifetime);
                let seconds = lifetime.as_secs();
                reply(200, json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer" }))
            }
            Err(body) => reply(400, body),
        }
    }
}

fn needs_token(spec: &Spec, operation: &Operation) -> bool {
    let security = operation.raw.get("security").or_else(|| spec.doc().get("security"));
    let mut schemes = security.and_then(Value::as_array).into_iter().flatten();
    schemes.any(|schemes| schemes.get("bearer").is_some())
}

fn answer(state: &mut State, spec: &Spec, operation: &Operation, sent: &Sent<'_>) -> Reply {
    let refused = |code, description: &str| reply(400, answer::refusal(spec, operation, code, description));
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
    reply(operation.success_status(), answer)
}

impl Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body.to_string()));
        // Statuses are those of the spec or of this file, so that the fallback is never met.
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Some(allow) = self.allow.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }
}

fn reply(status: u16, body: Value) -> Reply {
    Reply { status, body, allow: None }
}

/// A refusal before an operation is at work, for one reason.
fn refusal(status: u16, description: &str) -> Reply {
    reply(status, json!({ "status": { "code": "4001", "description": description } }))
}

/// The text of a header; "" if there is none, or none that is text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, AUTHORIZATION.as_str()).split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
