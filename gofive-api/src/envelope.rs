//! Takes the payload out of its envelope while decoding it: one pass over the body, nothing copied, nothing parsed twice.
//!
//! The API wraps payloads in a dozen ways (`{status, data}`, `data.value`, `data.data`, `{data, statusCode}`, …). The
//! behaviour table has the property names that lead to each payload. A visitor follows them, notes the business codes
//! on the way, and lets the payload's own type decode the rest in place. If there is no success code on the way, or the
//! payload cannot be read, the body is read a second time, and `success.rs` decides.

use std::fmt;

use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::encoding;
use crate::mixed::Mixed;
use crate::operation::{JsonType, Payload};
use crate::payload::{self, FromProperties, Name, Record};
use crate::raw::{self, Text};
use crate::response::Response;
use crate::scalar;
use crate::success::{self, Failure, PayloadLocation, Property};

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

/// Decodes the payload of a success body.
pub(crate) fn decode<T: DeserializeOwned>(response: &Response, payload: &Payload<'_>) -> Result<T, PayloadError> {
    let steps = payload.pointers.first().copied().unwrap_or_default();
    read(response, payload, steps, Found::default)
}

/// Decodes a payload that is mixed with the properties of its envelope, or on one of two levels of it. The last pointer
/// is a prefix of the first.
pub(crate) fn decode_mixed<T: FromProperties>(
    response: &Response,
    payload: &Payload<'_>,
) -> Result<Record<T>, PayloadError> {
    let steps = payload.pointers.last().copied().unwrap_or_default();
    let further = payload.pointers.first().and_then(|first| first.get(steps.len()..)).unwrap_or_default();
    read(response, payload, steps, || Mixed::new(further))
}

fn read<T: DeserializeOwned, P: for<'de> EnvelopeContent<'de, Payload = T>>(
    response: &Response,
    payload: &Payload<'_>,
    steps: &[&str],
    new: impl Fn() -> P,
) -> Result<T, PayloadError> {
    if has_no_content(response, payload) {
        return empty_payload(payload.json_type);
    }
    let text = encoding::text(&response.body).map_err(|_| not_text(response, payload))?;
    let (inside, codes, read) = scalar::read(|| pass(&text, steps, new()));
    if read.is_ok() && codes.is_success(payload, inside.is_present()) {
        return inside.payload().map_or_else(|| empty_payload(payload.json_type), Ok);
    }
    // From here on, the body is read a second time.
    match (success::evaluate(response.summary(payload), payload), read) {
        (Ok(PayloadLocation::Pointers | PayloadLocation::Pointer(0)), Ok(())) => {
            inside.payload().map_or_else(|| empty_payload(payload.json_type), Ok)
        }
        (Ok(PayloadLocation::Nowhere), Ok(())) => empty_payload(payload.json_type),
        (
            Ok(PayloadLocation::Pointers | PayloadLocation::Pointer(0) | PayloadLocation::Nowhere)
            | Err(Failure::NoPayload),
            Err(error),
        ) => Err(locate_error(&text, steps, &mut new(), &error)),
        (Ok(PayloadLocation::Pointer(index)), _) => read_at(&text, payload, payload.pointers.get(index).copied()),
        (Ok(PayloadLocation::Body), _) => read_at(&text, payload, None),
        (Err(Failure::Refused), _) => Err(PayloadError::Business { refused: true }),
        (Err(Failure::Unclear), _) => Err(PayloadError::Business { refused: false }),
        (Err(Failure::NoPayload), Ok(())) => Err(PayloadError::NoPayload),
    }
}

