//! Builds a response: the documented example or one generated from the schema, with the payload for the request.

use gofive_spec::{Format, ObjectSchema, Operation, Pointer, Schema, SchemaKind, Spec};
use serde_json::{Map, Value, json};

use crate::operations::request::Arguments;

/// The maximum depth of a response generated from a schema, because schemas can be recursive.
const MAX_DEPTH: usize = 4;

/// Properties of envelopes, which are never set from a request.
const ENVELOPE: [&str; 3] = ["status", "statusCode", "httpStatusCode"];

/// Returns the documented success response, regardless of the request.
pub(crate) fn documented(spec: &Spec, operation: &Operation) -> Value {
    let example = operation.response_examples().first().map(|example| example.value.clone());
    let from_schema = || {
        let schema = operation.success_schema()?;
        if spec.api().resolve(schema).json_type().is_some() { sample(spec, "", schema, 0) } else { None }
    };
    example.or_else(from_schema).unwrap_or_else(|| json!({ "status": success() }))
}

/// Sets the payload of a response; it becomes `data` if the response has no payload yet.
pub(crate) fn set_payload(operation: &Operation, response: &mut Value, payload: Value) {
    let mut pointers = operation.payload_pointers.iter().filter(|pointer| !pointer.is_root());
    match pointers.find(|pointer| pointer.find(response).is_some()) {
        Some(pointer) => {
            if let Some(target) = response.pointer_mut(pointer.as_str()) {
                *target = payload;
            }
        }
        None => {
            if let Some(envelope) = response.as_object_mut() {
                envelope.insert("data".to_owned(), payload);
            }
        }
    }
}

/// Copies values of the request to the payload's properties of the same name, as far as the schema allows it.
pub(crate) fn echo(spec: &Spec, operation: &Operation, response: &mut Value, arguments: &Arguments) {
    let Some(schema) = operation.success_schema() else { return };
    let mut pointers = operation.payload_pointers.iter();
    let Some(payload) = pointers.find(|pointer| pointer.find(response).is_some()) else { return };
    let objects = match payload.find(response) {
        Some(Value::Array(items)) => (0..items.len()).map(|index| payload.item(index)).collect(),
        _ => vec![payload.clone()],
    };
    let body = arguments.body.as_object().into_iter().flatten();
    let sent: Vec<(&String, &Value)> = arguments.parameters.iter().chain(body).collect();
    for object in objects {
        let properties = object.find(response).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let properties: Vec<_> =
            properties.filter(|property| !ENVELOPE.contains(&property.as_str())).cloned().collect();
        for property in properties {
            let Some((_, value)) = sent.iter().find(|(name, _)| name.eq_ignore_ascii_case(&property)) else { continue };
            let before = put(response, &object, &property, (*value).clone());
            if let (Err(_), Some(before)) = (spec.validate(schema, response), before) {
                put(response, &object, &property, before);
            }
        }
    }
}

fn put(response: &mut Value, object: &Pointer, property: &str, value: Value) -> Option<Value> {
    response.pointer_mut(object.as_str())?.as_object_mut()?.insert(property.to_owned(), value)
}

/// Builds an error response in the envelope of the operation's success response.
pub(crate) fn refusal(spec: &Spec, operation: &Operation, code: &str, description: &str) -> Value {
    let mut body = json!({ "status": { "code": code, "description": description } });
    let envelope = operation.success_schema().and_then(|schema| spec.api().resolve(schema).as_object());
    let has_property = |name| envelope.is_some_and(|envelope| envelope.property(name).is_some());
    // The standard `status` is included as well: clients look for the business code there.
    if has_property("statusCode") && has_property("message") {
        body["statusCode"] = code.parse::<i64>().map_or_else(|_| code.into(), Value::from);
        body["message"] = description.into();
    }
    body
}

/// Builds an error response to a token request, as OAuth 2.0 has it.
pub(crate) fn oauth_error(error: &str, description: &str) -> Value {
    json!({ "error": error, "error_description": description })
}

/// Builds the response of a business error, and returns it with its HTTP status code.
pub(crate) fn business_error(spec: &Spec, operation: &Operation, code: &str, description: &str) -> (u16, Value) {
    if operation.needs_token {
        (operation.success_status(), refusal(spec, operation, code, description))
    } else {
        (400, oauth_error(code, description))
    }
}

