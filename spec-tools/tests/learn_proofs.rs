//! What is learnt is true: every body that was recorded fits it, and what the spec did not have comes back.

use gofive_spec::SchemaValidator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use spec_tools::Sources;
use spec_tools::learn::learn;

use crate::frozen::frozen_product;
use crate::hide::{bundle_of, hide_a_third};
use crate::learn::{shapes, success};

/// The violations of all bodies, as users' tools see them.
fn violations(sources: &Sources, id: &str, bodies: &[Value]) -> Vec<String> {
    let bundle = bundle_of(sources, id);
    let schema = bundle.api.operation(id).unwrap().success_schema().unwrap();
    let validator = SchemaValidator::new(&bundle.api, schema).unwrap();
    let found = bodies.iter().filter_map(|body| validator.validate(body).err()).flatten();
    found.map(|violation| violation.to_string()).collect()
}

fn date() -> impl Strategy<Value = String> {
    (1970..2100_u16, 1..=12_u8, 1..=31_u8).prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        3 => (-5..100_i64).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => (-1000..1000_i32).prop_map(|number| json!(f64::from(number) / 8.0)),
        1 => Just(json!(1e300)),
        2 => date().prop_map(Value::from),
        2 => date().prop_map(|date| format!("{date}T10:00:00").into()),
        1 => (date(), -15..=15_i8, 0..=60_u8)
            .prop_map(|(date, hours, minutes)| format!("{date}T10:00:00{hours:+03}{minutes:02}").into()),
        1 => Just(json!("2025-02-05T17:35:53.693+0700")),
        1 => Just(json!("2021-09-17T10:42:31.1Z")),
        1 => "[0-9]{1,3}".prop_map(Value::from),
        1 => "-?[0-9]{1,3}\\.[0-9]{1,2}".prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => Just(json!("")),
    ]
}

/// Values that are often alike, so that types and formats are sure.
fn values() -> impl Strategy<Value = Value> {
    scalar().boxed().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[abc]", inner), 0..3)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Bodies with eight properties, each of which has one value, or two with different counts: if all values were different, hardly
/// anything would have a type.
fn payloads() -> impl Strategy<Value = Vec<Value>> {
    let property = (values(), values(), 0..40_usize);
    prop::collection::vec(property, 8).prop_map(|properties| {
        let value = |index: usize| {
            let one = |(name, (first, second, count)): (char, &(Value, Value, usize))| {
                (name.to_string(), if index < *count { first } else { second }.clone())
            };
            ('a'..='h').zip(&properties).map(one).collect::<Map<_, _>>().into()
        };
        (0..40).map(value).collect()
    })
}

/// A spec with two operations whose responses are not documented, and one with seven properties of all kinds.
pub(crate) fn small() -> Sources {
    let mut sources = frozen_product("empeo");
    for file in ["employee.yaml", "payroll.yaml"] {
        sources.remove(&format!("openapi/empeo/{file}"));
    }
    for (file, content) in [
        ("common.yaml", include_str!("small_spec/openapi/common.yaml")),
        ("empeo/openapi.yaml", include_str!("small_spec/openapi/empeo/openapi.yaml")),
        ("empeo/master.yaml", include_str!("small_spec/openapi/empeo/master.yaml")),
        ("empeo/portal.yaml", include_str!("small_spec/openapi/empeo/portal.yaml")),
    ] {
        crate::frozen::write(&mut sources, file, content);
    }
    sources
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn every_recorded_body_fits_what_was_learnt(payloads in payloads(), has_list in any::<bool>()) {
        let of = |payload| success(if has_list { json!([payload]) } else { payload });
        let bodies: Vec<_> = payloads.into_iter().map(of).collect();
        let (id, shapes) = ("get_things", [shapes("get_things", &bodies)]);
        let learnt = learn(&small(), &shapes).unwrap();
        prop_assert_eq!(violations(&learnt.sources, id, &bodies), Vec::<String>::new(), "{}", learnt.report());
        let again = learn(&learnt.sources, &shapes).unwrap();
        prop_assert!(again.files.is_empty(), "{}\n{:#?}", again.report(), again.files);
    }

    #[test]
    fn a_recorded_body_fits_a_known_schema_or_the_report_says_what_contradicts(payloads in payloads()) {
        let bodies: Vec<_> = payloads.into_iter().map(success).collect();
        let (id, shapes) = ("get_known_thing", [shapes("get_known_thing", &bodies)]);
        let learnt = learn(&small(), &shapes).unwrap();
        let (report, bundle) = (learnt.report(), bundle_of(&learnt.sources, id));
        let validator = SchemaValidator::new(&bundle.api, bundle.api.schema("KnownThing").unwrap()).unwrap();
        for violation in bodies.iter().filter_map(|body| validator.validate(&body["data"]).err()).flatten() {
            let property = violation.path.split('/').nth(1).unwrap();
            prop_assert!(report.contains(&format!(" at `/data/{property}")), "{violation}\n{report}");
        }
        let again = learn(&learnt.sources, &shapes).unwrap();
        prop_assert!(again.files.is_empty(), "{}\n{:#?}", again.report(), again.files);
    }
}

/// Twelve payloads of all kinds.
fn made_up() -> [Value; 12] {
    [
        json!({ "name": "A", "total": 12.5, "isOpen": true, "count": 3 }),
        json!([{ "name": "A", "sort": 1, "rate": 0.5, "at": "2024-02-01T10:00:00", "note": "" }]),
        json!({ "day": "2024-02-01", "days": 29, "month": "2", "isLeap": true }),
        json!({ "lines": [{ "lineNo": 1, "price": 9.75, "text": "x", "unit": "kg" }], "sum": 9.75 }),
        json!({ "owner": { "firstName": "A", "lastName": "B", "age": 40, "email": "a@example.com" } }),
        json!({ "ids": [1, 2], "texts": ["a"], "first": 1, "last": "b", "middle": 0.5 }),
        json!([{ "parent": { "child": { "deep": 1, "deeper": "x", "deepest": true } } }]),
        json!({ "amount": "12.50", "currency": "THB", "rate": "-1", "factor": "0.5" }),
        json!({ "sentAt": "2021-09-17T10:42:31.981Z", "readAt": "2023-02-08T16:51:40+0700", "by": "A", "to": "B" }),
        json!([{ "url": "https://example.com/a", "size": 10, "uuid": "6d473b8f-a6b3-4536-b1e6-f4b7688414e2" }]),
        json!({ "a_1": 1, "B": "x", "camelCase": true, "UPPER": 0.25, "_hidden": "y" }),
        json!({ "page": 1, "pages": 3, "items": [{ "code": "A", "qty": 2, "tags": ["x"], "flag": false }] }),
    ]
}

#[test]
fn hidden_properties_of_made_up_responses_come_back_with_their_types() {
    let (id, before) = ("get_things", small());
    for payload in made_up() {
        let bodies = vec![success(payload); 25];
        let shapes = [shapes(id, &bodies)];
        let whole = learn(&before, &shapes).unwrap();
        let (reduced, hidden) = hide_a_third(&whole.sources, id, &shapes[0]);
        let learnt = learn(&reduced, &shapes).unwrap();
        let missing: Vec<_> = hidden.iter().filter_map(|one| one.is_missing_in(&learnt.sources, id)).collect();
        assert!(missing.is_empty(), "{missing:#?}\n{}", learnt.report());
        assert_eq!(violations(&learnt.sources, id, &bodies), Vec::<String>::new());
    }
}
