//! Converts text to the type of a schema.

use gofive_spec::Spec;
use serde_json::Value;

/// Converts the text of a parameter or form field to the type of its schema, or returns the text if it does not fit.
pub(crate) fn typed(spec: &Spec, schema: &Value, text: &str) -> Value {
    let parsed = || serde_json::from_str(text).ok();
    let value = match scalar_type(spec, schema) {
        Some("integer" | "number") => parsed().filter(Value::is_number),
        Some("boolean") => parsed().filter(Value::is_boolean),
        Some("object") => parsed().filter(Value::is_object),
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}

fn scalar_type<'a>(spec: &'a Spec, schema: &'a Value) -> Option<&'a str> {
    let schema = spec.resolve(schema);
    let own = schema.get("type").and_then(Value::as_str);
    own.or_else(|| scalar_type(spec, schema.pointer("/allOf/0")?))
}
