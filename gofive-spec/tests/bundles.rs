//! The committed bundles, read with the model: everything is there, and nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::BTreeSet;

use gofive_spec::{
    Api, Direction, Format, Grade, Idempotency, JsonType, MediaType, Method, PagingStyle, ParameterLocation,
    PayloadKind, Pointer, PropertySource, Schema, SchemaKind, Segment, Spec,
};
use serde_json::{Value, json};

fn documents() -> impl Iterator<Item = (&'static str, Value)> {
    gofive_spec::BUNDLES.into_iter().map(|(product, text)| (product, serde_json::from_str(text).unwrap()))
}

fn venio() -> Api {
    Api::parse(gofive_spec::VENIO).unwrap()
}

/// The number of properties of the object at the pointer.
fn count(document: &Value, pointer: &str) -> usize {
    document.pointer(pointer).and_then(Value::as_object).map_or(0, serde_json::Map::len)
}

#[test]
fn every_operation_is_read() {
    for (product, document) in documents() {
        let api = Api::read(&document).unwrap();
        let items = document["paths"].as_object().unwrap().values();
        let in_document = items.map(|item| item.as_object().unwrap().len()).sum::<usize>();
        assert_eq!(api.operations.len() + api.shared_operations.len(), in_document, "{product}");
        // Each document has the operation that issues tokens; it belongs to Venio.
        let shared: Vec<_> =
            api.shared_operations.iter().map(|one| (one.id.as_str(), one.product.as_deref())).collect();
        let expected: &[_] = if product == "venio" { &[] } else { &[("authorize", Some("venio"))] };
        assert_eq!(shared, expected, "{product}");
        let token = api.all_operations().find(|operation| operation.id == "authorize").unwrap();
        assert_eq!((token.path.as_str(), token.needs_token), ("/authorization/connect/token", false), "{product}");
        assert_eq!(api.webhooks.len(), count(&document, "/x-webhooks"), "{product}");
        assert_eq!(api.schemas.len(), count(&document, "/components/schemas"), "{product}");
        assert_eq!(api.responses.len(), count(&document, "/components/responses"), "{product}");
        assert_eq!(api.security_schemes.len(), 2, "{product}");
        let ids: BTreeSet<_> = api.operations.iter().map(|operation| &operation.id).collect();
        assert_eq!(ids.len(), api.operations.len(), "{product}");
        let groups: BTreeSet<_> = api.groups.iter().map(|group| group.name.as_str()).collect();
        for operation in &api.operations {
            let id = &operation.id;
            let raw = operation.pointer.find(&document).unwrap();
            assert_eq!(raw["operationId"], json!(id));
            assert_eq!(operation.pointer.split_last().unwrap().1, operation.method.key());
            assert!(!operation.is_webhook && groups.contains(operation.group.as_str()), "{id}");
            assert!(!operation.summary.is_empty() && !operation.title.is_empty(), "{id}");
            assert!(operation.page.is_some() || operation.source.is_some(), "{id}");
            assert_eq!(operation.needs_token, id != "authorize", "{id}");
            assert_eq!(operation.parameters.len(), raw["parameters"].as_array().map_or(0, Vec::len), "{id}");
            assert_eq!(operation.all_responses().count(), count(raw, "/responses"), "{id}");
            let failures: Vec<_> = operation.response_ranges.keys().copied().collect();
            assert_eq!(failures, [4, 5], "{id}");
            assert!(operation.responses.contains_key(&401) && operation.responses.contains_key(&403), "{id}");
            assert_eq!(operation.oddities.len(), raw["x-gofive-oddities"].as_array().map_or(0, Vec::len), "{id}");
            assert!(operation.payload(&api).is_ok(), "{id}: {:?}", operation.payload(&api));
            let in_path = operation.parameters_in(ParameterLocation::Path).map(|parameter| parameter.name.as_str());
            let in_path: BTreeSet<_> = in_path.collect();
            let in_template = operation.segments().filter_map(|segment| match segment {
                Segment::Parameter(name) => Some(name),
                Segment::Literal(_) => None,
            });
            assert_eq!(in_template.collect::<BTreeSet<_>>(), in_path, "{id}");
        }
    }
}

