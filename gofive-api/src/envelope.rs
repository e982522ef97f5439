//! Takes the payload out of its envelope while decoding it: one pass over the body, nothing copied, nothing parsed twice.
//!
//! The API wraps payloads in a dozen ways (`{status, data}`, `data.value`, `data.data`, `{data, statusCode}`, …). The
//! behaviour table has the member names that lead to each payload. A visitor walks them, takes note of the business code
//! on every level that it passes, and lets the payload's own type decode the rest in place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::mixed::Mixed;
use crate::operation::{Payload, Shape};
use crate::scalar;
use crate::verdict::{Member, MemberSeed, Said, Verdict, verdict_of};

/// Why a success body yields no payload.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The body says that the call failed.
    Business(Verdict<'static>),
    /// The body is not what is documented.
    Decode { path: String, source: serde_json::Error },
}

/// Decodes the payload of a success body.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8], payload: &Payload) -> Result<T, Fault> {
    let steps = payload.pointers.first().copied().unwrap_or_default();
    let Found(found) = pass(body, steps, &[], || Found(None))?;
    found.map_or_else(|| nothing(payload.shape), Ok)
}

/// Decodes a payload that stands among the members of its envelope, or on one of two levels of it. The last pointer is
/// the beginning of the first.
pub(crate) fn decode_mixed<T: Answer + DeserializeOwned>(body: &[u8], payload: &Payload) -> Result<T, Fault> {
    let steps = payload.pointers.last().copied().unwrap_or_default();
    let further = payload.pointers.first().and_then(|first| first.get(steps.len()..)).unwrap_or_default();
    let mixed: Mixed<T> = pass(body, steps, further, || Mixed::new(further))?;
    mixed.payload().map_or_else(|| nothing(payload.shape), Ok)
}

/// Takes out a payload of which nothing is documented: the first pointer that leads somewhere.
pub(crate) fn decode_any(body: &[u8], payload: &Payload) -> Result<Value, Fault> {
    let mut value: Value =
        serde_json::from_slice(body).map_err(|source| Fault::Decode { path: String::new(), source })?;
    for steps in payload.pointers {
        let verdict = verdict_of(&value, steps);
        if !verdict.is_success() {
            return Err(Fault::Business(verdict.into_owned()));
        }
    }
    for steps in payload.pointers {
        let found = steps.iter().try_fold(&mut value, |value, step| value.get_mut(*step));
        if let Some(found) = found {
            return Ok(found.take());
        }
    }
    Ok(Value::Null)
}

/// The JSON text of the payload that [`decode_any`] takes out.
pub(crate) fn text_of_any<'a>(body: &'a [u8], payload: &Payload) -> Option<&'a str> {
    /// The text of one property, the last one of that name.
    fn property<'a>(json: &'a str, name: &str) -> Option<&'a str> {
        let properties: BTreeMap<Cow<'a, str>, &'a RawValue> = serde_json::from_str(json).ok()?;
        properties.get(name).map(|value| value.get())
    }

    let body = std::str::from_utf8(body).ok().filter(|body| !body.is_empty())?;
    payload.pointers.iter().find_map(|steps| steps.iter().try_fold(body, |json, step| property(json, step)))
}

/// What stands for a payload that is missing or null: an answer is never refused for that.
fn nothing<T: DeserializeOwned>(shape: Shape) -> Result<T, Fault> {
    let nothing = match shape {
        Shape::Object => "{}",
        Shape::Array => "[]",
        Shape::Scalar | Shape::Any => "null",
    };
    serde_json::from_str(nothing).map_err(|source| Fault::Decode { path: String::new(), source })
}

/// One pass over the body, `steps` down to what is to be read; `further` are those that it takes itself.
fn pass<'de, P: Inside<'de>>(
    body: &'de [u8],
    steps: &[&str],
    further: &[&str],
    new: impl Fn() -> P,
) -> Result<P, Fault> {
    let body = text_of(body)?;
    scalar::read(|| pass_once(body, steps, further, &new))
}

fn pass_once<'de, P: Inside<'de>>(
    body: &'de str,
    steps: &[&str],
    further: &[&str],
    new: impl Fn() -> P,
) -> Result<P, Fault> {
    let (mut inside, mut verdict) = (new(), Verdict::default());
    let mut json = serde_json::Deserializer::from_str(body);
    let level = Level { steps, verdict: &mut verdict, inside: &mut inside };
    let read = level.deserialize(&mut json).and_then(|()| json.end());
    match read {
        Ok(()) if verdict.is_success() => Ok(inside),
        Ok(()) => Err(Fault::Business(verdict.into_owned())),
        Err(error) => Err(diagnose(body, steps, further, &mut new(), error)),
    }
}

/// Checked as a whole: that is quicker than text by text.
fn text_of(body: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(body).map_err(|error| {
        let mut json = serde_json::Deserializer::from_slice(body);
        match serde_path_to_error::deserialize::<_, Value>(&mut json) {
            Err(found) => Fault::Decode { path: place(found.path()), source: found.into_inner() },
            Ok(_) => Fault::Decode { path: String::new(), source: serde::de::Error::custom(error) },
        }
    })
}

/// Decodes once more to find the place of an error, unless the body turns out to be a failure of another shape.
fn diagnose<'de, P: Inside<'de>>(
    body: &'de str,
    steps: &[&str],
    further: &[&str],
    inside: &mut P,
    source: serde_json::Error,
) -> Fault {
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        let verdict = verdict_of(&value, &[steps, further].concat());
        if !verdict.is_success() {
            return Fault::Business(verdict.into_owned());
        }
    }
    let (mut track, mut verdict) = (serde_path_to_error::Track::new(), Verdict::default());
    let mut json = serde_json::Deserializer::from_str(body);
    let level = Level { steps, verdict: &mut verdict, inside };
    let path = match level.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track)) {
        Ok(()) => String::new(),
        Err(_) => place(&track.path()),
    };
    Fault::Decode { path, source }
}

/// A path into a body; none if it is the body itself.
fn place(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// What the envelope holds.
pub(crate) trait Inside<'de> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, verdict: &mut Verdict<'de>) -> Result<(), D::Error>;
}

/// The payload and nothing else, if it is there and not null.
pub(crate) struct Found<T>(pub(crate) Option<T>);

impl<'de, T: Deserialize<'de>> Inside<'de> for Found<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, _: &mut Verdict<'de>) -> Result<(), D::Error> {
        self.0 = Option::deserialize(deserializer)?;
        Ok(())
    }
}

/// One level of the envelope, `steps` above what is inside.
pub(crate) struct Level<'a, 'de, P> {
    pub(crate) steps: &'a [&'a str],
    pub(crate) verdict: &'a mut Verdict<'de>,
    pub(crate) inside: &'a mut P,
}

impl<'de, P: Inside<'de>> DeserializeSeed<'de> for Level<'_, 'de, P> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() {
            self.inside.read(deserializer, self.verdict)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de, P: Inside<'de>> Visitor<'de> for Level<'_, 'de, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (step, rest) = self.steps.split_first().unwrap_or((&"", &[]));
        let mut own = Verdict::default();
        while let Some(member) = map.next_key_seed(MemberSeed { step })? {
            match member {
                Member::Step => {
                    let inner = Level { steps: rest, verdict: &mut *self.verdict, inside: &mut *self.inside };
                    map.next_value_seed(inner)?;
                }
                Member::Says(part) => own.note(map.next_value::<Said<'de>>()?.about(part)),
                Member::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.verdict.merge(own);
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
