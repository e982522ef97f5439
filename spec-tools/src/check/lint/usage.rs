//! Which schemas are used in requests, and which in responses. No object may be used in both, because the code differs:
//! request types are strict and have builders, response types are tolerant.

use std::collections::BTreeMap;

use gofive_spec::reachable;
use serde_json::Value;

use super::Linter;

/// The component schemas used in requests and in responses, each with the first operation that uses it.
#[derive(Debug, Default)]
pub struct Usage {
    pub request: BTreeMap<String, String>,
    pub response: BTreeMap<String, String>,
}

impl Usage {
    pub fn of(doc: &Value) -> Self {
        let mut usage = Self::default();
        let operations = |section: &str| {
            let items = doc.get(section).and_then(Value::as_object).into_iter().flatten();
            items.flat_map(|(_, item)| item.as_object().into_iter().flatten()).collect::<Vec<_>>()
        };
        for (method, operation) in operations("paths") {
            if !gofive_spec::METHODS.contains(&method.as_str()) {
                continue;
            }
            let id = operation.get("operationId").and_then(Value::as_str).unwrap_or("?");
            for part in ["requestBody", "parameters"] {
                for name in reachable(doc, operation.get(part).unwrap_or(&Value::Null)) {
                    usage.request.entry(name).or_insert_with(|| id.to_owned());
                }
            }
            for name in reachable(doc, operation.get("responses").unwrap_or(&Value::Null)) {
                usage.response.entry(name).or_insert_with(|| id.to_owned());
            }
        }
        // The program receives the body of a webhook.
        for (_, operation) in operations("x-webhooks") {
            for name in reachable(doc, operation.get("requestBody").unwrap_or(&Value::Null)) {
                usage.response.entry(name).or_insert_with(|| "a webhook".to_owned());
            }
        }
        usage
    }
}

pub(super) fn check(linter: &mut Linter<'_>) {
    let usage = Usage::of(linter.doc());
    for (name, request) in &usage.request {
        let Some(response) = usage.response.get(name) else { continue };
        let pointer = format!("/components/schemas/{name}");
        if linter.doc().pointer(&format!("{pointer}/properties")).is_some() {
            let problem = format!("`{name}` is sent by `{request}` and received by `{response}`");
            linter.find("both-sides", &pointer, problem, "write one schema for the request and one for the response");
        }
    }
}
