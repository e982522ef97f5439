//! A server with one long body and one short body, both prepared.

use std::sync::mpsc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Response, header};
use axum::routing::post;
use serde_json::json;
use tokio::net::TcpListener;

use crate::bodies::{Kind, TOKEN};
use crate::readers::Done;

/// Serves on its own thread until the process ends; returns the base URL.
///
/// A base URL that ends in `/long` gets the long body, and one that ends in `/short` a short body of the same kind.
pub(crate) fn start(kind: Kind, body: String) -> Done<String> {
    let token = json!({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}).to_string();
    let (status, short) = (kind.status(), kind.body(1));
    let router = Router::new()
        .route("/short/authorization/connect/token", post(fixed(200, token.clone())))
        .route("/long/authorization/connect/token", post(fixed(200, token)))
        .route("/short/v1/Employees/Enquiry", post(fixed(status, short)))
        .route("/long/v1/Employees/Enquiry", post(fixed(status, body)));
    let (ready, base_url) = mpsc::channel();
    std::thread::spawn(move || -> Done {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            ready.send(format!("http://{}", listener.local_addr()?))?;
            Ok(axum::serve(listener, router).await?)
        })
    });
    Ok(base_url.recv()?)
}

fn fixed(status: u16, body: String) -> impl Fn() -> std::future::Ready<Response<Body>> + Clone {
    let body = Bytes::from(body);
    move || {
        let response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
        std::future::ready(response.body(Body::from(body.clone())).unwrap_or_default())
    }
}
