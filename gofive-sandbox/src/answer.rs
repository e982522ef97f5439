//! Puts an answer together: the documented example, or one made from the schema, with the payload that fits the request.

use gofive_spec::{FORMATS, Operation, Spec};
use serde_json::{Map, Value, json};

use crate::check::Arguments;

/// How deep an answer made from a schema goes, as schemas may contain themselves.
const DEPTH: usize = 4;

/// Members of envelopes: what a request says never ends up in them.
const ENVELOPE: [&str; 3] = ["status", "statusCode", "httpStatusCode"];

/// The success that the spec documents, without regard to the request.
pub(crate) fn documented(spec: &Spec, operation: &Operation) -> Value {
    let example = operation.response_examples(spec.doc()).into_iter().next().map(|(_, example)| example);
    let from_schema = || {
        let schema = spec.doc().pointer(&schema(spec, operation)?)?;
        if spec.resolve(schema).get("type").is_some() { sample(spec, "", schema, 0) } else { None }
    };
    example.or_else(from_schema).unwrap_or_else(|| json!({ "status": success() }))
}

/// Replaces the payload of an answer; one that has none gets it as `data`.
pub(crate) fn set_payload(operation: &Operation, answer: &mut Value, payload: Value) {
    let pointers = operation.payload().into_iter().filter(|pointer| !pointer.is_empty());
    match pointers.into_iter().find(|pointer| answer.pointer(pointer).is_some()) {
        Some(pointer) => {
            if let Some(place) = answer.pointer_mut(pointer) {
                *place = payload;
            }
        }
        None => {
            if let Some(envelope) = answer.as_object_mut() {
                envelope.insert("data".to_owned(), payload);
            }
        }
    }
}

/// Gives members of the payload the value that the request has for them, as far as the schema allows it.
pub(crate) fn echo(spec: &Spec, operation: &Operation, answer: &mut Value, arguments: &Arguments) {
    let Some(schema) = schema(spec, operation) else { return };
    let pointers = operation.payload().into_iter();
    let Some(payload) = pointers.into_iter().find(|pointer| answer.pointer(pointer).is_some()) else { return };
    let objects = match answer.pointer(payload) {
        Some(Value::Array(items)) => (0..items.len()).map(|index| format!("{payload}/{index}")).collect(),
        _ => vec![payload.to_owned()],
    };
    let body = arguments.body.as_object().into_iter().flatten();
    let said: Vec<(&String, &Value)> = arguments.parameters.iter().chain(body).collect();
    for object in objects {
        let members = answer.pointer(&object).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let members: Vec<_> = members.filter(|member| !ENVELOPE.contains(&member.as_str())).cloned().collect();
        for member in members {
            let Some((_, value)) = said.iter().find(|(name, _)| name.eq_ignore_ascii_case(&member)) else { continue };
            let before = put(answer, &object, &member, (*value).clone());
            if let (Err(_), Some(before)) = (spec.validate(&schema, answer), before) {
                put(answer, &object, &member, before);
            }
        }
    }
}

fn put(answer: &mut Value, object: &str, member: &str, value: Value) -> Option<Value> {
    answer.pointer_mut(object)?.as_object_mut()?.insert(member.to_owned(), value)
}

/// Pointer to the schema of the documented success, if it is JSON.
pub(crate) fn schema(spec: &Spec, operation: &Operation) -> Option<String> {
    let status = operation.success_status().to_string();
    operation.response_schemas(spec.doc()).into_iter().find(|(of, _)| *of == status).map(|(_, schema)| schema)
}

/// A refusal, in the envelope that the operation documents for its success.
pub(crate) fn refusal(spec: &Spec, operation: &Operation, code: u16, description: &str) -> Value {
    let mut body = json!({ "status": { "code": code.to_string(), "description": description } });
    let schema = schema(spec, operation).and_then(|schema| spec.doc().pointer(&schema));
    let at_the_top = |name| schema.is_some_and(|schema| spec.resolve(schema)["properties"].get(name).is_some());
    // The norm comes along: it is where a client looks for the code of a refusal.
    if at_the_top("statusCode") && at_the_top("message") {
        body["statusCode"] = code.into();
        body["message"] = description.into();
    }
    body
}

/// A value of a schema: required members, and the others whose type is known. `None` if no type is.
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
    let mut members = Map::new();
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if depth < DEPTH || is_required(name) {
            let value = sample(spec, name, member, depth + 1);
            let value = value.or_else(|| is_required(name).then(|| json!({})));
            members.extend(value.map(|value| (name.clone(), value)));
        }
    }
    Value::Object(members)
}

/// A text that is of a format: a moment on the day of the documented events, or else "string".
fn text(format: &str) -> Value {
    let form = match format {
        "decimal" => return json!("0"),
        "any-date-time" => "offset-date-time",
        other => other,
    };
    let template = FORMATS.iter().find(|(name, _)| *name == form).and_then(|(_, templates)| templates.first());
    let Some(template) = template else { return json!("string") };
    let mut digits = "20250129153843000".chars().chain(std::iter::repeat('0'));
    let fill = |place| match place {
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
    fn what_the_spec_documents_fits_the_spec() {
        for spec in crate::specs().unwrap() {
            for operation in spec.operations() {
                let answer = documented(spec, operation);
                if let Some(schema) = schema(spec, operation) {
                    assert!(spec.validate(schema, &answer).is_ok(), "{}: {answer}", operation.id);
                }
            }
        }
        let answer = |operation_id| {
            let (spec, operation) = crate::documented(operation_id);
            documented(spec, operation)
        };
        let open = answer("get_products_with_take_and_status");
        assert_eq!(open, json!({"status": {"code": "1000", "description": "Success"}}));
        assert_eq!(answer("get_customer_event_types")["data"], json!([]));
    }

    #[test]
    fn the_payload_echoes_the_request_as_far_as_the_schema_allows() {
        let (spec, operation) = crate::documented("edit_customer_event");
        let mut answer = documented(spec, operation);
        let body = json!({"EventName": "Meeting", "eventType": "no number", "status": 1, "other": 1});
        let parameters = json!({"eventId": 7}).as_object().unwrap().clone();
        echo(spec, operation, &mut answer, &Arguments { parameters, body });
        assert_eq!(answer["status"], success());
        let data = &answer["data"];
        assert_eq!((&data["eventId"], &data["eventName"]), (&json!(7), &json!("Meeting")));
        assert_eq!((&data["eventType"], data.get("other")), (&json!(4), None));
    }

    #[test]
    fn a_moment_has_the_form_of_its_format() {
        assert_eq!(text("offset-date-time-millis"), "2025-01-29T15:38:43.000+0000");
        assert_eq!(text("local-date-time-space"), "2025-01-29 15:38:43");
        assert_eq!(text("any-date-time"), "2025-01-29T15:38:43+0000");
        assert_eq!(text("password"), "string");
    }
}
