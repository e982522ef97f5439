//! Accepts connections and serves their requests, within bounds, until the sandbox stops.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use futures_util::future::{Either, select};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::faults::fault_response::Stop;
use crate::http::connection::Connection;
use crate::http::server::Server;

/// The time that a connection may be idle, or take to send the head of a request.
///
/// Clients close idle connections earlier (reqwest: after 90 seconds), so that none is closed while a client uses it.
const IDLE: Duration = Duration::from_secs(120);

/// The memory of a connection for what it reads and writes; hyper's own maximum is 400 KiB.
const BUFFER: usize = 64 * 1024;

/// The pause after an error that is not the fault of a client, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves requests until the sender of `stop` is dropped, then lets those that have begun finish.
pub(crate) async fn run(listener: TcpListener, server: Arc<Server>, mut stop: Stop) {
    let limits = server.limits();
    let slots = Arc::new(Semaphore::new(limits.connections));
    loop {
        let next = pin!(accept(&listener, &slots));
        // `changed` fails when the sender is dropped.
        let Either::Left((Some((stream, slot)), _)) = select(next, pin!(stop.changed())).await else { break };
        // Idle connections must not take all slots: if half of them are taken, a connection ends with its first response.
        let keep_alive = slots.available_permits() >= limits.connections / 2;
        tokio::spawn(serve(stream, slot, keep_alive, Arc::clone(&server), stop.clone()));
    }
    drop(listener);
    // The last connection has ended when all slots are free. The builder has limited their number to 32 bits.
    let _ = slots.acquire_many(u32::try_from(limits.connections).unwrap_or(u32::MAX)).await;
}

/// Accepts a connection as soon as there is a slot for it.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Some((stream, slot)),
            Err(error) if is_of_client(&error) => {}
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Whether only the connection that was to be accepted failed.
fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn serve(stream: TcpStream, slot: OwnedSemaphorePermit, keep_alive: bool, server: Arc<Server>, mut stop: Stop) {
    // Without this, the chunks of a slow body would be delayed. A connection that is closed already fails later.
    let _ = stream.set_nodelay(true);
    let shutdown_timeout = server.limits().shutdown_timeout;
    let connection = Connection::new(stream);
    let (reset_handle, stopped) = (connection.reset_handle(), stop.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (server, reset_handle, stop) = (Arc::clone(&server), reset_handle.clone(), stopped.clone());
        async move { Ok::<_, Infallible>(server.respond(request.map(Body::new), &reset_handle, stop).await) }
    });
    let mut http = http1::Builder::new();
    http.keep_alive(keep_alive).timer(TokioTimer::new()).header_read_timeout(IDLE).max_buf_size(BUFFER);
    let mut connection = pin!(http.serve_connection(TokioIo::new(connection), service));
    // An error of the connection is one of the client, or a fault.
    if let Either::Right(_) = select(connection.as_mut(), pin!(stop.changed())).await {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(shutdown_timeout, connection).await;
    }
    drop(slot);
}
