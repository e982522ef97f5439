//! Reads the structs of payloads: every property may be missing or null, and unknown properties are preserved.
//!
//! serde's `flatten` would do the same, but it buffers properties before it knows where they belong. Here each goes
//! straight into its field, and the compiler has less to do.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use crate::values::RawJson;
use crate::values::name::Name;
use crate::values::scalar::{self, Scalar};

/// The least room of a list that grows by itself, in records.
const FEW: usize = 4;
/// The most memory, in bytes, that is reserved for records that have not come.
const MAX_ROOM: usize = 1024 * 1024;

/// A struct whose fields are all optional, read property by property.
pub(crate) trait FromProperties: Default {
    /// The names of the documented properties.
    const PROPERTIES: &'static [&'static str];

    /// Reads the value of the named property by one of the functions below.
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads a property of any type.
pub(crate) fn value<'de, T, A>(field: &mut Option<T>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    refuse_duplicate(field.is_some(), name)?;
    *field = map.next_value()?;
    Ok(())
}

/// Reads a scalar; accepts a text where a number is documented, and the reverse.
pub(crate) fn scalar<'de, T, A>(field: &mut Option<T>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    T: Scalar,
    A: MapAccess<'de>,
{
    refuse_duplicate(field.is_some(), name)?;
    map.next_value_seed(scalar::Field(field))
}

/// Reads a list; null is an empty list.
pub(crate) fn list<'de, T, A>(field: &mut Vec<T>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    refuse_duplicate(!field.is_empty(), name)?;
    *field = map.next_value::<Option<_>>()?.unwrap_or_default();
    Ok(())
}

/// Reads a list of records; null is an empty list.
pub(crate) fn records<'de, T, A>(field: &mut Vec<T>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    T: FromProperties,
    A: MapAccess<'de>,
{
    refuse_duplicate(!field.is_empty(), name)?;
    *field = map.next_value::<Option<Records<T>>>()?.map(|Records(records)| records).unwrap_or_default();
    Ok(())
}

/// A record of a body.
///
/// If a text is in place of the record, the error does not quote the text, unlike serde's own: the text may be long.
#[derive(Default)]
pub(crate) struct Record<T>(pub(crate) T);

impl<'de, T: FromProperties> Deserialize<'de> for Record<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut record = T::default();
        deserializer.deserialize_any(RecordVisitor(&mut record))?;
        Ok(Self(record))
    }
}

/// The error for a text where something else is expected.
pub(crate) fn unexpected_text<E: Error>(expected: &dyn serde::de::Expected) -> E {
    E::invalid_type(Unexpected::Other("string"), expected)
}

/// A list of records, in which null is an empty record.
pub(crate) struct Records<T>(pub(crate) Vec<T>);

impl<'de, T: FromProperties> Deserialize<'de> for Records<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);

        impl<'de, T: FromProperties> Visitor<'de> for ListVisitor<T> {
            type Value = Records<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Records<T>, A::Error> {
                let mut records = Vec::new();
                while items.next_element_seed(NextRecord(&mut records))?.is_some() {
                    if records.len() == records.capacity() {
                        records.reserve(room_for::<T>(items.size_hint()));
                    }
                }
                // A list that grows by itself has room for twice its records, or for a few.
                if records.capacity() > (2 * records.len()).max(FEW) {
                    records.shrink_to_fit();
                }
                Ok(Records(records))
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<Records<T>, E> {
                Err(unexpected_text(&self))
            }
        }

        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// How many records to make room for, of those that are estimated to follow. An estimate may be wrong by any factor.
fn room_for<T>(estimate: Option<usize>) -> usize {
    // Growing once more would copy all of them.
    estimate.map_or(0, |records| records.saturating_add(records / 16).min(MAX_ROOM / size_of::<T>().max(1)))
}

/// Reads a record, or null, into the end of a list: a record that is returned would be copied several times.
struct NextRecord<'a, T>(&'a mut Vec<T>);

