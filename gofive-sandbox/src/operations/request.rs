//! Parses a request and checks it against the spec: parameters and body, in one pass.

use gofive_spec::{MediaType, Operation, ParameterLocation, Spec, Violation};
use serde_json::{Map, Value};

use crate::log::masking::is_secret;
use crate::operations::form;
use crate::operations::typed::typed;

/// The maximum number of characters in the description of a problem: that of a wrong object quotes all of it.
const MAX_PROBLEM_LENGTH: usize = 200;

/// The parameters and the body of a request, in the types of the spec.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// Path and query parameters, by their names in the spec.
    pub(crate) parameters: Map<String, Value>,
    /// `null` if the request has no body.
    pub(crate) body: Value,
}

/// An unparsed request whose operation is known.
#[derive(Debug, Default)]
pub(crate) struct RawRequest<'a> {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

/// Parses a request, or returns all problems with it. Each description names the property or parameter.
pub(crate) fn parse(spec: &Spec, operation: &Operation, raw: &RawRequest<'_>) -> Result<Arguments, Vec<String>> {
    let mut problems = Vec::new();
    let parameters = parameters(spec, operation, raw, &mut problems);
    let body = body(spec, operation, raw).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Value::Null
    });
    if problems.is_empty() { Ok(Arguments { parameters, body }) } else { Err(problems) }
}

/// Reads a request that may violate the spec: what cannot be read is missing.
pub(crate) fn read(spec: &Spec, operation: &Operation, raw: &RawRequest<'_>) -> Arguments {
    let parameters = parameters(spec, operation, raw, &mut Vec::new());
    let schema = operation.request_schema().filter(|_| is_media_type(raw.content_type, MediaType::Form.name()));
    let body = match schema {
        Some(schema) => form::decode(spec, schema, raw.body),
        None => serde_json::from_slice(raw.body).unwrap_or_default(),
    };
    Arguments { parameters, body }
}

fn parameters(
    spec: &Spec,
    operation: &Operation,
    raw: &RawRequest<'_>,
    problems: &mut Vec<String>,
) -> Map<String, Value> {
    let query: Vec<_> = form_urlencoded::parse(raw.query.as_bytes()).into_owned().collect();
    for (name, _) in &query {
        if !operation.parameters_in(ParameterLocation::Query).any(|parameter| parameter.name == *name) {
            problems.push(format!("{name} is not a query parameter of this operation"));
        }
    }
    let mut values = Map::new();
    for parameter in &operation.parameters {
        let texts = if parameter.location == ParameterLocation::Path { &raw.path } else { &query };
        let mut texts = texts.iter().filter(|(name, _)| *name == parameter.name).map(|(_, text)| text.as_str());
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
            (Some(text), None) => typed(spec, &parameter.schema, text),
        };
        if let Err(violations) = spec.validate(&parameter.schema, &value) {
            problems.extend(describe(&parameter.name, &violations));
        }
        values.insert(parameter.name.clone(), value);
    }
    values
}

fn body(spec: &Spec, operation: &Operation, raw: &RawRequest<'_>) -> Result<Value, Vec<String>> {
    let Some(documented) = &operation.body else {
        return Ok(Value::Null); // an undocumented body is ignored
    };
    let (media_type, schema) = (documented.media_type, &documented.content.schema);
    if raw.body.is_empty() {
        let missing = || Err(vec!["a body is required".to_owned()]);
        return if documented.required { missing() } else { Ok(Value::Null) };
    }
    if !is_media_type(raw.content_type, media_type.name()) {
        return Err(vec![format!("the Content-Type must be {media_type}")]);
    }
    let body = if media_type == MediaType::Form {
        form::decode(spec, schema, raw.body)
    } else {
        serde_json::from_slice(raw.body).map_err(|error| vec![format!("the body is not JSON: {error}")])?
    };
    match spec.validate(schema, &body) {
        Ok(()) => Ok(body),
        Err(violations) => Err(describe("", &violations)),
    }
}

/// Whether a `Content-Type` has the media type; its parameters are ignored.
pub(crate) fn is_media_type(content_type: &str, media_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
}

