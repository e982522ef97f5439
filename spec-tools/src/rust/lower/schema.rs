//! Lowers schemas of a bundle, where every property of a response may be missing or null. What typify would check while
//! decoding (lengths, patterns, closed enumerations) is removed from requests as well: the API checks it.

use gofive_spec::{Direction, ObjectSchema, Parameter, Payload, PayloadKind, Pointer, Property, Schema, SchemaKind};
use serde_json::{Map, Value, json};

use super::scalar;

pub(super) fn lower(schema: &Schema, direction: Direction) -> Value {
    let lowered = match &schema.kind {
        SchemaKind::Ref(name) => json!({ "$ref": format!("#{}", Pointer::to_schema(name)) }),
        SchemaKind::AllOf(all) => {
            json!({ "allOf": all.schemas.iter().map(|one| lower(one, direction)).collect::<Vec<_>>() })
        }
        // The client reads a number for a string, and a string for a number.
        SchemaKind::AnyOf(union) if direction == Direction::Response && schema.is_scalar_union() => {
            lower(&union.schemas[0], direction)
        }
        // A union below the payload: kept as raw JSON.
        SchemaKind::AnyOf(_) | SchemaKind::Any => json!({}),
        SchemaKind::Object(object) => lower_object(object, direction),
        SchemaKind::Array(array) => {
            let items = array.items.as_deref().map_or_else(|| json!({}), |items| lower(items, direction));
            json!({ "type": "array", "items": items })
        }
        SchemaKind::Number(_) => scalar::reference(scalar::DECIMAL),
        SchemaKind::String(string) => match string.format {
            Some(format) => scalar::reference(scalar::of_format(format)),
            None => json!({ "type": "string" }),
        },
        SchemaKind::Integer(_) | SchemaKind::Boolean | SchemaKind::Enumeration(_) => {
            json!({ "type": schema.json_type().map(gofive_spec::JsonType::name) })
        }
    };
    if schema.nullable { nullable(lowered) } else { lowered }
}

pub(super) fn lower_parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": parameter.location.name(),
        "required": parameter.required,
        "style": "simple",
        "schema": lower(&parameter.schema, Direction::Request),
    })
}

/// Lowers the schema of a payload. A scalar payload may be missing; a missing object or list is empty.
pub(super) fn lower_payload(payload: &Payload<'_>) -> Value {
    let Some(schema) = payload.schema.map(Schema::without_null) else { return json!({}) };
    let lowered = lower(&schema, Direction::Response);
    if payload.kind == PayloadKind::Scalar { nullable(lowered) } else { lowered }
}

/// Lowers the properties of an object, by name. In a response, a list that is null or missing is empty; in a request, an empty
/// list is different from an optional one that is missing.
pub(super) fn lower_properties(object: &ObjectSchema, direction: Direction) -> Map<String, Value> {
    let lower_property = |property: &Property| {
        let is_list = matches!(property.schema.kind, SchemaKind::Array(_));
        let lowered = match direction {
            Direction::Response if is_list => lower(&property.schema.without_null(), direction),
            Direction::Request if is_list && !property.required => nullable(lower(&property.schema, direction)),
            _ => lower(&property.schema, direction),
        };
        (property.name.clone(), lowered)
    };
    object.properties().iter().map(lower_property).collect()
}

fn lower_object(object: &ObjectSchema, direction: Direction) -> Value {
    if object.properties.is_none() {
        return json!({ "type": "object" });
    }
    let mut lowered = json!({ "type": "object", "properties": lower_properties(object, direction) });
    if !object.required.is_empty() {
        lowered["required"] = json!(object.required);
    }
    // `{}`, not `true`: with `{}` typify keeps unknown properties in `extra`, with `true` it ignores them. A request may have
    // properties that no page documents.
    if direction == Direction::Request || object.is_open {
        lowered["additionalProperties"] = json!({});
    }
    lowered
}

fn nullable(lowered: Value) -> Value {
    match lowered {
        Value::Object(keywords) if keywords.contains_key("$ref") => json!({ "allOf": [keywords], "nullable": true }),
        Value::Object(mut keywords) if !keywords.is_empty() => {
            keywords.insert("nullable".into(), Value::Bool(true));
            Value::Object(keywords)
        }
        any => any,
    }
}