impl<'de, T: FromProperties> DeserializeSeed<'de> for NextRecord<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: FromProperties> Visitor<'de> for NextRecord<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_none<E>(self) -> Result<(), E> {
        self.0.push(T::default());
        Ok(())
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.push(T::default());
        match self.0.last_mut() {
            Some(record) => deserializer.deserialize_any(RecordVisitor(record)),
            None => Ok(()),
        }
    }
}

/// Preserves an unknown property.
pub(crate) fn preserve<'de, A>(extra: &mut BTreeMap<String, RawJson>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
{
    let before = extra.insert(name.to_owned(), map.next_value()?);
    refuse_duplicate(before.is_some(), name)
}

/// Skips an unknown property of a struct that is completely documented.
pub(crate) fn ignore<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// Refuses a second property of the same name, which would otherwise replace the first unnoticed.
pub(crate) fn refuse_duplicate<E: Error>(is_present: bool, name: &str) -> Result<(), E> {
    if is_present { Err(E::custom(format_args!("duplicate field `{name}`"))) } else { Ok(()) }
}

/// Implements `Deserialize` for all payload structs.
pub(crate) fn deserialize<'de, T: FromProperties, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut record = T::default();
    deserializer.deserialize_map(RecordVisitor(&mut record))?;
    Ok(record)
}

struct RecordVisitor<'a, T>(&'a mut T);

impl<'de, T: FromProperties> Visitor<'de> for RecordVisitor<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            if scalar::is_number(&name) {
                return Err(A::Error::invalid_type(Unexpected::Other("number"), &self));
            }
            self.0.read(&name, &mut map)?;
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(unexpected_text(&self))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Case {
        title: Option<String>,
        number: Option<i64>,
        tags: Vec<String>,
        extra: BTreeMap<String, RawJson>,
    }

    impl FromProperties for Case {
        const PROPERTIES: &'static [&'static str] = &["title", "number", "tags"];

        fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
            match name {
                "title" => scalar(&mut self.title, name, map),
                "number" => scalar(&mut self.number, name, map),
                "tags" => list(&mut self.tags, name, map),
                "obsolete" => ignore(map),
                _ => preserve(&mut self.extra, name, map),
            }
        }
    }

    fn read(json: &str) -> Result<Case, String> {
        deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(|error| error.to_string())
    }

    #[test]
    fn missing_and_null_are_none_and_unknown_properties_are_preserved() {
        let case =
            read(r#"{"title": null, "number": "7", "obsolete": [1], "colour": {"red": 1}, "size": null}"#).unwrap();
        let extra = [("colour", json!({"red": 1})), ("size", json!(null))];
        let extra = extra.map(|(name, value)| (name.to_owned(), value.into())).into();
        assert_eq!(case, Case { number: Some(7), extra, ..Case::default() });
    }

    #[test]
    fn names_may_be_escaped_and_properties_may_be_in_memory() {
        assert_eq!(read(r#"{"t\u0069tle": "a"}"#).unwrap().title.as_deref(), Some("a"));
        let case: Case = deserialize(json!({"title": 12, "tags": ["b"], "gr\u{f6}\u{df}e": 1})).unwrap();
        assert_eq!((case.title.as_deref(), case.tags), (Some("12"), vec!["b".to_owned()]));
        assert_eq!(case.extra.len(), 1);
    }

    #[test]
    fn duplicate_properties_and_wrong_types_are_refused() {
        assert!(read(r#"{"title": "a", "title": "b"}"#).unwrap_err().contains("duplicate field `title`"));
        assert!(read(r#"{"size": 1, "size": 2}"#).unwrap_err().contains("duplicate field `size`"));
        assert!(read(r#"{"title": null, "title": "b"}"#).is_ok(), "null is nothing");
        assert!(read(r#"{"number": 1.5}"#).unwrap_err().contains("expected a whole number"));
        assert!(read("[1, 2]").unwrap_err().contains("expected an object"));
    }
}
