//! Turns a bundle, in memory, into the document that progenitor reads, and into the tables that the rewriting of its
//! output needs. Everything here answers to a limit of progenitor or to the tolerance we owe to answers; see
//! ARCHITECTURE.md.

pub mod payload;
pub mod request;
pub mod scalar;

use std::collections::BTreeMap;

use gofive_spec::reachable;
use serde_json::{Map, Value, json};

use crate::bundle::Bundle;
use crate::idempotency::Idempotency;
use crate::lint::Sides;
use crate::source::escape;
use crate::wording;

use self::payload::{Payload, Shape};
use self::request::Request;

/// What code is generated from.
#[derive(Debug)]
pub struct Lowered {
    pub product: String,
    /// Title and description of the document.
    pub title: String,
    pub description: String,
    /// Groups with their descriptions, in the order of the document.
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
    /// What the method takes besides the parameters of the path.
    pub request: Option<Request>,
    /// Whether the bearer token is sent; the subscription key always is.
    pub bearer: bool,
    pub payload: Payload,
    pub paging: Option<Paging>,
    /// Rustdoc of the method, in Markdown.
    pub doc: String,
}

/// How a list is asked for page by page: the members of the body, or parameters, that say where a page is and how long.
#[derive(Debug)]
pub struct Paging {
    pub style: Style,
    pub place: String,
    pub size: String,
}

/// What the place of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The number of items before it.
    Skip,
    /// Its own number, counted from 0.
    Index,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Request,
    Response,
}

/// An object schema.
#[derive(Debug)]
pub struct Struct {
    pub side: Side,
    pub doc: String,
    /// The properties, in the order of the spec.
    pub members: Vec<Member>,
    /// Whether its only property is written as the whole body.
    pub is_list: bool,
}

/// A property of an object, or a query parameter.
#[derive(Debug)]
pub struct Member {
    /// The name on the wire.
    pub wire: String,
    pub doc: String,
    pub in_query: bool,
    pub presence: Presence,
}

/// Whether a property may be left out of a request, or be null. In responses every property may be both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    RequiredNullable,
    Optional,
    Nullable,
    /// Null where it is not set.
    Explicit,
}

