//! Handles HTTP requests: reads their bodies, and injects faults into what the [`Service`] responds.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::Response;

use crate::control;
use crate::faults::Decision;
use crate::faults::fault::Fault;
use crate::faults::fault_response::{self, Stop};
use crate::http::bodies::Bodies;
use crate::http::connection::ResetHandle;
use crate::limits::Limits;
use crate::operations::evidence::{self, Behaviour};
use crate::operations::outgoing::OperationResponse;
use crate::operations::route::{NotFound, RouteMatch};
use crate::page;
use crate::service::Service;

/// What the connections share.
#[derive(Debug)]
pub(crate) struct Server {
    service: Arc<Service>,
    bodies: Bodies,
}

impl Server {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        let bodies = Bodies::new(service.settings().limits.body_size);
        Self { service, bodies }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.service.settings().limits
    }

    /// Handles a request and applies the faults that were decided for it.
    pub(crate) async fn respond(&self, request: Request, reset_handle: &ResetHandle, mut stop: Stop) -> Response {
        let (head, body) = request.into_parts();
        if control::is_control(&self.service, &head) {
            return control::respond(&self.service, &self.bodies, &head, body).await;
        }
        if page::is_page(&self.service, &head) {
            return page::respond(&head);
        }
        let cors = &self.service.settings().cors;
        if let Some(response) = cors.preflight(&head) {
            return response;
        }
        let found = self.service.find(&head);
        let documented = found.as_ref().ok().map(|(spec, operation, _)| (*spec, *operation));
        let operation = documented.map(|(_, operation)| operation);
        let decision = self.service.decide(operation, &head);
        let fault = decision.fault.as_ref();
        let mut response = fault.and_then(fault_response::substitute);
        let (mut behaviour, mut delay) = (Behaviour::Injected, None);
        if fault == Some(&Fault::ResetBefore) {
            self.service.log(&head, &[], documented, &decision, None);
        } else if response.is_none() || fault == Some(&Fault::GatewayTimeout { carried_out: true }) {
            let operation_response = self.handle(&head, found, body, &decision).await;
            delay = operation_response.delay;
            if response.is_none() {
                behaviour = operation_response.behaviour;
                response = Some(operation_response.into_response(fault, &stop));
            }
        } else {
            // The body is read before the response, because a client may read that only after it has sent everything.
            self.bodies.discard(&head.headers, body).await;
            self.service.log(&head, &[], documented, &decision, None);
        }
        // The request is carried out before the delay: a client that gives up early does not undo it.
        for delay in [decision.delay, delay].into_iter().flatten() {
            fault_response::wait(delay, &mut stop).await;
        }
        if matches!(fault, Some(Fault::ResetBefore | Fault::ResetAfter)) {
            reset_handle.reset();
        }
        // After a reset no response is sent, so that its content does not matter.
        let mut response = response.unwrap_or_default();
        if let Some(date) = self.service.date(decision.skew) {
            fault_response::set_date(&mut response, date);
        }
        evidence::set(&mut response, operation.map(|operation| operation.evidence), behaviour);
        cors.expose(&head.headers, &mut response);
        response
    }

    /// Checks the head of a request, then reads its body and carries it out.
    async fn handle(
        &self,
        head: &Parts,
        found: Result<RouteMatch, NotFound>,
        body: Body,
        decision: &Decision,
    ) -> OperationResponse {
        let documented = found.as_ref().ok().map(|(spec, operation, _)| (*spec, *operation));
        let found = match self.service.admit(head, found) {
            Ok(found) => found,
            Err(refusal) => {
                self.bodies.discard(&head.headers, body).await;
                self.service.log(head, &[], documented, decision, Some(&refusal));
                return *refusal;
            }
        };
        let received = self.bodies.read(&head.headers, body).await;
        let (response, body) = match &received {
            Ok(received) => {
                let body = &received.bytes[..];
                (self.service.carry_out(head, found, body, decision.lifetime()), body)
            }
            Err(error) => (OperationResponse::error(error.status(), &error.to_string()), &[][..]),
        };
        self.service.log(head, body, documented, decision, Some(&response));
        response
    }
}
