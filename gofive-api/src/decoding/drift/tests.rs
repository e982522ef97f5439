//! What is found in bodies, and what is not.

use serde_json::{Value, json};

use super::*;

/// What is found in a response with HTTP 200, in sorted lines.
fn found(operation: &str, body: &Value) -> Vec<String> {
    lines(&search(operation, 200, body.to_string().as_bytes()))
}

fn lines(drifts: &[Drift]) -> Vec<String> {
    let mut lines: Vec<_> = drifts.iter().map(|drift| format!("{} {}", drift.pointer, drift.kind)).collect();
    lines.sort();
    lines
}

#[test]
fn each_kind_is_found_with_its_pointer() {
    let body = json!({
        "status": {"code": "4711", "description": "unknown", "trace": "a"},
        "data": {
            "quotationStatus": 99,
            "subTotal": "12.50",
        },
        "next": 2,
    });
    let expected = [
        "/data/quotationStatus unknown value of the enumeration QuotationStatus",
        "/data/subTotal string, documented as number",
        "/next unknown property",
        "/status/code unknown business code",
        "/status/trace unknown property",
    ];
    assert_eq!(found("get_quotation", &body), expected);

    let deal = json!({"data": {"value": {"dealsDate": "03/04/2568"}}});
    assert_eq!(found("update_deal", &deal), ["/data/value/dealsDate string, documented as any-date-time"]);
    let deal = json!({"data": {"value": {"dealsDate": 1_738_751_753_000_i64}}});
    assert_eq!(found("update_deal", &deal), ["/data/value/dealsDate integer, documented as any-date-time"]);
}

#[test]
fn a_difference_of_many_records_is_found_once() {
    let record = json!({"staffCode": 7, "colour": "red"});
    let body = json!({"data": {"value": vec![record; 500]}});
    assert_eq!(
        found("enquire_employees", &body),
        ["/data/value/*/colour unknown property", "/data/value/*/staffCode integer, documented as string"]
    );
}

#[test]
fn a_name_that_may_be_a_value_is_not_printed() {
    for name in ["C000001", "ชื่อ", "someone@example.com", "6d473b8f-a6b3", "a b", &"x".repeat(41), ""] {
        let mut body = json!({"data": {}});
        body["data"][name] = json!("secret");
        assert_eq!(found("get_product", &body), ["/data/* unknown property"], "{name}");
    }
    let users: serde_json::Map<_, _> =
        (b'a'..=b'z').map(|letter| (format!("user{}", char::from(letter)), json!(1))).collect();
    assert_eq!(found("get_product", &json!({"data": users})), ["/data/* unknown property"]);
}

#[test]
fn values_of_documented_types_are_not_reported() {
    for (operation, body) in [
        ("get_product", json!({"status": {"code": 1000}, "data": null})),
        ("get_product", json!({"status": {"code": "4001"}, "data": {"productCode": "A001", "productName": null}})),
        ("update_deal", json!({"data": {"value": {"dealsDate": "2025-02-05T17:35:53.693+0700"}}})),
        ("update_deal", json!({"data": {"value": {"dealsDate": ""}}})),
        // Nothing is documented.
        ("create_deal", json!({"data": {"anything": [1]}, "other": true})),
        // Of another document, or of none.
        ("get_units", json!({"data": [{"unit": 1}]})),
    ] {
        assert_eq!(found(operation, &body), [""; 0], "{operation} {body}");
    }
}

#[test]
fn a_code_counts_wherever_the_envelope_has_it() {
    for body in [json!({"statusCode": 4711}), json!({"Status": {"Code": "x"}}), json!({"status": {"code": "4711"}})] {
        let found = found("create_deal", &body);
        assert!(matches!(found.as_slice(), [one] if one.ends_with(" unknown business code")), "{body}: {found:?}");
    }
    for body in [json!({"statusCode": 200}), json!({"status": "4711"}), json!({"data": {"statusCode": 4711}})] {
        assert_eq!(found("create_deal", &body), [""; 0], "{body}");
    }
}

#[test]
fn failures_are_compared_with_the_documented_failure() {
    let problem = json!({"title": "Not found", "status": 404, "traceId": "a"});
    let found = lines(&search("get_product", 404, problem.to_string().as_bytes()));
    assert_eq!(found, ["/status integer, documented as object", "/traceId unknown property"]);
}

#[test]
fn hostile_bodies_are_compared_as_far_as_they_are_json() {
    let deep = format!("{{\"data\": {}", "[".repeat(100_000));
    let cut = r#"{"data": {"colour": 1}, "size": 2"#;
    let long = format!("{{{}}}", (0..5000).map(|i| format!("\"a{i}\": 0")).collect::<Vec<_>>().join(","));
    for (body, expected) in [
        ("", 0),
        ("<html>", 0),
        ("[]", 1),
        ("7", 1),
        (r#""text""#, 1),
        (&deep, 1),
        (cut, 1),
        (&long, 1),
        (r#"{"data": {"$serde_json::private::Number": "x"}}"#, 1),
        ("\u{feff}{\"more\": 1}", 1),
    ] {
        let found = search("get_product", 200, body.as_bytes());
        assert_eq!(found.len(), expected, "{body:.60}: {found:?}");
    }
    assert_eq!(search("get_product", 200, &[0xff, 0xfe, b'{', 0, b'}', 0]), [], "UTF-16");
    assert_eq!(search("get_product", 200, &[0x80, 0x81]), [], "no text");
}

#[test]
fn every_committed_table_is_read() {
    for operation in ["get_product", "get_cost_centers", "get_rd_submission_status"] {
        let table = table::of(operation).expect("the operation is documented");
        assert!(table.response(operation, 200).is_some() && table.response(operation, 503).is_some());
    }
    assert!(table::of("authorize").is_none(), "nothing of the exchange of tokens is compared");
}

#[test]
fn formats_of_dates_are_distinguished() {
    for (text, expected) in [
        ("2023-08-04", "date"),
        ("2024-02-01T10:00:00", "local-date-time"),
        ("2025-06-18 00:00:00", "local-date-time-space"),
        ("2023-02-08T16:51:40+0700", "offset-date-time"),
        ("2025-02-05T17:35:53.693-07:00", "offset-date-time-millis"),
        ("2021-09-17T10:42:31.981Z", "utc-date-time-millis"),
        ("2021-09-17T10:42:31.1234567+07:00", "other-date-time"),
        ("03/04/2568", "string"),
        ("", "string"),
        ("๒๕๖๘-๐๑-๐๑", "string"),
    ] {
        assert_eq!(date_format::of(text), expected, "{text}");
        let is_known = !["other-date-time", "string"].contains(&expected) || text.is_empty();
        assert_eq!(date_format::has(text, date_format::ANY), is_known, "{text}");
    }
    assert!(!date_format::has("2023-08-04", "local-date-time"));
}
