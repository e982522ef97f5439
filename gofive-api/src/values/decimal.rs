//! Amounts, with the digits that were sent.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::digits::{DecimalRangeError, Digits};
use crate::values::scalar::{self, Scalar};

/// A decimal number with the digits that were sent: amounts, quantities, coordinates.
///
/// It is read from a number or a text, and sent as a number. It does not go through binary floating point, so that
/// 0.1 is 0.1 and 1.10 stays 1.10. For arithmetic, [`get`](Self::get) the [`rust_decimal::Decimal`] inside:
///
/// ```
/// use gofive_api::Decimal;
///
/// let amount: Decimal = serde_json::from_str("12345678901234567.89")?;
/// assert_eq!(amount, serde_json::from_str::<Decimal>(r#""12345678901234567.89""#)?);
/// assert_eq!(serde_json::to_string(&amount)?, "12345678901234567.89");
///
/// let price: Decimal = "19.90".parse()?;
/// let total: Decimal = (price.get()? * rust_decimal::Decimal::from(3)).into();
/// assert_eq!(total.to_string(), "59.70");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A response may contain a number that a [`rust_decimal::Decimal`] cannot represent: one with more than 28 digits, or
/// the noise of a binary float. Such a number is preserved, compared and sent exactly; [`get`](Self::get) refuses it,
/// and [`round`](Self::round) returns the nearest value.
///
/// ```
/// # use gofive_api::Decimal;
/// let noise: Decimal = serde_json::from_str("2.8421709430404007E-14")?;
/// assert!(noise.get().is_err());
/// assert_eq!(noise.round()?.to_string(), "0.0000000000000284217094304040");
/// assert_eq!(serde_json::to_string(&noise)?, "2.8421709430404007E-14");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Sums
///
/// ```
/// # use gofive_api::{Decimal, DecimalRangeError};
/// let prices = [Decimal::from(10), "0.25".parse()?];
/// let total: Result<rust_decimal::Decimal, DecimalRangeError> = prices.iter().sum();
/// assert_eq!(total?.to_string(), "10.25");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Other formats and positions
///
/// JSON text, texts of any format and CSV preserve the digits exactly. Where serde has buffered a number (inside
/// `flatten`, in `untagged` enumerations) and in a [`serde_json::Value`], the digits are exact with the feature
/// `arbitrary_precision` of `serde_json`, and otherwise the 17 digits of a float. It is written to JSON as a number,
/// and to any other format as a text.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal(Digits);

/// A decimal number that is sent as a text, as amounts are in eTaxGo. Otherwise it is the same as [`Decimal`].
///
/// ```
/// use gofive_api::TextDecimal;
///
/// let amount: TextDecimal = serde_json::from_str("1.10")?;
/// assert_eq!(serde_json::to_string(&amount)?, r#""1.10""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextDecimal(Digits);

/// The error for a text that is not a decimal number.
///
/// ```
/// let error = "ten".parse::<gofive_api::Decimal>().unwrap_err();
/// assert_eq!(error.to_string(), r#""ten" is not a decimal number"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseDecimalError {
    text: String,
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a decimal number", self.text)
    }
}

impl std::error::Error for ParseDecimalError {}

