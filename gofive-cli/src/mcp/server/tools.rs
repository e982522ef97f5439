//! The three tools: their names, arguments and hints.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::permission::Permission;
use crate::product;

pub(super) const SEARCH: &str = "search_operations";
pub(super) const DESCRIBE: &str = "describe_operation";
pub(super) const CALL: &str = "call_operation";

/// The names of the tools.
pub(super) const NAMES: [&str; 3] = [SEARCH, DESCRIBE, CALL];

/// The tools. The hints of `call_operation` are those of all operations that the agent may call.
pub(super) fn tools(permission: &Permission) -> Vec<Tool> {
    let products: Vec<_> = product::names().collect();
    let operation = json!({"type": "string", "description": "The id of the operation: add_case"});
    let search = object(
        &json!({
            "words": {
                "type": "string",
                "description": "Words of the id, summary, description, group or product, in English; none lists all operations",
            },
            "product": {"type": "string", "enum": products, "description": "Searches this product only"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
        }),
        &[],
    );
    let describe = object(
        &json!({
            "operation": operation,
            "part": {
                "type": "string",
                "enum": ["all", "request", "payload"],
                "default": "all",
                "description": "One part has more room for objects inside of objects",
            },
        }),
        &["operation"],
    );
    let call = object(
        &json!({
            "operation": operation,
            "path": {"type": "object", "description": "The path parameters by name"},
            "query": {"type": "object", "description": "The query parameters by name"},
            "body": {
                "type": ["object", "array", "string"],
                "description": "The body as the schema has it; or its JSON as a text, which keeps all digits of long numbers",
            },
            "fields": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Returns these fields of each record only: name, address.city",
            },
            "skip": {"type": "integer", "minimum": 0, "default": 0, "description": "Of a list: the number of records before the first one"},
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": MAX_LIMIT,
                "default": DEFAULT_LIMIT,
                "description": "Of a list: the number of records",
            },
        }),
        &["operation"],
    );
    let reads = || ToolAnnotations::new().read_only(true).open_world(false);
    vec![
        Tool::new(SEARCH, "Finds operations of the Gofive API by words.", search)
            .with_title("Search operations")
            .with_annotations(reads()),
        Tool::new(
            DESCRIBE,
            "Describes an operation: what it takes and returns, as JSON schemas, an example of call_operation, how well it is \
             known, whether it may be called twice, and whether this server allows it.",
            describe,
        )
        .with_title("Describe an operation")
        .with_annotations(reads()),
        Tool::new(CALL, permission.summary(), call)
            .with_title("Call an operation")
            .with_annotations(permission.hints().open_world(true)),
    ]
}

/// The number of records of a list that a call returns if the agent sets none.
pub(super) const DEFAULT_LIMIT: u32 = 50;

/// The maximum number of records of a list that a call returns.
pub(super) const MAX_LIMIT: u32 = 500;

fn object(properties: &Value, required: &[&str]) -> Arc<JsonObject> {
    let schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    Arc::new(schema.as_object().cloned().unwrap_or_default())
}
