//! Writes and reads the request types: properties that are not set are left out, query parameters are no part of the body,
//! unknown properties are added.

use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use serde::de::{Deserialize, MapAccess};
use serde::ser::{Error as _, Serialize, SerializeMap};

use crate::{Nullable, RawJson};

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

/// `Serialize` and `Deserialize` of an object of a request.
///
/// - `required` properties are always written.
/// - `optional` ones are written if they are set.
/// - `explicit` ones are written as null if they are not set.
/// - `query` parameters are read, and not written.
macro_rules! request_type {
    (
        $name:ident,
        required: [$($required:ident $required_name:literal),*],
        optional: [$($optional:ident $optional_name:literal),*],
        explicit: [$($explicit:ident $explicit_name:literal),*],
        required_query: [$($required_query:ident $required_query_name:literal),*],
        query: [$($query:ident $query_name:literal),*]
    ) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                const PROPERTIES: &[&str] = &[
                    $($required_name,)* $($optional_name,)* $($explicit_name,)* $($required_query_name,)* $($query_name,)*
                ];
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry($required_name, &self.$required)?;)*
                $($crate::request_type::optional(&mut map, $optional_name, &self.$optional)?;)*
                $(map.serialize_entry($explicit_name, &self.$explicit)?;)*
                $crate::request_type::extra(&mut map, &self.extra, PROPERTIES)?;
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Properties;

                impl<'de> serde::de::Visitor<'de> for Properties {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object: ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $required = None;)*
                        $(let mut $optional = None;)*
                        $(let mut $explicit = None;)*
                        $(let mut $required_query = None;)*
                        $(let mut $query = None;)*
                        let mut extra = std::collections::BTreeMap::new();
                        while let Some($crate::answer::Name(name)) = map.next_key()? {
                            match &*name {
                                $($required_name => $crate::request_type::read(&mut $required, &name, &mut map)?,)*
                                $($optional_name => $crate::request_type::read(&mut $optional, &name, &mut map)?,)*
                                $($explicit_name => $crate::request_type::read(&mut $explicit, &name, &mut map)?,)*
                                $($required_query_name => $crate::request_type::read(&mut $required_query, &name, &mut map)?,)*
                                $($query_name => $crate::request_type::read(&mut $query, &name, &mut map)?,)*
                                _ => $crate::answer::keep(&mut extra, &name, &mut map)?,
                            }
                        }
                        Ok($name {
                            $($required: $crate::request_type::required($required, $required_name)?,)*
                            $($optional: $optional.unwrap_or_default(),)*
                            $($explicit: $explicit.unwrap_or_default(),)*
                            $($required_query: $crate::request_type::required($required_query, $required_query_name)?,)*
                            $($query: $query.unwrap_or_default(),)*
                            extra,
                        })
                    }
                }

                deserializer.deserialize_map(Properties)
            }
        }
    };
}
pub(crate) use request_type;

/// `Serialize` and `Deserialize` of a request that is a list.
macro_rules! list_request_type {
    ($name:ident, $list:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.$list.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer).map(|$list| Self { $list })
            }
        }
    };
}
pub(crate) use list_request_type;

/// Adds a body that is left out if nothing of it is set.
pub(crate) fn optional_json(request: RequestBuilder, body: &impl Serialize) -> RequestBuilder {
    match serde_json::to_string(body) {
        Ok(body) if body == "{}" => request,
        _ => request.json(body),
    }
}

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
        let problem = format!("`extra` has the property `{known}`, which is not unknown: set it by its own name");
        return Err(M::Error::custom(problem));
    }
    extra.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

/// Reads a property, once.
pub(crate) fn read<'de, T, A>(value: &mut Option<T>, name: &str, map: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    crate::answer::once(value.is_some(), name)?;
    *value = Some(map.next_value()?);
    Ok(())
}

/// A property that has to be there.
pub(crate) fn required<T, E: serde::de::Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(name))
}
