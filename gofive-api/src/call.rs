//! One call, from the method of an operation to its response, and what the calls of a session share.
//!
//! A generated method asks the [`session`] for a request and passes it back; [`retry`] makes the attempts, each with a
//! [`token`], within the [`limit`]s, over [`http`]. [`failure`] makes an error of everything that is not a success.

pub(crate) mod arrival;
pub(crate) mod client;
pub(crate) mod drift;
pub(crate) mod failure;
pub(crate) mod headers;
pub(crate) mod heap;
pub(crate) mod http;
pub(crate) mod limit;
pub(crate) mod observer;
pub(crate) mod operation;
pub(crate) mod options;
#[cfg(feature = "recorder")]
pub(crate) mod recording;
pub(crate) mod request;
pub(crate) mod request_type;
pub(crate) mod retry;
pub(crate) mod runtimes;
pub(crate) mod session;
pub(crate) mod shared;
#[cfg(feature = "rustls")]
pub(crate) mod tls;
pub(crate) mod token;
pub(crate) mod trace;
pub(crate) mod url_policy;
pub(crate) mod urls;
