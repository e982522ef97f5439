//! What a body says about the outcome of the call: an HTTP 200 may well carry the code of a failure.
//!
//! The code stands in `status.code` or `statusCode`, the words in `status.description` or `message`, on any level of the
//! envelope.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::answer::Name;
use crate::scalar;

/// What the body says about the outcome of the call.
#[derive(Debug, Default)]
pub(crate) struct Verdict<'de> {
    pub(crate) code: Option<Cow<'de, str>>,
    pub(crate) description: Option<Cow<'de, str>>,
}

impl<'de> Verdict<'de> {
    /// Whether the code is one of success: "1000", or an HTTP-like 2xx as empeo has it. No code is no failure.
    pub(crate) fn is_success(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        code.is_empty() || code.parse().is_ok_and(|code: u32| code == 1000 || (200..300).contains(&code))
    }

    /// Adds what another member of the same level says. Of two codes, one of failure counts; of two descriptions the first.
    pub(crate) fn note(&mut self, other: Verdict<'de>) {
        if other.code.is_some() && (self.code.is_none() || self.is_success()) {
            self.code = other.code;
        }
        self.description = self.description.take().or(other.description);
    }

    /// Adds what another level says. Of two levels, one of failure counts.
    pub(crate) fn merge(&mut self, level: Verdict<'de>) {
        if self.is_success() && (!level.is_success() || self.code.is_none()) {
            *self = level;
        }
    }

    pub(crate) fn into_owned(self) -> Verdict<'static> {
        let owned = |text: Option<Cow<'de, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Verdict { code: owned(self.code), description: owned(self.description) }
    }
}

/// What a body that is in memory says about the outcome, on every level that `steps` pass.
pub(crate) fn verdict_of<'de>(body: &'de Value, steps: &[&str]) -> Verdict<'de> {
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

/// The members of an envelope that mean something.
pub(crate) enum Member {
    /// Leads on to the payload.
    Step,
    /// Says something about the outcome.
    Says(Part),
    Other,
}

/// What a member says about the outcome.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Status,
    Code,
    Description,
}

impl Member {
    pub(crate) fn of(name: &str, step: Option<&str>) -> Self {
        match name {
            name if step == Some(name) => Self::Step,
            "status" => Self::Says(Part::Status),
            "statusCode" => Self::Says(Part::Code),
            "message" => Self::Says(Part::Description),
            _ => Self::Other,
        }
    }
}

/// Reads the name of a member for what it means, on the level where `step` leads on.
pub(crate) struct MemberSeed<'a> {
    pub(crate) step: &'a str,
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
        Ok(Member::of(name, Some(self.step)))
    }
}

/// What a member of an envelope says: a plain text or number, or an object's `code` and `description`. Anything else
/// says nothing, and is no error.
#[derive(Default)]
pub(crate) struct Said<'de> {
    text: Option<Cow<'de, str>>,
    code: Option<Cow<'de, str>>,
    description: Option<Cow<'de, str>>,
}

impl<'de> Said<'de> {
    /// What that means in a member of that name.
    pub(crate) fn about(self, part: Part) -> Verdict<'de> {
        match part {
            Part::Status => Verdict { code: self.code, description: self.description },
            Part::Code => Verdict { code: self.text, description: None },
            Part::Description => Verdict { code: None, description: self.text },
        }
    }

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
                // `serde_json`'s way to hand over a number under `arbitrary_precision`.
                name if scalar::is_number(name) => return Ok(Said::text(map.next_value::<Name<'de>>()?.0)),
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
