//! Converts records to the schema of a response, because requests and responses differ in properties and types.

use gofive_spec::{Format, ObjectSchema, Operation, Schema, SchemaKind, Spec, StringSchema};
use serde_json::{Map, Value};

use crate::operations::response;

/// The schema of an operation's payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayloadSchema {
    spec: &'static Spec,
    schema: &'static Schema,
}

impl PayloadSchema {
    /// Finds the schema; `None` if the operation's payload is not documented.
    pub(crate) fn of(spec: &'static Spec, operation: &'static Operation) -> Option<Self> {
        let schema = operation.payload(spec.api()).ok()?.schema?;
        Some(Self { spec, schema })
    }

    /// Returns the properties that the schema allows, and a placeholder for each missing one that the page requires.
    pub(crate) fn fit(&self, properties: &Map<String, Value>) -> Value {
        Value::Object(match self.spec.api().resolve(self.schema).as_object() {
            Some(schema) => object(self.spec, schema, properties),
            None => properties.clone(),
        })
    }
}

fn fit(spec: &Spec, schema: &Schema, value: &Value) -> Option<Value> {
    let schema = spec.api().resolve(schema);
    if value.is_null() {
        return (schema.nullable || !schema.is_known()).then_some(Value::Null);
    }
    match (&schema.kind, value) {
        (SchemaKind::Enumeration(enumeration), _) => enumeration.values.contains(value).then(|| value.clone()),
        (SchemaKind::AllOf(all), _) => fit(spec, all.schemas.first()?, value),
        (SchemaKind::Object(inner), Value::Object(properties)) => Some(object(spec, inner, properties).into()),
        (SchemaKind::Array(array), Value::Array(items)) => Some(match &array.items {
            Some(item) => items.iter().filter_map(|value| fit(spec, item, value)).collect(),
            None => value.clone(),
        }),
        (SchemaKind::String(string), Value::String(text)) => {
            let text = date_time(string, text);
            // A request may have any text where the response has a date.
            string.format.is_none_or(|format| format.accepts(&text)).then(|| text.into())
        }
        (SchemaKind::Integer(_), Value::Number(number)) => (!number.is_f64()).then(|| value.clone()),
        (SchemaKind::Number(_), Value::Number(_))
        | (SchemaKind::Boolean, Value::Bool(_))
        | (SchemaKind::Any | SchemaKind::AnyOf(_), _) => Some(value.clone()),
        _ => None,
    }
}

fn object(spec: &Spec, object: &ObjectSchema, given: &Map<String, Value>) -> Map<String, Value> {
    let Some(properties) = &object.properties else { return given.clone() };
    let mut fitted = Map::new();
    for property in properties {
        let (name, schema) = (&property.name, &property.schema);
        let value = match given.get(name) {
            Some(Value::Null) => (object.page_allows_null(name) || !schema.is_known()).then_some(Value::Null),
            given => given.and_then(|value| fit(spec, schema, value)),
        };
        let placeholder = || object.page_requires(name).then(|| response::sample(spec, name, schema, 0)).flatten();
        let value = value.or_else(placeholder);
        fitted.extend(value.map(|value| (name.clone(), value)));
    }
    fitted
}

/// Converts a date to its midnight in Thailand if the schema requires a time, as in the documented sales order.
fn date_time(schema: &StringSchema, text: &str) -> String {
    let needs_time = schema.format == Some(Format::AnyDateTime);
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
