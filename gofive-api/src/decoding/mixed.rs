//! Payloads that are mixed with their envelope: either the body itself is the payload and also reports the outcome of
//! the call, or the payload is on one of two levels, and the outer one counts only if the inner one is missing.
//!
//! One pass reads the properties of the outer level into the payload, notes what they report about the outcome, and
//! reads the property that leads further in as a payload of its own.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

use crate::decoding::codes::Codes;
use crate::decoding::level::{EnvelopeContent, Found, LevelSeed};
use crate::decoding::payload::{self, FromProperties, Record};
use crate::decoding::property::Property;
use crate::values::name::Name;
use crate::values::scalar;

/// The payload of the outer level, and that of the inner one, `steps` below.
pub(crate) struct Mixed<'a, T> {
    steps: &'a [&'a str],
    outer: Option<T>,
    inner: Found<Record<T>>,
}

impl<'a, T> Mixed<'a, T> {
    pub(crate) fn new(steps: &'a [&'a str]) -> Self {
        Self { steps, outer: None, inner: Found::default() }
    }
}

impl<'de, T: FromProperties> EnvelopeContent<'de> for Mixed<'_, T> {
    type Payload = Record<T>;

    fn read<D: Deserializer<'de>>(&mut self, deserializer: D, codes: &mut Codes) -> Result<(), D::Error> {
        deserializer.deserialize_any(MixedVisitor { mixed: self, codes })
    }
    fn is_present(&self) -> bool {
        self.outer.is_some() || self.inner.is_present()
    }
    /// The inner payload, if there is one.
    fn payload(self) -> Option<Record<T>> {
        self.inner.payload().or(self.outer.map(Record))
    }
}

struct MixedVisitor<'a, 'b, T> {
    mixed: &'a mut Mixed<'b, T>,
    codes: &'a mut Codes,
}

impl<'de, T: FromProperties> Visitor<'de> for MixedVisitor<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(payload::unexpected_text(&self))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Mixed { steps, outer, inner } = self.mixed;
        let (step, rest) = steps.split_first().map_or((None, &[][..]), |(step, rest)| (Some(*step), rest));
        let (mut payload, mut is_found) = (T::default(), false);
        while let Some(Name(name)) = map.next_key()? {
            if scalar::is_number(&name) {
                return Err(A::Error::invalid_type(Unexpected::Other("number"), &"an object"));
            }
            if let Some(step) = step.filter(|step| name.eq_ignore_ascii_case(step)) {
                payload::refuse_duplicate(std::mem::replace(&mut is_found, true), step)?;
                map.next_value_seed(LevelSeed { steps: rest, codes: &mut *self.codes, inside: &mut *inner })?;
                continue;
            }
            match Property::named(&name) {
                property @ Some(Property::Status | Property::StatusCode) => {
                    let raw = map.next_value_seed(StatusProperty { name: &name, payload: &mut payload })?;
                    self.codes.note(property, raw);
                }
                _ => payload.read(&name, &mut map)?,
            }
        }
        *outer = Some(payload);
        Ok(())
    }
}

/// A property that is part of the payload and also reports the outcome.
struct StatusProperty<'a, T> {
    name: &'a str,
    payload: &'a mut T,
}

impl<'de, T: FromProperties> DeserializeSeed<'de> for StatusProperty<'_, T> {
    type Value = &'de str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'de str, D::Error> {
        let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
        self.payload.read(self.name, &mut SingleValue(raw)).map_err(D::Error::custom)?;
        Ok(raw.get())
    }
}

/// The value of one property.
struct SingleValue<'de>(&'de RawValue);

impl<'de> MapAccess<'de> for SingleValue<'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, serde_json::Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, serde_json::Error> {
        seed.deserialize(self.0)
    }
}
