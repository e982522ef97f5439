//! The business codes of an envelope.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::decoding::documented::{JsonType, Payload};
use crate::decoding::property::{self, Property};
use crate::values::name::Name;
use crate::values::raw;

/// The codes on the way to a payload, and whether other properties may be signs of failure.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    success: bool,
    failure: bool,
    /// Whether there are properties that may be signs of failure.
    pub(crate) others: bool,
}

impl Codes {
    /// Notes `status` or `statusCode`.
    pub(crate) fn note(&mut self, property: Option<Property>, raw: &str) {
        match property {
            Some(Property::StatusCode) => self.note_code(raw),
            Some(Property::Status) => raw::each_property(raw, |name, value| {
                if is_code(name) {
                    self.note_code(value);
                }
            }),
            _ => {}
        }
    }

    /// Notes a code: a text or a number; anything else is none.
    pub(crate) fn note_code(&mut self, raw: &str) {
        let Some(code) = raw::code(raw).filter(|code| !code.is_empty()) else { return };
        let is_success = property::is_success(&code);
        self.success |= is_success;
        self.failure |= !is_success;
    }

    /// Whether the body is a success that need not be read again.
    pub(crate) fn is_success(&self, payload: &Payload<'_>, is_present: bool) -> bool {
        let is_list = payload.json_type == JsonType::Array && is_present && !self.others;
        let is_found = payload.json_type != JsonType::Any || is_present;
        !self.failure && ((self.success && is_found) || (!self.success && is_list))
    }
}

fn is_code(name: &str) -> bool {
    name.eq_ignore_ascii_case("code")
}

/// Notes the code in the `status` of an envelope, of any JSON type.
pub(crate) struct Status<'a>(pub(crate) &'a mut Codes);

impl<'de> DeserializeSeed<'de> for Status<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Status<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            if is_code(&name) {
                self.0.note_code(map.next_value::<&RawValue>()?.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
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
