//! What the bundles promise to tools that know only OpenAPI, and that they keep what the pages say.

use gofive_spec::{Api, Direction, Format, Operation, Schema, SchemaKind};
use serde_json::{Value, json};
use spec_tools::Sources;
use spec_tools::bundle::{Bundle, bundle_all};
use spec_tools::diff::{Snapshot, compare};

use crate::frozen::{committed, edit_behind, frozen, frozen_and_built};

const CASE: &str = "venio/case.yaml";

fn bundles(sources: &Sources) -> Vec<Bundle> {
    let (bundles, findings) = bundle_all(sources);
    assert_eq!(findings, []);
    bundles
}

/// The bundle of a product of the frozen spec, with edits.
fn bundle(product: &str, edits: &[(&str, &str, &str, &str)]) -> Bundle {
    let mut sources = frozen();
    for (file, anchor, from, to) in edits {
        edit_behind(&mut sources, file, anchor, from, to);
    }
    bundles(&sources).into_iter().find(|bundle| bundle.product == product).unwrap()
}

/// Calls `check` with every schema inside a document, and with its location.
fn each_schema(api: &Api, doc: &Value, mut check: impl FnMut(&str, &Value)) {
    for schema in api.all_schemas() {
        check(schema.pointer.as_str(), schema.pointer.find(doc).unwrap());
    }
}

#[test]
fn responses_are_as_tolerant_as_the_client_and_keep_the_flags_of_their_pages() {
    let mut objects = 0;
    for Bundle { product, api, written, .. } in bundles(&committed()).iter().chain(&bundles(&frozen())) {
        let usage = api.usage();
        for (name, schema) in api.schemas.iter().filter(|(name, _)| usage.is_used(name, Direction::Response)) {
            let at = format!("{product}: {name}");
            assert!(schema.as_enumeration().is_none_or(|enumeration| enumeration.is_open), "{at}");
            let (Some(object), Some(page)) = (schema.as_object(), written.api.schemas[name].as_object()) else {
                continue;
            };
            objects += 1;
            // Only an envelope beside its own payload needs a property.
            assert!(object.required.is_empty() || name.ends_with("Envelope") && object.required.len() == 1, "{at}");
            for (property, of_page) in object.properties().iter().zip(page.properties()) {
                let at = format!("{at}.{}", property.name);
                assert!(property.schema.nullable || !property.schema.is_known(), "{at} refuses null");
                assert!(!has_limits(&property.schema), "{at} has limits");
                assert_eq!(object.page_requires(&property.name), of_page.required, "{at}");
                assert_eq!(object.page_allows_null(&property.name), of_page.schema.nullable, "{at}");
            }
        }
    }
    assert!(objects > 20);
}

fn has_limits(schema: &Schema) -> bool {
    match &schema.kind {
        SchemaKind::String(string) => string.max_length.or(string.min_length).is_some() || string.pattern.is_some(),
        SchemaKind::Integer(range) | SchemaKind::Number(range) => range.minimum.is_some() || range.maximum.is_some(),
        SchemaKind::Array(array) => array.max_items.or(array.min_items).is_some(),
        _ => false,
    }
}

#[test]
fn requests_are_as_strict_as_their_pages() {
    for Bundle { product, api, written, .. } in &bundles(&committed()) {
        let usage = api.usage();
        let only_sent = |name: &str| !usage.is_used(name, Direction::Response);
        for (name, schema) in api.schemas.iter().filter(|(name, _)| only_sent(name)) {
            let strictness = |schema: &Schema| match &schema.kind {
                SchemaKind::Object(object) => {
                    let nullable = object.properties().iter().map(|property| property.schema.nullable).collect();
                    (object.page_flags.is_some(), object.required.clone(), nullable)
                }
                SchemaKind::Enumeration(enumeration) => (enumeration.is_open, Vec::new(), Vec::new()),
                _ => (false, Vec::new(), vec![schema.nullable]),
            };
            assert_eq!(strictness(schema), strictness(&written.api.schemas[name]), "{product}: {name}");
        }
    }
}

#[test]
fn any_tool_knows_the_formats_or_can_read_about_them() {
    let mut formats = 0;
    for Bundle { product, api, doc, .. } in &bundles(&committed()) {
        each_schema(api, doc, |pointer, schema| {
            let at = format!("{product}: {pointer}");
            let text = |name: &str| schema.get(name).and_then(Value::as_str);
            if schema["type"] == "integer" {
                assert_eq!(text("format"), Some("int64"), "{at}");
                return;
            }
            assert!(matches!(text("format"), None | Some("date" | "password")), "{at}");
            let Some(format) = text("x-gofive-format").or(text("format")).and_then(Format::named) else { return };
            if format != Format::Password {
                formats += 1;
                assert_eq!(
                    (text("pattern"), text("example")),
                    (Some(format.pattern()), Some(format.example())),
                    "{at}"
                );
                assert!(text("description").unwrap().ends_with(format.sentence()), "{at}");
            }
        });
    }
    assert!(formats > 10);
}

