//! Calls any operation of the spec through the public crate, with the documented example.

// The path is that of this file, so that a test outside of the workspace can include both.
#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, reason = "generated code")]
#[path = "generated/calls.rs"]
mod generated;

use std::fmt::Debug;

use gofive_api::venio::GetCustomerEventsRequest;
use gofive_api::{Error, Gofive};
use gofive_spec::{JsonType, Operation, Parameter, ParameterLocation, Spec};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The OpenAPI documents of all products, by product, with the operations that can be called: those that are reviewed.
///
/// # Panics
/// If a bundle is not an OpenAPI document.
pub fn specs() -> Vec<(&'static str, Spec)> {
    let parse = |(product, text)| {
        let mut document: Value = serde_json::from_str(text).expect("the committed bundles are JSON");
        for item in document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
            if let Some(operations) = item.as_object_mut() {
                operations.retain(|_, operation| operation["x-gofive-reviewed"] != json!(false));
            }
        }
        (product, Spec::parse(&document.to_string()).expect("the committed bundles are OpenAPI documents"))
    };
    gofive_spec::BUNDLES.into_iter().map(parse).collect()
}

/// The arguments of a call: the body, and the parameters of path and query.
#[derive(Clone, Debug, Default)]
pub struct Example {
    body: Value,
    in_path: Vec<(String, Value)>,
    in_query: Vec<(String, Value)>,
}

impl Example {
    /// The documented request of an operation: its first body example, and the example of each parameter.
    pub fn of(spec: &Spec, operation: &Operation) -> Self {
        let body = operation.request_examples().first().map(|example| example.value.clone());
        let value = |parameter: &Parameter| {
            let is_number = spec.api().json_type(&parameter.schema) == Some(JsonType::Integer);
            // Some parameters have no example in the portal; they get a placeholder.
            let placeholder = if is_number { json!(1) } else { json!("string") };
            (parameter.name.clone(), parameter.example.as_ref().map_or(placeholder, |example| example.value.clone()))
        };
        let [in_path, in_query] = [ParameterLocation::Path, ParameterLocation::Query]
            .map(|location| operation.parameters_in(location).map(value).collect());
        Self { body: body.unwrap_or_default(), in_path, in_query }
    }

    /// The same arguments, with another value for a path parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.in_path.retain(|(known, _)| known != name);
        self.in_path.push((name.to_owned(), value.into()));
        self
    }

    /// The same arguments, with another body.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    /// The body as JSON.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// Query and body as the request type of a method.
    pub fn request<T: DeserializeOwned>(&self) -> T {
        let mut request = if self.body.is_null() { json!({}) } else { self.body.clone() };
        if let Some(properties) = request.as_object_mut() {
            properties.extend(self.in_query.iter().cloned());
        }
        serde_json::from_value(request).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn parameter(&self, name: &str) -> &Value {
        self.in_path.iter().find(|(known, _)| known == name).map_or(&Value::Null, |(_, value)| value)
    }

    fn text(&self, name: &str) -> String {
        self.parameter(name).as_str().unwrap_or("string").to_owned()
    }

    fn number(&self, name: &str) -> i64 {
        self.parameter(name).as_i64().unwrap_or(1)
    }

    /// A parameter that is neither a text nor a whole number.
    #[allow(dead_code, reason = "whether there is one depends on the spec")]
    fn value<T: DeserializeOwned>(&self, name: &str) -> T {
        let value = self.parameter(name);
        serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name}: {error}: {value}"))
    }
}

/// The request for the events of a customer.
pub fn events_of(customer_code: &str) -> GetCustomerEventsRequest {
    GetCustomerEventsRequest::builder().customer_code(customer_code).build()
}

/// Calls the operation and shows its payload as `Debug` does.
///
/// # Errors
/// The error of the operation.
pub async fn call(gofive: &Gofive, operation: &str, with: &Example) -> Result<String, Error> {
    let shown = generated::call(gofive, operation, with).await?;
    Ok(shown.unwrap_or_else(|| panic!("`{operation}` is in the spec, but not generated: run `cargo xtask codegen`")))
}

#[allow(clippy::unnecessary_wraps, reason = "it keeps the generated lines short")]
fn show(payload: impl Debug) -> Option<String> {
    Some(format!("{payload:#?}"))
}
