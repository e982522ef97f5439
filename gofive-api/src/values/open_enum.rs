//! Enumerations with constants for their documented values; any other value is preserved.

use std::fmt;

/// Defines the type of one enumeration: a number (`i64`) or a text (`str`), with constants.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident, i64, [$(($value:literal, $constant:literal)),* $(,)?]) => {
        $(#[$doc])*
        ///
        /// Unknown values are preserved. A text that is a number is accepted, too.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// All documented values, in the order of the spec.
            pub const ALL: &'static [Self] = &[$(Self::known($value)),*];

            const fn known(value: i64) -> Self {
                Self(value)
            }

            /// The number on the wire.
            pub const fn value(self) -> i64 {
                self.0
            }

            /// The name of the constant, if the value is a documented one.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($constant),)*
                    _ => None,
                }
            }
        }

        crate::values::nullable::from!(i64, i32 => $name;);

        impl From<i32> for $name {
            fn from(value: i32) -> Self {
                Self(value.into())
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        /// Reads a number, or the name of a constant.
        impl std::str::FromStr for $name {
            type Err = crate::ParseEnumError;

            fn from_str(text: &str) -> Result<Self, crate::ParseEnumError> {
                match text.trim() {
                    $($constant => Ok(Self($value)),)*
                    number => number.parse().map(Self).map_err(|_| crate::ParseEnumError::new(text, &[$($constant),*])),
                }
            }
        }

        impl crate::values::scalar::Scalar for $name {
            const EXPECTED: &'static str = "a whole number";

            fn of_text(text: &str) -> Option<Self> {
                i64::of_text(text).map(Self)
            }
            fn of_number(digits: &str) -> Option<Self> {
                i64::of_number(digits).map(Self)
            }
            fn of_integer(number: i64) -> Option<Self> {
                Some(Self(number))
            }
        }

        crate::values::open_enum::described!($name, "integer");
    };
    ($(#[$doc:meta])* $name:ident, str, [$(($value:literal, $constant:literal)),* $(,)?]) => {
        $(#[$doc])*
        ///
        /// Unknown values are preserved. A number is accepted, too, and sent as a number; it equals the text of its
        /// digits.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(crate::values::sent::Sent);

        impl $name {
            /// All documented values, in the order of the spec.
            pub const ALL: &'static [Self] = &[$(Self::known($value)),*];

            const fn known(value: &'static str) -> Self {
                Self(crate::values::sent::Sent::known(value))
            }

            /// The text on the wire.
            pub fn value(&self) -> &str {
                self.0.plain()
            }

            /// The name of the constant, if the value is a documented one.
            pub fn name(&self) -> Option<&'static str> {
                match self.value() {
                    $($value => Some($constant),)*
                    _ => None,
                }
            }
        }

        crate::values::nullable::from!(&str, String => $name;);

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(crate::values::sent::Sent::text(value))
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                value.to_owned().into()
            }
        }

        /// Takes the text on the wire.
        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, std::convert::Infallible> {
                Ok(text.into())
            }
        }

        impl crate::values::scalar::Scalar for $name {
            const EXPECTED: &'static str = "a text or a number";

            fn of_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
            fn of_number(digits: &str) -> Option<Self> {
                Some(Self(crate::values::sent::Sent::number(digits)))
            }
        }

        crate::values::open_enum::described!($name, "string");
    };
}

/// Read as scalars are; printed as `CaseType::REQUEST_FOR_ACTION`, or `CaseType(7)`; in JSON schemas open, too.
macro_rules! described {
    ($name:ident, $json_type:literal) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::values::scalar::deserialize(deserializer)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.clone().name() {
                    Some(name) => write!(f, "{}::{name}", stringify!($name)),
                    None => write!(f, "{}({:?})", stringify!($name), self.0),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": $json_type })
            }
        }
    };
}

pub(crate) use {described, open_enum};

/// The error for a text that is neither a number nor the name of a documented value.
///
/// ```
/// # #[cfg(feature = "venio")] {
/// use gofive_api::venio::CaseType;
///
/// assert_eq!("REQUEST_FOR_ACTION".parse(), Ok(CaseType::REQUEST_FOR_ACTION));
/// assert_eq!("7".parse(), Ok(CaseType::from(7)));
/// let error = "seven".parse::<CaseType>().unwrap_err();
/// assert!(error.to_string().contains("REQUEST_FOR_ACTION"));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseEnumError {
    text: String,
    names: &'static [&'static str],
}

impl ParseEnumError {
    pub(crate) fn new(text: &str, names: &'static [&'static str]) -> Self {
        Self { text: text.to_owned(), names }
    }
}

impl fmt::Display for ParseEnumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is neither a whole number nor one of {}", self.text, self.names.join(", "))
    }
}

impl std::error::Error for ParseEnumError {}
