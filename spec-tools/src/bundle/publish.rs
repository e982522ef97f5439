//! Turns a document as its files are written into the bundle that every other reader shares.

use gofive_spec::{Api, Direction, Schema};
use serde_json::{Value, json};

use super::tolerant::{needed, tolerant};

/// The bundle: the schemas of responses are tolerant, all schemas have only what any OpenAPI tool knows, beside extensions,
/// webhooks need no credentials, and the guide follows the description.
pub(super) fn publish(doc: &Value, api: &Api, guide: &str) -> Value {
    let mut bundle = doc.clone();
    let mut replace = |schema: &Schema, published: &Schema| {
        if let Some(node) = bundle.pointer_mut(schema.pointer.as_str()) {
            *node = published.to_openapi();
        }
    };
    let (usage, needed) = (api.usage(), needed(api));
    for (name, schema) in &api.schemas {
        if usage.is_used(name, Direction::Response) {
            replace(schema, &tolerant(schema, needed.get(name)));
        } else {
            replace(schema, schema);
        }
    }
    for (direction, schema) in api.all_operations().flat_map(gofive_spec::Operation::schemas) {
        match direction {
            Direction::Request => replace(schema, schema),
            Direction::Response => replace(schema, &tolerant(schema, None)),
        }
    }
    for webhook in &api.webhooks {
        if let Some(node) = bundle.pointer_mut(webhook.pointer.as_str()) {
            node["security"] = json!([]);
        }
    }
    if !guide.is_empty() {
        bundle["info"]["description"] = format!("{}\n\n{}", api.info.description, guide.trim()).into();
    }
    bundle
}