/// Reads the payload at a location that is not the first documented one.
fn read_at<T: DeserializeOwned>(text: &str, payload: &Payload<'_>, steps: Option<&[&str]>) -> Result<T, PayloadError> {
    let steps = steps.unwrap_or_default();
    let (found, _, read) = scalar::read(|| pass(text, steps, Found::default()));
    match read {
        Ok(()) => found.payload().map_or_else(|| empty_payload(payload.json_type), Ok),
        Err(error) => Err(locate_error(text, steps, &mut Found::<T>::default(), &error)),
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

/// Makes one pass over the body, through `steps` to the content.
fn pass<'de, P: EnvelopeContent<'de>>(
    text: &'de str,
    steps: &[&str],
    mut inside: P,
) -> (P, Codes, serde_json::Result<()>) {
    let mut codes = Codes::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let level = LevelSeed { steps, codes: &mut codes, inside: &mut inside };
    let read = level.deserialize(&mut json).and_then(|()| json.end());
    (inside, codes, read)
}

/// Decodes again to find the location of an error.
fn locate_error<'de, P: EnvelopeContent<'de>>(
    text: &'de str,
    steps: &[&str],
    inside: &mut P,
    error: &serde_json::Error,
) -> PayloadError {
    let mut fault = payload_error(String::new(), error);
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let level = LevelSeed { steps, codes: &mut Codes::default(), inside };
    if let (PayloadError::Decode { path, .. }, Err(_)) =
        (&mut fault, level.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track)))
    {
        *path = location(&track.path());
    }
    fault
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

/// The codes on the way to a payload, and whether other properties may be signs of failure.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    success: bool,
    failure: bool,
    /// Whether there are properties that may be signs of failure.
    others: bool,
}

impl Codes {
    /// Notes `status` or `statusCode`.
    pub(crate) fn note(&mut self, property: Option<Property>, raw: &str) {
        let mut note = |raw: &str| {
            let Some(code) = raw::text(raw).filter(|code| !code.as_str().is_empty()) else { return };
            let is_success = success::is_success(code.as_str());
            self.success |= is_success;
            self.failure |= !is_success;
        };
        match property {
            Some(Property::StatusCode) => note(raw),
            Some(Property::Status) => raw::each_property(raw, |name, value| {
                if name.eq_ignore_ascii_case("code") {
                    note(value);
                }
            }),
            _ => {}
        }
    }

    /// Whether the body is a success that need not be read again.
    fn is_success(&self, payload: &Payload<'_>, is_present: bool) -> bool {
        let is_list = payload.json_type == JsonType::Array && is_present && !self.others;
        let is_found = payload.json_type != JsonType::Any || is_present;
        !self.failure && ((self.success && is_found) || (!self.success && is_list))
    }
}

/// The content of the envelope.
pub(crate) trait EnvelopeContent<'de> {
    type Payload;

    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, codes: &mut Codes) -> Result<(), D::Error>;

    /// Whether the pointer leads to a value, including null.
    fn is_present(&self) -> bool;

    /// The payload, if it is present and not null.
    fn payload(self) -> Option<Self::Payload>;
}

/// A payload and nothing else.
pub(crate) struct Found<T> {
    payload: Option<T>,
    is_present: bool,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { payload: None, is_present: false }
    }
}

impl<'de, T: Deserialize<'de>> EnvelopeContent<'de> for Found<T> {
    type Payload = T;

    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, _: &mut Codes) -> Result<(), D::Error> {
        self.payload = Option::deserialize(deserializer)?;
        self.is_present = true;
        Ok(())
    }
    fn is_present(&self) -> bool {
        self.is_present
    }
    fn payload(self) -> Option<T> {
        self.payload
    }
}

/// One level of the envelope, `steps` above its content.
pub(crate) struct LevelSeed<'a, P> {
    pub(crate) steps: &'a [&'a str],
    pub(crate) codes: &'a mut Codes,
    pub(crate) inside: &'a mut P,
}

impl<'de, P: EnvelopeContent<'de>> DeserializeSeed<'de> for LevelSeed<'_, P> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() {
            self.inside.read(deserializer, self.codes)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de, P: EnvelopeContent<'de>> Visitor<'de> for LevelSeed<'_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let LevelSeed { steps, codes, inside } = self;
        let (step, rest) = steps.split_first().unwrap_or((&"", &[]));
        let mut is_found = false;
        while let Some(Name(name)) = map.next_key()? {
            if name.eq_ignore_ascii_case(step) {
                payload::refuse_duplicate(std::mem::replace(&mut is_found, true), step)?;
                map.next_value_seed(LevelSeed { steps: rest, codes: &mut *codes, inside: &mut *inside })?;
                continue;
            }
            if let property @ Some(Property::Status | Property::StatusCode) = Property::named(&name) {
                codes.note(property, map.next_value::<&RawValue>()?.get());
            } else {
                codes.others = true;
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    // Not an object: the pointer leads nowhere, but another may.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
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
