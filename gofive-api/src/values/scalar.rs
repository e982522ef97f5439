//! Reads and writes scalars with the digits that were sent, in any format and position.
//!
//! serde passes numbers as `i64`, `u64` or `f64`, which loses the digits of `1.10` and of long numbers. `serde_json`
//! has two ways around that: the raw text of a value, which is requested by a private name, and with its feature
//! `arbitrary_precision`, which any crate of a program can turn on, a map with one property that contains the digits.
//!
//! | position | digits |
//! |---|---|
//! | JSON text, directly | as sent |
//! | a text of any format; CSV | as sent |
//! | where serde has buffered the number (`flatten`, `untagged`), `serde_json::Value` | as sent under `arbitrary_precision`, else the 17 digits of a float |
//! | a number of another format, such as TOML | those of the format's own number |

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::values::name::{Name, NameVisitor};

/// The name that requests the text of a value from `serde_json`.
pub(crate) const RAW: &str = "$serde_json::private::RawValue";
/// The name of the one property that contains a number with `arbitrary_precision`.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";
/// The name by which the client's own reader says that it passes the value as it is: it keeps all digits anyway.
pub(crate) const AS_IT_IS: &str = "";
/// The name of the one property that contains a date or a time in TOML.
pub(crate) const TOML_DATETIME: &str = "$__toml_private_datetime";

/// A type that is read from a text or a number.
pub(crate) trait Scalar: Sized {
    /// The expected value, for error messages.
    const EXPECTED: &'static str;

    fn of_text(text: &str) -> Option<Self>;

    /// Reads a number as JSON writes it.
    fn of_number(digits: &str) -> Option<Self>;

    fn of_integer(number: i64) -> Option<Self> {
        Self::of_number(&number.to_string())
    }
}

impl Scalar for String {
    const EXPECTED: &'static str = "a text or a number";

    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn of_number(digits: &str) -> Option<Self> {
        Some(digits.to_owned())
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn of_text(text: &str) -> Option<Self> {
        text.trim().parse().ok().or_else(|| crate::values::digits::whole(text))
    }
    fn of_number(digits: &str) -> Option<Self> {
        Self::of_text(digits)
    }
    fn of_integer(number: i64) -> Option<Self> {
        Some(number)
    }
}

/// Reads a required scalar.
pub(crate) fn deserialize<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut read = None;
    Field(&mut read).deserialize(deserializer)?;
    read.ok_or_else(|| D::Error::invalid_type(Unexpected::Unit, &Expected::<T>(PhantomData)))
}

/// Writes a number with these digits: to JSON as a number, to any other format as a text, so that no digit is lost.
pub(crate) fn serialize_number<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if is_json::<S>() {
        RawValue::from_string(digits.to_owned()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    } else {
        serializer.serialize_str(digits)
    }
}

/// Whether the serializer writes a JSON value. Names of properties are texts.
pub(crate) fn is_json<S>() -> bool {
    type_name::<S>().contains("serde_json::") && !type_name::<S>().contains("MapKeySerializer")
}

/// Whether an object is the private representation of a number in `serde_json`.
pub(crate) fn is_number(property: &str) -> bool {
    property == NUMBER
}

/// Reads a scalar into its field; null sets nothing.
pub(crate) struct Field<'a, T>(pub(crate) &'a mut Option<T>);

impl<'de, T: Scalar> DeserializeSeed<'de> for Field<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_newtype_struct(RAW, self)
    }
}

impl<T: Scalar> Field<'_, T> {
    #[inline]
    fn set<E: Error>(self, read: Option<T>, from: Unexpected<'_>) -> Result<(), E> {
        if read.is_none() {
            return Err(refused::<T, E>(from));
        }
        *self.0 = read;
        Ok(())
    }

    #[inline]
    fn text<E: Error>(self, text: &str) -> Result<(), E> {
        self.set(T::of_text(text), Unexpected::Str(text))
    }

    fn number<E: Error>(self, digits: &str) -> Result<(), E> {
        self.set(T::of_number(digits), Unexpected::Other(digits))
    }

    /// Reads the JSON text of a value.
    fn json<E: Error>(self, json: &str) -> Result<(), E> {
        let unexpected = match json.as_bytes() {
            [b'"', text @ .., b'"'] if !text.contains(&b'\\') => return self.text(&json[1..json.len() - 1]),
            [b'"', ..] => return self.text(&serde_json::from_str::<String>(json).map_err(E::custom)?),
            [b'-' | b'0'..=b'9', ..] => return self.number(json),
            [b'n', ..] => return Ok(()),
            [b't', ..] => Unexpected::Bool(true),
            [b'f', ..] => Unexpected::Bool(false),
            [b'[', ..] => Unexpected::Seq,
            _ => Unexpected::Map,
        };
        Err(E::invalid_type(unexpected, &self))
    }
}

impl<'de, T: Scalar> Visitor<'de> for Field<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // CSV has only texts, and guesses numbers in `deserialize_any`. Binary formats do not support
        // `deserialize_any`.
        if !deserializer.is_human_readable() || type_name::<D>().contains("csv::") {
            deserializer.deserialize_str(self)
        } else {
            deserializer.deserialize_any(self)
        }
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match map.next_key_seed(RequestedName)? {
            Some(Name(name)) if name == AS_IT_IS => map.next_value_seed(AsItIs(self)),
            Some(Name(name)) if name == RAW => {
                let Name(json) = map.next_value()?;
                self.json(&json)
            }
            Some(Name(name)) if name == NUMBER => {
                let Name(digits) = map.next_value()?;
                self.number(&digits)
            }
            Some(Name(name)) if name == TOML_DATETIME => {
                let Name(text) = map.next_value()?;
                self.text(&text)
            }
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }
    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        self.text(text)
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.set(T::of_integer(number), Unexpected::Signed(number))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        let read = i64::try_from(number).map_or_else(|_| T::of_number(&number.to_string()), T::of_integer);
        self.set(read, Unexpected::Unsigned(number))
    }
    fn visit_i128<E: Error>(self, number: i128) -> Result<(), E> {
        self.number(&number.to_string())
    }
    fn visit_u128<E: Error>(self, number: u128) -> Result<(), E> {
        self.number(&number.to_string())
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // `Display` prints the fewest digits that identify this number.
        let read = if number.is_finite() { T::of_number(&number.to_string()) } else { None };
        self.set(read, Unexpected::Float(number))
    }
}

/// Asks for the name of a private representation as a text, by which the client's own reader knows a scalar.
struct RequestedName;

impl<'de> DeserializeSeed<'de> for RequestedName {
    type Value = Name<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name<'de>, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

/// A scalar that is passed without a private representation.
struct AsItIs<'a, T>(Field<'a, T>);

impl<'de, T: Scalar> DeserializeSeed<'de> for AsItIs<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self.0)
    }
}

#[cold]
fn refused<T: Scalar, E: Error>(from: Unexpected<'_>) -> E {
    E::invalid_value(from, &Expected::<T>(PhantomData))
}

/// The expected value of a scalar, for error messages.
struct Expected<T>(PhantomData<T>);

impl<T: Scalar> serde::de::Expected for Expected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
}
