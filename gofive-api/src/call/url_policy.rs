//! Which URLs a session accepts: a base URL that keeps secrets safe, and none that a redirect leads to.

use reqwest::Url;
use reqwest::header::LOCATION;

use crate::decoding::response::Response;
use crate::errors::masking::Secrets;
use crate::errors::{Details, Error, ErrorKind};

const ADVICE: &str = "which may have changed the request: build the client with \
                    `redirect::Policy::none()`, as the docs of `http_client` show";

/// Reads the base URL of a session. Plain http is refused unless the URL is on this machine, or the program allows it.
pub(crate) fn base_url(text: &str, plain_http: bool) -> Result<Url, Error> {
    let refuse = |why: &str| Err(Error::configuration(format!("the base URL (GOFIVE_BASE_URL) {why}")));
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("is not a URL; write it like https://api.gofive.co.th");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("contains a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if plain_http || is_loopback(&url) => Ok(url),
        "http" => refuse(
            "is plain http, which is accepted for loopback addresses only: write https, or call `allow_plain_http` in a \
             network that you trust",
        ),
        _ => refuse("is neither https nor http"),
    }
}

/// Whether the URL refers to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Describes where a redirect leads. No page documents one, and a client that follows it may turn a POST into a GET, or
/// send the subscription key to another host.
pub(crate) fn redirect(response: &Response, base: &Url, secrets: &Secrets) -> Option<String> {
    response.status.is_redirection().then(|| match location(response, base) {
        Some(location) => format!("the server redirects to {}, which is not followed", secrets.mask(&location)),
        None => "the server redirects without a location".to_owned(),
    })
}

/// Refuses a response from a URL other than that of the request: an HTTP client of the program has followed a redirect,
/// although it should not (see `http_client`).
pub(crate) fn refuse_followed(
    operation: &str,
    asked: &Url,
    response: &Result<reqwest::Response, reqwest::Error>,
    secrets: impl FnOnce() -> Secrets,
) -> Result<(), Error> {
    let message = match response {
        Ok(response) if response.url() == asked => return Ok(()),
        Ok(response) => {
            let destination = secrets().mask(&origin_and_path(response.url()));
            format!("the HTTP client followed a redirect to {destination}, {ADVICE}")
        }
        Err(error) if error.is_redirect() => {
            format!("the HTTP client followed redirects until it gave up, {ADVICE}")
        }
        Err(_) => return Ok(()),
    };
    let http_status = response.as_ref().ok().map(|response| response.status().as_u16());
    let details = Details { message, operation: Some(operation.to_owned()), http_status, ..Details::default() };
    Err(Error::new(ErrorKind::Configuration, details))
}

/// Origin and path of `Location`. Its query may contain anything.
fn location(response: &Response, base: &Url) -> Option<String> {
    let location = response.headers.get(LOCATION)?.to_str().ok()?.trim();
    Some(origin_and_path(&base.join(location).ok()?))
}

/// A URL without its query, fragment and credentials.
fn origin_and_path(url: &Url) -> String {
    match url.host_str() {
        Some(_) => format!("{}{}", url.origin().ascii_serialization(), url.path()),
        None => format!("{}:", url.scheme()),
    }
}
