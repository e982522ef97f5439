//! Documents that are not as expected: an error with the location, never a panic, and nothing lost.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use gofive_spec::{Api, Format, Idempotency, PayloadKind, Pointer, PropertySource, Spec};
use serde_json::{Value, json};

/// How a document says that null is one of several alternatives.
fn absent() -> Value {
    json!({"type": "object", "nullable": true, "enum": [null]})
}

/// A document with everything that the model knows.
fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Gofive Test", "version": "2026.11", "description": "Words.",
            "license": {"name": "A", "url": "https://a"}, "contact": {"name": "B", "url": "https://b"}
        },
        "servers": [{"url": "https://c", "description": "Production"}],
        "security": [{"bearer": [], "subscriptionKey": []}],
        "tags": [
            {"name": "Things", "description": "Words."},
            {"name": "Tokens", "description": "Words.", "x-gofive-product": "other"}
        ],
        "paths": {"/v1/things/{id}": {"post": {
            "operationId": "add_thing",
            "tags": ["Things"],
            "summary": "Add a thing",
            "description": "Words.",
            "x-gofive-title": "Add Thing",
            "x-gofive-page": "api-1",
            "x-gofive-source": "a test",
            "x-gofive-modified": "2026-11-01",
            "x-gofive-evidence": {"path": "wire", "request": "complete", "response": "none"},
            "x-gofive-idempotency": {"idempotent-with": ["code"]},
            "x-gofive-payload": ["/data", ""],
            "x-gofive-paging": {"style": "skip-take", "skip": "skip", "take": "take"},
            "x-gofive-oddities": ["It is odd."],
            "x-gofive-unknown": ["response example: none"],
            "security": [{"subscriptionKey": []}],
            "parameters": [{
                "name": "id", "in": "path", "required": true, "description": "Words.",
                "schema": {"$ref": "#/components/schemas/Id"}, "example": "1"
            }],
            "requestBody": {"required": true, "description": "Words.", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/AddThingRequest"},
                "examples": {"documented": {"summary": "A page", "value": {"code": "A"}}}
            }}},
            "responses": {
                "200": {"description": "Success", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/AddThingEnvelope"}
                }}},
                "400": {"$ref": "#/components/responses/BadRequest"},
                "4XX": {"$ref": "#/components/responses/BadRequest"}
            }
        }}, "/token": {"post": {
            "operationId": "get_token", "tags": ["Tokens"], "x-gofive-product": "other", "responses": {}
        }}},
        "x-webhooks": {"new_thing": {"post": {
            "operationId": "new_thing",
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
            "responses": {}
        }}},
        "components": components()
    })
}

fn components() -> Value {
    json!({
        "schemas": {
            "Id": {
                "description": "Words.",
                "anyOf": [{"type": "string"}, {"type": "integer", "format": "int64", "minimum": 1}]
            },
            "Kind": {
                "type": "integer", "format": "int64", "description": "Words.", "enum": [1, 2],
                "x-enum-varnames": ["A", "B"], "x-enum-descriptions": ["An A.", "A B."]
            },
            "State": {
                "type": "string", "description": "Words.\n\nKnown values; there may be others: `1` A, `2`.",
                "x-gofive-values": ["1", "2"], "x-enum-varnames": ["A"]
            },
            "AddThingRequest": {
                "type": "object", "title": "A thing", "description": "Words.", "required": ["code"],
                "additionalProperties": true,
                "x-gofive-property-evidence": {"example": ["note"], "wire": ["code"], "legacy": []},
                "properties": {
                    "code": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^A"},
                    "note": {
                        "type": "string", "nullable": true, "x-gofive-unset": null, "x-gofive-format": "local-date-time",
                        "pattern": Format::LocalDateTime.pattern(), "example": Format::LocalDateTime.example(),
                        "description": Format::LocalDateTime.sentence()
                    },
                    "kind": {"anyOf": [{"$ref": "#/components/schemas/Kind"}, absent()]},
                    "count": {"type": "integer", "format": "int64", "minimum": 1, "example": 2},
                    "price": {"type": "number", "minimum": 0.5, "maximum": 100},
                    "codes": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
                    "done": {"type": "boolean"},
                    "any": {"description": "Words."}
                }
            },
            "AddThingEnvelope": {
                "type": "object", "description": "Words.",
                "properties": {"data": {"$ref": "#/components/schemas/Thing"}}
            },
            "Thing": {
                "type": "object", "description": "Words.",
                "x-gofive-required": ["code"], "x-gofive-nullable": ["state"],
                "properties": {
                    "code": {"type": "string", "nullable": true},
                    "number": {"type": "integer", "nullable": true, "format": "int64"},
                    "state": {"description": "Words.", "anyOf": [{"$ref": "#/components/schemas/State"}, absent()]},
                    "one": {"anyOf": [{"$ref": "#/components/schemas/Id"}, {"type": "boolean"}, absent()]}
                }
            }
        },
        "responses": {"BadRequest": {"description": "Refused."}},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}
    })
}

