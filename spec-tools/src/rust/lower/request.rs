//! The request type of an operation: its query parameters and the properties of its body in one struct.

use gofive_spec::{Api, Direction, MediaType, Operation, ParameterLocation, SchemaKind};
use serde_json::{Map, Value, json};

use super::schema;
use super::structs::{Presence, Property, Struct};
use crate::rust::names;

/// The request argument of a method; path parameters are separate arguments.
#[derive(Debug)]
pub struct Request {
    /// The name of its type.
    pub name: String,
    pub body: Body,
}

/// How the body of a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// No body: there are only query parameters.
    None,
    /// JSON.
    Json,
    /// JSON; no body if no property is set.
    OptionalJson,
    /// A form (urlencoded).
    Form,
}

/// A request type, lowered.
pub(super) struct Lowered {
    pub(super) request: Request,
    /// The schema for progenitor.
    pub(super) schema: Value,
    pub(super) item: Struct,
}

/// Lowers the request of an operation; `None` if it has neither a query nor a body.
pub(super) fn lower(api: &Api, operation: &Operation) -> Option<Lowered> {
    let id = &operation.id;
    let body = match &operation.body {
        None => Body::None,
        Some(body) => match body.media_type {
            MediaType::Form => Body::Form,
            MediaType::Json if body.required => Body::Json,
            MediaType::Json => Body::OptionalJson,
        },
    };
    let mut fields = Vec::new();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in operation.parameters_in(ParameterLocation::Query) {
        required.extend(parameter.required.then(|| parameter.name.clone()));
        properties.insert(parameter.name.clone(), schema::lower(&parameter.schema, Direction::Request));
        fields.push(Property::of_query(parameter));
    }
    if fields.is_empty() && body == Body::None {
        return None;
    }
    let schema = operation.request_schema().map(|schema| api.resolve(schema));
    let list = schema.filter(|schema| matches!(schema.kind, SchemaKind::Array(_)));
    if let Some(list) = list {
        let wire = names::list(id, list.items().and_then(|items| items.reference()));
        properties.insert(wire.clone(), schema::lower(list, Direction::Request));
        required.push(wire.clone());
        let doc = list.description.clone();
        fields.push(Property { wire, doc, in_query: false, presence: Presence::Required });
    } else if let Some(object) = schema.and_then(|schema| schema.as_object()) {
        fields.extend(object.properties().iter().map(|property| Property::of(api, property)));
        properties.extend(schema::lower_properties(object, Direction::Request));
        required.extend_from_slice(&object.required);
    }
    let mut lowered = json!({ "type": "object", "properties": properties, "required": required });
    if list.is_none() {
        lowered["additionalProperties"] = json!({});
    }
    let doc = match schema {
        None => format!("The query parameters of `{id}`."),
        Some(schema) => schema.description.clone(),
    };
    Some(Lowered {
        request: Request { name: names::request_type(id), body },
        schema: lowered,
        item: Struct { direction: Direction::Request, doc, properties: fields, is_list: list.is_some() },
    })
}
