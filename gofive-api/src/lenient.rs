//! Members of answers whose JSON type differs from the documented one, but whose meaning is plain: a number where a text
//! is documented, a text that is a number where a number is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// A text, or a number as text.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Lenient::<String>(PhantomData))
}

/// A whole number, or a text that is one.
pub(crate) fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Lenient::<i64>(PhantomData))
}

/// What a scalar may be read from.
trait Plain: Sized {
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

struct Lenient<T>(PhantomData<T>);

impl<T: Plain> Visitor<'_> for Lenient<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        T::of_text(text).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
        T::of_integer(number).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
        T::of_unsigned(number).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
        T::of_float(number).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }
}