/// Generates a value of a schema, with all properties whose type is known; `None` if the schema has no type.
pub(crate) fn sample(spec: &Spec, name: &str, schema: &Schema, depth: usize) -> Option<Value> {
    Some(match (&spec.api().resolve(schema).kind, name) {
        (SchemaKind::Enumeration(enumeration), _) => enumeration.values.first()?.clone(),
        (SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination), _) => {
            return sample(spec, name, combination.schemas.first()?, depth);
        }
        (SchemaKind::Object(object), "status") if object.property("code").is_some() => success(),
        (SchemaKind::Object(object), _) => self::object(spec, object, depth),
        (SchemaKind::Array(_), _) => json!([]),
        (SchemaKind::Boolean, _) => json!(true),
        (SchemaKind::Integer(_), "statusCode") => json!(1000),
        (SchemaKind::Integer(_), "httpStatusCode") => json!(200),
        (SchemaKind::Integer(_) | SchemaKind::Number(_), _) => json!(0),
        (SchemaKind::String(string), _) => text(string.format),
        (SchemaKind::Any | SchemaKind::Ref(_), _) => return None,
    })
}

fn object(spec: &Spec, schema: &ObjectSchema, depth: usize) -> Value {
    let mut properties = Map::new();
    for property in schema.properties() {
        let is_required = schema.page_requires(&property.name);
        if depth < MAX_DEPTH || is_required {
            let value = sample(spec, &property.name, &property.schema, depth + 1);
            let value = value.or_else(|| is_required.then(|| json!({})));
            properties.extend(value.map(|value| (property.name.clone(), value)));
        }
    }
    Value::Object(properties)
}

/// Generates a string of a format: a date and time on the day of the documented events, or else "string".
fn text(format: Option<Format>) -> Value {
    let format = match format {
        Some(Format::Decimal) => return json!("0"),
        Some(Format::AnyDateTime) => Some(Format::OffsetDateTime),
        other => other,
    };
    let Some(template) = format.and_then(|format| format.templates().first()) else { return json!("string") };
    let mut digits = "20250129153843000".chars().chain(std::iter::repeat('0'));
    let fill = |character| match character {
        '9' => digits.next().unwrap_or('0'),
        '±' => '+',
        literal => literal,
    };
    Value::String(template.chars().map(fill).collect())
}

fn success() -> Value {
    json!({ "code": "1000", "description": "Success" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_responses_match_their_schemas() {
        for spec in crate::specs::all().unwrap() {
            for operation in spec.operations() {
                let response = documented(spec, operation);
                if let Some(schema) = operation.success_schema() {
                    assert!(spec.validate(schema, &response).is_ok(), "{}: {response}", operation.id);
                }
            }
        }
        let response = |operation_id| {
            let (spec, operation) = crate::specs::documented(operation_id);
            documented(spec, operation)
        };
        let undocumented = response("get_products_with_take_and_status");
        assert_eq!(undocumented, json!({"status": {"code": "1000", "description": "Success"}}));
        assert_eq!(response("get_customer_event_types")["data"], json!([]));
    }

    #[test]
    fn the_payload_has_the_values_of_the_request_if_the_schema_allows_them() {
        let (spec, operation) = crate::specs::documented("edit_customer_event");
        let mut response = documented(spec, operation);
        let body = json!({"EventName": "Meeting", "eventType": "no number", "status": 1, "other": 1});
        let parameters = json!({"eventId": 7}).as_object().unwrap().clone();
        echo(spec, operation, &mut response, &Arguments { parameters, body });
        assert_eq!(response["status"], success());
        let data = &response["data"];
        assert_eq!((&data["eventId"], &data["eventName"]), (&json!(7), &json!("Meeting")));
        assert_eq!((&data["eventType"], data.get("other")), (&json!(4), None));
    }

    #[test]
    fn a_date_and_time_has_its_format() {
        assert_eq!(text(Some(Format::OffsetDateTimeMillis)), "2025-01-29T15:38:43.000+0000");
        assert_eq!(text(Some(Format::LocalDateTimeSpace)), "2025-01-29 15:38:43");
        assert_eq!(text(Some(Format::AnyDateTime)), "2025-01-29T15:38:43+0000");
        assert_eq!((text(Some(Format::Password)), text(None)), (json!("string"), json!("string")));
    }
}
