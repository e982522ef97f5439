//! The kind of failure that each HTTP status means.

use crate::errors::ErrorKind;

/// The meaning of the status of a failed response; a failed 2xx was cut off.
pub(crate) fn meaning(status: u16) -> (ErrorKind, &'static str) {
    match status {
        200..300 => (ErrorKind::Decode, "the body was cut off"),
        401 => (ErrorKind::Authentication, "the token or the subscription key was refused"),
        403 => (ErrorKind::Permission, "the credentials do not permit this operation"),
        404 | 410 => (ErrorKind::NotFound, "the resource does not exist"),
        408 => (ErrorKind::Timeout, "the server gave up waiting"),
        429 => (ErrorKind::RateLimited, "too many requests"),
        400..500 => (ErrorKind::Validation, "the request was refused"),
        _ => (ErrorKind::Server, "the server failed"),
    }
}
