//! Checks a request in the order of the API's own checks, and carries it out.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use gofive_spec::{Idempotency, Spec, SpecError};
use serde_json::{Value, json};

use crate::clock::{Clock, skewed};
use crate::error::SandboxError;
use crate::faults::fault_response;
use crate::faults::injector::Injector;
use crate::faults::{Decision, Faults};
use crate::log::outcome::Outcome;
use crate::log::requests::{LoggedResult, RequestLog};
use crate::operations::evidence::Behaviour;
use crate::operations::name::Operation;
use crate::operations::outgoing::OperationResponse;
use crate::operations::request::{self, RawRequest};
use crate::operations::response;
use crate::operations::route::{DocumentedOperation, NotFound, RouteMatch, Routes};
use crate::operations::state::{OperationEvidence, OperationState};
use crate::records::check::RecordCheck;
use crate::records::kind::RecordKind;
use crate::settings::Settings;
use crate::store::Store;
use crate::stubs::Stubs;
use crate::stubs::stub::{Stub, StubError};
use crate::token::Tokens;
use crate::token::token_request;
use crate::webhook::{self, Webhooks};

/// The state of a sandbox, and what can be done with it. The doors, which are HTTP and Rust, share it.
#[derive(Debug)]
pub(crate) struct Service {
    routes: Routes,
    settings: Settings,
    webhooks: Webhooks,
    /// What the sandbox has after its start.
    initial: Initial,
    record_checks: OnceLock<RecordChecks>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct Initial {
    store: Store,
    faults: Faults,
}

/// The checks of records, compiled when they are needed for the first time.
type RecordChecks = Result<BTreeMap<RecordKind, RecordCheck>, SpecError>;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    /// The number of calls by operation.
    pub(crate) calls: HashMap<Operation, usize>,
    /// The number of calls that were carried out, by operation.
    pub(crate) carried_out: HashMap<Operation, usize>,
    pub(crate) injector: Injector,
    pub(crate) stubs: Stubs,
    pub(crate) log: RequestLog,
    /// The lifetime of new tokens.
    pub(crate) token_lifetime: Duration,
    pub(crate) clock: Clock,
}

