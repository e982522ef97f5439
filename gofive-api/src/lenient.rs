//! Members of answers whose JSON type differs from the documented one, but whose meaning is plain: a number where a text
//! is documented, a text that is a number where a number is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::answer::{self, Answer, Record, Records};

/// What a scalar may be read from.
pub(crate) trait Plain: Sized {
    const EXPECTED: &'static str;

    fn of_text(text: &str) -> Option<Self>;
    fn of_integer(number: i64) -> Option<Self>;
    fn of_unsigned(number: u64) -> Option<Self>;
    fn of_float(number: f64) -> Option<Self>;
}

impl Plain for String {
    const EXPECTED: &'static str = "a text or a number";

    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn of_integer(number: i64) -> Option<Self> {
        Some(number.to_string())
    }
    fn of_unsigned(number: u64) -> Option<Self> {
        Some(number.to_string())
    }
    fn of_float(number: f64) -> Option<Self> {
        Some(number.to_string())
    }
}

impl Plain for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn of_text(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }
    fn of_integer(number: i64) -> Option<Self> {
        Some(number)
    }
    fn of_unsigned(number: u64) -> Option<Self> {
        number.try_into().ok()
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are those within which f64 counts exactly")]
    fn of_float(number: f64) -> Option<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
    }
}

/// Reads such a member into its field, where null is nothing.
pub(crate) struct Lenient<'a, T>(pub(crate) &'a mut Option<T>);

impl<'de, T: Plain> DeserializeSeed<'de> for Lenient<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<T: Plain> Lenient<'_, T> {
    fn put<E: Error>(self, read: Option<T>, from: Unexpected<'_>) -> Result<(), E> {
        if read.is_none() {
            return Err(E::invalid_value(from, &self));
        }
        *self.0 = read;
        Ok(())
    }
}

impl<T: Plain> Visitor<'_> for Lenient<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.put(T::of_text(text), Unexpected::Str(text))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.put(T::of_integer(number), Unexpected::Signed(number))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.put(T::of_unsigned(number), Unexpected::Unsigned(number))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.put(T::of_float(number), Unexpected::Float(number))
    }
}

/// A list, or a single object that stands for a list of one.
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<'de, T: Answer> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);

        impl<'de, T: Answer> Visitor<'de> for List<T> {
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
                Err(answer::no_text(&self))
            }
        }

        deserializer.deserialize_any(List(PhantomData))
    }
}
