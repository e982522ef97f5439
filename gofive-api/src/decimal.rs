//! Exact amounts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An exact decimal: amounts, quantities, coordinates. A number on the wire, read from a number or a text.
///
/// It never goes through binary floating point, so that 0.1 is 0.1. For arithmetic take the
/// [`rust_decimal::Decimal`] inside.
///
/// ```
/// use gofive_api::Decimal;
///
/// let amount: Decimal = serde_json::from_str("12345678901234567.89")?;
/// assert_eq!(amount, serde_json::from_str(r#""12345678901234567.89""#)?);
/// assert_eq!(serde_json::to_string(&amount)?, "12345678901234567.89");
/// assert_eq!(amount, "12345678901234567.89".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal(rust_decimal::Decimal);

/// An exact decimal that travels as a text, as amounts do in eTaxGo; read from a text or a number.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextDecimal(rust_decimal::Decimal);

/// A text that is no decimal, or has more digits than 28.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidDecimal {
    text: String,
}

impl fmt::Display for InvalidDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no decimal of at most 28 digits", self.text)
    }
}

impl std::error::Error for InvalidDecimal {}

fn parse(text: &str) -> Result<rust_decimal::Decimal, InvalidDecimal> {
    let trimmed = text.trim();
    let plain = rust_decimal::Decimal::from_str_exact(trimmed);
    let parsed = plain.or_else(|_| rust_decimal::Decimal::from_scientific(trimmed));
    parsed.map_err(|_| InvalidDecimal { text: text.to_owned() })
}

/// Reads the digits as they stand in the JSON text, of a number or of a text.
fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<rust_decimal::Decimal, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let invalid = |error: InvalidDecimal| serde::de::Error::custom(error);
    match raw.get() {
        text if text.starts_with('"') => {
            let text: String = serde_json::from_str(text).map_err(serde::de::Error::custom)?;
            parse(&text).map_err(invalid)
        }
        number => parse(number).map_err(invalid),
    }
}

macro_rules! decimal {
    ($name:ident) => {
        impl $name {
            /// The number itself, for arithmetic.
            pub fn get(self) -> rust_decimal::Decimal {
                self.0
            }
        }

        impl From<rust_decimal::Decimal> for $name {
            fn from(number: rust_decimal::Decimal) -> Self {
                Self(number)
            }
        }

        impl From<$name> for rust_decimal::Decimal {
            fn from(decimal: $name) -> Self {
                decimal.0
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number.into())
            }
        }

        impl From<i32> for $name {
            fn from(number: i32) -> Self {
                Self(number.into())
            }
        }

        impl FromStr for $name {
            type Err = InvalidDecimal;

            fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer).map(Self)
            }
        }
    };
}

decimal!(Decimal);
decimal!(TextDecimal);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl Serialize for TextDecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl From<TextDecimal> for Decimal {
    fn from(decimal: TextDecimal) -> Self {
        Self(decimal.0)
    }
}

impl From<Decimal> for TextDecimal {
    fn from(decimal: Decimal) -> Self {
        Self(decimal.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive() {
        for text in ["0.1", "10.50", "-0.07", "12345678901234567890.12345678", "0"] {
            let decimal: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&decimal).unwrap(), text);
            let decimal: TextDecimal = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&decimal).unwrap(), format!("{text:?}"));
        }
        assert_eq!(serde_json::from_str::<Decimal>("1.5e3").unwrap(), Decimal::from(1500));
    }

    #[test]
    fn works_on_values_in_memory_too() {
        let decimal: Decimal = serde_json::from_value(serde_json::json!(19.99)).unwrap();
        assert_eq!(serde_json::to_value(decimal).unwrap(), serde_json::json!(19.99));
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for json in ["\"\"", "\"ten\"", "true", "null", "[]", "1e400"] {
            assert!(serde_json::from_str::<Decimal>(json).is_err(), "{json}");
        }
    }
}