/// The document with another value at the pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = document();
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    document
}

/// All locations of the document, data such as examples excluded.
fn locations() -> Vec<Pointer> {
    let document = document();
    let (mut locations, mut open) = (Vec::new(), vec![Pointer::root()]);
    while let Some(pointer) = open.pop() {
        let is_data = ["example", "value", "securitySchemes"];
        if pointer.split_last().is_some_and(|(_, name)| is_data.contains(&name.as_str())) {
            continue;
        }
        match pointer.find(&document).unwrap() {
            Value::Object(object) => open.extend(object.keys().map(|name| pointer.join(name))),
            Value::Array(items) => open.extend((0..items.len()).map(|index| pointer.item(index))),
            _ => {}
        }
        locations.push(pointer);
    }
    locations
}

fn error(document: &Value) -> (String, String) {
    let error = Spec::read(document.clone()).expect_err("it is accepted");
    (error.pointer().to_string(), error.problem().to_owned())
}

#[test]
fn the_unchanged_document_is_read_without_loss() {
    let document = document();
    let spec = Spec::read(document.clone()).unwrap();
    for (name, schema) in &spec.api().schemas {
        assert_eq!(schema.to_openapi(), document["components"]["schemas"][name]);
    }
    let api = spec.api();
    assert_eq!(api.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["Things"]);
    assert_eq!((api.operations.len(), api.shared_operations[0].id.as_str()), (1, "get_token"));
    assert_eq!(api.operations[0].response_ranges.keys().collect::<Vec<_>>(), [&4]);
    let thing = api.schemas["Thing"].as_object().unwrap();
    assert!(thing.page_requires("code") && !thing.property("code").unwrap().required);
    assert!(thing.page_allows_null("state") && !thing.page_allows_null("code"));
    let state = api.schemas["State"].as_enumeration().unwrap();
    assert!(state.is_open && state.values == ["1", "2"] && api.schemas["State"].description == "Words.");
    let webhook = api.webhooks[0].request_schema().unwrap();
    for value in [json!({"state": "3", "one": null}), json!({"state": null, "code": null}), json!({"one": true})] {
        assert_eq!(spec.validate(webhook, &value), Ok(()));
    }
    assert!(spec.validate(webhook, &json!({"state": 1})).is_err(), "an open enumeration has a type");
    for number in ["-9223372036854775808", "9223372036854775807", "2.0", "null"] {
        let value = json!({"number": serde_json::from_str::<Value>(number).unwrap()});
        assert_eq!(spec.validate(webhook, &value), Ok(()), "{number}");
    }
    for number in ["-9223372036854775809", "9223372036854775808", "1e40", "2.5"] {
        let value = json!({"number": serde_json::from_str::<Value>(number).unwrap()});
        let violations = spec.validate(webhook, &value).unwrap_err();
        assert_eq!(violations[0].path, "/number", "{number}");
    }
    let payload_kind = |document: &Value| {
        let api = Api::read(document).unwrap();
        api.operation("add_thing").unwrap().payload(&api).map(|payload| payload.kind).map_err(|error| error.to_string())
    };
    let different = "the pointers '/data' and '' lead to different schemas";
    assert_eq!(payload_kind(&document), Err(different.into()));
    let pointers = "/paths/~1v1~1things~1{id}/post/x-gofive-payload";
    assert_eq!(payload_kind(&with(pointers, json!(["/data"]))), Ok(PayloadKind::Object));
    assert_eq!(payload_kind(&with(pointers, json!(["/data/code"]))), Ok(PayloadKind::Scalar));
    let lost = "the pointer '/datum' does not lead to a schema";
    assert_eq!(payload_kind(&with(pointers, json!(["/datum"]))), Err(lost.into()));
    assert_eq!(payload_kind(&with(pointers, json!([]))), Err("no payload pointer".into()));
}

