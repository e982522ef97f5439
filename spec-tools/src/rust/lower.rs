//! Lowers a bundle, in memory, to the document that progenitor reads and to the tables that the rewriting of its output
//! needs. Every transformation works around a limit of progenitor, or makes responses tolerant; see docs/decisions.

pub mod payload;
pub mod request;
pub mod scalar;

use std::collections::BTreeMap;

use gofive_spec::reachable;
use serde_json::{Map, Value, json};

use crate::bundle::Bundle;
use crate::check::lint::Usage;
use crate::direction::Direction;
use crate::idempotency::Idempotency;
use crate::rust::names;
use crate::sources::yaml::escape;
use crate::wording::{self, code, line};

use self::payload::{Payload, PayloadKind};
use self::request::Request;

/// The input of the code generator.
#[derive(Debug)]
pub struct Lowered {
    pub product: String,
    /// The title of the document.
    pub title: String,
    pub description: String,
    /// The groups with their descriptions, in the order of the document.
    pub groups: Vec<(String, String)>,
    /// The document for progenitor.
    pub doc: Value,
    pub operations: Vec<Operation>,
    pub structs: BTreeMap<String, Struct>,
    pub enums: BTreeMap<String, Enum>,
}

#[derive(Debug)]
pub struct Operation {
    pub id: String,
    pub group: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub title: String,
    pub page: Option<String>,
    pub idempotency: Idempotency,
    /// The request argument; path parameters are separate arguments.
    pub request: Option<Request>,
    /// Whether the bearer token is sent; the subscription key always is.
    pub bearer: bool,
    pub payload: Payload,
    pub paging: Option<Paging>,
    /// The rustdoc of the method, in Markdown.
    pub doc: String,
}

/// How a list is requested page by page: the names of the properties or parameters for position and size of a page.
#[derive(Debug)]
pub struct Paging {
    pub style: Style,
    pub position: String,
    pub size: String,
}

/// What the position of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The number of items before it.
    Skip,
    /// Its own number, counted from 0.
    Index,
}

/// An object schema.
#[derive(Debug)]
pub struct Struct {
    pub direction: Direction,
    pub doc: String,
    /// The properties, in the order of the spec.
    pub properties: Vec<Property>,
    /// Whether its only property is a list that is the whole body.
    pub is_list: bool,
}

/// A property of an object, or a query parameter.
#[derive(Debug)]
pub struct Property {
    /// The name on the wire.
    pub wire: String,
    pub doc: String,
    pub in_query: bool,
    pub presence: Presence,
}

/// Whether a property is required and nullable in a request. In responses every property may be missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    RequiredNullable,
    Optional,
    Nullable,
    /// Sent as null if it is not set.
    Explicit,
}

impl Presence {
    fn of(name: &str, property: &Value, owner: &Value) -> Self {
        let required = owner.get("required").and_then(Value::as_array);
        let is_required = required.into_iter().flatten().any(|required| required == name);
        let is_nullable = property.get("nullable") == Some(&Value::Bool(true));
        match (is_required, is_nullable) {
            _ if property.get("x-gofive-unset").is_some() => Self::Explicit,
            (true, true) => Self::RequiredNullable,
            (true, false) => Self::Required,
            (false, true) => Self::Nullable,
            (false, false) => Self::Optional,
        }
    }

    /// Whether the property may be null.
    pub fn is_nullable(self) -> bool {
        matches!(self, Self::RequiredNullable | Self::Nullable | Self::Explicit)
    }
}

/// An enumeration, open in Rust.
#[derive(Debug)]
pub struct Enum {
    pub doc: String,
    /// Whether the values are integers; otherwise they are strings.
    pub whole: bool,
    /// The name, value and meaning of each value.
    pub values: Vec<(String, Value, String)>,
}

