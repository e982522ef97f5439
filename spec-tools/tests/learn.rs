//! What the spec learns from recorded shapes of responses, on the frozen spec.

use gofive_shapes::{KnownNames, Name, ShapeFile};
use serde_json::{Value, json};
use similar::TextDiff;
use spec_tools::Sources;
use spec_tools::learn::{Learnt, learn};

use crate::frozen::{edited, frozen, frozen_product, text};
use crate::learn_proofs::small;
use crate::snapshot;

const PRODUCT: &str = "venio/product.yaml";
const EMPLOYEE: &str = "venio/employee.yaml";

/// The names that the recorder knows of the spec.
const KNOWN: KnownNames = KnownNames::sorted(&[
    "a",
    "b",
    "c",
    "code",
    "colour",
    "data",
    "description",
    "grandTotal",
    "productCode",
    "salesOrderDate",
    "salesOrderNo",
    "status",
    "value",
]);

/// The shapes of successes with these bodies.
pub(crate) fn shapes(operation: &str, bodies: &[Value]) -> ShapeFile {
    shapes_of(operation, KNOWN, &bodies.iter().map(|body| (200, body.to_string())).collect::<Vec<_>>())
}

pub(crate) fn shapes_of(operation: &str, known: KnownNames, bodies: &[(u16, String)]) -> ShapeFile {
    let bodies = bodies.iter().map(|(status, body)| (*status, body.as_bytes()));
    ShapeFile::of_bodies(Name::new(operation).unwrap(), known, bodies)
}

/// A success with a payload.
#[allow(clippy::needless_pass_by_value, reason = "a test reads better without borrows")]
pub(crate) fn success(data: Value) -> Value {
    json!({ "status": { "code": "1000", "description": "Success" }, "data": data })
}

