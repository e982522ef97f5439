//! The words of a report decide nothing, and no difference is lost.

use serde_json::json;

use super::*;
use crate::diff::change::{Change, Class, Section};
use crate::diff::fact::{Directions, Shown};
use crate::diff::harm::Harm;
use crate::diff::report::Report;
use crate::diff::{Format, changelog};

/// Says the same of everything.
struct Mumbled;

impl Words for Mumbled {
    fn title(&self, _: &Subject, _: Directions) -> String {
        "hm".into()
    }
    fn direction(&self, _: Directions) -> String {
        "hm".into()
    }
    fn what(&self, _: &What) -> String {
        "hm".into()
    }
    fn why(&self, _: &Harm) -> String {
        "hm".into()
    }
    fn values(&self, _: &What, old: Option<&Shown>, new: Option<&Shown>) -> (Option<String>, Option<String>) {
        (old.map(|_| "hm".into()), new.map(|_| "hm".into()))
    }
}

fn document(paths: &Value, schemas: &Value) -> Value {
    json!({ "openapi": "3.0.3", "info": { "title": "Toy" }, "paths": paths, "components": { "schemas": schemas } })
}

fn operation(id: &str, more: &Value) -> Value {
    let mut operation = json!({
        "operationId": id,
        "summary": "A summary",
        "x-gofive-idempotency": "safe",
        "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Sent" } } } },
        "responses": { "200": { "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/Received" },
        } } } },
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        operation[name] = value.clone();
    }
    operation
}

fn snapshot(document: &Value, client: &str, types: &str) -> Snapshot {
    let mut sources = Sources::default();
    sources.write("gofive-spec/bundled/toy.json", document.to_string());
    sources.write("gofive-api/src/generated/toy/client.rs", client);
    sources.write("gofive-api/src/generated/toy/types.rs", types);
    Snapshot::committed(&sources).unwrap()
}

/// Two states of a small API that differ in as many ways as possible.
fn sides() -> (Snapshot, Snapshot) {
    let number = json!({ "type": "integer" });
    let text = json!({ "type": "string" });
    let old = document(
        &json!({
            "/a": { "get": operation("get_a", &json!({ "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": text },
                { "name": "size", "in": "query", "schema": number },
            ] })) },
            "/b": { "post": operation("add_b", &json!({ "x-gofive-paging": { "style": "page-index" } })) },
            "/c": { "get": operation("get_c", &json!({})) },
        }),
        &json!({
            "Sent": {
                "type": "object",
                "required": ["a"],
                "properties": { "a": text, "b": number, "c": { "type": "string", "format": "date" }, "kind": { "$ref": "#/components/schemas/Kind" } },
            },
            "Received": { "type": "object", "properties": { "a": text, "b": { "type": "string", "nullable": true }, "c": text } },
            "Kind": { "type": "integer", "enum": [1, 2], "x-enum-varnames": ["ONE", "TWO"] },
        }),
    );
    let new = document(
        &json!({
            "/a": { "put": operation("get_a", &json!({
                "summary": "Another summary",
                "security": [],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": number },
                    { "name": "size", "in": "query", "required": true, "schema": number },
                    { "name": "page", "in": "query", "schema": number },
                ],
            })) },
            "/b": { "post": operation("add_b", &json!({
                "x-gofive-idempotency": "non-idempotent",
                "x-gofive-payload": ["/data"],
            })) },
            "/d": { "get": operation("get_d", &json!({})) },
        }),
        &json!({
            "Sent": {
                "type": "object",
                "required": ["b", "d"],
                "properties": { "a": { "type": "string", "maxLength": 5 }, "b": number, "c": text, "d": text, "kind": { "$ref": "#/components/schemas/Kind" } },
            },
            "Received": { "type": "object", "properties": { "a": { "type": "boolean" }, "b": text, "d": text } },
            "Kind": { "type": "integer", "enum": [1, 3], "x-enum-varnames": ["ONE", "THREE"] },
        }),
    );
    let types = "#[derive(Clone, Builder)] pub struct Sent { pub a: String, pub b: Option<i64> }
        #[derive(Clone)] pub struct Received { pub a: Option<String>, pub b: Option<String>, pub c: Option<String> }
        pub struct Kind(i64); impl Kind { pub const ONE: Self = Self(1); pub const TWO: Self = Self(2); }";
    let new_types = "#[derive(Builder)] pub struct Sent { pub a: Option<String>, pub b: i64, pub d: String }
        #[derive(Clone)] pub struct Received { pub a: Option<bool>, pub b: Option<String>, pub d: Option<String> }
        pub struct Kind(i64); impl Kind { pub const ONE: Self = Self(1); pub const THREE: Self = Self(3); }";
    let client = "impl Client {
        pub async fn get_a(&self, id: &str, request: &Sent) -> Result<Received, Error> {}
        pub async fn add_b(&self, request: &Sent) -> Result<Received, Error> {}
        pub fn add_b_pages(&self, request: Sent) -> Pages<Received> {}
        pub async fn get_c(&self, request: &Sent) -> Result<Received, Error> {} }";
    let new_client = "impl Client {
        pub async fn get_a(&self, request: &Sent, id: i64) -> Result<Vec<Received>, Error> {}
        pub async fn add_b(&self, request: &Sent) -> Result<Received, Error> {}
        pub async fn get_d(&self, request: &Sent) -> Result<Received, Error> {} }";
    (snapshot(&old, client, types), snapshot(&new, new_client, new_types))
}

