//! Converts records to the schema of a response, because requests and responses differ in properties and types.

use gofive_spec::{Operation, Spec};
use serde_json::{Map, Value};

use crate::response;

/// The schema of an operation's payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayloadSchema {
    spec: &'static Spec,
    schema: &'static Value,
}

impl PayloadSchema {
    /// Finds the schema; `None` if the operation's payload is not documented.
    pub(crate) fn of(spec: &'static Spec, operation: &Operation) -> Option<Self> {
        let root = spec.doc().pointer(&response::schema(spec, operation)?)?;
        let payload = |pointer: &str| {
            let mut steps = pointer.split('/').skip(1);
            steps.try_fold(root, |schema, step| spec.resolve(schema).get("properties")?.get(step))
        };
        operation.payload().into_iter().find_map(payload).map(|schema| Self { spec, schema })
    }

    /// Returns the properties that the schema allows, and a placeholder for each missing one that it requires.
    pub(crate) fn fit(&self, properties: &Map<String, Value>) -> Value {
        Value::Object(object(self.spec, self.spec.resolve(self.schema), properties))
    }
}

fn fit(spec: &Spec, schema: &Value, value: &Value) -> Option<Value> {
    let schema = spec.resolve(schema);
    if value.is_null() {
        return is_nullable(schema).then_some(Value::Null);
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(|values| !values.contains(value)) {
        return None;
    }
    if let Some(base) = schema.pointer("/allOf/0") {
        return fit(spec, base, value);
    }
    match (schema.get("type").and_then(Value::as_str), value) {
        (Some("object"), Value::Object(properties)) => Some(Value::Object(object(spec, schema, properties))),
        (Some("array"), Value::Array(items)) => Some(match schema.get("items") {
            Some(item) => items.iter().filter_map(|value| fit(spec, item, value)).collect(),
            None => value.clone(),
        }),
        (Some("string"), Value::String(text)) => Some(date_time(schema, text).into()),
        (Some("number"), Value::Number(_)) | (Some("boolean"), Value::Bool(_)) | (None, _) => Some(value.clone()),
        (Some("integer"), Value::Number(number)) => (!number.is_f64()).then(|| value.clone()),
        _ => None,
    }
}

fn object(spec: &Spec, schema: &Value, given: &Map<String, Value>) -> Map<String, Value> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return given.clone() };
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|other| other == name));
    let property = |(name, schema): (&String, &Value)| {
        let value = given.get(name).and_then(|value| fit(spec, schema, value));
        let value = value.or_else(|| is_required(name).then(|| response::sample(spec, name, schema, 0)).flatten());
        value.map(|value| (name.clone(), value))
    };
    properties.iter().filter_map(property).collect()
}

fn is_nullable(schema: &Value) -> bool {
    let typed = ["type", "allOf", "anyOf", "oneOf", "enum"].iter().any(|name| schema.get(name).is_some());
    !typed || schema.get("nullable").is_some_and(|nullable| *nullable == true)
}

/// Converts a date to its midnight in Thailand if the schema requires a time, as in the documented sales order.
fn date_time(schema: &Value, text: &str) -> String {
    let needs_time = schema.get("format").is_some_and(|format| format == "any-date-time");
    if needs_time && text.len() == "2026-01-31".len() { format!("{text}T00:00:00+0700") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fitted(operation_id: &str, properties: &Value) -> Value {
        let (spec, operation) = crate::specs::documented(operation_id);
        PayloadSchema::of(spec, operation).unwrap().fit(properties.as_object().unwrap())
    }

    #[test]
    fn properties_that_do_not_fit_are_omitted_or_replaced() {
        let order = json!({
            "salesOrderNo": "SO1", "salesOrderDate": "2026-01-31", "remark": null, "salesOrderStatus": 9, "other": 1,
            "salesorderDetails": [{"productCode": "A", "productName": null, "price": 1.5, "whtTaxValue": null}]
        });
        let order = fitted("get_sales_order", &order);
        assert_eq!(order["salesOrderDate"], "2026-01-31T00:00:00+0700");
        assert_eq!((&order["remark"], &order["salesOrderStatus"]), (&json!("string"), &json!(1)));
        assert_eq!(order["salesorderDetails"], json!([{"productCode": "A", "price": 1.5, "whtTaxValue": null}]));
        assert_eq!((order.get("other"), order.get("privateNote")), (None, None));
    }

    #[test]
    fn the_payload_can_be_nested_in_the_envelope() {
        let deal = fitted("update_deal", &json!({"dealsId": 1, "dealsValue": 2, "dealsIndex": 0.5}));
        assert_eq!(deal, json!({"dealsId": 1, "dealsValue": 2}));
    }
}
