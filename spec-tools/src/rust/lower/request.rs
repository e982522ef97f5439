//! The request type of an operation: its query parameters and the properties of its body in one struct.

use serde_json::{Map, Value, json};

use super::{Presence, Property, Struct, describe, lower_schema, text_of};
use crate::direction::Direction;
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
pub(super) fn lower(doc: &Value, operation: &Value) -> Option<Lowered> {
    let id = text_of(operation, "operationId");
    let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let query: Vec<_> = parameters
        .map(|parameter| gofive_spec::resolve(doc, parameter))
        .filter(|parameter| parameter["in"] == "query")
        .collect();
    let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
    let body = content.and_then(|content| content.iter().next());
    if query.is_empty() && body.is_none() {
        return None;
    }
    let schema = body.map_or(&Value::Null, |(_, media)| gofive_spec::resolve(doc, &media["schema"]));
    let mut fields = Vec::new();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in &query {
        let wire = text_of(parameter, "name");
        let is_required = parameter["required"] == true;
        required.extend(is_required.then(|| wire.clone()));
        properties.insert(wire.clone(), lower_schema(&parameter["schema"], Direction::Request));
        let presence = if is_required { Presence::Required } else { Presence::Optional };
        fields.push(Property { wire, doc: text_of(parameter, "description"), in_query: true, presence });
    }
    let is_list = schema["type"] == "array";
    if is_list {
        let wire = list(&id, schema);
        properties.insert(wire.clone(), lower_schema(schema, Direction::Request));
        required.push(wire.clone());
        fields.push(Property { wire, doc: describe(doc, schema), in_query: false, presence: Presence::Required });
    } else {
        fields.extend(super::properties(doc, schema));
        let lowered = lower_schema(schema, Direction::Request);
        properties.extend(lowered["properties"].as_object().cloned().unwrap_or_default());
        let names = schema["required"].as_array().into_iter().flatten();
        required.extend(names.filter_map(Value::as_str).map(str::to_owned));
    }
    let mut lowered = json!({ "type": "object", "properties": properties, "required": required });
    if !is_list {
        lowered["additionalProperties"] = json!({});
    }
    let body = match body {
        None => Body::None,
        Some((media_type, _)) if media_type == "application/x-www-form-urlencoded" => Body::Form,
        Some(_) if operation.pointer("/requestBody/required") == Some(&Value::Bool(true)) => Body::Json,
        Some(_) => Body::OptionalJson,
    };
    let doc = match body {
        Body::None => format!("The query parameters of `{id}`."),
        _ => text_of(schema, "description"),
    };
    let request = Request { name: names::request_type(&id), body };
    Some(Lowered {
        request,
        schema: lowered,
        item: Struct { direction: Direction::Request, doc, properties: fields, is_list },
    })
}

/// The name of the field for a body that is a list.
pub(crate) fn list(id: &str, schema: &Value) -> String {
    let item = schema.pointer("/items/$ref").and_then(Value::as_str).and_then(|item| item.rsplit('/').next());
    names::list(id, item)
}
