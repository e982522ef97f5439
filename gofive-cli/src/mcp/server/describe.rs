//! `describe_operation`: what an operation takes and returns, and what is known of it.

use gofive_spec::{Idempotency, Operation, ParameterLocation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::catalog;
use super::permission::{self, Permission};
use super::schema::Writer;
use crate::call::payload_kind;
use crate::failure::Failure;
use crate::idempotency;
use crate::product::Product;

/// How many objects inside of objects a schema shows if there is room for them.
const MAX_DEPTH: usize = 8;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arguments {
    operation: String,
    #[serde(default)]
    part: Part,
}

/// What is described.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Part {
    #[default]
    All,
    Request,
    Payload,
}

/// The description as JSON, with schemas as deep as there is room for.
pub(super) fn describe(arguments: &Arguments, permission: &Permission, max_size: usize) -> Result<String, Failure> {
    let (product, operation) = catalog::find(&arguments.operation)?;
    let at_depth = |depth| description(product, operation, arguments.part, permission, depth).to_string();
    let fitting = (0..=MAX_DEPTH).rev().map(at_depth).find(|text| text.len() <= max_size);
    let too_large = || {
        let cause = format!("the description of {} has more than {max_size} bytes", operation.id);
        Failure::output(cause).hint("set part to request or to payload, or ask the person for a larger --max-result")
    };
    fitting.ok_or_else(too_large)
}

fn description(
    product: &'static Product,
    operation: &'static Operation,
    part: Part,
    permission: &Permission,
    depth: usize,
) -> Value {
    let mut text = json!({"operation": operation.id, "product": product.name, "summary": operation.summary});
    if part == Part::All {
        about(operation, permission, &mut text);
    }
    let paging = operation.paging.as_ref();
    let without = paging.map(|paging| vec![paging.position.as_str(), paging.size.as_str()]).unwrap_or_default();
    let writer = Writer { api: &product.api, depth, without };
    if part != Part::Payload {
        for location in [ParameterLocation::Path, ParameterLocation::Query] {
            if let Some(schema) = writer.parameters(operation, location) {
                text[location.name()] = schema;
            }
        }
        if let Some(body) = &operation.body {
            let schema = writer.schema(&body.content.schema);
            text["body"] = json!({"isRequired": body.required, "schema": schema});
        }
        text["example"] = example(operation, &writer.without);
    }
    if part != Part::Request {
        let schema = operation.payload(&product.api).ok().and_then(|payload| payload.schema);
        let writer = Writer { without: Vec::new(), ..writer };
        text["payload"] = match schema {
            Some(schema) => json!({"schema": writer.schema(schema)}),
            None => json!({"note": "The payload is not documented."}),
        };
        text["payload"]["hasPages"] = paging.is_some().into();
        if paging.is_some() || matches!(payload_kind(product, operation), gofive_spec::PayloadKind::Array) {
            text["payload"]["list"] = "A list: skip and limit of call_operation choose its records.".into();
        }
    }
    text
}

/// What is known of the operation, and what the server allows.
fn about(operation: &'static Operation, permission: &Permission, text: &mut Value) {
    let grades = operation.evidence.parts().map(|(part, grade)| (part.to_owned(), grade.name().into()));
    let source = operation.page.as_ref().map(|page| format!("portal page {page}"));
    text["group"] = operation.group.as_str().into();
    text["description"] = operation.description.as_str().into();
    text["http"] = format!("{} {}", operation.method.as_str(), operation.path).into();
    text["source"] = source.or_else(|| operation.source.clone()).into();
    text["evidence"] = Value::Object(grades.into_iter().collect());
    text["isReviewed"] = operation.is_reviewed.into();
    for (name, list) in [("oddities", &operation.oddities), ("unknown", &operation.unknown)] {
        if !list.is_empty() {
            text[name] = json!(list);
        }
    }
    text["idempotency"] = idempotency::name(&operation.idempotency).into();
    if let Idempotency::With(keys) = &operation.idempotency {
        text["idempotentWith"] = json!(keys);
    }
    text["calledTwice"] = idempotency::sent_twice(&operation.idempotency).into();
    text["hints"] = json!(permission::hints(operation));
    let refusal = permission.refusal(operation);
    text["isAllowed"] = refusal.is_none().into();
    if let Some(refusal) = refusal {
        text["refusal"] = refusal.to_string().into();
    }
}

/// The documented values, as arguments of `call_operation`.
fn example(operation: &'static Operation, without: &[&str]) -> Value {
    let mut example = json!({"operation": operation.id});
    for location in [ParameterLocation::Path, ParameterLocation::Query] {
        let shown = operation.parameters_in(location).filter(|one| !without.contains(&one.name.as_str()));
        let values: Map<_, _> = shown
            .filter_map(|one| {
                let blank = || one.required.then(|| format!("<{}>", one.name).into());
                let value = one.example.as_ref().map(|example| example.value.clone()).or_else(blank)?;
                Some((one.name.clone(), value))
            })
            .collect();
        if !values.is_empty() {
            example[location.name()] = values.into();
        }
    }
    if let Some(documented) = operation.request_examples().first() {
        let mut body = documented.value.clone();
        if let Some(object) = body.as_object_mut() {
            object.retain(|name, _| !without.contains(&name.as_str()));
        }
        example["body"] = body;
    }
    example
}
