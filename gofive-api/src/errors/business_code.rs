//! The documented business codes, as [`Error::code`](crate::Error::code) has them.
//!
//! A server may send a subcode instead, which names the error.
//!
//! ```
//! use gofive_api::{Error, business_code};
//!
//! fn has_several_problems(error: &Error) -> bool {
//!     error.code() == Some(business_code::SEVERAL_ERRORS)
//! }
//! ```

/// The call succeeded.
pub const SUCCESS: &str = "1000";
/// There is exactly one error.
pub const ONE_ERROR: &str = "4001";
/// There is more than one error. [`Error::problems`](crate::Error::problems) lists them, if the server does.
pub const SEVERAL_ERRORS: &str = "4002";
