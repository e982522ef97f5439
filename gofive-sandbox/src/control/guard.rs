//! Keeps pages and machines that nobody meant out of the control API.
//!
//! A page that is open in a browser can send requests to this machine. Its `Origin` gives it away; and if its own name resolves
//! to this machine (DNS rebinding), the `Host` does.

use std::net::IpAddr;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderName, StatusCode};

use super::problem::Problem;
use crate::control_access::ControlAccess;

/// The health check, which has no token: it says whether the server is running, and nothing else.
pub(super) const HEALTH: &str = "/__sandbox/health";

/// Refuses a request that does not come from somebody who may control the sandbox.
pub(super) fn check(access: &ControlAccess, head: &Parts) -> Result<(), Problem> {
    if head.uri.path() == HEALTH {
        return Ok(());
    }
    let host = host(head);
    check_origin(head, host.as_ref())?;
    match access {
        ControlAccess::Off => Err(Problem::not_found()),
        ControlAccess::ThisMachine => check_host(host.as_ref()),
        ControlAccess::Token(token) => check_token(head, token),
    }
}

/// The server that the request is sent to.
fn host(head: &Parts) -> Option<Authority> {
    head.uri.authority().cloned().or_else(|| text(head, &HOST)?.parse().ok())
}

/// A page of another server may not control the sandbox, whatever the browser calls that server.
fn check_origin(head: &Parts, host: Option<&Authority>) -> Result<(), Problem> {
    if !head.headers.contains_key(ORIGIN) {
        return Ok(());
    }
    let origin = text(head, &ORIGIN).unwrap_or("of several servers");
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    if authority.is_some_and(|authority| host.is_some_and(|host| host.as_str().eq_ignore_ascii_case(authority))) {
        return Ok(());
    }
    Err(forbidden(format!(
        "the request comes from a page of another server (its Origin is {origin:?}), and the control API is for programs; \
         send it without an Origin"
    )))
}

fn check_host(host: Option<&Authority>) -> Result<(), Problem> {
    let name = host.map(Authority::host).unwrap_or_default();
    let plain = name.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = plain.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    let name = name.to_ascii_lowercase();
    if is_loopback || name == "localhost" || name.ends_with(".localhost") {
        return Ok(());
    }
    Err(forbidden(format!(
        "the Host {name:?} is not a name of this machine, which protects the control API from pages elsewhere; use \
         localhost or 127.0.0.1, or start the sandbox with a control token"
    )))
}

fn check_token(head: &Parts, token: &str) -> Result<(), Problem> {
    let sent = text(head, &AUTHORIZATION).and_then(|value| value.split_once(' '));
    match sent {
        Some((scheme, sent)) if scheme.eq_ignore_ascii_case("bearer") && is_equal(sent.trim(), token) => Ok(()),
        _ => {
            let detail = "the control token is missing or wrong; send `Authorization: Bearer TOKEN` with the one that the \
                          sandbox was started with";
            Err(Problem::new(StatusCode::UNAUTHORIZED, detail).with_header("www-authenticate", "Bearer"))
        }
    }
}

/// Compares in a time that does not depend on where the texts differ.
fn is_equal(sent: &str, token: &str) -> bool {
    let difference = sent.bytes().zip(token.bytes()).fold(0, |all, (sent, expected)| all | (sent ^ expected));
    std::hint::black_box(difference) == 0 && sent.len() == token.len()
}

/// The value of a header that the request has once.
fn text<'a>(head: &'a Parts, name: &HeaderName) -> Option<&'a str> {
    let mut values = head.headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

fn forbidden(detail: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, detail)
}
