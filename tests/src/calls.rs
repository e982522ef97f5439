//! Calls any operation of the spec through the public crate, with what the spec gives as an example.

use std::fmt::Debug;

use gofive_api::{Error, Gofive};
use gofive_spec::{Operation, Spec};
use serde_json::Value;

/// What an operation is called with.
#[derive(Clone, Debug, Default)]
pub struct Example {
    body: Value,
    parameters: Vec<(String, Value)>,
}

impl Example {
    /// The documented request of an operation: its first body example, and the example of each parameter.
    pub fn of(spec: &Spec, operation: &Operation) -> Self {
        let body = operation.request_examples().into_iter().next().map(|(_, body)| body);
        let parameters = operation.parameters(spec.doc()).into_iter();
        let parameters = parameters.map(|parameter| (parameter.name, parameter.example.unwrap_or(Value::Null)));
        Self { body: body.unwrap_or_default(), parameters: parameters.collect() }
    }

    /// The same with another value for a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    /// The same with another body.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    fn body<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.body.clone()).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn parameter(&self, name: &str) -> &Value {
        self.parameters.iter().find(|(known, _)| known == name).map_or(&Value::Null, |(_, value)| value)
    }

    fn text(&self, name: &str) -> String {
        self.parameter(name).as_str().unwrap_or_default().to_owned()
    }

    /// The portal gives no example of some numbers; 1 then.
    fn number(&self, name: &str) -> i64 {
        self.parameter(name).as_i64().unwrap_or(1)
    }
}

/// Calls the operation and shows its payload as `Debug` does.
///
/// # Errors
/// What the operation fails with.
pub async fn call(gofive: &Gofive, operation: &str, with: &Example) -> Result<String, Error> {
    let venio = gofive.venio();
    Ok(match operation {
        "authorize" => show(venio.authorize(&with.body()).await?),
        "add_case" => show(venio.add_case(&with.body()).await?),
        "edit_case" => show(venio.edit_case(&with.text("caseNo"), &with.body()).await?),
        "create_or_update_customer" => show(venio.create_or_update_customer(&with.body()).await?),
        "get_customer_by_customer_code" => show(venio.get_customer_by_customer_code(&with.text("customerCode")).await?),
        "create_customer_satisfaction" => show(venio.create_customer_satisfaction(&with.body()).await?),
        "add_customer_event" => show(venio.add_customer_event(&with.body()).await?),
        "get_customer_events" => {
            let types = Some(with.number("eventTypeIds"));
            show(venio.get_customer_events(&with.text("customerCode"), types, Some(&with.body())).await?)
        }
        "edit_customer_event" => show(venio.edit_customer_event(with.number("eventId"), &with.body()).await?),
        "get_customer_event_types" => show(venio.get_customer_event_types().await?),
        "create_or_update_products" => show(venio.create_or_update_products(&with.body()).await?),
        "get_product_ticket" => show(venio.get_product_ticket(with.number("id")).await?),
        "get_products_with_take_and_status" => show(venio.get_products_with_take_and_status(&with.body()).await?),
        "get_product" => show(venio.get_product(&with.text("productCode")).await?),
        "get_products_by_filter" => show(venio.get_products_by_filter(&with.body()).await?),
        "verify_serial_number" => show(venio.verify_serial_number(&with.body()).await?),
        "get_product_serials_status" => show(venio.get_product_serials_status().await?),
        "update_product_stock" => show(venio.update_product_stock(&with.body::<Vec<_>>()).await?),
        "get_product_units" => show(venio.get_product_units().await?),
        other => panic!("`{other}` is in the spec, but not in tests/src/calls.rs: add a line for it"),
    })
}

fn show(payload: impl Debug) -> String {
    format!("{payload:#?}")
}