impl Service {
    pub(crate) fn new(
        specs: &'static [Spec],
        settings: Settings,
        faults: Faults,
        webhooks: Webhooks,
    ) -> Result<Self, SandboxError> {
        let store = Store::new(specs, settings.limits.records)?;
        let state = State {
            store: store.clone(),
            tokens: Tokens::default(),
            calls: HashMap::new(),
            carried_out: HashMap::new(),
            injector: Injector::new(faults.clone()),
            stubs: Stubs::default(),
            log: RequestLog::new(settings.limits.log),
            token_lifetime: settings.token_lifetime,
            clock: Clock::default(),
        };
        Ok(Self {
            routes: Routes::new(specs),
            settings,
            webhooks,
            initial: Initial { store, faults },
            record_checks: OnceLock::new(),
            state: Mutex::new(state),
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns to the state after the start; tokens remain valid, and numbers of requests and stubs go on.
    pub(crate) fn reset(&self) {
        let Initial { store, faults } = &self.initial;
        let mut state = self.state();
        state.store = store.clone();
        state.calls.clear();
        state.carried_out.clear();
        state.injector = Injector::new(faults.clone());
        state.stubs.clear();
        state.log.clear();
        state.token_lifetime = self.settings.token_lifetime;
        state.clock = Clock::default();
        self.webhooks.reset();
    }

    /// Makes the current records those that a reset returns to.
    pub(crate) fn keep_records(&mut self) {
        let store = self.state().store.clone();
        self.initial.store = store;
    }

    /// Checks a record, or returns the problems with it.
    pub(crate) fn check_record(&self, kind: RecordKind, record: &Value) -> Result<(), Vec<String>> {
        let new = |kind| Ok((kind, RecordCheck::new(&self.routes, kind)?));
        let checks = self.record_checks.get_or_init(|| RecordKind::ALL.into_iter().map(new).collect());
        let checks = checks.as_ref().map_err(|error| vec![error.to_string()])?;
        checks.get(&kind).map_or(Ok(()), |check| check.check(kind.key(), record))
    }

    /// All operations, in alphabetical order, and how often each was called.
    pub(crate) fn operations(&self) -> Vec<OperationState> {
        let state = self.state();
        let count = |counts: &HashMap<Operation, usize>, name| counts.get(&name).copied().unwrap_or(0);
        let mut operations: Vec<_> = self
            .routes
            .operations()
            .map(|(spec, operation)| {
                let name = Operation::new(&operation.id);
                let [path, request, response] = operation.evidence.parts().map(|(_, grade)| grade.name().to_owned());
                OperationState {
                    operation: name,
                    product: spec.api().info.title.clone(),
                    method: operation.method.as_str().to_owned(),
                    path: operation.path.clone(),
                    summary: operation.summary.clone(),
                    evidence: OperationEvidence { path, request, response },
                    calls: count(&state.calls, name),
                    carried_out: count(&state.carried_out, name),
                    examples: operation.response_examples().iter().map(|example| example.name.clone()).collect(),
                }
            })
            .collect();
        operations.sort_by_key(|operation| operation.operation);
        operations
    }

    /// Finds the operation of a request.
    pub(crate) fn find(&self, head: &Parts) -> Result<RouteMatch, NotFound> {
        self.routes.find(head.method.as_str(), head.uri.path())
    }

    /// Counts a request, and decides which faults apply to it. It has no operation if its path or method is unknown.
    pub(crate) fn decide(&self, operation: Option<&'static gofive_spec::Operation>, head: &Parts) -> Decision {
        let mut state = self.state();
        let Some(operation) = operation else { return state.injector.decide(None, false) };
        let name = Operation::new(&operation.id);
        *state.calls.entry(name).or_default() += 1;
        let is_token_request = !operation.needs_token;
        let decision = state.injector.decide(Some(name), is_token_request);
        if let (Some(_), Some(token), false) = (decision.lifetime(), bearer(&head.headers), is_token_request) {
            let now = state.clock.now();
            state.tokens.expire(token, now);
        }
        decision
    }

    /// The `Date` of a response, if it differs from the time of this machine: by the clock of the sandbox, or by a fault.
    pub(crate) fn date(&self, skew: Option<i32>) -> Option<SystemTime> {
        let state = self.state();
        if skew.is_none() && state.clock.is_real() { None } else { Some(skewed(state.clock.now(), skew.unwrap_or(0))) }
    }

    /// Adds a request to the log.
    pub(crate) fn log(
        &self,
        head: &Parts,
        body: &[u8],
        operation: Option<DocumentedOperation>,
        decision: &Decision,
        response: Option<&OperationResponse>,
    ) {
        // Without a response of the operation, a fault has one of its own.
        let own = response.map_or(200, |response| response.status.as_u16());
        let result = LoggedResult {
            status: fault_response::sent_status(decision.fault.as_ref(), own),
            outcome: response.map_or(Outcome::Prevented, |response| response.outcome.clone()),
            faults: decision.faults(),
        };
        let observer = self.settings.observer.as_ref();
        let mut state = self.state();
        let now = state.clock.now();
        let shown = state.log.push(now, head, body, operation, result, observer.is_some());
        // The observer may use the sandbox, whose state must not be locked then.
        drop(state);
        if let (Some(observer), Some(request)) = (observer, shown) {
            observer.observe(&request);
        }
    }

    /// Adds a stubbed response, after it is checked against the spec.
    pub(crate) fn mount(&self, stub: Stub) -> Result<u64, StubError> {
        let Some((spec, operation)) = self.routes.operation(stub.operation) else {
            let problems = vec!["the bundled specs do not have the operation; run `cargo xtask codegen`".to_owned()];
            return Err(StubError { operation: stub.operation, problems });
        };
        self.state().stubs.mount(spec, operation, stub)
    }

    /// Checks the path, the method, the subscription key and the token of a request: all that needs no body.
    pub(crate) fn admit(
        &self,
        head: &Parts,
        found: Result<RouteMatch, NotFound>,
    ) -> Result<RouteMatch, Box<OperationResponse>> {
        let found = found.map_err(|not_found| {
            let path = head.uri.path();
            match not_found {
                NotFound::Path => OperationResponse::error(404, &format!("there is no path {path}")),
                NotFound::Method(methods) => {
                    let problem = format!("{path} does not support {}", head.method);
                    OperationResponse::error(405, &problem).with_allow(&methods)
                }
            }
        })?;
        if header(&head.headers, "ocp-apim-subscription-key") != self.settings.subscription_key {
            let message = "User authentication required V2.";
            Err(OperationResponse::unauthorized(message, "the subscription key is missing or wrong"))?;
        }
        let (_, operation, _) = &found;
        if operation.needs_token {
            let state = self.state();
            let checked = bearer(&head.headers)
                .map_or(Err("there is no bearer token"), |token| state.tokens.check(token, state.clock.now()));
            checked.map_err(|reason| OperationResponse::unauthorized("Unauthorized", reason))?;
        }
        Ok(found)
    }

    /// Carries out a request, or refuses it, unless a stub is its response.
    ///
    /// A token that it requests expires after `early_expiry`, if given.
    pub(crate) fn carry_out(
        &self,
        head: &Parts,
        (spec, operation, path): RouteMatch,
        body: &[u8],
        early_expiry: Option<Duration>,
    ) -> OperationResponse {
        let query = head.uri.query().unwrap_or_default();
        let raw = RawRequest { path, query, content_type: header(&head.headers, CONTENT_TYPE.as_str()), body };
        let mut state = self.state();
        let name = Operation::new(&operation.id);
        if let Some(stubbed) = state.stubs.respond(name, spec, operation, &raw) {
            return stubbed;
        }
        let response = if operation.needs_token {
            self.run_operation(&mut state, spec, operation, &raw)
        } else {
            self.grant(&mut state, spec, operation, &raw, early_expiry)
        };
        if response.outcome == Outcome::CarriedOut {
            *state.carried_out.entry(name).or_default() += 1;
        }
        response
    }

    fn grant(
        &self,
        state: &mut State,
        spec: &Spec,
        operation: &gofive_spec::Operation,
        raw: &RawRequest<'_>,
        early_expiry: Option<Duration>,
    ) -> OperationResponse {
        if let Err(refusal) = token_request::check(spec, operation, &self.settings, raw.content_type, raw.body) {
            return OperationResponse::refusal(400, &refusal.body(), refusal.description);
        }
        let lifetime = state.token_lifetime;
        let token = state.tokens.issue(state.clock.now(), lifetime, early_expiry);
        let seconds = lifetime.as_secs();
        let body = json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer" });
        OperationResponse::success(200, &body)
    }

    fn run_operation(
        &self,
        state: &mut State,
        spec: &Spec,
        operation: &'static gofive_spec::Operation,
        raw: &RawRequest<'_>,
    ) -> OperationResponse {
        let refuse = |code: &str, description: String| {
            let body = response::refusal(spec, operation, code, &description);
            OperationResponse::refusal(400, &body, description)
        };
        let arguments = match request::parse(spec, operation, raw) {
            Ok(arguments) => arguments,
            Err(problems) => return refuse(if problems.len() == 1 { "4001" } else { "4002" }, problems.join("; ")),
        };
        let mut response = response::documented(spec, operation);
        let written = if operation.idempotency == Idempotency::Safe { 0 } else { raw.body.len().max(1) };
        match state.store.handle(&operation.id, &arguments, written) {
            Ok(Some(payload)) => {
                if let Some(event) = webhook::raised_by(Operation::new(&operation.id), &arguments, &payload) {
                    self.webhooks.raise(&event);
                }
                response::set_payload(operation, &mut response, payload);
            }
            Ok(None) => response::echo(spec, operation, &mut response, &arguments),
            Err(problem) => return refuse("4001", problem),
        }
        let behaviour = Behaviour::of_success(operation, &response);
        OperationResponse { behaviour, ..OperationResponse::success(operation.success_status(), &response) }
    }
}

/// The value of a header; "" if it is missing or not text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, AUTHORIZATION.as_str()).split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
