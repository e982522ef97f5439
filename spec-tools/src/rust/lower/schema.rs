//! Lowers schemas. Requests keep the required flags of the page; in responses every property may be missing or null.
//! Everything that typify would check while decoding (lengths, patterns, closed enumerations) is removed.

use gofive_spec::{Direction, ObjectSchema, Parameter, Payload, PayloadKind, Pointer, Property, Schema, SchemaKind};
use serde_json::{Map, Value, json};

use super::scalar;

pub(super) fn lower(schema: &Schema, direction: Direction) -> Value {
    let mut lowered = match &schema.kind {
        SchemaKind::Ref(name) => return json!({ "$ref": format!("#{}", Pointer::to_schema(name)) }),
        SchemaKind::AllOf(all) => {
            json!({ "allOf": all.schemas.iter().map(|one| lower(one, direction)).collect::<Vec<_>>() })
        }
        // A union below the payload: kept as raw JSON.
        SchemaKind::AnyOf(_) | SchemaKind::Any => return json!({}),
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
    if schema.nullable {
        lowered["nullable"] = Value::Bool(true);
    }
    lowered
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
    let lowered = payload.schema.map_or_else(|| json!({}), |schema| lower(schema, Direction::Response));
    if payload.kind == PayloadKind::Scalar { nullable(lowered) } else { lowered }
}

/// Lowers the properties of an object, by name.
pub(super) fn lower_properties(object: &ObjectSchema, direction: Direction) -> Map<String, Value> {
    let lower_property = |property: &Property| {
        let mut lowered = lower(&property.schema, direction);
        let is_list = lowered.get("type") == Some(&json!("array"));
        let may_be_null = match direction {
            // An empty list is different from an optional list that is missing.
            Direction::Request => !property.required && is_list,
            Direction::Response => !is_list,
        };
        if direction == Direction::Response && is_list {
            // A list that is null or missing is empty.
            lowered.as_object_mut().and_then(|list| list.remove("nullable"));
        }
        (property.name.clone(), if may_be_null { nullable(lowered) } else { lowered })
    };
    object.properties().iter().map(lower_property).collect()
}

fn lower_object(object: &ObjectSchema, direction: Direction) -> Value {
    if object.properties.is_none() {
        return json!({ "type": "object" });
    }
    let mut lowered = json!({ "type": "object", "properties": lower_properties(object, direction) });
    if direction == Direction::Request && !object.required.is_empty() {
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
