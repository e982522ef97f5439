//! Which schemas are reached from requests, and which from answers. No object may be both: the two sides are generated
//! differently (requests strict with builders, answers tolerant).

use std::collections::BTreeMap;

use gofive_spec::reachable;
use serde_json::Value;

use super::Linter;

/// Names of the component schemas on each side, each with the operation that reaches it first.
#[derive(Debug, Default)]
pub struct Sides {
    pub request: BTreeMap<String, String>,
    pub response: BTreeMap<String, String>,
}

impl Sides {
    pub fn of(doc: &Value) -> Self {
        let mut sides = Self::default();
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
                    sides.request.entry(name).or_insert_with(|| id.to_owned());
                }
            }
            for name in reachable(doc, operation.get("responses").unwrap_or(&Value::Null)) {
                sides.response.entry(name).or_insert_with(|| id.to_owned());
            }
        }
        // A webhook's body is something the program receives.
        for (_, operation) in operations("x-webhooks") {
            for name in reachable(doc, operation.get("requestBody").unwrap_or(&Value::Null)) {
                sides.response.entry(name).or_insert_with(|| "a webhook".to_owned());
            }
        }
        sides
    }
}

pub(super) fn check(linter: &mut Linter<'_>) {
    let sides = Sides::of(linter.doc());
    for (name, request) in &sides.request {
        let Some(response) = sides.response.get(name) else { continue };
        let pointer = format!("/components/schemas/{name}");
        if linter.doc().pointer(&format!("{pointer}/properties")).is_some() {
            let problem = format!("`{name}` is sent by `{request}` and received by `{response}`");
            linter.find("both-sides", &pointer, problem, "write one schema for each side");
        }
    }
}
