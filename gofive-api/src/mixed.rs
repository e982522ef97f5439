//! Payloads that are mixed with their envelope: the body itself is the payload and says in its own members how the call
//! went, or the payload stands on one of two levels, of which the outer one is known only when the inner one is missing.
//!
//! In one pass, the members of the outer level go into the payload, what they say about the outcome is noted beside, and
//! the member that leads further in is read as a payload of its own.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::answer::{Answer, Name};
use crate::envelope::{Found, Inside, Level};
use crate::verdict::{Member, Said, Verdict};

/// The payload of the outer level and that of the inner one, `steps` below.
pub(crate) struct Mixed<'a, T> {
    steps: &'a [&'a str],
    outer: Option<T>,
    inner: Found<T>,
}

impl<'a, T> Mixed<'a, T> {
    pub(crate) fn new(steps: &'a [&'a str]) -> Self {
        Self { steps, outer: None, inner: Found(None) }
    }

    /// The inner one, if there is one.
    pub(crate) fn payload(self) -> Option<T> {
        self.inner.0.or(self.outer)
    }
}

impl<'de, T: Answer + DeserializeOwned> Inside<'de> for Mixed<'_, T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, verdict: &mut Verdict<'de>) -> Result<(), D::Error> {
        deserializer.deserialize_any(Members { mixed: self, verdict })
    }
}

struct Members<'a, 'b, 'de, T> {
    mixed: &'a mut Mixed<'b, T>,
    verdict: &'a mut Verdict<'de>,
}

impl<'de, T: Answer + DeserializeOwned> Visitor<'de> for Members<'_, '_, 'de, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Mixed { steps, outer, inner } = self.mixed;
        let (step, rest) = steps.split_first().map_or((None, &[][..]), |(step, rest)| (Some(*step), rest));
        let (mut payload, mut own) = (T::default(), Verdict::default());
        while let Some(Name(name)) = members.next_key()? {
            match Member::of(&name, step) {
                Member::Step => {
                    let level = Level { steps: rest, verdict: &mut *self.verdict, inside: &mut *inner };
                    members.next_value_seed(level)?;
                }
                Member::Says(part) => {
                    own.note(members.next_value_seed(Both { name: &name, payload: &mut payload })?.about(part));
                }
                Member::Other => payload.read(&name, &mut members)?,
            }
        }
        self.verdict.merge(own);
        *outer = Some(payload);
        Ok(())
    }
}

/// A member that is part of the payload, and says something about the outcome.
struct Both<'a, T> {
    name: &'a str,
    payload: &'a mut T,
}

impl<'de, T: Answer> DeserializeSeed<'de> for Both<'_, T> {
    type Value = Said<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Said<'de>, D::Error> {
        let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
        self.payload.read(self.name, &mut Single(raw)).map_err(D::Error::custom)?;
        Said::deserialize(raw).map_err(D::Error::custom)
    }
}

/// The value of one member.
struct Single<'de>(&'de RawValue);

impl<'de> MapAccess<'de> for Single<'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, serde_json::Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, serde_json::Error> {
        seed.deserialize(self.0)
    }
}