fn taught(sources: &Sources, shapes: &[ShapeFile]) -> Learnt {
    learn(sources, shapes).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The report, without the month in which the test runs.
fn report(learnt: &Learnt) -> String {
    learnt.report().replace(&gofive_shapes::Month::now().to_string(), "2026-11")
}

/// The lines of a file that were removed and added.
fn changed(before: &Sources, after: &Sources, file: &str) -> String {
    let (before, after) = (text(before, file), text(after, file));
    TextDiff::from_lines(&before, &after).unified_diff().context_radius(2).to_string()
}

fn units() -> Vec<Value> {
    let unit = |id: u32| {
        json!({
            "unitId": id,
            "unitName": "piece",
            "factor": 1.5,
            "isActive": true,
            "createdAt": "2024-02-01T10:00:00",
            "parent": if id.is_multiple_of(2) { json!(null) } else { json!({ "unitId": 7, "note": "" }) },
            "tags": ["a", "b"],
            "prices": [{ "tier": "A", "amount": 12.5 }],
            "kind": if id.is_multiple_of(3) { json!("3") } else { json!(3) },
        })
    };
    (0..4).map(|_| success((1..=10).map(unit).collect())).collect()
}

#[test]
fn an_undocumented_payload_gets_a_schema() {
    let (before, shapes) = (frozen_product("venio"), [shapes("get_product_units", &units())]);
    let learnt = taught(&before, &shapes);
    let changed = changed(&before, &learnt.sources, PRODUCT);
    snapshot("learn", "undocumented", &format!("{}\n{changed}", report(&learnt)));
    let built = spec_tools::build(&learnt.sources).unwrap();
    let types = &built.files[std::path::Path::new("gofive-api/src/generated/venio/types.rs")];
    assert!(types.contains("pub struct GetProductUnitsResponse {"), "the name of the payload's type stays");
    assert!(types.contains("pub unit_id: Option<i64>"));
}

#[test]
fn known_objects_get_more_properties_and_nothing_else_changes() {
    let before = frozen_product("venio");
    let product = json!({ "productCode": "A001", "productBarcode": null, "colour": "red", "weight": 0.5 });
    let employee = json!({ "staffCode": "E1", "unknownThing": 5 });
    let shapes = [
        shapes("get_product", &vec![success(product); 25]),
        shapes("enquire_employees", &vec![success(json!({ "value": [employee] })); 25]),
    ];
    let learnt = taught(&before, &shapes);
    let changed = [PRODUCT, EMPLOYEE].map(|file| changed(&before, &learnt.sources, file)).join("\n");
    snapshot("learn", "known", &format!("{}\n{changed}", report(&learnt)));
    let removed = changed.lines().filter(|line| line.starts_with('-') && !line.starts_with("---"));
    assert!(removed.clone().all(|line| line.contains("evidence")), "{:?}", removed.collect::<Vec<_>>());
}

#[test]
fn the_same_shapes_teach_nothing_twice_and_their_order_does_not_matter() {
    let before = frozen_product("venio");
    let product = |name: &str, value: Value| success(json!({ "productCode": "A001", name: value }));
    let files = [
        shapes("get_product_units", &units()),
        shapes("get_product", &vec![product("colour", json!("red")); 25]),
        shapes("get_product", &vec![product("colour", json!(7)); 25]),
        shapes("get_product", &vec![product("weight", json!(1.5)); 25]),
    ];
    let once = taught(&before, &files);
    let mut reversed: Vec<_> = files.iter().rev().cloned().collect();
    reversed.extend(files.clone());
    let other = taught(&before, &reversed);
    assert_eq!(text(&once.sources, PRODUCT), text(&other.sources, PRODUCT));
    assert_eq!(once.report(), other.report());

    let again = taught(&once.sources, &files);
    assert!(again.files.is_empty(), "{}", changed(&once.sources, &again.sources, PRODUCT));
    // A part of what was learnt is nothing new, either.
    assert!(taught(&once.sources, &files[..1]).files.is_empty());
}

#[test]
fn a_contradiction_is_an_oddity_and_what_the_spec_has_stays() {
    let before = frozen_product("venio");
    let order = json!({ "salesOrderNo": 7, "grandTotal": "107.50", "salesOrderDate": "yesterday" });
    let shapes = [shapes("get_sales_order", &vec![success(order); 3])];
    let learnt = taught(&before, &shapes);
    let changed = changed(&before, &learnt.sources, "venio/salesorder.yaml");
    snapshot("learn", "contradiction", &format!("{}\n{changed}", report(&learnt)));
    assert!(!changed.lines().any(|line| line.starts_with('-') && !line.starts_with("---")));
    assert!(taught(&learnt.sources, &shapes).files.is_empty());
}

#[test]
fn what_is_rare_unwritten_or_elsewhere_is_listed_with_the_reason() {
    let before = frozen_product("venio");
    // Of the first names, the spec knows `value`; the others are the keys of a table.
    let data =
        |key: usize| success(json!({ format!("key{key}"): 1, "value": "2024-02-01", "a": 5, "b": null, "c": [] }));
    let mut file = shapes("get_product_units", &(0..5).map(data).collect::<Vec<_>>());
    file.merge(&shapes_of(
        "get_product_units",
        KNOWN,
        &[
            (200, r#"{"status": {"code": "4001"}}"#.into()),
            (200, "[1]".into()),
            (202, r#"{"status": {"code": "1000"}}"#.into()),
            (204, String::new()),
            (400, r#"{"status": {"code": "4001", "value": 1}}"#.into()),
            (503, "<html>".into()),
        ],
    ))
    .unwrap();
    assert!(file.strike("a"));
    let learnt = taught(&before, &[file, shapes("no_such_operation", &[json!({})])]);
    insta::assert_snapshot!(report(&learnt));
}

#[test]
fn only_null_or_nothing_teaches_nothing() {
    let before = frozen_product("venio");
    for bodies in [
        vec![success(Value::Null)],
        vec![success(json!([]))],
        vec![success(json!({}))],
        vec![success(json!([1, "a", []]))],
        vec![json!({ "status": { "code": "1000" } })],
        vec![json!([])],
        Vec::new(),
    ] {
        let learnt = taught(&before, &[shapes("get_product_units", &bodies)]);
        assert!(learnt.files.is_empty(), "{bodies:?}: {}", learnt.report());
    }
}

#[test]
fn a_payload_without_an_envelope_is_learnt_where_it_is() {
    let before = frozen_product("venio");
    for (bodies, pointer, schema) in [
        (json!([{ "value": 1 }]), "['']", "type: array"),
        (json!({ "value": 1 }), "['']", "$ref: '#/components/schemas/GetProductUnitsResponse'"),
        (success(json!("text")), "[/data]", "$ref: '#/components/schemas/GetProductUnitsEnvelope'"),
    ] {
        let shapes = [shapes("get_product_units", &vec![bodies; 20])];
        let learnt = taught(&before, &shapes);
        let changed = changed(&before, &learnt.sources, PRODUCT);
        assert!(
            changed.contains(&format!("+      x-gofive-payload: {pointer}")) && changed.contains(schema),
            "{changed}"
        );
        assert!(taught(&learnt.sources, &shapes).files.is_empty());
    }
}

#[test]
fn what_the_linter_refuses_is_not_learnt_and_the_rest_is() {
    let before = frozen_product("venio");
    // Both would be the field `product_code` in Rust, and `extra` has the unknown properties.
    let product = json!({ "product_code": "A", "productCode": "A", "extra": 1, "colour": "red" });
    let learnt = taught(&before, &[shapes("get_product", &vec![success(product); 25])]);
    let changed = changed(&before, &learnt.sources, PRODUCT);
    assert!(changed.contains("+        colour:\n"), "{changed}");
    assert!(!changed.contains("extra:") && !changed.contains("product_code"), "{changed}");
    let report = report(&learnt);
    assert!(report.contains("/data/extra: `extra` is ") && report.contains("/data/product_code: "), "{report}");
}

#[test]
fn a_file_that_was_edited_by_hand_cannot_break_the_spec() {
    let before = frozen_product("venio");
    let huge = |count: &str| {
        let names: Vec<_> = (0..150).map(|index| format!(r#""name{index}": {{"seen": 1, "booleans": 1}}"#)).collect();
        let text = format!(
            r#"{{"format": 1, "operation": "get_product", "sessions": {{"3f9a2c41b0d7e655": {{
                "months": [], "runs": 0, "ended": 4294967295, "responses": {{"200 success": {{
                    "seen": {count}, "objects": {count}, "properties": {{
                        "data": {{"seen": {count}, "objects": {count}, "lists": {{"0": {count}, "1": {count}}},
                            "properties": {{ {} }} }} }} }} }} }} }} }}"#,
            names.join(", ")
        );
        ShapeFile::parse(&text).unwrap()
    };
    let learnt = taught(&before, &[huge("9223372036854775808"), huge("1")]);
    assert!(report(&learnt).contains("/data: 150 names, which a recorder does not write"), "{}", report(&learnt));
    assert!(report(&learnt).contains("Responses have a list at `/data`"), "{}", report(&learnt));
}

#[test]
fn a_spec_with_findings_is_fixed_first() {
    let broken = edited(PRODUCT, "      summary: ", "      summry: ");
    let error = learn(&broken, &[shapes("get_product", &[success(json!({}))])]).unwrap_err().to_string();
    assert!(error.contains("openapi/venio/product.yaml:") && error.contains("fix the spec first"), "{error}");
    assert!(taught(&frozen(), &[]).files.is_empty());
}

#[test]
fn what_nothing_refers_to_any_more_is_removed() {
    let before = small();
    let bodies = vec![success(json!({ "value": "x" })); 20];
    let one = taught(&before, &[shapes("get_things", &bodies)]);
    assert!(text(&one.sources, "common.yaml").contains("Undocumented"));
    let both = taught(&before, &[shapes("get_things", &bodies), shapes("get_others", &bodies)]);
    assert!(!text(&both.sources, "common.yaml").contains("Undocumented"), "{}", both.report());
    let files: Vec<_> = both.files.iter().map(|edited| edited.what.as_str()).collect();
    assert_eq!(files, ["what nothing refers to any more", "what was learnt of `get_others`, `get_things`"]);
}
