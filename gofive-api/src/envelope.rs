//! Takes the payload out of its envelope while decoding it: one pass over the body, nothing copied, nothing parsed twice.
//!
//! The API wraps payloads in a dozen ways (`{status, data}`, `data.value`, `data.data`, `{data, statusCode}`, …). The
//! behaviour table has the member names that lead to each payload. A visitor walks them, takes note of the business code
//! on every level that it passes, and lets the payload's own type decode the rest in place.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::Name;
use crate::operation::{Payload, Shape};

/// Why a success body yields no payload.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The body says that the call failed.
    Business(Verdict<'static>),
    /// The body is not what is documented.
    Decode { path: String, source: serde_json::Error },
}

/// What the body says about the outcome of the call.
#[derive(Debug, Default)]
pub(crate) struct Verdict<'de> {
    pub(crate) code: Option<Cow<'de, str>>,
    pub(crate) description: Option<Cow<'de, str>>,
}

impl<'de> Verdict<'de> {
    /// Whether the code is one of success: "1000", or an HTTP-like 2xx as empeo has it. No code is no failure.
    fn is_success(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        code.is_empty() || code.parse().is_ok_and(|code: u32| code == 1000 || (200..300).contains(&code))
    }

    /// Adds what another member of the same level says. Of two codes, one of failure counts; of two descriptions the first.
    fn note(&mut self, other: Verdict<'de>) {
        if other.code.is_some() && (self.code.is_none() || self.is_success()) {
            self.code = other.code;
        }
        self.description = self.description.take().or(other.description);
    }

    /// Adds what another level says. Of two levels, one of failure counts.
    fn merge(&mut self, level: Verdict<'de>) {
        if self.is_success() && (!level.is_success() || self.code.is_none()) {
            *self = level;
        }
    }

    pub(crate) fn into_owned(self) -> Verdict<'static> {
        let owned = |text: Option<Cow<'de, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Verdict { code: owned(self.code), description: owned(self.description) }
    }
}

/// Decodes the payload of a success body.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8], payload: &Payload) -> Result<T, Fault> {
    let body = text_of(body)?;
    for steps in payload.pointers {
        let mut verdict = Verdict::default();
        let found = if payload.shape == Shape::OneOrMany {
            pass::<&RawValue>(body, steps, &mut verdict).and_then(|raw| raw.map(one_or_many).transpose())
        } else {
            pass(body, steps, &mut verdict)
        };
        match found {
            Ok(_) if !verdict.is_success() => return Err(Fault::Business(verdict.into_owned())),
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(error) => return Err(diagnose::<T>(body, steps, error)),
        }
    }
    // The payload is missing or null: an answer is never refused for that.
    let nothing = match payload.shape {
        Shape::Object => "{}",
        Shape::Array | Shape::OneOrMany => "[]",
        Shape::Scalar | Shape::Any => "null",
    };
    serde_json::from_str(nothing).map_err(|source| Fault::Decode { path: String::new(), source })
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

/// What a body that is in memory says about the outcome, on every level that `steps` pass.
fn verdict_of<'de>(body: &'de Value, steps: &[&str]) -> Verdict<'de> {
    let mut verdict = Verdict::default();
    let mut level = Some(body);
    for step in steps.iter().copied().chain([""]).take(steps.len().max(1)) {
        let Some(members) = level else { break };
        let status = members.get("status");
        let said = |from: Option<&'de Value>, name: &str| from.and_then(|from| text(from.get(name)?));
        let mut own = Verdict { code: said(status, "code"), description: said(status, "description") };
        own.note(Verdict { code: said(level, "statusCode"), description: said(level, "message") });
        verdict.merge(own);
        level = members.get(step);
    }
    verdict
}

/// A text or a number, as text.
pub(crate) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// One pass over the body: the payload at `steps`, if it is there and not null.
fn pass<'de, T: Deserialize<'de>>(
    body: &'de str,
    steps: &[&str],
    verdict: &mut Verdict<'de>,
) -> serde_json::Result<Option<T>> {
    let mut found = None;
    if steps.is_empty() {
        // The body itself is the payload; what it says of the outcome stands among its own members.
        pass::<IgnoredAny>(body, &[""], verdict)?;
    }
    let mut json = serde_json::Deserializer::from_str(body);
    Level { steps, verdict, found: &mut found }.deserialize(&mut json)?;
    json.end()?;
    Ok(found)
}

