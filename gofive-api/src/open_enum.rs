//! Enumerations that know their documented values by name and keep any other.

/// Writes the type of one enumeration: a number (`i64`) or a text (`str`) inside, its constants beside it.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident, i64, [$(($value:literal, $constant:literal)),* $(,)?]) => {
        $(#[$doc])*
        ///
        /// Values that the spec does not know are kept.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
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

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::open_enum::whole_number(deserializer).map(Self)
            }
        }

        crate::open_enum::described!($name, "integer");
    };
    ($(#[$doc:meta])* $name:ident, str, [$(($value:literal, $constant:literal)),* $(,)?]) => {
        $(#[$doc])*
        ///
        /// Values that the spec does not know are kept.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            const fn known(value: &'static str) -> Self {
                Self(std::borrow::Cow::Borrowed(value))
            }

            /// The text on the wire.
            pub fn value(&self) -> &str {
                &self.0
            }

            /// The name of the constant, if the value is a documented one.
            pub fn name(&self) -> Option<&'static str> {
                match &*self.0 {
                    $($value => Some($constant),)*
                    _ => None,
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                value.to_owned().into()
            }
        }

        crate::open_enum::described!($name, "string");
    };
}

/// Printed as `CaseType::REQUEST_FOR_ACTION`, or `CaseType(7)`; in JSON schemas open, too.
macro_rules! described {
    ($name:ident, $json_type:literal) => {
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

/// A whole number, or a text that is one.
pub(crate) fn whole_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct WholeNumber;

    impl serde::de::Visitor<'_> for WholeNumber {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a whole number")
        }
        fn visit_i64<E>(self, number: i64) -> Result<i64, E> {
            Ok(number)
        }
        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<i64, E> {
            number.try_into().map_err(E::custom)
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i64, E> {
            text.trim().parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_any(WholeNumber)
}