/// Every value is replaced by one of each other JSON type.
#[test]
fn a_value_of_another_type_is_an_error_at_its_location() {
    let others = [json!(null), json!(true), json!(-7.5), json!("x"), json!([]), json!({})];
    for pointer in locations() {
        for other in &others {
            let document = document();
            if std::mem::discriminant(pointer.find(&document).unwrap()) == std::mem::discriminant(other) {
                continue;
            }
            let changed = with(pointer.as_str(), other.clone());
            let error = Api::read(&changed).err().unwrap_or_else(|| panic!("{pointer}: {other} is accepted"));
            let at = error.pointer();
            assert!(at.starts_with(&pointer) || pointer.starts_with(at), "{pointer}: {other}: {error}");
        }
    }
}

#[test]
fn an_unknown_property_is_an_error_at_its_location() {
    for pointer in locations() {
        let mut document = document();
        if let Some(Value::Object(object)) = document.pointer_mut(pointer.as_str()) {
            object.insert("x-unknown".into(), json!(7));
            let error = Api::read(&document).err().unwrap_or_else(|| panic!("{pointer}: it is accepted"));
            assert!(pointer.join("x-unknown") == *error.pointer() || *error.pointer() == pointer, "{pointer}: {error}");
        }
    }
}

#[test]
fn a_missing_property_never_panics() {
    for pointer in locations() {
        let Some((parent, name)) = pointer.split_last() else { continue };
        let mut document = document();
        match document.pointer_mut(parent.as_str()) {
            Some(Value::Object(object)) => drop(object.remove(&name)),
            Some(Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
            _ => unreachable!(),
        }
        if let Ok(spec) = Spec::read(document) {
            let _ = spec.api().usage();
            spec.operations().iter().for_each(|operation| drop(operation.payload(spec.api())));
        }
    }
}

#[test]
fn a_reference_must_lead_to_a_component_of_its_kind() {
    let schema = "/paths/~1v1~1things~1{id}/post/parameters/0/schema/$ref";
    let at = schema.trim_end_matches("/$ref");
    for (reference, problem_at, problem) in [
        ("#/components/schemas/Idd", at, "the schema `Idd` does not exist"),
        (
            "#/components/responses/BadRequest",
            schema,
            "`#/components/responses/BadRequest` is not a reference to one of #/components/schemas/",
        ),
        (
            "common.yaml#/components/schemas/Id",
            schema,
            "`common.yaml#/components/schemas/Id` is not a reference to one of #/components/schemas/",
        ),
        (
            "#/components/schemas/Id/anyOf/0",
            schema,
            "`#/components/schemas/Id/anyOf/0` is not a reference to one of #/components/schemas/",
        ),
    ] {
        assert_eq!(error(&with(schema, json!(reference))), (problem_at.into(), problem.into()));
    }
    let response = "/paths/~1v1~1things~1{id}/post/responses/400/$ref";
    let lost = error(&with(response, json!("#/components/responses/Lost")));
    assert_eq!(lost, (response.into(), "the response `Lost` does not exist".into()));
}

#[test]
fn schemas_that_lead_back_to_themselves_end() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let all_of = |name: &str| json!({"description": "Words.", "allOf": [reference(name)]});
    for (thing, kind) in [
        (reference("Thing"), reference("Id")),
        (all_of("Kind"), all_of("Thing")),
        (reference("Kind"), reference("Thing")),
    ] {
        let mut document = with("/components/schemas/Thing", thing);
        document["components"]["schemas"]["Kind"] = kind;
        let api = Api::read(&document).unwrap();
        let _ = (api.resolve(&api.schemas["Thing"]), api.json_type(&api.schemas["Thing"]), api.usage());
        let _ = api.operation("add_thing").unwrap().payload(&api);
        let (_, problem) = error(&document);
        assert!(problem.ends_with("is defined by itself"), "{problem}");
    }
    // A schema inside itself is not an endless chain: a value ends.
    let recursive = json!({"type": "object", "description": "Words.", "properties": {"inner": reference("Thing")}});
    let spec = Spec::read(with("/components/schemas/Thing", recursive)).unwrap();
    let webhook = spec.api().webhooks[0].request_schema().unwrap();
    assert_eq!(spec.validate(webhook, &json!({"inner": {"inner": {}}})), Ok(()));
    assert_eq!(spec.validate(webhook, &json!({"inner": {"inner": 1}})).unwrap_err()[0].path, "/inner/inner");
}