/// Everything that the model has of a schema makes up the schema of the document.
#[test]
fn nothing_of_a_schema_is_lost() {
    for (product, document) in documents() {
        let api = Api::read(&document).unwrap();
        let mut seen = BTreeSet::new();
        for schema in api.all_schemas() {
            let mut raw = schema.pointer.find(&document).unwrap().clone();
            // It is part of the property, and of the schema around it.
            raw.as_object_mut().unwrap().remove("x-gofive-unset");
            assert_eq!(schema.to_openapi(), raw, "{product}: {}", schema.pointer);
            assert!(seen.insert(&schema.pointer), "{product}: {} comes twice", schema.pointer);
        }
        assert!(seen.len() > api.schemas.len(), "{product}");
    }
}

#[test]
fn examples_match_their_schemas_in_requests_responses_and_webhooks() {
    for (product, document) in documents() {
        let spec = Spec::read(document).unwrap();
        let mut examples = 0;
        for operation in spec.operations().iter().chain(&spec.api().webhooks) {
            for parameter in &operation.parameters {
                if let Some(example) = &parameter.example {
                    assert!(
                        spec.validate(&parameter.schema, &example.value).is_ok(),
                        "{product}: {}",
                        parameter.pointer
                    );
                }
            }
            let bodies = [
                (operation.request_schema(), operation.request_examples()),
                (operation.success_schema(), operation.response_examples()),
            ];
            for (schema, documented) in bodies {
                for example in documented {
                    let violations = spec.validate(schema.unwrap(), &example.value);
                    assert_eq!(violations, Ok(()), "{product}: {}", example.pointer);
                    assert_eq!(example.pointer.find(spec.document()), Some(&example.value));
                    examples += 1;
                }
            }
        }
        assert!(examples > 0, "{product}");
    }
}

#[test]
fn an_operation_has_everything_that_the_document_says() {
    let api = venio();
    let add_case = api.operation("add_case").unwrap();
    assert_eq!((add_case.method, add_case.path.as_str()), (Method::Post, "/v1/case"));
    assert_eq!(add_case.pointer.as_str(), "/paths/~1v1~1case/post");
    assert_eq!((add_case.group.as_str(), add_case.title.as_str()), ("Case", "Add Case"));
    assert_eq!(add_case.page.as_deref(), Some("api-13759273"));
    assert_eq!(add_case.modified.as_deref(), Some("2025-03-03"));
    assert_eq!(
        add_case.evidence.parts(),
        [("path", Grade::Portal), ("request", Grade::Complete), ("response", Grade::Complete)]
    );
    assert_eq!(add_case.idempotency, Idempotency::NonIdempotent);
    let body = add_case.body.as_ref().unwrap();
    assert_eq!((body.required, body.media_type), (true, MediaType::Json));
    assert_eq!(body.content.schema.reference(), Some("AddCaseRequest"));
    assert_eq!(add_case.request_examples()[0].name, "documented");
    assert_eq!(add_case.success_status(), 200);
    let payload = add_case.payload(&api).unwrap();
    assert_eq!(
        (payload.kind, payload.record(), payload.is_mixed()),
        (PayloadKind::Object, Some("AddCaseResponse"), true)
    );
    let pointers: Vec<_> = payload.pointers.iter().map(Pointer::as_str).collect();
    assert_eq!(pointers, ["/data/data", "/data"]);

    let authorize = api.operation("authorize").unwrap();
    assert_eq!(authorize.body.as_ref().unwrap().media_type, MediaType::Form);
    assert!(!authorize.needs_token);
    let customer = api.operation("create_or_update_customer").unwrap();
    assert_eq!(customer.idempotency, Idempotency::With(vec!["customerCode".into()]));
    let get = api.operation("get_customer_by_customer_code").unwrap();
    let parameter = &get.parameters[0];
    assert_eq!(
        (parameter.name.as_str(), parameter.location, parameter.required),
        ("customerCode", ParameterLocation::Path, true)
    );
    assert_eq!(api.json_type(&parameter.schema), Some(JsonType::String));
    let message = api.operation("send_message").unwrap();
    assert_eq!(message.success_status(), 201);

    let webhook = api.webhooks.iter().find(|webhook| webhook.path == "chat_message").unwrap();
    assert_eq!((webhook.is_webhook, webhook.needs_token, webhook.method), (true, false, Method::Post));
    assert!(webhook.schemas().all(|(direction, _)| direction == Direction::Response));
}