/// Lowers a bundle without findings.
pub fn lower(bundle: &Bundle) -> Result<Lowered, String> {
    let doc = &bundle.doc;
    let usage = Usage::of(doc);
    let text = |pointer: &str| doc.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let tags = doc.get("tags").and_then(Value::as_array).into_iter().flatten();
    let mut lowered = Lowered {
        product: bundle.product.clone(),
        title: text("/info/title"),
        description: text("/info/description"),
        groups: tags.map(|tag| (text_of(tag, "name"), text_of(tag, "description"))).collect(),
        doc: Value::Null,
        operations: Vec::new(),
        structs: BTreeMap::new(),
        enums: BTreeMap::new(),
    };

    let mut paths = Map::new();
    let mut names = std::collections::BTreeSet::new();
    let mut requests = BTreeMap::new();
    for (path, item) in doc.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let mut lowered_item = Map::new();
        for (method, raw) in item.as_object().into_iter().flatten() {
            let payload = payload::find(doc, raw)?;
            let parameters = raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
            let in_path = parameters
                .map(|parameter| gofive_spec::resolve(doc, parameter))
                .filter(|parameter| parameter["in"] == "path");
            let parameters: Vec<_> = in_path.map(lower_parameter).collect();
            for part in [raw.get("requestBody"), raw.get("parameters"), Some(&payload.schema)] {
                names.extend(reachable(doc, part.unwrap_or(&Value::Null)));
            }
            let mut operation = json!({
                "operationId": text_of(raw, "operationId"),
                "parameters": parameters,
                "responses": { "2XX": {
                    "description": "",
                    "content": { "application/json": { "schema": lower_payload(&payload) } },
                } },
            });
            let request = request::lower(doc, raw).map(|request::Lowered { request, schema, item }| {
                let reference = json!({ "$ref": format!("#/components/schemas/{}", request.name) });
                operation["requestBody"] =
                    json!({ "required": true, "content": { "application/json": { "schema": reference } } });
                lowered.structs.insert(request.name.clone(), item);
                requests.insert(request.name.clone(), schema);
                request
            });
            lowered_item.insert(method.clone(), operation);
            lowered.operations.push(lower_operation(method, path, raw, request, payload));
        }
        paths.insert(path.clone(), Value::Object(lowered_item));
    }

    for (_, webhook) in doc.get("x-webhooks").and_then(Value::as_object).into_iter().flatten() {
        names.extend(reachable(doc, &webhook["post"]["requestBody"]));
    }

    let mut schemas = scalar::components();
    for name in names {
        if requests.contains_key(&name) {
            continue;
        }
        let pointer = format!("/components/schemas/{}", escape(&name));
        let schema = doc.pointer(&pointer).ok_or_else(|| format!("{pointer} does not exist"))?;
        if scalar::of_component(&name).is_some() {
            continue;
        }
        if let Some(values) = schema.get("enum") {
            lowered.enums.insert(name.clone(), lower_enum(schema, values));
            schemas.insert(name, json!({ "type": "string" }));
            continue;
        }
        let direction = if usage.request.contains_key(&name) { Direction::Request } else { Direction::Response };
        if schema.get("properties").is_some() {
            let properties = properties(doc, schema).collect();
            let item = Struct { direction, doc: text_of(schema, "description"), properties, is_list: false };
            lowered.structs.insert(name.clone(), item);
        }
        schemas.insert(name, lower_schema(schema, direction));
    }
    schemas.extend(requests);
    lowered.doc = json!({
        "openapi": "3.0.3",
        "info": { "title": lowered.title, "version": text("/info/version") },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    Ok(lowered)
}

fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The properties of an object, in the order of the spec.
fn properties<'a>(doc: &'a Value, schema: &'a Value) -> impl Iterator<Item = Property> + 'a {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(move |(wire, property)| Property {
        wire: wire.clone(),
        doc: describe(doc, property),
        in_query: false,
        presence: Presence::of(wire, property, schema),
    })
}

/// A property's own description, or that of the schema it refers to.
fn describe(doc: &Value, property: &Value) -> String {
    let own = text_of(property, "description");
    if own.is_empty() { text_of(gofive_spec::resolve(doc, property), "description") } else { own }
}

fn lower_parameter(raw: &Value) -> Value {
    json!({
        "name": raw["name"],
        "in": raw["in"],
        "required": raw.get("required").cloned().unwrap_or(Value::Bool(false)),
        "style": if raw["in"] == "path" { "simple" } else { "form" },
        "schema": lower_schema(&raw["schema"], Direction::Request),
    })
}

/// Lowers a schema. Requests keep the required flags of the page; in responses every property may be missing or null.
/// Everything that typify would check while decoding (lengths, patterns, closed enumerations) is removed.
fn lower_schema(schema: &Value, direction: Direction) -> Value {
    let mut lowered = match (schema.get("$ref"), schema.get("allOf"), schema.get("anyOf")) {
        (Some(reference), ..) => return json!({ "$ref": reference }),
        (_, Some(parts), _) => json!({ "allOf": parts }),
        // A union below the payload: kept as raw JSON.
        (.., Some(_)) => json!({}),
        _ => match schema.get("type").and_then(Value::as_str) {
            Some("object") => lower_object(schema, direction),
            Some("array") => json!({ "type": "array", "items": lower_schema(&schema["items"], direction) }),
            Some("number") => scalar::reference(scalar::DECIMAL),
            Some("string") => match schema.get("format").and_then(Value::as_str).and_then(scalar::of_format) {
                Some(scalar) => scalar::reference(scalar),
                None => json!({ "type": "string" }),
            },
            Some(plain) => json!({ "type": plain }),
            None => json!({}),
        },
    };
    let typed = lowered.as_object().is_some_and(|keywords| !keywords.is_empty());
    if typed && schema.get("nullable") == Some(&Value::Bool(true)) {
        lowered["nullable"] = Value::Bool(true);
    }
    lowered
}

/// Lowers the schema of a payload. A scalar payload may be missing; a missing object or list is empty.
fn lower_payload(payload: &Payload) -> Value {
    let lowered = lower_schema(&payload.schema, Direction::Response);
    if payload.kind == PayloadKind::Scalar { nullable(lowered) } else { lowered }
}

fn lower_object(schema: &Value, direction: Direction) -> Value {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return json!({ "type": "object" });
    };
    let required = schema.get("required").and_then(Value::as_array);
    let lower_property = |(name, property): (&String, &Value)| {
        let mut lowered = lower_schema(property, direction);
        let optional = !required.into_iter().flatten().any(|required| required == name);
        let is_list = lowered.get("type") == Some(&json!("array"));
        let may_be_null = match direction {
            // An empty list is different from an optional list that is missing.
            Direction::Request => optional && is_list,
            Direction::Response => !is_list,
        };
        if direction == Direction::Response && is_list {
            // A list that is null or missing is empty.
            lowered.as_object_mut().and_then(|list| list.remove("nullable"));
        }
        let lowered = if may_be_null { nullable(lowered) } else { lowered };
        (name.clone(), lowered)
    };
    let mut object = json!({
        "type": "object",
        "properties": properties.iter().map(lower_property).collect::<Map<_, _>>(),
    });
    if let (Direction::Request, Some(required)) = (direction, required) {
        object["required"] = json!(required);
    }
    // `{}`, not `true`: with `{}` typify keeps unknown properties in `extra`, with `true` it ignores them. A request may have
    // properties that no page documents.
    if direction == Direction::Request || schema.get("additionalProperties") == Some(&Value::Bool(true)) {
        object["additionalProperties"] = json!({});
    }
    object
}

