//! Converts text to the type of a schema.

use gofive_spec::{JsonType, Schema, Spec};
use serde_json::Value;

/// Converts the text of a parameter or form field to the type of its schema, or returns the text if it does not fit.
pub(crate) fn typed(spec: &Spec, schema: &Schema, text: &str) -> Value {
    let parsed = || serde_json::from_str(text).ok();
    let value = match spec.api().json_type(schema) {
        Some(JsonType::Integer | JsonType::Number) => parsed().filter(Value::is_number),
        Some(JsonType::Boolean) => parsed().filter(Value::is_boolean),
        Some(JsonType::Object) => parsed().filter(Value::is_object),
        Some(JsonType::String | JsonType::Array) | None => None,
    };
    value.unwrap_or_else(|| text.into())
}