/// Describes violations; their paths start at `location`.
pub(crate) fn describe(location: &str, violations: &[Violation]) -> Vec<String> {
    let of_type = |violation: &Violation| violation.message.contains(" is not of type ");
    // The wrong type is the only violation worth reporting for a property.
    let is_redundant = |violation: &Violation| {
        !of_type(violation) && violations.iter().any(|other| of_type(other) && other.path == violation.path)
    };
    violations
        .iter()
        .filter(|violation| !is_redundant(violation))
        .map(|violation| describe_one(location, violation))
        .collect()
}

fn describe_one(location: &str, violation: &Violation) -> String {
    let name = violation.path.rsplit('/').next().unwrap_or_default();
    let message = match violation.message.strip_suffix(" is a required property") {
        Some(property) => format!("{} is required", property.trim_matches('"')),
        // The message quotes the value.
        None if is_secret(name) => "the value is not valid".to_owned(),
        None => violation.message.replace(
            "is not valid under any of the schemas listed in the 'anyOf' keyword",
            "has none of the documented types",
        ),
    };
    let message = match message.char_indices().nth(MAX_PROBLEM_LENGTH) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    };
    let location = format!("{location}{}", violation.path);
    if location.is_empty() { message } else { format!("{location}: {message}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(operation: &str, raw: &RawRequest<'_>) -> Result<Arguments, Vec<String>> {
        let (spec, operation) = crate::specs::documented(operation);
        parse(spec, operation, raw)
    }

    fn check_case(change: impl FnOnce(&mut Map<String, Value>)) -> Vec<String> {
        let mut body = crate::specs::documented("add_case").1.request_examples()[0].value.clone();
        change(body.as_object_mut().unwrap());
        let body = body.to_string();
        let raw = RawRequest {
            content_type: "application/json; charset=utf-8",
            body: body.as_bytes(),
            ..RawRequest::default()
        };
        check("add_case", &raw).err().unwrap_or_default()
    }

    #[test]
    fn every_problem_names_its_property() {
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
        assert_eq!(wrong_type, [r#"/caseType: "1" is not of type "integer""#], "and no violation of the enumeration");
        let long = check_case(|case| drop(case.insert("dealNos".into(), json!("ก".repeat(999)))));
        assert!(long[0].starts_with("/dealNos: ") && long[0].ends_with('…'), "{long:?}");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert_eq!(check_case(|case| drop(case.insert("tomorrow".into(), json!({})))), [""; 0]);
    }

    #[test]
    fn parameters_take_the_type_of_the_spec() {
        let raw = RawRequest { query: "customerCode=1&eventTypeIds=2", ..RawRequest::default() };
        let arguments = check("get_customer_events", &raw).unwrap();
        assert_eq!(Value::Object(arguments.parameters), json!({"customerCode": "1", "eventTypeIds": 2}));

        let raw = RawRequest { query: "eventTypeIds=two&eventTypeId=1", ..RawRequest::default() };
        let problems = check("get_customer_events", &raw).unwrap_err();
        assert_eq!(
            problems,
            [
                "eventTypeId is not a query parameter of this operation",
                "customerCode is required",
                r#"eventTypeIds: "two" is not of type "integer""#,
            ]
        );
        let raw = RawRequest { query: "customerCode=1&customerCode=2", ..RawRequest::default() };
        assert_eq!(check("get_customer_events", &raw).unwrap_err(), ["customerCode is given more than once"]);
    }

    #[test]
    fn a_body_is_required_and_must_be_json() {
        assert_eq!(check("add_case", &RawRequest::default()).unwrap_err(), ["a body is required"]);
        let plain = RawRequest { content_type: "text/plain", body: b"{}", ..RawRequest::default() };
        assert_eq!(check("add_case", &plain).unwrap_err(), ["the Content-Type must be application/json"]);
        let cut = RawRequest { content_type: "application/json", body: b"{", ..RawRequest::default() };
        assert!(check("add_case", &cut).unwrap_err()[0].starts_with("the body is not JSON: "));
    }
}
