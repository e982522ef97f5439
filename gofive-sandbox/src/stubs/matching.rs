//! Whether a request contains what a stub expects.

use serde_json::{Number, Value};

use crate::operations::request::Arguments;

/// Whether the path, the query or the body of a request contains each expected property.
pub(crate) fn matches(when: &Value, arguments: &Arguments) -> bool {
    match when {
        Value::Null => true,
        Value::Object(expected) => expected.iter().all(|(name, expected)| {
            let sent = [arguments.parameters.get(name), arguments.body.get(name)];
            sent.into_iter().flatten().any(|sent| contains(sent, expected))
        }),
        other => contains(&arguments.body, other),
    }
}

/// Whether a value is the expected one, or an object with more properties.
fn contains(sent: &Value, expected: &Value) -> bool {
    match (sent, expected) {
        (Value::Object(sent), Value::Object(expected)) => {
            expected.iter().all(|(name, expected)| sent.get(name).is_some_and(|sent| contains(sent, expected)))
        }
        (Value::Array(sent), Value::Array(expected)) => {
            sent.len() == expected.len() && sent.iter().zip(expected).all(|(sent, expected)| contains(sent, expected))
        }
        (Value::Number(sent), Value::Number(expected)) => same_number(sent, expected),
        _ => sent == expected,
    }
}

/// Compares numbers by value, however they are written.
fn same_number(a: &Number, b: &Number) -> bool {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b || a.as_f64().is_some_and(|a| b.as_f64() == Some(a)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_matches_if_it_contains_the_expected_values() {
        let parameters = json!({"caseNo": "T1", "skip": 2}).as_object().unwrap().clone();
        let body = json!({"subject": "x", "amount": 1.50, "lines": [{"code": "A", "qty": 1}], "note": null});
        let arguments = Arguments { parameters, body };
        for when in [
            json!(null),
            json!({}),
            json!({"caseNo": "T1", "subject": "x"}),
            json!({"skip": 2.0, "amount": 1.5}),
            json!({"lines": [{"qty": 1.0}]}),
            json!({"note": null}),
        ] {
            assert!(matches(&when, &arguments), "{when}");
        }
        for when in [
            json!({"caseNo": "T2"}),
            json!({"caseNo": "T1", "subject": "y"}),
            json!({"skip": "2"}),
            json!({"lines": []}),
            json!({"lines": [{"code": "A"}, {"code": "B"}]}),
            json!({"lines": [{"code": "B"}]}),
            json!({"missing": null}),
            json!([]),
        ] {
            assert!(!matches(&when, &arguments), "{when}");
        }
    }

    #[test]
    fn a_body_that_is_a_list_matches_a_list() {
        let arguments = Arguments { body: json!([{"productCode": "A", "qty": 1}]), ..Arguments::default() };
        assert!(matches(&json!([{"productCode": "A"}]), &arguments));
        assert!(!matches(&json!([{"productCode": "B"}]), &arguments));
        let large = |text| serde_json::from_str::<Value>(text).unwrap();
        assert!(!contains(&large("9007199254740993"), &large("9007199254740992")), "digits are not lost");
    }
}
