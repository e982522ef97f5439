//! Pages for the endpoints of which only the title is known. Everything below the title is made up.

use serde_json::{Value, json};
use spec_tools::coverage::Row;

use super::LocalPage;
use super::operation::headers;

/// A page for the title of a ledger. `number` makes its path unique.
pub(super) fn page(product: &str, row: &Row, number: usize) -> LocalPage {
    let method = row.method.as_deref().unwrap_or("POST").to_lowercase();
    let words: String = row.title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let prefix = if product == "venio" { String::new() } else { format!("/{product}") };
    let has_body = ["post", "put", "patch"].contains(&method.as_str());
    let end = if method == "get" || method == "delete" { "/{madeUpId}" } else { "" };
    let path = format!("{prefix}/v0/made-up-{number}-{}{end}", words.trim_matches('-'));
    let mut parameters = headers();
    if !has_body {
        let id = json!({ "name": "madeUpId", "in": "path", "description": "", "required": true, "example": 7, "schema": { "type": "integer" } });
        let filter = json!({ "name": "madeUpFilter", "in": "query", "description": "", "required": false, "schema": { "type": "string" } });
        parameters.as_array_mut().expect("it is a list").extend([id, filter]);
    }
    let mut operation = json!({
        "parameters": parameters,
        "responses": { "200": {
            "description": "",
            "content": { "application/json": { "schema": response(), "example": {
                "status": { "code": "1000", "description": "Success" },
                "data": { "madeUpId": 7, "madeUpLines": [{ "lineNo": 1, "amount": 12.5 }] },
            } } },
            "headers": {},
            "x-apidog-name": "Success",
        } },
        "security": [{ "bearer": [] }],
    });
    if has_body {
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": request(), "example": {
            "madeUpName": "A name", "madeUpKind": 1, "madeUpDate": "2025-02-05T17:35:53.693+0700",
            "madeUpContact": { "email": "a@example.org" }, "madeUpLines": [{ "lineNo": 1, "amount": 12.5 }],
        } } } });
    }
    LocalPage { number: String::new(), folder: String::new(), title: String::new(), path, method, operation }
}

fn request() -> Value {
    json!({
        "type": "object",
        "required": ["madeUpName", "madeUpLines"],
        "properties": {
            "madeUpName": { "type": "string", "description": "ชื่อ" },
            "madeUpKind": { "type": "integer", "enum": [1, 2], "x-apidog-enum": [
                { "value": 1, "name": "One", "description": "The first kind" },
                { "value": 2, "name": "Two", "description": "The second kind" },
            ] },
            "madeUpDate": { "type": ["string", "null"] },
            "madeUpContact": {
                "type": "object",
                "properties": { "email": { "type": "string" }, "phone": { "type": ["string", "null"] } },
                "x-apidog-orders": ["email", "phone"],
            },
            "madeUpLines": { "type": "array", "items": line() },
        },
        "x-apidog-orders": ["madeUpName", "madeUpKind", "madeUpDate", "madeUpContact", "madeUpLines"],
    })
}

fn response() -> Value {
    json!({
        "type": "object",
        "required": ["status", "data"],
        "properties": {
            "status": {
                "type": "object",
                "required": ["code"],
                "properties": { "code": { "type": "string" }, "description": { "type": "string" } },
                "x-apidog-orders": ["code", "description"],
            },
            "data": {
                "type": "object",
                "properties": { "madeUpId": { "type": "integer" }, "madeUpLines": { "type": "array", "items": line() } },
                "x-apidog-orders": ["madeUpId", "madeUpLines"],
            },
        },
        "x-apidog-orders": ["status", "data"],
    })
}

fn line() -> Value {
    json!({
        "type": "object",
        "required": ["lineNo"],
        "properties": { "lineNo": { "type": "integer" }, "amount": { "type": "number" } },
        "x-apidog-orders": ["lineNo", "amount"],
    })
}