/// Decodes once more to find the place of an error, unless the body turns out to be a failure of another shape.
fn diagnose<T: DeserializeOwned>(body: &str, steps: &[&str], source: serde_json::Error) -> Fault {
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        let verdict = verdict_of(&value, steps);
        if !verdict.is_success() {
            return Fault::Business(verdict.into_owned());
        }
    }
    let (mut track, mut verdict, mut found) = (serde_path_to_error::Track::new(), Verdict::default(), None::<T>);
    let mut json = serde_json::Deserializer::from_str(body);
    let level = Level { steps, verdict: &mut verdict, found: &mut found };
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

fn one_or_many<T: DeserializeOwned>(raw: &RawValue) -> serde_json::Result<T> {
    match raw.get() {
        one if one.starts_with('{') => serde_json::from_str(&format!("[{one}]")),
        many => serde_json::from_str(many),
    }
}

/// One level of the envelope, `steps` above the payload.
struct Level<'a, 'de, T> {
    steps: &'a [&'a str],
    verdict: &'a mut Verdict<'de>,
    found: &'a mut Option<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Level<'_, 'de, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() {
            *self.found = Option::deserialize(deserializer)?;
            Ok(())
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Level<'_, 'de, T> {
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
                    let inner = Level { steps: rest, verdict: &mut *self.verdict, found: &mut *self.found };
                    map.next_value_seed(inner)?;
                }
                Member::Status => {
                    let Said { code, description, .. } = map.next_value()?;
                    own.note(Verdict { code, description });
                }
                Member::StatusCode => {
                    let code = map.next_value::<Said<'de>>()?.text;
                    own.note(Verdict { code, description: None });
                }
                Member::Message => {
                    let description = map.next_value::<Said<'de>>()?.text;
                    own.note(Verdict { code: None, description });
                }
                Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
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

/// The members of an envelope that mean something.
enum Member {
    Step,
    Status,
    StatusCode,
    Message,
    Other,
}

struct MemberSeed<'a> {
    step: &'a str,
}

impl<'de> DeserializeSeed<'de> for MemberSeed<'_> {
    type Value = Member;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for MemberSeed<'_> {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Member, E> {
        Ok(match name {
            name if name == self.step => Member::Step,
            "status" => Member::Status,
            "statusCode" => Member::StatusCode,
            "message" => Member::Message,
            _ => Member::Other,
        })
    }
}

/// What a member of an envelope says: a plain text or number, or an object's `code` and `description`. Anything else
/// says nothing, and is no error.
#[derive(Default)]
struct Said<'de> {
    text: Option<Cow<'de, str>>,
    code: Option<Cow<'de, str>>,
    description: Option<Cow<'de, str>>,
}

impl<'de> Said<'de> {
    fn text(text: impl Into<Cow<'de, str>>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for Said<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SaidVisitor)
    }
}

struct SaidVisitor;

impl<'de> Visitor<'de> for SaidVisitor {
    type Value = Said<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a status")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said<'de>, A::Error> {
        let mut said = Said::default();
        while let Some(Name(name)) = map.next_key()? {
            match &*name {
                "code" => said.code = map.next_value::<Said<'de>>()?.text,
                "description" => said.description = map.next_value::<Said<'de>>()?.text,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(said)
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Said<'de>, E> {
        Ok(Said::text(text))
    }
    fn visit_str<E>(self, text: &str) -> Result<Said<'de>, E> {
        Ok(Said::text(text.to_owned()))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Said<'de>, E> {
        Ok(Said::text(number.to_string()))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Said<'de>, E> {
        Ok(Said::text(number.to_string()))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Said<'de>, E> {
        Ok(Said::text(number.to_string()))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Said<'de>, E> {
        Ok(Said::default())
    }
    fn visit_unit<E>(self) -> Result<Said<'de>, E> {
        Ok(Said::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Said<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Said::default())
    }
}
