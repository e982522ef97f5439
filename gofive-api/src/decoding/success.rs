//! What counts as a success: the rules by which a response with HTTP 2xx becomes a payload or an error.
//!
//! | the body has | the payload is documented | the payload is not documented |
//! |---|---|---|
//! | a code of failure | error | error |
//! | a code of success and none of failure | success (a) | success (a) |
//! | no code, but a sign of failure | error | error |
//! | neither | success, if the payload is there (b) | success, if it is JSON or empty (c) |
//!
//! - A **code** is `status.code` or `statusCode` of the envelope. "1000" and 2xx mean success, any other code means failure.
//! - **Signs of failure** are: `isSuccess` or `success` that is false; `error` or `errors` that is not empty; a `title`
//!   with a `status` of 400 or more; a `message` alone. A property that is documented for the payload is not a sign
//!   there.
//! - **The payload is there** if the documented location in the envelope, or else the whole body, has a value of the
//!   documented JSON type: a list, a scalar, or an object with at least one documented property that envelopes and
//!   error bodies do not use themselves. Null counts if the property is present.
//! - Names of the envelope are matched without regard to case, names of the payload exactly.
//! - 204, 205, and an empty 201 or 202 are successes without content. An empty 200 is a success under (c) only.
//!
//! A [custom request](crate::CustomRequest) is treated like an operation whose payload is not documented.
//!
//! The error has the kind [`Business`](crate::ErrorKind::Business) if the body describes the failure, else
//! [`Decode`](crate::ErrorKind::Decode), and contains the whole body.
//! [`outcome_unknown`](crate::Error::outcome_unknown) is false only if the body has a code of failure or a sign of
//! failure other than a `message` alone.

use crate::decoding::documented::{JsonType, Payload};
use crate::decoding::property::is_success;
use crate::decoding::summary::{Kind, Level, Summary};

/// The location of the payload of a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayloadLocation {
    /// At the documented pointers; missing if they lead nowhere.
    Pointers,
    /// At the pointer with this index.
    Pointer(usize),
    /// The whole body.
    Body,
    /// Nowhere: null, or missing.
    Nowhere,
}

/// Why a body is not a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The body says that the call failed.
    Refused,
    /// The body may report a failure, such as by a `message` alone.
    Unclear,
    /// The body has neither a code nor the documented payload.
    NoPayload,
}

/// Applies the rules to a body.
pub(crate) fn evaluate(body: &Summary, payload: &Payload<'_>) -> Result<PayloadLocation, Failure> {
    if body.code().is_some_and(|code| !is_success(code)) {
        return Err(Failure::Refused);
    }
    if body.code().is_some() {
        return Ok(if payload.json_type == JsonType::Any {
            undocumented_payload(body, payload, PayloadLocation::Pointers)
        } else {
            PayloadLocation::Pointers
        });
    }
    match body.levels_to_payload().find_map(failure_sign) {
        Some(failure) => Err(failure),
        None if payload.json_type == JsonType::Any => Ok(undocumented_payload(body, payload, PayloadLocation::Body)),
        None => documented_payload(body, payload),
    }
}

/// The sign of failure on a level of the envelope.
fn failure_sign(level: &Level) -> Option<Failure> {
    let problem = level.title.is_some() && level.http_status.is_some_and(|status| status >= 400);
    if level.refuses || level.has_error || problem {
        return Some(Failure::Refused);
    }
    (level.message.is_some() && !level.has_more).then_some(Failure::Unclear)
}

/// Rule (b): the payload is documented, and the body has neither a code nor a sign of failure.
fn documented_payload(body: &Summary, payload: &Payload<'_>) -> Result<PayloadLocation, Failure> {
    let mut levels = payload.pointers.iter().map(|steps| body.level(steps.len()));
    if let Some(index) = levels.position(|level| has_json_type(level, payload.json_type)) {
        return Ok(PayloadLocation::Pointer(index));
    }
    // Null counts only for a property, not for the body itself.
    if payload.pointers.iter().any(|steps| !steps.is_empty() && body.kind(steps.len()) == Kind::Null) {
        return Ok(PayloadLocation::Nowhere);
    }
    if has_json_type(body.level(0), payload.json_type) {
        return Ok(PayloadLocation::Body);
    }
    let says_something = body.description().is_some() && !body.levels_to_payload().any(|level| level.succeeds);
    Err(if says_something { Failure::Unclear } else { Failure::NoPayload })
}

/// Whether a value is of the documented JSON type. A list may also come as its single record.
fn has_json_type(level: Option<&Level>, json_type: JsonType) -> bool {
    level.is_some_and(|level| match (json_type, level.kind) {
        (JsonType::Object | JsonType::Array, Kind::Object) => level.is_documented,
        (JsonType::Array, Kind::List) | (JsonType::Scalar, Kind::Scalar) => true,
        _ => false,
    })
}

/// Rule (c): the payload is not documented.
fn undocumented_payload(body: &Summary, payload: &Payload<'_>, otherwise: PayloadLocation) -> PayloadLocation {
    let is_there = |steps: &&[&str]| body.kind(steps.len()) != Kind::Missing;
    payload.pointers.iter().position(is_there).map_or(otherwise, PayloadLocation::Pointer)
}
