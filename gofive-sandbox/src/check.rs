//! Checks a request against the spec: parameters and body, all at once.

use gofive_spec::{Operation, Spec, Violation};
use serde_json::{Map, Value};

use crate::form::{self, FORM};

/// Characters of a problem's description: that of a wrong object would repeat all of it.
const LONGEST_PROBLEM: usize = 200;

/// What a request says, in the types of the spec.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// Path and query parameters, by their names in the spec.
    pub(crate) parameters: Map<String, Value>,
    /// `null` if there is none.
    pub(crate) body: Value,
}

/// A request as it came, once its operation is known.
#[derive(Debug, Default)]
pub(crate) struct Sent<'a> {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

/// Reads a request; what is wrong with it comes back in words, each naming the member.
pub(crate) fn arguments(spec: &Spec, operation: &Operation, sent: &Sent<'_>) -> Result<Arguments, Vec<String>> {
    let mut problems = Vec::new();
    let parameters = parameters(spec, operation, sent, &mut problems);
    let body = body(spec, operation, sent).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Value::Null
    });
    if problems.is_empty() { Ok(Arguments { parameters, body }) } else { Err(problems) }
}

fn parameters(spec: &Spec, operation: &Operation, sent: &Sent<'_>, problems: &mut Vec<String>) -> Map<String, Value> {
    let known = operation.parameters(spec.doc());
    let query: Vec<_> = form_urlencoded::parse(sent.query.as_bytes()).into_owned().collect();
    for (name, _) in &query {
        if !known.iter().any(|parameter| parameter.location == "query" && parameter.name == *name) {
            problems.push(format!("{name} is no query parameter of this operation"));
        }
    }
    let mut values = Map::new();
    for parameter in known {
        let texts = if parameter.location == "path" { &sent.path } else { &query };
        let mut texts = texts.iter().filter(|(name, _)| *name == parameter.name).map(|(_, text)| text.as_str());
        let schema = spec.doc().pointer(&parameter.schema).unwrap_or(&Value::Null);
        let value = match (texts.next(), texts.next()) {
            (None, _) if parameter.required => {
                problems.push(format!("{} is required", parameter.name));
                continue;
            }
            (None, _) => continue,
            (Some(_), Some(_)) => {
                problems.push(format!("{} is given more than once", parameter.name));
                continue;
            }
            (Some(text), None) => typed(spec, schema, text),
        };
        if let Err(violations) = spec.validate(&parameter.schema, &value) {
            problems.extend(readable(&parameter.name, &violations));
        }
        values.insert(parameter.name, value);
    }
    values
}

fn body(spec: &Spec, operation: &Operation, sent: &Sent<'_>) -> Result<Value, Vec<String>> {
    let (Some(media_type), Some(schema)) = (operation.request_media_type(), operation.request_schema()) else {
        return Ok(Value::Null); // a body that nothing asks for is ignored
    };
    if sent.body.is_empty() {
        let missing = || Err(vec!["a body is required".to_owned()]);
        return if operation.body_required() { missing() } else { Ok(Value::Null) };
    }
    if !is_media_type(sent.content_type, media_type) {
        return Err(vec![format!("the Content-Type has to be {media_type}")]);
    }
    let body = if media_type == FORM {
        form::decode(spec, spec.doc().pointer(&schema).unwrap_or(&Value::Null), sent.body)
    } else {
        serde_json::from_slice(sent.body).map_err(|error| vec![format!("the body is no JSON: {error}")])?
    };
    match spec.validate(schema, &body) {
        Ok(()) => Ok(body),
        Err(violations) => Err(readable("", &violations)),
    }
}

/// Whether a `Content-Type` is of a media type, whatever its parameters.
pub(crate) fn is_media_type(content_type: &str, media_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
}

