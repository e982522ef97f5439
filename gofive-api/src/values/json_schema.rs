//! `JsonSchema` of the scalars (feature `schemars`).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::values::format::Format;
use crate::values::{Date, DateTime, Decimal, Id, Nullable, RawJson, Secret, TextDecimal};

impl<F: Format> JsonSchema for DateTime<F> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "DateTime".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": F::NAME })
    }
}

macro_rules! scalar {
    ($name:ident, $($schema:tt)*) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($($schema)*)
            }
        }
    };
}

scalar!(Date, { "type": "string", "format": "date" });
scalar!(Decimal, { "type": ["number", "string"] });
scalar!(TextDecimal, { "type": ["string", "number"], "format": "decimal" });
scalar!(Id, { "type": ["string", "integer"] });
scalar!(Secret, { "type": "string", "format": "password" });

/// A value or null, in a property that is required. Properties that are not have the schema of an `Option`.
impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// Any JSON.
impl JsonSchema for RawJson {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "RawJson".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}
