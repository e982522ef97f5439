//! Converts a product's document, in memory, into one that `drift` can compare. This works around limits of drift: it
//! identifies operations by their path, panics on a changed media type, and ignores `nullable` and webhooks.

use gofive_spec::resolve;
use serde_json::{Map, Value, json};

use super::pair::{Operation, Pair};
use super::snapshot::Product;
use crate::sources::yaml::escape;

/// The name for `nullable` that drift compares.
const NULLABLE: &str = "x-nullable";

/// The converted document, old or new. Matched operations have the same path in both.
pub(super) fn of(pair: &Pair<'_>, new: bool) -> Value {
    let mut paths = Map::new();
    for matched in &pair.operations {
        if let (Some(product), Some(operation)) = if new { (pair.new, matched.new) } else { (pair.old, matched.old) } {
            paths.insert(format!("/{}", matched.id), json!({ "post": of_operation(product, operation) }));
        }
    }
    let product = if new { pair.new } else { pair.old };
    let schemas: Map<String, Value> =
        super::pair::schemas(product).map(|(name, schema)| (name.clone(), of_schema(schema))).collect();
    json!({
        "openapi": "3.0.3",
        "info": { "title": pair.product, "version": "" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn of_operation(product: &Product, operation: Operation<'_>) -> Value {
    let raw = operation.raw;
    let content = |holder: &Value| {
        let media = holder.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
        let schema = media.and_then(|media| media.get("schema")).map_or(json!({}), of_schema);
        json!({ "application/json": { "schema": schema } })
    };
    let body = raw.get("requestBody").map(|body| resolve(&product.doc, body));
    let body = body
        .map(|body| json!({ "required": body.get("required") == Some(&Value::Bool(true)), "content": content(body) }));
    if operation.webhook {
        let content = body.map_or(json!({}), |body| body["content"].clone());
        return json!({ "responses": { "200": { "description": "", "content": content } } });
    }
    let parameters = raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let parameters = parameters.map(|parameter| {
        let parameter = resolve(&product.doc, parameter);
        // Path parameters become query parameters: drift rejects parameters that leave the path.
        json!({
            "name": parameter["name"],
            "in": "query",
            "required": parameter.get("required") == Some(&Value::Bool(true)),
            "schema": parameter.get("schema").map_or(json!({}), of_schema),
        })
    });
    let parameters: Vec<_> = parameters.collect();
    // The client treats all failures alike, and reads every success by the first documented schema.
    let success = success(raw).map(|(_, response)| content(resolve(&product.doc, response)));
    let mut lowered = json!({
        "parameters": parameters,
        "responses": { "200": { "description": "", "content": success.unwrap_or(json!({ "application/json": { "schema": {} } })) } },
    });
    if let Some(body) = body {
        lowered["requestBody"] = body;
    }
    lowered
}

/// The status and the response of the documented success.
pub(super) fn success(operation: &Value) -> Option<(&String, &Value)> {
    operation.get("responses")?.as_object()?.iter().find(|(status, _)| status.starts_with('2'))
}

fn of_schema(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let combined = ["allOf", "anyOf", "oneOf"].iter().any(|name| keywords.contains_key(*name));
    let mut prepared = Map::new();
    for (name, value) in keywords {
        match (name.as_str(), value) {
            ("nullable", _) => {
                prepared.insert(NULLABLE.into(), value.clone());
            }
            // Beside `allOf`, `type` is for validators; drift would ignore the `allOf`.
            ("type", _) if combined => {}
            ("properties", Value::Object(properties)) => {
                let properties = properties.iter().map(|(name, property)| (name.clone(), of_schema(property)));
                prepared.insert(name.clone(), Value::Object(properties.collect()));
            }
            ("items" | "additionalProperties", _) => {
                prepared.insert(name.clone(), of_schema(value));
            }
            // drift ignores `anyOf`, but compares `oneOf`.
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                let name = if name == "anyOf" { "oneOf" } else { name };
                prepared.insert(name.to_owned(), parts.iter().map(of_schema).collect());
            }
            _ => {
                prepared.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(prepared)
}

/// Converts drift's pointer into `of(…)` to a pointer into the product's document; `None` if that does not exist.
pub(super) fn pointer(pair: &Pair<'_>, new: bool, drifts: &str) -> Option<String> {
    let drifts = drifts.trim_start_matches('#');
    let product = if new { pair.new? } else { pair.old? };
    let (mut at, rest) = match drifts.strip_prefix("/paths/~1") {
        Some(rest) => {
            let (id, rest) = rest.split_once('/')?;
            let matched = pair.operations.iter().find(|matched| escape(&matched.id) == id)?;
            let operation = if new { matched.new? } else { matched.old? };
            let rest = rest.strip_prefix("post").unwrap_or(rest).replacen("/request_body", "/requestBody", 1);
            let rest = match success(operation.raw) {
                _ if operation.webhook => rest.replacen("/responses/200", "/requestBody", 1),
                Some((status, _)) => rest.replacen("/responses/200", &format!("/responses/{status}"), 1),
                None => rest,
            };
            (operation.pointer(), rest)
        }
        None => (String::new(), drifts.to_owned()),
    };
    let mut node = product.doc.pointer(&at)?;
    for step in rest.split('/').skip(1) {
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            reference.trim_start_matches('#').clone_into(&mut at);
            node = product.doc.pointer(&at)?;
        }
        let single = ["allOf", "anyOf", "oneOf"].into_iter().find(|name| step == "0" && node.get(name).is_some());
        if let Some(name) = single {
            at = format!("{at}/{name}");
            node = node.get(name)?;
        }
        let step = if step == "oneOf" && node.get(step).is_none() { "anyOf" } else { step };
        let media = at.ends_with("/content").then(|| node.as_object()?.keys().next()).flatten();
        let step = media.map_or(step.to_owned(), |media| escape(media));
        at = format!("{at}/{step}");
        node = product.doc.pointer(&at)?;
    }
    Some(at)
}
