//! A property of a request in its three states.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::format::Format;
use crate::values::{Date, DateTime, Decimal, Id, RawJson, Secret, TextDecimal};

/// A property of a request that can be null: missing, null, or a value.
///
/// The API distinguishes the three: in a line of a sales order, a `vatTaxValue` that is null means no VAT. A property
/// that is not set is missing, unless its documentation says otherwise.
///
/// Builders accept a value, an `Option`, or anything that converts into a value:
///
/// ```
/// use gofive_api::{Decimal, Nullable};
///
/// assert_eq!(Nullable::<Decimal>::from(None), Nullable::Null);
/// assert_eq!(Nullable::<Decimal>::from(7), Nullable::Value(7.into()));
/// assert_eq!(Nullable::<String>::from("each"), Nullable::Value("each".to_owned()));
/// assert_eq!(Nullable::<Decimal>::default(), Nullable::Missing);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// The property is missing.
    #[default]
    Missing,
    /// The property is null.
    Null,
    /// The property has a value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns whether the property is missing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Returns the value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Null => None,
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// `None` is null.
impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

/// Null and missing are `None`.
impl<T> From<Nullable<T>> for Option<T> {
    fn from(value: Nullable<T>) -> Self {
        match value {
            Nullable::Value(value) => Some(value),
            Nullable::Missing | Nullable::Null => None,
        }
    }
}

/// Converts anything that converts into a value. `Option` has one conversion only, because the type of `None` would be
/// ambiguous.
macro_rules! from {
    ($($($from:ty),+ => $to:ty;)*) => {
        $($(impl From<$from> for $crate::Nullable<$to> {
            fn from(value: $from) -> Self {
                Self::Value(value.into())
            }
        })+)*
    };
}
pub(crate) use from;

from! {
    &str, &String, char => String;
    &str, String => Secret;
    &str, String, i32, u32, i64, u64 => Id;
    i32, u32 => i64;
    i32, u32, i64, u64, rust_decimal::Decimal, TextDecimal => Decimal;
    i32, u32, i64, u64, rust_decimal::Decimal, Decimal => TextDecimal;
    jiff::civil::Date => Date;
    serde_json::Value => RawJson;
}

impl<F: Format> From<jiff::Timestamp> for Nullable<DateTime<F>> {
    fn from(moment: jiff::Timestamp) -> Self {
        Self::Value(moment.into())
    }
}

impl<F: Format> From<jiff::ZonedDateTime> for Nullable<DateTime<F>> {
    fn from(moment: jiff::ZonedDateTime) -> Self {
        Self::Value(moment.timestamp().into())
    }
}

/// Bangkok's wall clock.
impl<F: Format> From<jiff::civil::DateTime> for Nullable<DateTime<F>> {
    fn from(civil: jiff::civil::DateTime) -> Self {
        Self::Value(civil.into())
    }
}

impl<T, U: Into<T>, const N: usize> From<[U; N]> for Nullable<Vec<T>> {
    fn from(items: [U; N]) -> Self {
        Self::Value(items.into_iter().map(Into::into).collect())
    }
}

/// Missing is written as null: only a request type can omit a property.
impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// Reads null and values; missing is the default.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Into::into)
    }
}