fn nullable(lowered: Value) -> Value {
    match lowered {
        Value::Object(keywords) if keywords.contains_key("$ref") => json!({ "allOf": [keywords], "nullable": true }),
        Value::Object(mut keywords) if !keywords.is_empty() => {
            keywords.insert("nullable".into(), Value::Bool(true));
            Value::Object(keywords)
        }
        any => any,
    }
}

fn lower_enum(schema: &Value, values: &Value) -> Enum {
    let list = |name: &str| schema.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = list("x-enum-varnames").into_iter().zip(list("x-enum-descriptions"));
    let values = named.zip(values.as_array().cloned().unwrap_or_default());
    Enum {
        doc: text_of(schema, "description"),
        whole: schema.get("type").and_then(Value::as_str) == Some("integer"),
        values: values.map(|((name, meaning), value)| (text(&name), value, text(&meaning))).collect(),
    }
}

fn lower_operation(method: &str, path: &str, raw: &Value, request: Option<Request>, payload: Payload) -> Operation {
    let page = raw.get("x-gofive-page").and_then(Value::as_str).map(str::to_owned);
    let bearer = raw.get("security").is_none();
    let tag = raw.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default();
    Operation {
        id: text_of(raw, "operationId"),
        group: tag.to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text_of(raw, "summary"),
        title: text_of(raw, "x-gofive-title"),
        idempotency: Idempotency::of(raw),
        doc: operation_doc(method, path, raw),
        paging: raw.get("x-gofive-paging").map(lower_paging),
        page,
        request,
        bearer,
        payload,
    }
}

fn lower_paging(raw: &Value) -> Paging {
    match raw.get("style").and_then(Value::as_str) {
        Some("page-index") => {
            Paging { style: Style::Index, position: text_of(raw, "index"), size: text_of(raw, "size") }
        }
        _ => Paging { style: Style::Skip, position: text_of(raw, "skip"), size: text_of(raw, "take") },
    }
}

/// The rustdoc of an operation: description, source, evidence, idempotency, paging, arguments and oddities.
fn operation_doc(method: &str, path: &str, raw: &Value) -> String {
    let description = wording::markdown(&text_of(raw, "description"));
    let mut doc = format!("{}.\n\n{}\n\n", line(&text_of(raw, "summary")), description.trim());
    doc.push_str(&format!("- Request: {}\n", code(&format!("{} {path}", method.to_uppercase()))));
    doc.push_str(&format!("- Source: {}\n", wording::source(raw)));
    doc.push_str(&format!("- Evidence: {} ([what this means](crate::evidence))\n", wording::evidence(raw)));
    doc.push_str(&format!("- Idempotency: {}\n", Idempotency::of(raw)));
    if raw.get("x-gofive-paging").is_some() {
        doc.push_str(&format!(
            "- Pages: `{}` fetches them one after the other\n",
            names::pages(&text_of(raw, "operationId"))
        ));
    }
    let listed = raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let listed: Vec<_> = listed.filter(|parameter| parameter["in"] == "path").collect();
    if !listed.is_empty() {
        doc.push_str("\n# Arguments\n\n");
        for parameter in listed {
            let name = names::argument(&text_of(parameter, "name"));
            doc.push_str(&format!("- `{name}`: {}\n", line(&text_of(parameter, "description"))));
        }
    }
    let oddities = wording::sentences(raw, "oddities");
    if !oddities.is_empty() {
        doc.push_str("\n# Oddities\n\n");
        for oddity in oddities {
            doc.push_str(&format!("- {}\n", line(oddity)));
        }
    }
    doc
}