#[test]
fn the_styles_of_paging_are_read() {
    let paged = |api: &Api, id: &str| api.operation(id).unwrap().paging.clone().unwrap();
    let employees = paged(&venio(), "enquire_employees");
    assert_eq!(employees.style, PagingStyle::SkipPageLength);
    assert_eq!((employees.position.as_str(), employees.size.as_str()), ("skip", "pageLength"));
    let list = paged(&Api::parse(gofive_spec::EMPEO).unwrap(), "get_employees_list");
    assert_eq!(
        (list.style, list.position.as_str(), list.size.as_str()),
        (PagingStyle::PageIndex, "pageIndex", "pageSize")
    );
}

#[test]
fn a_schema_has_everything_that_the_document_says() {
    let api = venio();
    let request = api.schema("AddCaseRequest").unwrap().as_object().unwrap();
    let date = request.property("dateCase").unwrap();
    assert_eq!((date.schema.format(), date.required), (Some(Format::OffsetDateTimeMillis), true));
    let case_type = api.resolve(&request.property("caseType").unwrap().schema).as_enumeration().unwrap();
    let entries: Vec<_> = case_type.entries().map(|entry| (entry.value.clone(), entry.name)).collect();
    assert_eq!(entries, [(json!(1), "REQUEST_FOR_ACTION"), (json!(2), "FOR_YOUR_INFORMATION")]);
    assert!(case_type.is_integer && case_type.entries().all(|entry| !entry.description.is_empty()));

    let variant = api.schema("ProductVariant").unwrap().as_object().unwrap();
    let barcode = variant.property("productBarcode").unwrap();
    assert!(barcode.null_if_unset && barcode.schema.nullable);
    let customer = api.schema("Customer").unwrap().as_object().unwrap();
    assert!(customer.is_open);
    let (source, names) = customer.unlisted.iter().next().unwrap();
    assert_eq!(customer.source_of(&names[0]), Some(*source));
    assert!(PropertySource::ALL.contains(source));
    let id = api.schema("Id").unwrap();
    assert!(id.is_scalar_union() && matches!(&id.kind, SchemaKind::AnyOf(union) if union.schemas.len() == 2));
    assert!(!api.responses["Undocumented"].content.as_ref().unwrap().schema.is_known());
}

#[test]
fn a_schema_without_docs_differs_only_in_them() {
    let api = venio();
    for (name, schema) in &api.schemas {
        let stripped = schema.without_docs();
        let text = stripped.to_openapi().to_string();
        assert!(!text.contains(r#""x-gofive-property-evidence":"#) && stripped.description.is_empty(), "{name}");
        assert_eq!(stripped.to_json_schema(), schema.to_json_schema(), "{name}");
        let described = stripped.children().filter(|child| !child.description.is_empty());
        assert_eq!(described.count(), 0, "{name}");
    }
    assert_ne!(api.schemas["AddCaseRequest"].without_docs(), api.schemas["AddCaseRequest"]);
}

#[test]
fn usage_knows_the_directions_of_each_schema() {
    let api = venio();
    let usage = api.usage();
    assert_eq!(usage.first("AddCaseRequest", Direction::Request).unwrap().operation, "add_case");
    assert!(!usage.is_used("AddCaseRequest", Direction::Response));
    assert!(usage.is_used("Status", Direction::Response));
    assert!(usage.of("Nothing").is_empty());
    // Every schema is used, objects in one direction only.
    assert_eq!(usage.iter().count(), api.schemas.len());
    for (name, uses) in usage.iter() {
        let directions: BTreeSet<_> = uses.iter().map(|one| one.direction).collect();
        let is_object = api.schema(name).and_then(Schema::as_object).is_some();
        assert!(!is_object || directions.len() == 1, "{name}");
    }
    let webhooks: BTreeSet<_> = api.webhooks.iter().map(|webhook| webhook.id.as_str()).collect();
    let by_webhooks = usage.iter().flat_map(|(_, uses)| uses).filter(|one| one.is_webhook);
    assert_eq!(by_webhooks.map(|one| one.operation.as_str()).collect::<BTreeSet<_>>(), webhooks);
}

/// A pretty-printed or reordered document is the same API.
#[test]
fn equal_documents_are_equal_apis() {
    for (product, document) in documents() {
        let again: Value = serde_json::from_str(&serde_json::to_string_pretty(&document).unwrap()).unwrap();
        assert_eq!(Api::read(&document).unwrap(), Api::read(&again).unwrap(), "{product}");
    }
}
