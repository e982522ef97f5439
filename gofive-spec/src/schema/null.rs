//! How OpenAPI 3.0.3 says that a reference may be null.
//!
//! `nullable` applies only to the `type` beside it: `{nullable: true, allOf: [{$ref: …}]}` refuses null, because the schema
//! that it refers to does. `{anyOf: [{$ref: …}, null]}` accepts it, where null is an enumeration of null alone.

use serde_json::{Value, json};

use crate::schema::{Combination, Schema, SchemaKind};

/// The schema of null alone.
pub(super) fn null() -> Value {
    json!({ "type": "object", "nullable": true, "enum": [null] })
}

/// Whether a schema is meant to be that of null alone.
pub(super) fn is_null(schema: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_some_and(|values| matches!(values.as_slice(), [Value::Null]))
}

/// Whether a kind of schema has no `type`, so that `nullable` beside it has no effect.
pub(super) const fn needs_alternative(kind: &SchemaKind) -> bool {
    matches!(kind, SchemaKind::Ref(_) | SchemaKind::AllOf(_) | SchemaKind::AnyOf(_))
}

/// The kind of a schema whose alternatives are null and `others`. `is_plain` is whether the schema has no documentation, so
/// that a single reference is the schema itself.
pub(super) fn kind_beside_null(mut others: Vec<Schema>, is_plain: bool) -> SchemaKind {
    match others.as_mut_slice() {
        [Schema { kind: SchemaKind::Ref(name), .. }] if is_plain => SchemaKind::Ref(std::mem::take(name)),
        [Schema { kind: SchemaKind::AllOf(all), nullable: false, title, description, example: None, .. }]
            if title.is_empty() && description.is_empty() && all.schemas.len() > 1 =>
        {
            SchemaKind::AllOf(Combination { json_type: all.json_type, schemas: std::mem::take(&mut all.schemas) })
        }
        [_] => SchemaKind::AllOf(Combination { json_type: None, schemas: others }),
        _ => SchemaKind::AnyOf(Combination { json_type: None, schemas: others }),
    }
}
