//! Payloads whose JSON type differs from the documented one, but whose meaning is plain.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::decoding::payload::{self, FromProperties, Record, Records};
use crate::values::RawJson;

/// A list, or a single object that means a list of one.
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<'de, T: FromProperties> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);

        impl<'de, T: FromProperties> Visitor<'de> for ListVisitor<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or an object")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, many: A) -> Result<OneOrMany<T>, A::Error> {
                Records::deserialize(SeqAccessDeserializer::new(many)).map(|Records(list)| OneOrMany(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, one: A) -> Result<OneOrMany<T>, A::Error> {
                Record::deserialize(MapAccessDeserializer::new(one)).map(|Record(one)| OneOrMany(vec![one]))
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<OneOrMany<T>, E> {
                Err(payload::unexpected_text(&self))
            }
        }

        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// A list of items that are not documented. Null is an empty list.
pub(crate) struct Listed(pub(crate) Vec<RawJson>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|items| Self(items.unwrap_or_default()))
    }
}
