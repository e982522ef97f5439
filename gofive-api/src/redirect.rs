//! Redirects that a client follows although it should not: one that the program brought, by `http_client`.

use bytes::Bytes;
use http_body_util::Full;
use reqwest::header::HeaderValue;
use reqwest::{Body, Response, Url};

use crate::error::{Details, Error, ErrorKind};
use crate::masking::{self, Secrets};
use crate::response::origin_and_path;

const CURE: &str = "so that the request may have become another one: build the client with \
                    `redirect::Policy::none()`, as the docs of `http_client` show";

/// Refuses a response that comes from elsewhere than the request was sent to.
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
            format!("the HTTP client followed a redirect to {destination}, {CURE}")
        }
        Err(error) if error.is_redirect() => {
            format!("the HTTP client followed redirects until it gave up, {CURE}")
        }
        Err(_) => return Ok(()),
    };
    let http_status = response.as_ref().ok().map(|response| response.status().as_u16());
    let details = Details { message, operation: Some(operation.to_owned()), http_status, ..Details::default() };
    Err(Error::new(ErrorKind::Configuration, details))
}

/// What must not appear in an error, as far as the headers of the request hold it.
pub(crate) fn secrets(subscription_key: &HeaderValue, authorization: Option<&HeaderValue>) -> Secrets {
    let headers = [Some(subscription_key), authorization].into_iter().flatten();
    Secrets::new(headers.filter_map(masking::bearer_token))
}

/// A body of known length that reqwest cannot send again: neither after a redirect, nor as a retry of its own.
pub(crate) fn body_to_send_once(body: Bytes) -> Body {
    Body::wrap(Full::new(body))
}
