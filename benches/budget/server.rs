//! A server with prepared responses, made of the documented examples.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Response, header};
use gofive_spec::Spec;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::Done;

/// The `skip` by which an enquiry of employees selects its response.
pub(crate) const ONE: i64 = 1;
pub(crate) const PAGE: i64 = 2;
pub(crate) const ESCAPED: i64 = 3;

/// Serves until the process ends, and prints the base URL.
pub(crate) async fn serve() -> Done {
    let one = employees(1, "full name").to_string();
    let page = page();
    let escaped = escaped(&employees(2000, "ชื่อ นามสกุล").to_string());
    let [events, units] = ["get_customer_events", "get_sales_order"].map(|operation| {
        let example = response(operation);
        let record = example.pointer("/data/0").or(example.pointer("/data")).cloned().unwrap_or_default();
        json!({"status": {"code": "1000"}, "data": vec![record; 500]}).to_string()
    });
    let [order, case] = ["get_sales_order", "add_case"].map(|operation| response(operation).to_string());
    let respond = async move |request: Request| -> Response<Body> {
        let path = request.uri().path().to_ascii_lowercase();
        let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap_or_default();
        let skip = serde_json::from_slice::<Value>(&body).ok().and_then(|body| body.get("skip")?.as_i64());
        let (status, body) = match (&*path, skip) {
            ("/v1/employees/enquiry", Some(ONE)) => (200, one),
            ("/v1/employees/enquiry", Some(ESCAPED)) => (200, escaped),
            ("/v1/employees/enquiry", _) => (200, page),
            ("/v1/customerevent/filter", _) => (200, events),
            ("/v1/products/units", _) => (200, units),
            ("/v1/case", _) => (200, case),
            (path, _) if path.starts_with("/v2/salesorder/") => (200, order),
            _ => (400, json!({"status": {"code": "4001", "description": "refused"}}).to_string()),
        };
        let mut response = Response::new(Body::from(Bytes::from(body)));
        *response.status_mut() = axum::http::StatusCode::from_u16(status).unwrap_or_default();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, Router::new().fallback(respond)).await?)
}

/// The documented event of a new sales order.
pub(crate) fn order_event() -> Done<String> {
    let venio = Spec::parse(gofive_spec::VENIO)?;
    let event = venio.api().webhooks.iter().find(|event| event.id == "receive_new_sales_order");
    let example = event.and_then(|event| event.request_examples().first()).ok_or("the event has no example")?;
    Ok(example.value.to_string())
}

/// A page of 2000 records.
pub(crate) fn page() -> String {
    employees(2000, "full name").to_string()
}

fn response(operation: &str) -> Value {
    let example = Spec::parse(gofive_spec::VENIO).ok().and_then(|venio| {
        let example = venio.operation(operation)?.response_examples().first()?;
        Some(example.value.clone())
    });
    example.unwrap_or_default()
}

fn employees(records: usize, name: &str) -> Value {
    let record = |number: usize| {
        json!({
            "userId": format!("00000000-0000-0000-0000-{number:012}"),
            "fullname": format!("{name} {number}"),
            "staffCode": format!("S{number:05}"),
            "role": "role",
            "pictureUrl": format!("https://example.com/pictures/{number}.png"),
        })
    };
    let value: Vec<_> = (0..records).map(record).collect();
    json!({"status": {"code": "1000", "description": "Success"}, "data": {"value": value}})
}

/// JSON as some servers write it: in ASCII.
fn escaped(json: &str) -> String {
    let escape = |character: char| match character {
        ascii if ascii.is_ascii() => ascii.to_string(),
        other => format!("\\u{:04x}", u32::from(other)),
    };
    json.chars().map(escape).collect()
}
