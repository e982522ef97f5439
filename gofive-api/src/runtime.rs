//! What generated code uses of the runtime, beside the public API. Hand-written code uses the modules themselves.

pub(crate) use crate::call::operation::{Idempotency, Operation};
pub(crate) use crate::call::request::Request;
pub(crate) use crate::call::request_type::{list_request_type, request_type};
pub(crate) use crate::call::session::Session;
pub(crate) use crate::decoding::documented::{JsonType, Payload};
pub(crate) use crate::decoding::payload::{self, FromProperties};
pub(crate) use crate::decoding::undocumented::undocumented;
pub(crate) use crate::values::open_enum::open_enum;