impl Presence {
    fn of(name: &str, member: &Value, owner: &Value) -> Self {
        let required = owner.get("required").and_then(Value::as_array);
        let is_required = required.into_iter().flatten().any(|required| required == name);
        let is_nullable = member.get("nullable") == Some(&Value::Bool(true));
        match (is_required, is_nullable) {
            _ if member.get("x-gofive-unset").is_some() => Self::Explicit,
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
    /// Whether the values are whole numbers (else text).
    pub whole: bool,
    /// Name, value, meaning.
    pub values: Vec<(String, Value, String)>,
}

/// Lowers a bundle that the linter has accepted.
pub fn lower(bundle: &Bundle) -> Result<Lowered, String> {
    let doc = &bundle.doc;
    let sides = Sides::of(doc);
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
        let side = if sides.request.contains_key(&name) { Side::Request } else { Side::Response };
        if schema.get("properties").is_some() {
            let members = members(doc, schema).collect();
            let item = Struct { side, doc: text_of(schema, "description"), members, is_list: false };
            lowered.structs.insert(name.clone(), item);
        }
        schemas.insert(name, lower_schema(schema, side));
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
fn members<'a>(doc: &'a Value, schema: &'a Value) -> impl Iterator<Item = Member> + 'a {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(move |(wire, member)| Member {
        wire: wire.clone(),
        doc: describe(doc, member),
        in_query: false,
        presence: Presence::of(wire, member, schema),
    })
}

/// A member's own description, or that of the schema it refers to.
fn describe(doc: &Value, member: &Value) -> String {
    let own = text_of(member, "description");
    if own.is_empty() { text_of(gofive_spec::resolve(doc, member), "description") } else { own }
}

fn lower_parameter(raw: &Value) -> Value {
    json!({
        "name": raw["name"],
        "in": raw["in"],
        "required": raw.get("required").cloned().unwrap_or(Value::Bool(false)),
        "style": if raw["in"] == "path" { "simple" } else { "form" },
        "schema": lower_schema(&raw["schema"], Side::Request),
    })
}

/// Requests keep what the page requires. In answers every member may be missing or null, whatever the page says.
/// Whatever typify would check while decoding (lengths, patterns, closed enumerations) is left behind.
fn lower_schema(schema: &Value, side: Side) -> Value {
    let mut lowered = match (schema.get("$ref"), schema.get("allOf"), schema.get("anyOf")) {
        (Some(reference), ..) => return json!({ "$ref": reference }),
        (_, Some(parts), _) => json!({ "allOf": parts }),
        // Several shapes below the payload: kept as they come.
        (.., Some(_)) => json!({}),
        _ => match schema.get("type").and_then(Value::as_str) {
            Some("object") => lower_object(schema, side),
            Some("array") => json!({ "type": "array", "items": lower_schema(&schema["items"], side) }),
            Some("number") => scalar::reference(scalar::DECIMAL),
            Some("string") => match schema.get("format").and_then(Value::as_str).and_then(scalar::of_format) {
                Some(scalar) => scalar::reference(scalar),
                None => json!({ "type": "string" }),
            },
            Some(plain) => json!({ "type": plain }),
            None => json!({}),
        },
    };
    let typed = lowered.as_object().is_some_and(|members| !members.is_empty());
    if typed && schema.get("nullable") == Some(&Value::Bool(true)) {
        lowered["nullable"] = Value::Bool(true);
    }
    lowered
}

/// A payload that is a scalar may be missing like any member; objects and lists are then empty.
fn lower_payload(payload: &Payload) -> Value {
    let lowered = lower_schema(&payload.schema, Side::Response);
    if payload.shape == Shape::Scalar { nullable(lowered) } else { lowered }
}

fn lower_object(schema: &Value, side: Side) -> Value {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return json!({ "type": "object" });
    };
    let required = schema.get("required").and_then(Value::as_array);
    let lower_member = |(name, member): (&String, &Value)| {
        let mut lowered = lower_schema(member, side);
        let optional = !required.into_iter().flatten().any(|required| required == name);
        let is_list = lowered.get("type") == Some(&json!("array"));
        let may_be_null = match side {
            // Of an optional list, an empty one and none at all are two things.
            Side::Request => optional && is_list,
            Side::Response => !is_list,
        };
        if side == Side::Response && is_list {
            // Null, and no list at all, are an empty one.
            lowered.as_object_mut().and_then(|list| list.remove("nullable"));
        }
        let lowered = if may_be_null { nullable(lowered) } else { lowered };
        (name.clone(), lowered)
    };
    let mut object = json!({
        "type": "object",
        "properties": properties.iter().map(lower_member).collect::<Map<_, _>>(),
    });
    if let (Side::Request, Some(required)) = (side, required) {
        object["required"] = json!(required);
    }
    // `{}`, not `true`: typify ignores unknown members of the latter, and keeps those of the former in `extra`. A request may
    // have properties that no page documents.
    if side == Side::Request || schema.get("additionalProperties") == Some(&Value::Bool(true)) {
        object["additionalProperties"] = json!({});
    }
    object
}

fn nullable(lowered: Value) -> Value {
    match lowered {
        Value::Object(members) if members.contains_key("$ref") => json!({ "allOf": [members], "nullable": true }),
        Value::Object(mut members) if !members.is_empty() => {
            members.insert("nullable".into(), Value::Bool(true));
            Value::Object(members)
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
        Some("page-index") => Paging { style: Style::Index, place: text_of(raw, "index"), size: text_of(raw, "size") },
        _ => Paging { style: Style::Skip, place: text_of(raw, "skip"), size: text_of(raw, "take") },
    }
}

/// What the operation does, where that is known from and how well, whether it may be repeated, what is odd.
fn operation_doc(method: &str, path: &str, raw: &Value) -> String {
    let mut doc = format!("{}.\n\n{}\n\n", text_of(raw, "summary"), text_of(raw, "description").trim());
    let grade = |part| wording::grade(raw, part);
    doc.push_str(&format!("- Request: `{} {path}`\n", method.to_uppercase()));
    doc.push_str(&format!("- Source: {}\n", wording::source(raw)));
    doc.push_str(&format!("- Known: request {}, response {}\n", grade("request"), grade("response")));
    doc.push_str(&format!("- Idempotency: {}\n", Idempotency::of(raw)));
    if raw.get("x-gofive-paging").is_some() {
        doc.push_str(&format!("- Pages: `{}_pages` fetches one after the other\n", text_of(raw, "operationId")));
    }
    let listed = raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let listed: Vec<_> = listed.filter(|parameter| parameter["in"] == "path").collect();
    if !listed.is_empty() {
        doc.push_str("\n# Arguments\n\n");
        for parameter in listed {
            let name = heck::AsSnakeCase(text_of(parameter, "name"));
            doc.push_str(&format!("- `{name}`: {}\n", text_of(parameter, "description")));
        }
    }
    let oddities = wording::sentences(raw, "oddities");
    if !oddities.is_empty() {
        doc.push_str("\n# Oddities\n\n");
        for oddity in oddities {
            doc.push_str(&format!("- {oddity}\n"));
        }
    }
    doc
}