#[test]
fn no_word_decides_anything() {
    let (old, new) = sides();
    for (old, new) in [(&old, &new), (&new, &old), (&Snapshot::default(), &new), (&old, &Snapshot::default())] {
        let (spoken, mumbled) = (changes(old, new, &English), changes(old, new, &Mumbled));
        assert!(spoken.iter().all(|change| change.headline != "hm: hm"));
        let decided = |change: &Change| {
            let whom: Vec<_> = change.breaks.iter().map(|effect| effect.whom).collect();
            let detail = |detail: &crate::diff::Detail| (detail.old.is_some(), detail.new.is_some(), detail.labelled);
            let details: Vec<_> = change.details.iter().map(detail).collect();
            (change.operations.clone(), change.class, change.section, whom, details, change.location.clone())
        };
        let [before, after] = [&spoken, &mumbled].map(|changes| changes.iter().map(decided).collect::<Vec<_>>());
        assert_eq!(before, after);
        assert_eq!(lines(spoken), lines(mumbled));
    }
}

/// The number of lines in each format, and of entries below each heading of the changelog.
fn lines(changes: Vec<Change>) -> (Vec<usize>, Vec<(String, usize)>) {
    let class = changes.iter().map(|change| change.class).max();
    let report = Report { base: "main".into(), class, version: None, notes: Vec::new(), changes };
    let formats = [Format::Text, Format::Markdown].map(|format| report.render(format).lines().count());
    let log = changelog::update("## Unreleased\n", &report).unwrap();
    let mut headings: Vec<(String, usize)> = Vec::new();
    for line in log.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            headings.push((heading.to_owned(), 0));
        } else if let (true, Some((_, entries))) = (line.starts_with("- "), headings.last_mut()) {
            *entries += 1;
        }
    }
    (formats.into(), headings)
}

#[test]
fn the_sides_differ_in_many_ways() {
    let (old, new) = sides();
    let changes = changes(&old, &new, &English);
    for class in [Class::Breaking, Class::Additive, Class::DocsOnly] {
        assert!(changes.iter().any(|change| change.class == class), "nothing is {class}");
    }
    for section in [Section::Added, Section::Changed, Section::Removed] {
        assert!(changes.iter().any(|change| change.section == section), "nothing is {section:?}");
    }
    assert!(changes.len() > 15, "{changes:#?}");
}

/// The headlines of the changes if the schema `Sent` changes.
fn of_schema(old: &Value, new: &Value) -> Vec<String> {
    let side = |schema: &Value| {
        let paths = json!({ "/a": { "get": operation("get_a", &json!({})) } });
        snapshot(&document(&paths, &json!({ "Sent": schema })), "", "")
    };
    let changes = changes(&side(old), &side(new), &English);
    changes.into_iter().map(|change| format!("{}: {}", change.class, change.headline)).collect()
}