#[test]
fn a_deep_schema_is_an_error() {
    let deep = (0..1_000).fold(json!({}), |inner, _| json!({"type": "array", "items": inner}));
    let (_, problem) = error(&with("/components/schemas/Thing/properties/code", deep));
    assert_eq!(problem, "more than 64 levels of nesting");
}

#[test]
fn a_text_that_is_not_a_document_is_an_error() {
    for text in ["", "{", "[]", "null", "{}", r#"{"openapi": "3.1.0", "info": {}, "paths": {}}"#] {
        assert!(Spec::parse(text).is_err(), "{text}");
    }
    assert_eq!(Spec::parse("{}").unwrap_err().to_string(), "the document: `openapi` is missing");
    let status = error(&{
        let mut document = document();
        document["paths"]["/v1/things/{id}"]["post"]["responses"]["default"] = json!({"description": "Any."});
        document
    });
    assert_eq!(
        status,
        (
            "/paths/~1v1~1things~1{id}/post/responses/default".into(),
            "`default` is not an HTTP status code or a range: 200, 4XX".into()
        )
    );
}

#[test]
fn a_keyword_without_effect_is_an_error() {
    for (property, keyword) in
        [("price", "maxLength"), ("code", "minimum"), ("any", "items"), ("done", "enum"), ("kind", "maximum")]
    {
        let mut document = document();
        document["components"]["schemas"]["AddThingRequest"]["properties"][property][keyword] = json!(1);
        let (at, _) = error(&document);
        assert_eq!(at, format!("/components/schemas/AddThingRequest/properties/{property}/{keyword}"));
    }
    for beside in ["description", "title", "nullable", "x-gofive-unset"] {
        let mut document = document();
        let value = if beside == "nullable" {
            json!(true)
        } else if beside == "x-gofive-unset" {
            json!(null)
        } else {
            json!("Words.")
        };
        document["components"]["schemas"]["AddThingEnvelope"]["properties"]["data"][beside] = value;
        let (at, problem) = error(&document);
        assert_eq!(at, "/components/schemas/AddThingEnvelope/properties/data");
        assert!(problem.contains("ignores everything beside a `$ref`"), "{beside}: {problem}");
    }
}

fn with_kind(document: &Value, kind: &Value) -> Value {
    let mut document = document.clone();
    document["components"]["schemas"]["Kind"] = kind.clone();
    document
}

