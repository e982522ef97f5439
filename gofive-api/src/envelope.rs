//! Takes the payload out of its envelope while decoding it: one pass over the body, nothing copied, nothing parsed twice.
//!
//! The API wraps payloads in a dozen ways (`{status, data}`, `data.value`, `data.data`, `{data, statusCode}`, …). The
//! behaviour table has the names that lead to each payload. A visitor follows them, takes note of the business codes on the
//! way, and lets the payload's own type decode the rest in place. Where no code of success is on the way, or the payload
//! cannot be read, the body is looked at a second time, and `success.rs` decides.

use std::fmt;

use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::answer::{self, Answer, Name, Record};
use crate::encoding;
use crate::mixed::Mixed;
use crate::operation::{Payload, Shape};
use crate::raw::{self, Text};
use crate::response::Response;
use crate::scalar;
use crate::success::{self, Failure, Place, Property};

/// Why a success body yields no payload.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The body says what is wrong; whether it also says that nothing was done.
    Business { refused: bool },
    /// The body has neither a business code nor the documented payload.
    NoPayload,
    /// The body is not what is documented.
    Decode { path: String, reason: Text, ends_early: bool },
}

/// Decodes the payload of a success body.
pub(crate) fn decode<T: DeserializeOwned>(response: &Response, payload: &Payload<'_>) -> Result<T, Fault> {
    let steps = payload.pointers.first().copied().unwrap_or_default();
    read(response, payload, steps, Found::default)
}

/// Decodes a payload that stands among the properties of its envelope, or on one of two levels of it. The last pointer is
/// a prefix of the first.
pub(crate) fn decode_mixed<T: Answer>(response: &Response, payload: &Payload<'_>) -> Result<Record<T>, Fault> {
    let steps = payload.pointers.last().copied().unwrap_or_default();
    let further = payload.pointers.first().and_then(|first| first.get(steps.len()..)).unwrap_or_default();
    read(response, payload, steps, || Mixed::new(further))
}

fn read<T: DeserializeOwned, P: for<'de> Inside<'de, Payload = T>>(
    response: &Response,
    payload: &Payload<'_>,
    steps: &[&str],
    new: impl Fn() -> P,
) -> Result<T, Fault> {
    if has_no_content(response, payload) {
        return nothing(payload.shape);
    }
    let text = encoding::text(&response.body).map_err(|_| not_text(response, payload))?;
    let (inside, codes, read) = scalar::read(|| pass(&text, steps, new()));
    if read.is_ok() && codes.is_success(payload, inside.is_present()) {
        return inside.payload().map_or_else(|| nothing(payload.shape), Ok);
    }
    // From here on, the body is looked at a second time.
    match (success::judge(response.summary(payload), payload), read) {
        (Ok(Place::Pointers | Place::Pointer(0)), Ok(())) => {
            inside.payload().map_or_else(|| nothing(payload.shape), Ok)
        }
        (Ok(Place::Nowhere), Ok(())) => nothing(payload.shape),
        (Ok(Place::Pointers | Place::Pointer(0) | Place::Nowhere) | Err(Failure::NoPayload), Err(error)) => {
            Err(decode_fault(&text, steps, &mut new(), &error))
        }
        (Ok(Place::Pointer(index)), _) => read_at(&text, payload, payload.pointers.get(index).copied()),
        (Ok(Place::Body), _) => read_at(&text, payload, None),
        (Err(Failure::Refused), _) => Err(Fault::Business { refused: true }),
        (Err(Failure::Unclear), _) => Err(Fault::Business { refused: false }),
        (Err(Failure::NoPayload), Ok(())) => Err(Fault::NoPayload),
    }
}

/// Reads the payload where the documentation does not have it first.
fn read_at<T: DeserializeOwned>(text: &str, payload: &Payload<'_>, steps: Option<&[&str]>) -> Result<T, Fault> {
    let steps = steps.unwrap_or_default();
    let (found, _, read) = scalar::read(|| pass(text, steps, Found::default()));
    match read {
        Ok(()) => found.payload().map_or_else(|| nothing(payload.shape), Ok),
        Err(error) => Err(decode_fault(text, steps, &mut Found::<T>::default(), &error)),
    }
}

/// Whether a success without content is one: by its status, or because nothing is documented of its payload.
fn has_no_content(response: &Response, payload: &Payload<'_>) -> bool {
    const EMPTY: [StatusCode; 4] =
        [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::CREATED, StatusCode::ACCEPTED];
    encoding::is_blank(&response.body) && (payload.shape == Shape::Any || EMPTY.contains(&response.status))
}

