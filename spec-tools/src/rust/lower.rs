//! Lowers the typed model of a bundle, in memory, to the document that progenitor reads and to the tables that the rewriting
//! of its output needs. Every transformation works around a limit of progenitor; see docs/decisions.

mod operation;
mod request;
pub mod scalar;
mod schema;
mod structs;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use gofive_spec::{Api, Direction, Enumeration, ParameterLocation};
use serde_json::{Map, Value, json};

pub use self::operation::Operation;
pub use self::request::{Body, Request};
pub use self::structs::{Presence, Property, Struct};

/// The input of the code generator.
#[derive(Debug)]
pub struct Lowered<'a> {
    pub product: String,
    pub api: &'a Api,
    /// The document for progenitor.
    pub doc: Value,
    pub operations: Vec<Operation<'a>>,
    pub structs: BTreeMap<String, Struct>,
    pub enums: BTreeMap<String, Enum<'a>>,
    /// The types that only operations use that are not reviewed.
    pub unreviewed: BTreeSet<String>,
}

impl<'a> Lowered<'a> {
    /// The operations that are reviewed, or those that are not.
    pub fn operations_of(&self, reviewed: bool) -> impl Iterator<Item = &Operation<'a>> {
        self.operations.iter().filter(move |operation| operation.spec.is_reviewed == reviewed)
    }

    /// Whether a type belongs to the operations that are reviewed, or to those that are not.
    pub fn has_type(&self, name: &str, reviewed: bool) -> bool {
        self.unreviewed.contains(name) != reviewed
    }
}

/// An enumeration, open in Rust.
#[derive(Debug)]
pub struct Enum<'a> {
    pub doc: &'a str,
    pub values: &'a Enumeration,
}

/// Lowers the model of a product without findings.
///
/// # Errors
/// If the payload of an operation cannot be found.
pub fn lower<'a>(product: &str, api: &'a Api) -> Result<Lowered<'a>> {
    let usage = api.usage();
    let mut lowered = Lowered {
        product: product.to_owned(),
        api,
        doc: Value::Null,
        operations: Vec::new(),
        structs: BTreeMap::new(),
        enums: BTreeMap::new(),
        unreviewed: api.unreviewed_schemas().into_iter().map(str::to_owned).collect(),
    };

    let mut paths = Map::new();
    let mut names = BTreeSet::new();
    let mut requests = BTreeMap::new();
    for spec in &api.operations {
        let payload = spec.payload(api).with_context(|| format!("{product}: the payload of `{}`", spec.id))?;
        let sent = spec.parameters.iter().map(|parameter| &parameter.schema).chain(spec.request_schema());
        names.extend(api.reachable(sent.chain(payload.schema)));
        let mut method = json!({
            "operationId": spec.id,
            "parameters": spec.parameters_in(ParameterLocation::Path).map(schema::lower_parameter).collect::<Vec<_>>(),
            "responses": { "2XX": {
                "description": "",
                "content": { "application/json": { "schema": schema::lower_payload(&payload) } },
            } },
        });
        let request = request::lower(api, spec).map(|request::Lowered { request, schema, item }| {
            let reference = json!({ "$ref": format!("#/components/schemas/{}", request.name) });
            method["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": reference } } });
            lowered.structs.insert(request.name.clone(), item);
            // The type of a query has no schema.
            if !spec.is_reviewed && api.schema(&request.name).is_none() {
                lowered.unreviewed.insert(request.name.clone());
            }
            requests.insert(request.name.clone(), schema);
            request
        });
        if let Value::Object(item) = paths.entry(spec.path.clone()).or_insert_with(|| json!({})) {
            item.insert(spec.method.key().to_owned(), method);
        }
        lowered.operations.push(Operation { spec, request, payload });
    }
    names.extend(api.reachable(api.webhooks.iter().filter_map(|webhook| webhook.request_schema())));

    let mut schemas = scalar::components();
    for name in names {
        let Some(schema) = api.schema(name) else { continue };
        if requests.contains_key(name) || scalar::of_component(name).is_some() {
            continue;
        }
        if let Some(values) = schema.as_enumeration() {
            lowered.enums.insert(name.to_owned(), Enum { doc: &schema.description, values });
            schemas.insert(name.to_owned(), json!({ "type": "string" }));
            continue;
        }
        let is_sent = usage.is_used(name, Direction::Request);
        let direction = if is_sent { Direction::Request } else { Direction::Response };
        if let Some(properties) = schema.as_object().and_then(|object| object.properties.as_ref()) {
            let properties = properties.iter().map(|property| Property::of(api, property)).collect();
            let item = Struct { direction, doc: schema.description.clone(), properties, is_list: false };
            lowered.structs.insert(name.to_owned(), item);
        }
        schemas.insert(name.to_owned(), schema::lower(schema, direction));
    }
    schemas.extend(requests);
    lowered.doc = json!({
        "openapi": "3.0.3",
        "info": { "title": api.info.title, "version": api.info.version },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    Ok(lowered)
}