#[test]
fn a_keyword_that_no_rule_knows_is_reported_at_its_node() {
    let old = json!({ "properties": { "a": { "items": { "type": "string" } } } });
    let with = |keyword: &str, value: Value| {
        let mut new = old.clone();
        new["properties"]["a"]["items"][keyword] = value;
        of_schema(&old, &new)
    };
    assert_eq!(with("not", json!({})), ["breaking: request property `Sent.a`: `not` differs"]);
    assert_eq!(
        with("x-other", json!(1)),
        ["docs only: request property `Sent.a`: `x-other` differs, but neither on the wire nor in Rust"]
    );
    assert_eq!(with("uniqueItems", json!(true)), ["breaking: request property `Sent.a`: uniqueItems"]);
    assert_eq!(
        of_schema(&json!({ "required": ["a", "b"] }), &json!({ "required": ["b", "a"] })),
        ["docs only: request type `Sent`: `required` differs, but neither on the wire nor in Rust"]
    );
    assert_eq!(of_schema(&json!({}), &json!(true)).len(), 1);
}

#[test]
fn a_schema_without_a_name_is_walked() {
    let nested =
        |kind: &str| json!({ "properties": { "a": { "type": "object", "properties": { "b": { "type": kind } } } } });
    assert_eq!(of_schema(&nested("string"), &nested("integer")), ["breaking: request property `Sent.a`: `b` type"]);
    assert_eq!(
        of_schema(&nested("string"), &json!({ "properties": { "a": { "type": "object" } } })),
        ["breaking: request property `Sent.a`: `b` removed"]
    );
    let values = |values: Value| json!({ "properties": { "a": { "type": "string", "enum": values } } });
    assert_eq!(
        of_schema(&values(json!(["x", "y"])), &values(json!(["x"]))),
        ["breaking: request property `Sent.a`: values"]
    );
}

/// The changes if the schemas change, of which `Sent` and `Received` are used by an operation.
fn of_schemas(old: &Value, new: &Value) -> Vec<String> {
    let side = |schemas: &Value| {
        let mut operation = operation("get_a", &json!({}));
        let response = &mut operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        *response = schemas.get("Renamed").map_or(response.clone(), |_| json!("#/components/schemas/Renamed"));
        let types = "pub struct Sent {} pub struct Received {} pub struct Renamed {} pub struct Inner {}";
        snapshot(&document(&json!({ "/a": { "get": operation } }), schemas), "", types)
    };
    let changes = changes(&side(old), &side(new), &English);
    let line = |change: Change| {
        let why: Vec<_> = change.breaks.iter().map(|effect| format!(" ({})", effect.why)).collect();
        format!("{}: {}{}", change.class, change.headline, why.concat())
    };
    changes.into_iter().map(line).collect()
}

#[test]
fn a_schema_is_reached_through_one_that_is_equal() {
    let schemas = |inner: Value| {
        let outer =
            json!({ "properties": { "a": { "type": "array", "items": { "$ref": "#/components/schemas/Inner" } } } });
        json!({ "Sent": {}, "Received": outer, "Inner": { "properties": inner } })
    };
    assert_eq!(
        of_schemas(&schemas(json!({ "b": {} })), &schemas(json!({}))),
        ["breaking: response property `Inner.b`: removed (they no longer receive `b`)"]
    );
}

#[test]
fn the_name_of_a_schema_is_not_on_the_wire() {
    let schema = |more: &str| json!({ "properties": { "a": { "type": "string" }, more: { "type": "integer" } } });
    let [old, same, other] = [("Received", "b"), ("Renamed", "b"), ("Renamed", "c")]
        .map(|(name, more)| json!({ "Sent": {}, name: schema(more) }));
    assert_eq!(
        of_schemas(&old, &same),
        ["breaking: response type `Renamed`: renamed from `Received` (code that names `Received` no longer compiles)"]
    );
    assert_eq!(
        of_schemas(&old, &other),
        [
            "breaking: response property `Renamed.b`: removed (they no longer receive `b`)",
            "additive: response property `Renamed.c`: added",
        ]
    );
}