/// The value that the text of a parameter or field stands for; the text itself if it does not fit its type.
pub(crate) fn typed(spec: &Spec, schema: &Value, text: &str) -> Value {
    let read = || serde_json::from_str(text).ok();
    let value = match scalar_type(spec, schema) {
        Some("integer" | "number") => read().filter(Value::is_number),
        Some("boolean") => read().filter(Value::is_boolean),
        Some("object") => read().filter(Value::is_object),
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}

fn scalar_type<'a>(spec: &'a Spec, schema: &'a Value) -> Option<&'a str> {
    let schema = spec.resolve(schema);
    let stated = schema.get("type").and_then(Value::as_str);
    stated.or_else(|| scalar_type(spec, schema.pointer("/allOf/0")?))
}

/// Violations in words, `place` being what their paths start at.
pub(crate) fn readable(place: &str, violations: &[Violation]) -> Vec<String> {
    let of_type = |violation: &Violation| violation.message.contains(" is not of type ");
    // A member of the wrong type has no other fault worth telling, so that it counts as one.
    let outweighed = |violation: &Violation| {
        !of_type(violation) && violations.iter().any(|other| of_type(other) && other.path == violation.path)
    };
    violations.iter().filter(|violation| !outweighed(violation)).map(|violation| sentence(place, violation)).collect()
}

fn sentence(place: &str, violation: &Violation) -> String {
    let message = match violation.message.strip_suffix(" is a required property") {
        Some(member) => format!("{} is required", member.trim_matches('"')),
        None => violation
            .message
            .replace("is not valid under any of the schemas listed in the 'anyOf' keyword", "fits no documented type"),
    };
    let message = match message.char_indices().nth(LONGEST_PROBLEM) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    };
    let place = format!("{place}{}", violation.path);
    if place.is_empty() { message } else { format!("{place}: {message}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(operation: &str, sent: &Sent<'_>) -> Result<Arguments, Vec<String>> {
        let (spec, operation) = crate::documented(operation);
        arguments(spec, operation, sent)
    }

    fn check_case(change: impl FnOnce(&mut Map<String, Value>)) -> Vec<String> {
        let mut body = crate::documented("add_case").1.request_examples().remove(0).1;
        change(body.as_object_mut().unwrap());
        let body = body.to_string();
        let sent = Sent { content_type: "application/json; charset=utf-8", body: body.as_bytes(), ..Sent::default() };
        check("add_case", &sent).err().unwrap_or_default()
    }

    #[test]
    fn every_problem_names_its_member() {
        assert_eq!(check_case(|_| ()), [""; 0]);
        assert_eq!(check_case(|case| drop(case.remove("subject"))), ["subject is required"]);
        let two = check_case(|case| {
            case.remove("subject");
            case.insert("caseType".into(), json!(3));
        });
        assert!(two.contains(&"subject is required".to_owned()), "{two:?}");
        assert!(two.contains(&"/caseType: 3 is not one of 1 or 2".to_owned()), "{two:?}");
        let nested = check_case(|case| drop(case.insert("dealNos".into(), json!([1]))));
        assert_eq!(nested, [r#"/dealNos/0: 1 is not of type "string""#]);
        let wrong_type = check_case(|case| drop(case.insert("caseType".into(), json!("1"))));
        assert_eq!(wrong_type, [r#"/caseType: "1" is not of type "integer""#], "not an unknown value as well");
        let long = check_case(|case| drop(case.insert("dealNos".into(), json!("ก".repeat(999)))));
        assert!(long[0].starts_with("/dealNos: ") && long[0].ends_with('…'), "{long:?}");
    }

    #[test]
    fn members_in_excess_are_ignored() {
        assert_eq!(check_case(|case| drop(case.insert("tomorrow".into(), json!({})))), [""; 0]);
    }

    #[test]
    fn parameters_take_the_type_of_the_spec() {
        let sent = Sent { query: "customerCode=1&eventTypeIds=2", ..Sent::default() };
        let arguments = check("get_customer_events", &sent).unwrap();
        assert_eq!(Value::Object(arguments.parameters), json!({"customerCode": "1", "eventTypeIds": 2}));

        let sent = Sent { query: "eventTypeIds=two&eventTypeId=1", ..Sent::default() };
        let problems = check("get_customer_events", &sent).unwrap_err();
        assert_eq!(
            problems,
            [
                "eventTypeId is no query parameter of this operation",
                "customerCode is required",
                r#"eventTypeIds: "two" is not of type "integer""#,
            ]
        );
        let sent = Sent { query: "customerCode=1&customerCode=2", ..Sent::default() };
        assert_eq!(check("get_customer_events", &sent).unwrap_err(), ["customerCode is given more than once"]);
    }

    #[test]
    fn a_body_has_to_be_there_and_to_be_json() {
        assert_eq!(check("add_case", &Sent::default()).unwrap_err(), ["a body is required"]);
        let plain = Sent { content_type: "text/plain", body: b"{}", ..Sent::default() };
        assert_eq!(check("add_case", &plain).unwrap_err(), ["the Content-Type has to be application/json"]);
        let cut = Sent { content_type: "application/json", body: b"{", ..Sent::default() };
        assert!(check("add_case", &cut).unwrap_err()[0].starts_with("the body is no JSON: "));
    }
}
