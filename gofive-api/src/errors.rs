//! Errors: the one error type, what an HTTP status means, and what must not be printed.
//!
//! [`masking`] removes secrets from what a server sends, and [`printing`] control characters and long texts.

pub mod business_code;
pub(crate) mod error;
pub(crate) mod masking;
pub(crate) mod printing;
pub(crate) mod problem;
pub(crate) mod status;

pub(crate) use self::error::{CallHistory, Details};
pub use self::error::{Error, ErrorKind};
pub use self::problem::Problem;