#[test]
fn a_reference_to_another_schema_is_another_type() {
    let schemas = |name: &str, inner: &str| {
        let a = json!({ "$ref": format!("#/components/schemas/{name}") });
        json!({ "Sent": {}, "Received": { "properties": { "a": a } }, "Inner": { "type": "string" }, "Other": { "type": inner } })
    };
    let found = of_schemas(&schemas("Inner", "boolean"), &schemas("Other", "boolean"));
    assert_eq!(
        found,
        ["breaking: response property `Received.a`: type \
          (reading the response may fail: it has another type than they expect)"]
    );
    assert_eq!(of_schemas(&schemas("Inner", "string"), &schemas("Other", "string")).len(), 1);
}

#[test]
fn a_schema_may_refer_to_itself() {
    let old = json!({ "allOf": [{ "$ref": "#/components/schemas/Sent" }] });
    let new = json!({ "allOf": [{ "$ref": "#/components/schemas/Sent" }, { "type": "string" }] });
    assert_eq!(of_schema(&old, &new), ["breaking: request type `Sent`: type"]);
}

/// Each of the schemas refers to the next one twice: read one by one, they would be billions.
#[test]
fn schemas_that_multiply_are_compared_once() {
    let reference = |name: String| json!({ "$ref": format!("#/components/schemas/{name}") });
    let schemas = |first: &str, last: &str| {
        let mut schemas = serde_json::Map::new();
        for side in ["A", "B"] {
            for number in 0..100 {
                let next = reference(format!("{side}{}", number + 1));
                schemas.insert(format!("{side}{number}"), json!({ "anyOf": [next, next] }));
            }
        }
        schemas.insert("A100".into(), json!({ "type": "string" }));
        schemas.insert("B100".into(), json!({ "type": last }));
        schemas.insert("Sent".into(), json!({}));
        schemas.insert("Received".into(), json!({ "properties": { "a": reference(first.into()) } }));
        Value::Object(schemas)
    };
    assert_eq!(
        of_schemas(&schemas("A0", "boolean"), &schemas("B0", "boolean")),
        ["breaking: response property `Received.a`: type \
          (reading the response may fail: it has another type than they expect)"]
    );
    assert_eq!(of_schemas(&schemas("A0", "string"), &schemas("B0", "string")).len(), 1);
}

#[test]
fn another_server_or_credential_breaks_running_programs() {
    let side = |url: &str, header: &str, sets: Value| {
        let mut document = document(&json!({}), &json!({}));
        document["servers"] = json!([{ "url": url }, { "url": "http://localhost:4010" }]);
        document["security"] = sets;
        document["components"]["securitySchemes"] = json!({
            "bearer": { "type": "http", "scheme": "bearer" },
            "oauth": { "type": "oauth2" },
            "key": { "type": "apiKey", "in": "header", "name": header },
        });
        snapshot(&document, "", "")
    };
    let found = |new: &Snapshot| {
        let old = side("https://a.test", "Key", json!([{ "bearer": [], "key": [] }]));
        let changes = changes(&old, new, &English).into_iter();
        changes.map(|change| format!("{}: {}", change.class, change.headline)).collect::<Vec<_>>()
    };
    let both = || json!([{ "bearer": [], "key": [] }]);
    assert_eq!(found(&side("https://a.test/", "Key", both())), ["docs only: `servers` of the document: text"]);
    assert_eq!(found(&side("https://b.test", "Key", both())), ["breaking: `servers` of the document: another URL"]);
    assert_eq!(
        found(&side("https://a.test", "Other", both())),
        [
            "breaking: `security` of the document: other credentials",
            "docs only: `securitySchemes` of the document: text"
        ]
    );
    for enough in
        [json!([{ "oauth": [], "key": [] }]), json!([{ "key": [] }]), json!([{ "bearer": [], "key": [] }, {}])]
    {
        assert_eq!(
            found(&side("https://a.test", "Key", enough)),
            ["docs only: `security` of the document: text"],
            "a program sends enough, and the same token"
        );
    }
}
