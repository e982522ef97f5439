//! Redirects that an HTTP client of the program follows although it should not; see `http_client`.

use bytes::Bytes;
use http_body_util::Full;
use reqwest::header::HeaderValue;
use reqwest::{Body, Response, Url};

use crate::error::{Details, Error, ErrorKind};
use crate::masking::{self, Secrets};
use crate::response::origin_and_path;

const ADVICE: &str = "which may have changed the request: build the client with \
                    `redirect::Policy::none()`, as the docs of `http_client` show";

/// Refuses a response from a URL other than that of the request.
pub(crate) fn refuse_followed(
    operation: &str,
    asked: &Url,
    response: &Result<Response, reqwest::Error>,
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

/// The secrets in the headers of a request, which must not appear in an error.
pub(crate) fn secrets(subscription_key: &HeaderValue, authorization: Option<&HeaderValue>) -> Secrets {
    let headers = [Some(subscription_key), authorization].into_iter().flatten();
    Secrets::new(headers.filter_map(masking::bearer_token))
}

/// A body of known length that reqwest cannot send again: neither after a redirect, nor in its own retries.
pub(crate) fn body_to_send_once(body: Bytes) -> Body {
    Body::wrap(Full::new(body))
}
