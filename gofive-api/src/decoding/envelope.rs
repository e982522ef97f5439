//! Takes the payload out of its envelope while decoding it: one pass over the body, nothing copied, nothing parsed twice.
//!
//! The API wraps payloads in a dozen ways (`{status, data}`, `data.value`, `data.data`, `{data, statusCode}`, …). The
//! behaviour table has the property names that lead to each payload. A visitor follows them, notes the business codes
//! on the way, and lets the payload's own type decode the rest in place. If no success code is on the way, or the
//! payload cannot be read, the body is read a second time, and `success.rs` decides.

use std::fmt;

use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::decoding::codes::Codes;
use crate::decoding::documented::{JsonType, Payload};
use crate::decoding::encoding;
use crate::decoding::level::{EnvelopeContent, Found, LevelSeed};
use crate::decoding::mixed::Mixed;
use crate::decoding::payload::{FromProperties, Record};
use crate::decoding::reader::Reader;
use crate::decoding::response::Response;
use crate::decoding::success::{self, Failure, PayloadLocation};
use crate::values::raw::{self, Text};

/// Why a success body has no usable payload.
#[derive(Debug)]
pub(crate) enum PayloadError {
    /// The body says that the call failed; whether it also says that nothing was done.
    Business { refused: bool },
    /// The body has neither a business code nor the documented payload.
    NoPayload,
    /// The body is not what is documented.
    Decode { path: String, reason: Text, ends_early: bool },
}

/// Decodes the payload of a success body, a type of this crate.
pub(crate) fn decode<T: DeserializeOwned>(response: &Response, payload: &Payload<'_>) -> Result<T, PayloadError> {
    let steps = payload.pointers.first().copied().unwrap_or_default();
    read(response, payload, steps, Found::default, quickly)
}

/// Decodes a payload that is mixed with the properties of its envelope, or on one of two levels of it. The last pointer
/// is a prefix of the first.
pub(crate) fn decode_mixed<T: FromProperties>(
    response: &Response,
    payload: &Payload<'_>,
) -> Result<Record<T>, PayloadError> {
    let steps = payload.pointers.last().copied().unwrap_or_default();
    let further = payload.pointers.first().and_then(|first| first.get(steps.len()..)).unwrap_or_default();
    read(response, payload, steps, || Mixed::new(further), quickly)
}

/// Decodes a payload as a type of the program, which may rely on what `serde_json` does.
pub(crate) fn decode_as<T: DeserializeOwned>(response: &Response, payload: &Payload<'_>) -> Result<T, PayloadError> {
    let steps = payload.pointers.first().copied().unwrap_or_default();
    read(response, payload, steps, Found::default, |text, level| {
        let mut json = serde_json::Deserializer::from_str(text);
        level.deserialize(&mut json).and_then(|()| json.end()).is_ok()
    })
}

/// Reads a body by the client's own reader; returns whether it could.
fn quickly<P: for<'de> EnvelopeContent<'de>>(text: &str, level: LevelSeed<'_, P>) -> bool {
    let mut reader = Reader::new(text);
    level.deserialize(&mut reader).and_then(|()| reader.end()).is_ok()
}