#[test]
fn every_bundle_has_the_token_operation_and_every_operation_its_failures() {
    for Bundle { product, api, doc, .. } in &bundles(&committed()) {
        let token = api.all_operations().find(|operation| operation.id == "authorize").unwrap();
        assert_eq!(token.product.is_some(), product != "venio");
        let flow = &doc["components"]["securitySchemes"]["bearer"]["flows"]["clientCredentials"];
        assert_eq!(flow["tokenUrl"], format!("{}{}", api.servers[0].url, token.path), "{product}");
        for operation in api.operations.iter().chain(&api.shared_operations) {
            let failures = operation.all_responses().filter_map(|response| response.content.as_ref());
            assert!(failures.count() >= 5, "{product}: {}", operation.id);
        }
        for webhook in &api.webhooks {
            assert_eq!(webhook.pointer.find(doc).unwrap()["security"], json!([]), "{product}: {}", webhook.id);
        }
        let tags: Vec<_> = doc["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
        assert!(tags.contains(&&json!(token.group)), "{product}");
        assert!(doc["info"]["description"].as_str().unwrap().contains("Ocp-Apim-Subscription-Key"), "{product}");
    }
}

#[test]
fn an_envelope_beside_its_payload_keeps_the_property_that_distinguishes_it() {
    let venio = bundle("venio", &[]);
    let schemas = &venio.doc["components"]["schemas"];
    assert_eq!(schemas["AddCaseInnerEnvelope"]["required"], json!(["data"]));
    assert_eq!(schemas["AddCaseEnvelope"].get("required"), None);
    assert_eq!(schemas["AddCaseEnvelope"]["x-gofive-required"], json!(["status", "data"]));
    // Without other alternatives, nothing needs to be distinguished.
    let alone = [(CASE, "    AddCaseEnvelope:", "            - $ref: '#/components/schemas/AddCaseResponse'\n", "")];
    let doc = bundle("venio", &alone).doc;
    assert_eq!(doc["components"]["schemas"]["AddCaseInnerEnvelope"].get("required"), None);
}

#[test]
fn an_operation_has_the_failures_of_the_root_unless_it_has_its_own() {
    let failures = "\
x-gofive-failures:
  '400':
    $ref: '../common.yaml#/components/responses/Unauthorized'
  4XX:
    $ref: '../common.yaml#/components/responses/Unauthorized'
components:
";
    let doc = bundle("venio", &[("venio/openapi.yaml", "x-webhooks:", "components:\n", failures)]).doc;
    assert_eq!(doc.get("x-gofive-failures"), None);
    let of = |path: &str, status: &str| doc["paths"][path]["post"]["responses"][status]["$ref"].clone();
    assert_eq!(of("/v1/case", "400"), "#/components/responses/BadRequest");
    assert_eq!(of("/v1/case", "4XX"), "#/components/responses/Unauthorized");
}

#[test]
fn an_operation_of_another_product_is_in_the_bundle_and_not_in_the_client() {
    let path = "paths:\n  /authorization/connect/token:\n    $ref: '../venio/authentication.yaml#/paths/~1authorization~1connect~1token'\n";
    let mut sources = frozen();
    let before = spec_tools::build(&sources).unwrap();
    edit_behind(&mut sources, "empeo/openapi.yaml", "tags:", "paths:\n", path);
    let after = spec_tools::build(&sources).unwrap();
    let empeo = bundles(&sources).into_iter().find(|bundle| bundle.product == "empeo").unwrap();
    let [Operation { id, product, .. }] = empeo.api.shared_operations.as_slice() else { panic!("not one operation") };
    assert_eq!((id.as_str(), product.as_deref()), ("authorize", Some("venio")));
    assert_eq!(empeo.doc["tags"][0]["name"], empeo.api.shared_operations[0].group);
    let changed = after.files.iter().filter(|(path, text)| before.files[*path] != **text).map(|(path, _)| path);
    let changed: Vec<_> = changed.map(|path| path.to_str().unwrap()).collect();
    assert_eq!(changed, ["gofive-spec/bundled/empeo.http", "gofive-spec/bundled/empeo.json"]);
}

/// Bundles had the layout of the files once.
#[test]
fn another_layout_of_the_bundles_does_not_count_as_a_change() {
    let mut older = frozen_and_built();
    for Bundle { product, written, .. } in bundles(&older) {
        older.write(&format!("gofive-spec/bundled/{product}.json"), serde_json::to_vec(&written.doc).unwrap());
    }
    let report = compare(&Snapshot::committed(&older).unwrap(), &Snapshot::built(&frozen()).unwrap()).unwrap();
    let changes: Vec<_> = report.changes.iter().map(|change| &change.headline).collect();
    assert!(changes.is_empty(), "{changes:#?}");
}
