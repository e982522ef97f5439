//! Lets pages of other origins call the API from a browser (CORS), if the builder allows it.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;

use crate::error::SandboxError;

/// The origin that is all of them.
const ANY: &str = "*";

/// The headers of a request that decide how a browser treats the response.
const DECIDING: &str = "origin, access-control-request-headers, access-control-request-method";

/// How long a browser remembers a preflight, in seconds.
const MAX_AGE: &str = "600";

/// The origins whose pages may call the API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cors {
    origins: Vec<String>,
}

impl Cors {
    pub(crate) fn allow(&mut self, origin: String) {
        self.origins.push(origin);
    }

    /// Checks that the origins are what a browser sends.
    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        match self.origins.iter().find(|origin| *origin != ANY && !is_origin(origin)) {
            Some(origin) => Err(SandboxError::InvalidOrigin { origin: origin.clone() }),
            None => Ok(()),
        }
    }

    /// Returns the response to a preflight, with which a browser asks whether a page may send a request.
    pub(crate) fn preflight(&self, head: &Parts) -> Option<Response> {
        let method = head.headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
        let origin = self.allowed(&head.headers).filter(|_| head.method == Method::OPTIONS)?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
        if let Some(requested) = head.headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, requested.clone());
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
        headers.insert(VARY, HeaderValue::from_static(DECIDING));
        Some(response)
    }

    /// Lets the page that sent the request read the response.
    pub(crate) fn expose(&self, request: &HeaderMap, response: &mut Response) {
        if self.origins.is_empty() {
            return;
        }
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("origin"));
        let Some(origin) = self.allowed(request) else { return };
        // A page can otherwise read only a few headers, such as `Content-Type`.
        let names = headers.keys().map(HeaderName::as_str).collect::<Vec<_>>().join(", ");
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        // Names of headers are valid values.
        headers.extend(HeaderValue::try_from(names).ok().map(|names| (ACCESS_CONTROL_EXPOSE_HEADERS, names)));
    }

    /// The origin of a request, if its pages may call the API.
    fn allowed(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(ORIGIN)?;
        self.origins.iter().any(|allowed| allowed == ANY || allowed.as_bytes() == origin).then(|| origin.clone())
    }
}

/// Whether a text is an origin as browsers send it: a scheme, a host in lower case, and a port if it is not the default.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    // A port that is the default is not sent, and one that is not a number is not refused by `Uri`.
    let port = match (scheme, authority.port_u16()) {
        ("http", Some(80)) | ("https", Some(443)) => return false,
        (_, Some(port)) => format!(":{port}"),
        (_, None) => String::new(),
    };
    text == format!("{scheme}://{}{port}", authority.host()) && text.to_lowercase() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for origin in ["http://localhost:5173", "https://app.example.com", "http://[::1]:3000", "http://127.0.0.1"] {
            assert!(is_origin(origin), "{origin}");
        }
        for text in [
            "",
            "null",
            "localhost:5173",
            "http://",
            "http://localhost:5173/",
            "http://localhost/a",
            "HTTP://localhost",
            "http://Localhost",
            "http://localhost:80",
            "https://localhost:443",
            "http://user@localhost",
            "http://localhost:port",
            "http://localhost:080",
            "http://localhost:",
            "http://local host",
        ] {
            assert!(!is_origin(text), "{text}");
        }
    }
}
