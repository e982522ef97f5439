//! The page for people at `/`: it shows the sandbox and controls it, through the control API like any other program.
//!
//! The page is one document without data. Its style and script are in it, and the nonce of each response allows only them:
//! whatever else a text on the page might be, it does not run and fetches nothing.

use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;

use crate::control_access::ControlAccess;
use crate::random;
use crate::service::Service;

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");

/// The parts of the script, which is one module.
const SCRIPTS: [&str; 8] = [
    include_str!("page/dom.js"),
    include_str!("page/api.js"),
    include_str!("page/traffic.js"),
    include_str!("page/rules.js"),
    include_str!("page/records.js"),
    include_str!("page/time.js"),
    include_str!("page/webhooks.js"),
    include_str!("page/page.js"),
];

/// Whether a request is for the page, which exists only if the sandbox can be controlled.
pub(crate) fn is_page(service: &Service, head: &Parts) -> bool {
    head.uri.path() == "/" && service.settings().control != ControlAccess::Off
}

pub(crate) fn respond(head: &Parts) -> Response {
    let mut response = Response::default();
    if head.method != Method::GET && head.method != Method::HEAD {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let nonce = random::hex_digits();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let headers = response.headers_mut();
    // The nonce is hexadecimal digits.
    headers.extend(HeaderValue::try_from(policy).ok().map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    *response.body_mut() = Body::from(html(&nonce));
    response
}

fn html(nonce: &str) -> String {
    HTML.replace("{nonce}", nonce)
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("/* {style} */", STYLE)
        .replace("/* {script} */", &SCRIPTS.concat())
}