macro_rules! decimal {
    ($name:ident) => {
        impl $name {
            /// Returns the exact value, for arithmetic.
            ///
            /// # Errors
            /// If a [`rust_decimal::Decimal`] cannot represent the number exactly: some numbers of more than 28 digits.
            pub fn get(&self) -> Result<rust_decimal::Decimal, DecimalRangeError> {
                self.0.get()
            }

            /// Returns the nearest value; of two that are equally near, the one whose last digit is even.
            ///
            /// # Errors
            /// If the number is beyond the largest [`rust_decimal::Decimal`], 79,228,162,514,264,337,593,543,950,335.
            pub fn round(&self) -> Result<rust_decimal::Decimal, DecimalRangeError> {
                self.0.round()
            }
        }

        impl From<rust_decimal::Decimal> for $name {
            fn from(number: rust_decimal::Decimal) -> Self {
                Self(Digits::Exact(number))
            }
        }

        /// Returns the exact value, like `get`.
        impl TryFrom<$name> for rust_decimal::Decimal {
            type Error = DecimalRangeError;

            fn try_from(decimal: $name) -> Result<Self, DecimalRangeError> {
                decimal.get()
            }
        }

        /// Returns the exact value, like `get`.
        impl TryFrom<&$name> for rust_decimal::Decimal {
            type Error = DecimalRangeError;

            fn try_from(decimal: &$name) -> Result<Self, DecimalRangeError> {
                decimal.get()
            }
        }

        impl PartialEq<rust_decimal::Decimal> for $name {
            fn eq(&self, other: &rust_decimal::Decimal) -> bool {
                self.0 == Digits::Exact(*other)
            }
        }

        impl PartialEq<$name> for rust_decimal::Decimal {
            fn eq(&self, other: &$name) -> bool {
                other == self
            }
        }

        impl PartialOrd<rust_decimal::Decimal> for $name {
            fn partial_cmp(&self, other: &rust_decimal::Decimal) -> Option<std::cmp::Ordering> {
                self.0.partial_cmp(&Digits::Exact(*other))
            }
        }

        impl PartialOrd<$name> for rust_decimal::Decimal {
            fn partial_cmp(&self, other: &$name) -> Option<std::cmp::Ordering> {
                Digits::Exact(*self).partial_cmp(&other.0)
            }
        }

        /// Returns the exact sum; an error if a number or the sum is out of range for a [`rust_decimal::Decimal`].
        impl<'a> Sum<&'a $name> for Result<rust_decimal::Decimal, DecimalRangeError> {
            fn sum<I: Iterator<Item = &'a $name>>(mut numbers: I) -> Self {
                numbers.try_fold(rust_decimal::Decimal::ZERO, |sum, number| add(sum, number.get()?))
            }
        }

        /// Returns the exact sum; an error if a number or the sum is out of range for a [`rust_decimal::Decimal`].
        impl Sum<$name> for Result<rust_decimal::Decimal, DecimalRangeError> {
            fn sum<I: Iterator<Item = $name>>(mut numbers: I) -> Self {
                numbers.try_fold(rust_decimal::Decimal::ZERO, |sum, number| add(sum, number.get()?))
            }
        }

        impl FromStr for $name {
            type Err = ParseDecimalError;

            fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
                Digits::parse(text).map(Self).ok_or_else(|| ParseDecimalError { text: text.to_owned() })
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

        impl Scalar for $name {
            const EXPECTED: &'static str = "a decimal number";

            fn of_text(text: &str) -> Option<Self> {
                Digits::parse(text).map(Self)
            }
            fn of_number(digits: &str) -> Option<Self> {
                Digits::parse(digits).map(Self)
            }
            fn of_integer(number: i64) -> Option<Self> {
                Some(number.into())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                scalar::deserialize(deserializer)
            }
        }

        decimal!($name: i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
    };
    ($name:ident: $($integer:ident),*) => {
        $(impl From<$integer> for $name {
            fn from(number: $integer) -> Self {
                Self(Digits::Exact(number.into()))
            }
        })*
    };
}

decimal!(Decimal);
decimal!(TextDecimal);

/// The exact sum.
fn add(sum: rust_decimal::Decimal, number: rust_decimal::Decimal) -> Result<rust_decimal::Decimal, DecimalRangeError> {
    if sum.is_zero() || number.is_zero() {
        return Ok(if number.is_zero() { sum } else { number });
    }
    let total = sum.checked_add(number);
    let exact = total.filter(|total| total.scale() == sum.scale().max(number.scale()));
    exact.ok_or_else(|| DecimalRangeError { text: format!("{sum} + {number}"), rounds: total.is_some() })
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        scalar::serialize_number(&self.to_string(), serializer)
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
