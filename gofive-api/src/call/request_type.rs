//! Writes and reads the request types: properties that are not set are omitted, query parameters are not part of the
//! body, and unknown properties are added.

use std::collections::BTreeMap;

#[cfg(feature = "deserialize-requests")]
use serde::de::{Deserialize, MapAccess};
use serde::ser::{Error as _, Serialize, SerializeMap};

use crate::values::{Nullable, RawJson};

/// A property that need not be set.
pub(crate) trait Optional {
    fn is_missing(&self) -> bool;
}

impl<T> Optional for Option<T> {
    fn is_missing(&self) -> bool {
        self.is_none()
    }
}

impl<T> Optional for Nullable<T> {
    fn is_missing(&self) -> bool {
        self.is_missing()
    }
}

impl Optional for BTreeMap<String, RawJson> {
    fn is_missing(&self) -> bool {
        self.is_empty()
    }
}

/// `Serialize` of an object of a request, and `Deserialize` if a feature asks for it, by its properties in order:
///
/// - A `required` property is always written.
/// - An `optional` one is written if it is set.
/// - An `explicit` one is written as null if it is not set.
/// - `required_query` and `query` are parameters of the query: they are read, but not written.
macro_rules! request_type {
    ($name:ident, [$($kind:ident $field:ident $wire:literal),* $(,)?]) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_imports, reason = "there may be query parameters only")]
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $($crate::call::request_type::write!($kind, map, $wire, self.$field);)*
                $crate::call::request_type::extra(&mut map, &self.extra, &[$($wire),*])?;
                map.end()
            }
        }

        #[cfg(feature = "deserialize-requests")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Properties;

                impl<'de> serde::de::Visitor<'de> for Properties {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object: ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $field = None;)*
                        let mut extra = std::collections::BTreeMap::new();
                        while let Some($crate::values::name::Name(name)) = map.next_key()? {
                            match &*name {
                                $($wire => $crate::call::request_type::read(&mut $field, $wire, &mut map)?,)*
                                _ => $crate::decoding::payload::preserve(&mut extra, &name, &mut map)?,
                            }
                        }
                        Ok($name { $($field: $crate::call::request_type::found!($kind, $field, $wire),)* extra })
                    }
                }

                deserializer.deserialize_map(Properties)
            }
        }
    };
}
pub(crate) use request_type;

/// Writes a property by its kind.
macro_rules! write {
    (optional, $map:ident, $wire:literal, $value:expr) => {
        $crate::call::request_type::optional(&mut $map, $wire, &$value)?
    };
    (required_query, $map:ident, $wire:literal, $value:expr) => {};
    (query, $map:ident, $wire:literal, $value:expr) => {};
    ($always:ident, $map:ident, $wire:literal, $value:expr) => {
        $map.serialize_entry($wire, &$value)?
    };
}
pub(crate) use write;

/// The value of a property that was read or not, by its kind.
#[cfg(feature = "deserialize-requests")]
macro_rules! found {
    (required, $field:ident, $wire:literal) => {
        $field.ok_or_else(|| serde::de::Error::missing_field($wire))?
    };
    (required_query, $field:ident, $wire:literal) => {
        $crate::call::request_type::found!(required, $field, $wire)
    };
    ($optional:ident, $field:ident, $wire:literal) => {
        $field.unwrap_or_default()
    };
}
#[cfg(feature = "deserialize-requests")]
pub(crate) use found;

/// `Serialize` of a request that is a list, and `Deserialize` if a feature asks for it.
macro_rules! list_request_type {
    ($name:ident, $list:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.$list.serialize(serializer)
            }
        }

        #[cfg(feature = "deserialize-requests")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer).map(|$list| Self { $list })
            }
        }
    };
}
pub(crate) use list_request_type;

/// Writes a property if it is set.
pub(crate) fn optional<M, T>(map: &mut M, name: &str, value: &T) -> Result<(), M::Error>
where
    M: SerializeMap,
    T: Optional + Serialize,
{
    if value.is_missing() { Ok(()) } else { map.serialize_entry(name, value) }
}

/// Writes the unknown properties.
pub(crate) fn extra<M: SerializeMap>(
    map: &mut M,
    extra: &BTreeMap<String, RawJson>,
    properties: &[&str],
) -> Result<(), M::Error> {
    if let Some(known) = properties.iter().find(|known| extra.contains_key(**known)) {
        let problem = format!("`extra` has the property `{known}`, which is documented: set its own field");
        return Err(M::Error::custom(problem));
    }
    extra.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

/// Reads a property; refuses a duplicate.
#[cfg(feature = "deserialize-requests")]
pub(crate) fn read<'de, T, A>(value: &mut Option<T>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    crate::decoding::payload::refuse_duplicate(value.is_some(), name)?;
    *value = Some(map.next_value()?);
    Ok(())
}