fn read<T: DeserializeOwned, P: for<'de> EnvelopeContent<'de, Payload = T>>(
    response: &Response,
    payload: &Payload<'_>,
    steps: &[&str],
    new: impl Fn() -> P,
    first_pass: impl Fn(&str, LevelSeed<'_, P>) -> bool,
) -> Result<T, PayloadError> {
    if has_no_content(response, payload) {
        return empty_payload(payload.json_type);
    }
    let text = encoding::text(&response.body).map_err(|_| not_text(response, payload))?;
    let (mut inside, mut codes) = (new(), Codes::default());
    let mut read = Ok(());
    if !first_pass(&text, LevelSeed { steps, codes: &mut codes, inside: &mut inside }) {
        (inside, codes) = (new(), Codes::default());
        read = exactly(&text, LevelSeed { steps, codes: &mut codes, inside: &mut inside });
    }
    if read.is_ok() && codes.is_success(payload, inside.is_present()) {
        return inside.payload().map_or_else(|| empty_payload(payload.json_type), Ok);
    }
    // From here on, the body is read once more.
    match (success::evaluate(response.summary(payload), payload), read) {
        (Ok(PayloadLocation::Pointers | PayloadLocation::Pointer(0)), Ok(())) => {
            inside.payload().map_or_else(|| empty_payload(payload.json_type), Ok)
        }
        (Ok(PayloadLocation::Nowhere), Ok(())) => empty_payload(payload.json_type),
        (
            Ok(PayloadLocation::Pointers | PayloadLocation::Pointer(0) | PayloadLocation::Nowhere)
            | Err(Failure::NoPayload),
            Err(error),
        ) => Err(error),
        (Ok(PayloadLocation::Pointer(index)), _) => read_at(&text, payload, payload.pointers.get(index).copied()),
        (Ok(PayloadLocation::Body), _) => read_at(&text, payload, None),
        (Err(Failure::Refused), _) => Err(PayloadError::Business { refused: true }),
        (Err(Failure::Unclear), _) => Err(PayloadError::Business { refused: false }),
        (Err(Failure::NoPayload), Ok(())) => Err(PayloadError::NoPayload),
    }
}

/// Reads the payload at a location that is not the first documented one.
fn read_at<T: DeserializeOwned>(text: &str, payload: &Payload<'_>, steps: Option<&[&str]>) -> Result<T, PayloadError> {
    let mut found = Found::default();
    let steps = steps.unwrap_or_default();
    exactly(text, LevelSeed { steps, codes: &mut Codes::default(), inside: &mut found })?;
    found.payload().map_or_else(|| empty_payload(payload.json_type), Ok)
}

/// Reads a body by `serde_json`; an error has its location.
fn exactly<'de, P: EnvelopeContent<'de>>(text: &'de str, level: LevelSeed<'_, P>) -> Result<(), PayloadError> {
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let read = level.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    match read {
        Err(error) => Err(payload_error(location(&track.path()), &error)),
        Ok(()) => json.end().map_err(|error| payload_error(String::new(), &error)),
    }
}

/// Whether the response is a success without content: by its status, or because its payload is not documented.
fn has_no_content(response: &Response, payload: &Payload<'_>) -> bool {
    const EMPTY: [StatusCode; 4] =
        [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::CREATED, StatusCode::ACCEPTED];
    encoding::is_blank(&response.body) && (payload.json_type == JsonType::Any || EMPTY.contains(&response.status))
}

/// The value for a payload that is missing or null: no success is refused because of that.
fn empty_payload<T: DeserializeOwned>(json_type: JsonType) -> Result<T, PayloadError> {
    let nothing = match json_type {
        JsonType::Object => "{}",
        JsonType::Array => "[]",
        JsonType::Scalar | JsonType::Any => "null",
    };
    serde_json::from_str(nothing).map_err(|error| payload_error(String::new(), &error))
}

fn payload_error(path: String, error: &serde_json::Error) -> PayloadError {
    // The reason may quote the body.
    PayloadError::Decode { path, reason: raw::bounded(error, raw::LONGEST_TEXT), ends_early: error.is_eof() }
}

/// The business code of a body that is not text, or the location that cannot be read.
fn not_text(response: &Response, payload: &Payload<'_>) -> PayloadError {
    if let Err(failure @ (Failure::Refused | Failure::Unclear)) = success::evaluate(response.summary(payload), payload)
    {
        return PayloadError::Business { refused: failure == Failure::Refused };
    }
    let mut json = serde_json::Deserializer::from_slice(&response.body);
    match serde_path_to_error::deserialize::<_, Checked>(&mut json) {
        Err(error) => {
            let path = location(error.path());
            payload_error(path, &error.into_inner())
        }
        Ok(_) => payload_error(String::new(), &serde_json::Error::custom("the encoding is neither UTF-8 nor UTF-16")),
    }
}

/// The path of a value in a body; empty for the body itself.
fn location(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// Any JSON, with all of its texts checked and nothing kept.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
