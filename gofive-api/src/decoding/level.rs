//! One level of an envelope: a visitor follows the property names that lead to the content, and notes the business codes
//! on the way.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::decoding::codes::{Codes, Status};
use crate::decoding::payload;
use crate::decoding::property::Property;
use crate::values::name::Name;

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
            match Property::named(&name) {
                Some(Property::Status) => map.next_value_seed(Status(&mut *codes))?,
                Some(Property::StatusCode) => codes.note_code(map.next_value::<&RawValue>()?.get()),
                _ => {
                    codes.others = true;
                    map.next_value::<IgnoredAny>()?;
                }
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
