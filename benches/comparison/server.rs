//! A server with prepared responses, so that its own work hardly affects the measurements.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, header};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::measure::{Done, PAGE, RECORDS};

/// How the server responds.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// How long a response to a call takes.
    pub(crate) latency: Duration,
    /// How long a token is valid.
    pub(crate) token_life: Duration,
    /// How long the response to a token request takes.
    pub(crate) token_latency: Duration,
}

impl Default for Pace {
    /// Responds immediately, with tokens that outlive every measurement.
    fn default() -> Self {
        Self { latency: Duration::ZERO, token_life: Duration::from_secs(3600), token_latency: Duration::ZERO }
    }
}

impl Pace {
    /// Reads what [`to_arguments`](Self::to_arguments) wrote.
    pub(crate) fn parse(arguments: &[&str]) -> Option<Self> {
        let [latency, token_life, token_latency] = *arguments else { return None };
        let milliseconds = |text: &str| text.parse().ok().map(Duration::from_millis);
        Some(Self {
            latency: milliseconds(latency)?,
            token_life: milliseconds(token_life)?,
            token_latency: milliseconds(token_latency)?,
        })
    }

    /// The arguments of the server process, in milliseconds.
    pub(crate) fn to_arguments(self) -> [String; 3] {
        [self.latency, self.token_life, self.token_latency].map(|time| time.as_millis().to_string())
    }
}

/// Serves until the process ends; passes the base URL to `ready` once it listens.
pub(crate) async fn serve(pace: Pace, ready: impl FnOnce(String)) -> Done {
    let pages: Vec<Bytes> = (0..=RECORDS / PAGE).map(|page| employees(page * PAGE, PAGE)).collect();
    let one = employees(0, 1);
    let employees = post(async move |request: Bytes| {
        respond_after(pace.latency).await;
        let request: Value = serde_json::from_slice(&request).unwrap_or_default();
        let number = |name| request.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        let asked_for = number("skip").and_then(|skip| pages.get(skip / PAGE)).cloned().unwrap_or_default();
        respond(if number("pageLength") == Some(1) { one } else { asked_for })
    });
    let life = pace.token_life.as_secs();
    let token = Bytes::from(json!({"access_token": "t", "token_type": "Bearer", "expires_in": life}).to_string());
    let token = post(async move |_: Bytes| {
        respond_after(pace.token_latency).await;
        respond(token)
    });
    let router = Router::new().route("/authorization/connect/token", token).route("/v1/Employees/Enquiry", employees);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    ready(format!("http://{}", listener.local_addr()?));
    Ok(axum::serve(listener, router).await?)
}

/// Even a timer of zero costs time.
async fn respond_after(latency: Duration) {
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
}

fn respond(body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Some of the employees; none after the last.
fn employees(skip: usize, take: usize) -> Bytes {
    let employee = |number| {
        json!({
            "userId": format!("6d473b8f-a6b3-4536-b1e6-{number:012}"),
            "fullname": format!("Employee number {number}"),
            "staffCode": format!("UAT{number:06}"),
            "role": "string",
            "pictureUrl": format!("https://localhost/pictures/{number}.png"),
        })
    };
    let employees: Vec<_> = (skip..RECORDS.min(skip + take)).map(employee).collect();
    json!({"status": {"code": "1000", "description": "Success"}, "data": {"value": employees}}).to_string().into()
}
