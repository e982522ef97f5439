//! Builds a response: the documented example or one generated from the schema, with the payload for the request.

use gofive_spec::{FORMATS, Operation, Spec};
use serde_json::{Map, Value, json};

use crate::request::Arguments;

/// The maximum depth of a response generated from a schema, because schemas can be recursive.
const MAX_DEPTH: usize = 4;

/// Properties of envelopes, which are never set from a request.
const ENVELOPE: [&str; 3] = ["status", "statusCode", "httpStatusCode"];

/// Returns the documented success response, regardless of the request.
pub(crate) fn documented(spec: &Spec, operation: &Operation) -> Value {
    let example = operation.response_examples(spec.doc()).into_iter().next().map(|(_, example)| example);
    let from_schema = || {
        let schema = spec.doc().pointer(&schema(spec, operation)?)?;
        if spec.resolve(schema).get("type").is_some() { sample(spec, "", schema, 0) } else { None }
    };
    example.or_else(from_schema).unwrap_or_else(|| json!({ "status": success() }))
}

/// Sets the payload of a response; it becomes `data` if the response has no payload yet.
pub(crate) fn set_payload(operation: &Operation, response: &mut Value, payload: Value) {
    let pointers = operation.payload().into_iter().filter(|pointer| !pointer.is_empty());
    match pointers.into_iter().find(|pointer| response.pointer(pointer).is_some()) {
        Some(pointer) => {
            if let Some(target) = response.pointer_mut(pointer) {
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
    let Some(schema) = schema(spec, operation) else { return };
    let pointers = operation.payload().into_iter();
    let Some(payload) = pointers.into_iter().find(|pointer| response.pointer(pointer).is_some()) else { return };
    let objects = match response.pointer(payload) {
        Some(Value::Array(items)) => (0..items.len()).map(|index| format!("{payload}/{index}")).collect(),
        _ => vec![payload.to_owned()],
    };
    let body = arguments.body.as_object().into_iter().flatten();
    let sent: Vec<(&String, &Value)> = arguments.parameters.iter().chain(body).collect();
    for object in objects {
        let properties = response.pointer(&object).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let properties: Vec<_> =
            properties.filter(|property| !ENVELOPE.contains(&property.as_str())).cloned().collect();
        for property in properties {
            let Some((_, value)) = sent.iter().find(|(name, _)| name.eq_ignore_ascii_case(&property)) else { continue };
            let before = put(response, &object, &property, (*value).clone());
            if let (Err(_), Some(before)) = (spec.validate(&schema, response), before) {
                put(response, &object, &property, before);
            }
        }
    }
}

fn put(response: &mut Value, object: &str, property: &str, value: Value) -> Option<Value> {
    response.pointer_mut(object)?.as_object_mut()?.insert(property.to_owned(), value)
}

/// Returns the JSON pointer of the success response's schema, if the response is JSON.
pub(crate) fn schema(spec: &Spec, operation: &Operation) -> Option<String> {
    let status = operation.success_status().to_string();
    operation.response_schemas(spec.doc()).into_iter().find(|(other, _)| *other == status).map(|(_, schema)| schema)
}

/// Builds an error response in the envelope of the operation's success response.
pub(crate) fn refusal(spec: &Spec, operation: &Operation, code: u16, description: &str) -> Value {
    let mut body = json!({ "status": { "code": code.to_string(), "description": description } });
    let schema = schema(spec, operation).and_then(|schema| spec.doc().pointer(&schema));
    let has_property = |name| schema.is_some_and(|schema| spec.resolve(schema)["properties"].get(name).is_some());
    // The standard `status` is included as well: clients look for the business code there.
    if has_property("statusCode") && has_property("message") {
        body["statusCode"] = code.into();
        body["message"] = description.into();
    }
    body
}

/// Generates a value of a schema, with all properties whose type is known; `None` if the schema has no type.
pub(crate) fn sample(spec: &Spec, name: &str, schema: &Value, depth: usize) -> Option<Value> {
    let schema = spec.resolve(schema);
    if let Some(value) = schema.pointer("/enum/0") {
        return Some(value.clone());
    }
    for choice in ["/allOf/0", "/anyOf/0", "/oneOf/0"] {
        if let Some(schema) = schema.pointer(choice) {
            return sample(spec, name, schema, depth);
        }
    }
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    Some(match (schema.get("type")?.as_str()?, name) {
        ("object", "status") if schema.pointer("/properties/code").is_some() => success(),
        ("object", _) => object(spec, schema, depth),
        ("array", _) => json!([]),
        ("boolean", _) => json!(true),
        ("integer", "statusCode") => json!(1000),
        ("integer", "httpStatusCode") => json!(200),
        ("integer" | "number", _) => json!(0),
        ("string", _) => text(format),
        _ => return None,
    })
}

fn object(spec: &Spec, schema: &Value, depth: usize) -> Value {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|other| other == name));
    let mut properties = Map::new();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if depth < MAX_DEPTH || is_required(name) {
            let value = sample(spec, name, property, depth + 1);
            let value = value.or_else(|| is_required(name).then(|| json!({})));
            properties.extend(value.map(|value| (name.clone(), value)));
        }
    }
    Value::Object(properties)
}

/// Generates a string of a format: a date and time on the day of the documented events, or else "string".
fn text(format: &str) -> Value {
    let format = match format {
        "decimal" => return json!("0"),
        "any-date-time" => "offset-date-time",
        other => other,
    };
    let template = FORMATS.iter().find(|(name, _)| *name == format).and_then(|(_, templates)| templates.first());
    let Some(template) = template else { return json!("string") };
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
                if let Some(schema) = schema(spec, operation) {
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
        assert_eq!(text("offset-date-time-millis"), "2025-01-29T15:38:43.000+0000");
        assert_eq!(text("local-date-time-space"), "2025-01-29 15:38:43");
        assert_eq!(text("any-date-time"), "2025-01-29T15:38:43+0000");
        assert_eq!(text("password"), "string");
    }
}