/// What stands for a payload that is missing or null: no success is refused for that.
fn nothing<T: DeserializeOwned>(shape: Shape) -> Result<T, Fault> {
    let nothing = match shape {
        Shape::Object => "{}",
        Shape::Array => "[]",
        Shape::Scalar | Shape::Any => "null",
    };
    serde_json::from_str(nothing).map_err(|error| fault(String::new(), &error))
}

/// One pass over the body, `steps` down to what is to be read.
fn pass<'de, P: Inside<'de>>(text: &'de str, steps: &[&str], mut inside: P) -> (P, Codes, serde_json::Result<()>) {
    let mut codes = Codes::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let level = Level { steps, codes: &mut codes, inside: &mut inside };
    let read = level.deserialize(&mut json).and_then(|()| json.end());
    (inside, codes, read)
}

/// Decodes once more to find the location of an error.
fn decode_fault<'de, P: Inside<'de>>(
    text: &'de str,
    steps: &[&str],
    inside: &mut P,
    error: &serde_json::Error,
) -> Fault {
    let mut fault = fault(String::new(), error);
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let level = Level { steps, codes: &mut Codes::default(), inside };
    if let (Fault::Decode { path, .. }, Err(_)) =
        (&mut fault, level.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track)))
    {
        *path = location(&track.path());
    }
    fault
}

fn fault(path: String, error: &serde_json::Error) -> Fault {
    // The reason may quote the body.
    Fault::Decode { path, reason: raw::bounded(error, raw::LONGEST_TEXT), ends_early: error.is_eof() }
}

/// A body that is not text yields its business code, and the location of what cannot be read.
fn not_text(response: &Response, payload: &Payload<'_>) -> Fault {
    if let Err(failure @ (Failure::Refused | Failure::Unclear)) = success::judge(response.summary(payload), payload) {
        return Fault::Business { refused: failure == Failure::Refused };
    }
    let mut json = serde_json::Deserializer::from_slice(&response.body);
    match serde_path_to_error::deserialize::<_, Checked>(&mut json) {
        Err(error) => {
            let path = location(error.path());
            fault(path, &error.into_inner())
        }
        Ok(_) => fault(String::new(), &serde_json::Error::custom("the encoding is neither UTF-8 nor UTF-16")),
    }
}

/// A path into a body; none if it is the body itself.
fn location(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// Which codes are on the way to a payload, and whether anything else is.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    success: bool,
    failure: bool,
    /// There are properties that may be signs of failure.
    others: bool,
}

impl Codes {
    /// Takes note of `status` or `statusCode`.
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

    /// Whether the body is a success that need not be looked at again.
    fn is_success(&self, payload: &Payload<'_>, is_present: bool) -> bool {
        let is_list = payload.shape == Shape::Array && is_present && !self.others;
        let is_found = payload.shape != Shape::Any || is_present;
        !self.failure && ((self.success && is_found) || (!self.success && is_list))
    }
}

/// What the envelope holds.
pub(crate) trait Inside<'de> {
    type Payload;

    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, codes: &mut Codes) -> Result<(), D::Error>;

    /// Whether the pointer leads to anything, be it null.
    fn is_present(&self) -> bool;

    /// The payload, if it is there and not null.
    fn payload(self) -> Option<Self::Payload>;
}

/// The payload and nothing else.
pub(crate) struct Found<T> {
    payload: Option<T>,
    is_present: bool,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { payload: None, is_present: false }
    }
}

impl<'de, T: Deserialize<'de>> Inside<'de> for Found<T> {
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

/// One level of the envelope, `steps` above what is inside.
pub(crate) struct Level<'a, P> {
    pub(crate) steps: &'a [&'a str],
    pub(crate) codes: &'a mut Codes,
    pub(crate) inside: &'a mut P,
}

impl<'de, P: Inside<'de>> DeserializeSeed<'de> for Level<'_, P> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() {
            self.inside.read(deserializer, self.codes)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de, P: Inside<'de>> Visitor<'de> for Level<'_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Level { steps, codes, inside } = self;
        let (step, rest) = steps.split_first().unwrap_or((&"", &[]));
        let mut is_found = false;
        while let Some(Name(name)) = map.next_key()? {
            if name.eq_ignore_ascii_case(step) {
                answer::once(std::mem::replace(&mut is_found, true), step)?;
                map.next_value_seed(Level { steps: rest, codes: &mut *codes, inside: &mut *inside })?;
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

    // Anything but an object on the way: the pointer leads nowhere, and another may.
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
