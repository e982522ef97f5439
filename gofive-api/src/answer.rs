//! Reads the structs of answers: every member may be missing or null, and those that the spec does not know are kept.
//!
//! serde's `flatten` would do the same, but it copies members aside before it knows where they belong. Here each goes
//! where it belongs at once, and the compiler has less to do.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::raw_json::RawJson;
use crate::scalar::{self, Scalar};

/// A struct of options, read member by member.
pub(crate) trait Answer: Default {
    /// The names of the documented properties.
    const PROPERTIES: &'static [&'static str];

    /// Reads the value of the member of that name, by one of the functions below.
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error>;
}

/// A member of any type.
pub(crate) fn value<'de, T, A>(field: &mut Option<T>, name: &str, members: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    once(field.is_some(), name)?;
    *field = members.next_value()?;
    Ok(())
}

/// A scalar: a text where a number is documented and the reverse are read, too.
pub(crate) fn scalar<'de, T, A>(field: &mut Option<T>, name: &str, members: &mut A) -> Result<(), A::Error>
where
    T: Scalar,
    A: MapAccess<'de>,
{
    once(field.is_some(), name)?;
    members.next_value_seed(scalar::Field(field))
}

/// A list, which is empty where it is null.
pub(crate) fn list<'de, T, A>(field: &mut Vec<T>, name: &str, members: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    once(!field.is_empty(), name)?;
    *field = members.next_value::<Option<_>>()?.unwrap_or_default();
    Ok(())
}

/// The same of records.
pub(crate) fn records<'de, T, A>(field: &mut Vec<T>, name: &str, members: &mut A) -> Result<(), A::Error>
where
    T: Answer,
    A: MapAccess<'de>,
{
    once(!field.is_empty(), name)?;
    *field = members.next_value::<Option<Records<T>>>()?.map(|Records(records)| records).unwrap_or_default();
    Ok(())
}

/// A record of a body. Unlike serde's own, the error of a text in its place does not quote the text, which may be long.
#[derive(Default)]
pub(crate) struct Record<T>(pub(crate) T);

impl<'de, T: Answer> Deserialize<'de> for Record<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members(PhantomData)).map(Self)
    }
}

/// The error of a text where something else is expected.
pub(crate) fn no_text<E: Error>(expected: &dyn serde::de::Expected) -> E {
    E::invalid_type(Unexpected::Other("string"), expected)
}

/// A list of records, in which null is an empty record.
pub(crate) struct Records<T>(pub(crate) Vec<T>);

impl<'de, T: Answer> Deserialize<'de> for Records<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);

        impl<'de, T: Answer> Visitor<'de> for List<T> {
            type Value = Records<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Records<T>, A::Error> {
                let mut records = Vec::new();
                while let Some(record) = items.next_element::<Option<Record<T>>>()? {
                    records.push(record.map(|Record(record)| record).unwrap_or_default());
                }
                Ok(Records(records))
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<Records<T>, E> {
                Err(no_text(&self))
            }
        }

        deserializer.deserialize_any(List(PhantomData))
    }
}

/// A member that the spec does not know, of a struct that keeps such.
pub(crate) fn keep<'de, A>(extra: &mut BTreeMap<String, RawJson>, name: &str, members: &mut A) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
{
    let before = extra.insert(name.to_owned(), members.next_value()?);
    once(before.is_some(), name)
}

/// A member that the spec does not know, of a struct that is known completely.
pub(crate) fn ignore<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(drop)
}

/// Of two members of one name, the second must not replace the first unnoticed.
pub(crate) fn once<E: Error>(is_there: bool, name: &str) -> Result<(), E> {
    if is_there { Err(E::custom(format_args!("duplicate field `{name}`"))) } else { Ok(()) }
}

/// `Deserialize` of every answer.
pub(crate) fn deserialize<'de, T: Answer, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Members(PhantomData))
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Answer> Visitor<'de> for Members<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T, A::Error> {
        let mut answer = T::default();
        while let Some(Name(name)) = members.next_key()? {
            if scalar::is_number(&name) {
                return Err(A::Error::invalid_type(Unexpected::Other("number"), &self));
            }
            answer.read(&name, &mut members)?;
        }
        Ok(answer)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<T, E> {
        Err(no_text(&self))
    }
}

/// The name of a member; copied only where it is written with escapes.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
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

    impl Answer for Case {
        const PROPERTIES: &'static [&'static str] = &["title", "number", "tags"];

        fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error> {
            match name {
                "title" => scalar(&mut self.title, name, members),
                "number" => scalar(&mut self.number, name, members),
                "tags" => list(&mut self.tags, name, members),
                "obsolete" => ignore(members),
                _ => keep(&mut self.extra, name, members),
            }
        }
    }

    fn read(json: &str) -> Result<Case, String> {
        deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_missing_or_null_is_none_and_what_is_unknown_is_kept() {
        let case =
            read(r#"{"title": null, "number": "7", "obsolete": [1], "colour": {"red": 1}, "size": null}"#).unwrap();
        let extra = [("colour", json!({"red": 1})), ("size", json!(null))];
        let extra = extra.map(|(name, value)| (name.to_owned(), value.into())).into();
        assert_eq!(case, Case { number: Some(7), extra, ..Case::default() });
    }

    #[test]
    fn names_may_be_escaped_and_members_may_be_in_memory() {
        assert_eq!(read(r#"{"t\u0069tle": "a"}"#).unwrap().title.as_deref(), Some("a"));
        let case: Case = deserialize(json!({"title": 12, "tags": ["b"], "gr\u{f6}\u{df}e": 1})).unwrap();
        assert_eq!((case.title.as_deref(), case.tags), (Some("12"), vec!["b".to_owned()]));
        assert_eq!(case.extra.len(), 1);
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        assert!(read(r#"{"title": "a", "title": "b"}"#).unwrap_err().contains("duplicate field `title`"));
        assert!(read(r#"{"size": 1, "size": 2}"#).unwrap_err().contains("duplicate field `size`"));
        assert!(read(r#"{"title": null, "title": "b"}"#).is_ok(), "null is nothing");
        assert!(read(r#"{"number": 1.5}"#).unwrap_err().contains("expected a whole number"));
        assert!(read("[1, 2]").unwrap_err().contains("expected an object"));
    }
}