#[test]
fn facts_about_values_and_examples_are_read() {
    let mut document = document();
    let kind = json!({
        "type": "integer",
        "enum": [1, 2, 3],
        "x-gofive-open": true,
        "x-gofive-value-evidence": {"wire": [2], "legacy": [3]},
    });
    document["components"]["schemas"]["Kind"] = kind;
    document["components"]["schemas"]["AddThingRequest"]["properties"]["kind"] =
        json!({"$ref": "#/components/schemas/Kind"});
    let at = "/paths/~1v1~1things~1{id}/post/requestBody/content/application~1json/examples/documented";
    document.pointer_mut(at).unwrap()["x-gofive-portal"] = json!({"Code": "A"});
    let parameter = document.pointer_mut("/paths/~1v1~1things~1{id}/post/parameters/0").unwrap();
    let example = parameter.as_object_mut().unwrap().remove("example");
    parameter["examples"] = json!({"assembled": {"summary": "Another page", "value": example.unwrap_or(json!("7"))}});

    let spec = Spec::read(document.clone()).unwrap();
    let schema = spec.api().schema("Kind").unwrap();
    // A bundle has the values of an open enumeration in an extension.
    let published = json!({
        "description": "Known values; there may be others: `1`, `2`, `3`.",
        "type": "integer",
        "format": "int64",
        "x-gofive-values": [1, 2, 3],
        "x-gofive-value-evidence": {"wire": [2], "legacy": [3]},
    });
    assert_eq!(schema.to_openapi(), published);
    assert_eq!(Spec::read(with_kind(&document, &published)).unwrap().api().schema("Kind"), Some(schema));
    let enumeration = schema.as_enumeration().unwrap();
    let sources: Vec<_> = enumeration.entries().map(|entry| entry.source).collect();
    assert!(enumeration.is_open);
    assert_eq!(sources, [None, Some(PropertySource::Wire), Some(PropertySource::Legacy)]);
    let operation = &spec.operations()[0];
    assert_eq!(operation.request_examples()[0].printed, Some(json!({"Code": "A"})));
    let example = operation.parameters[0].example.as_ref().unwrap();
    assert_eq!((example.name.as_str(), example.summary.as_str()), ("assembled", "Another page"));
    let valid = |body: Value| spec.validate(operation.request_schema().unwrap(), &body).is_ok();
    assert!(valid(json!({"code": "A", "kind": 9})), "an open enumeration refuses no other value");
    assert!(!valid(json!({"code": "A", "kind": "nine"})));

    document["paths"]["/v1/things/{id}"]["post"]["parameters"][0]["example"] = json!("7");
    assert_eq!(error(&document).1, "a parameter has one example");
}

#[test]
fn older_names_of_extensions_are_read() {
    let mut older = document();
    let operation = older["paths"]["/v1/things/{id}"]["post"].as_object_mut().unwrap();
    operation.remove("x-gofive-idempotency");
    operation.remove("x-gofive-evidence");
    operation.insert("x-gofive-retry".into(), json!("never"));
    let request = older["components"]["schemas"]["AddThingRequest"].as_object_mut().unwrap();
    let evidence = request.remove("x-gofive-property-evidence").unwrap();
    request.insert("x-gofive-member-evidence".into(), evidence);
    let api = Api::read(&older).unwrap();
    assert_eq!(api.operations[0].idempotency, Idempotency::NonIdempotent);
    let object = api.schemas["AddThingRequest"].as_object().unwrap();
    assert_eq!(object.source_of("code"), Some(PropertySource::Wire));
    // How files are written, and what bundles were, before they explained formats and null to any tool.
    let properties = &mut older["components"]["schemas"]["AddThingRequest"]["properties"];
    properties["note"] =
        json!({"type": "string", "nullable": true, "x-gofive-unset": null, "format": "local-date-time"});
    properties["kind"] = json!({"type": "integer", "nullable": true, "allOf": [{"$ref": "#/components/schemas/Kind"}]});
    let written = Api::read(&older).unwrap().schemas["AddThingRequest"].to_openapi();
    let published = &document()["components"]["schemas"]["AddThingRequest"]["properties"];
    assert_eq!(written["properties"]["note"], published["note"]);
    assert_eq!(written["properties"]["kind"], published["kind"]);
    // Both names in one operation would hide one of them.
    older["paths"]["/v1/things/{id}"]["post"]["x-gofive-idempotency"] = json!("safe");
    assert_eq!(error(&older).1, "`x-gofive-retry` is not known here");
}
