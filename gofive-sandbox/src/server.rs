//! Serves HTTP: accepts connections, reads bodies, and injects faults into what the [`Service`] responds.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use tokio::net::TcpListener;

use crate::connection::{Listener, ResetHandle};
use crate::fault::Fault;
use crate::fault_response::{self, Stop};
use crate::operation_response::OperationResponse;
use crate::service::Service;

/// The maximum size of a request body; the API's own limit is not known.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Serves requests until the sender of `stop` is dropped.
pub(crate) async fn run(listener: TcpListener, service: Arc<Service>, mut stop: Stop) {
    let stopped = stop.clone();
    let app = Router::new().fallback(move |ConnectInfo(reset_handle): ConnectInfo<ResetHandle>, request: Request| {
        let (service, stop) = (Arc::clone(&service), stopped.clone());
        async move { respond(&service, request, &reset_handle, stop).await }
    });
    let stop = async move {
        // The error means that the sender was dropped.
        let _ = stop.changed().await;
    };
    let app = app.into_make_service_with_connect_info::<ResetHandle>();
    // The server ends only by the signal, and then no caller is left to receive an error.
    let _ = axum::serve(Listener(listener), app).with_graceful_shutdown(stop).await;
}

/// Handles a request and applies the faults that were decided for it.
async fn respond(service: &Service, request: Request, reset_handle: &ResetHandle, mut stop: Stop) -> Response {
    let (head, body) = request.into_parts();
    let decision = service.decide(&head);
    let fault = decision.fault.as_ref();
    let (mut response, mut delay) = (None, None);
    if fault != Some(&Fault::ResetBefore) {
        // The body is read before any check, because a client may read the response only after it has sent everything.
        let body = to_bytes(body, MAX_BODY).await;
        response = fault.and_then(fault_response::substitute);
        if response.is_none() || fault == Some(&Fault::GatewayTimeout { carried_out: true }) {
            let operation_response = match body {
                Ok(body) => service.handle(&head, &body, decision.lifetime()),
                Err(error) => OperationResponse::error(400, &format!("the body cannot be read: {error}")),
            };
            delay = operation_response.delay;
            response = response.or_else(|| Some(operation_response.into_response(fault, &stop)));
        }
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
    if let Some(seconds) = decision.skew {
        fault_response::set_skew(&mut response, seconds);
    }
    response
}
