//! The types that are a text in a file: as `Display` writes them, and `FromStr` reads them.

use crate::arm::ResponseKind;
use crate::month::Month;
use crate::name::Name;
use crate::session::SessionId;
use crate::size::Size;

macro_rules! as_text {
    ($($ty:ty),+) => {$(
        impl serde::Serialize for $ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        /// Shows it as in a file.
        impl std::fmt::Debug for $ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    )+};
}

as_text!(Month, Name, ResponseKind, SessionId, Size);
