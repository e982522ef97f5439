//! Calls any operation of the spec through the public crate, with the documented example.

use std::fmt::Debug;

use gofive_api::venio::GetCustomerEventsRequest;
use gofive_api::{Error, Gofive};
use gofive_spec::{JsonType, Operation, Parameter, ParameterLocation, Spec};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

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
            (parameter.name.clone(), parameter.example.clone().unwrap_or(placeholder))
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
    let mut shown = venio(gofive, operation, with).await?;
    if shown.is_none() {
        shown = venio_sales(gofive, operation, with).await?;
    }
    if shown.is_none() {
        shown = empeo(gofive, operation, with).await?;
    }
    if shown.is_none() {
        shown = etaxgo(gofive, operation, with).await?;
    }
    Ok(shown
        .unwrap_or_else(|| panic!("`{operation}` is in the spec, but not in tests/src/calls.rs: add a line for it")))
}

type Shown = Result<Option<String>, Error>;

async fn venio(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let venio = gofive.venio();
    Ok(match operation {
        "authorize" => show(venio.authorize(&with.request()).await?),
        "add_case" => show(venio.add_case(&with.request()).await?),
        "edit_case" => show(venio.edit_case(&with.text("caseNo"), &with.request()).await?),
        "create_or_update_customer" => show(venio.create_or_update_customer(&with.request()).await?),
        "get_customer_by_customer_code" => show(venio.get_customer_by_customer_code(&with.text("customerCode")).await?),
        "create_customer_satisfaction" => show(venio.create_customer_satisfaction(&with.request()).await?),
        "add_customer_event" => show(venio.add_customer_event(&with.request()).await?),
        "get_customer_events" => show(venio.get_customer_events(&with.request()).await?),
        "edit_customer_event" => show(venio.edit_customer_event(with.number("eventId"), &with.request()).await?),
        "get_customer_event_types" => show(venio.get_customer_event_types().await?),
        "create_or_update_products" => show(venio.create_or_update_products(&with.request()).await?),
        "get_product_ticket" => show(venio.get_product_ticket(with.number("id")).await?),
        "get_products_with_take_and_status" => show(venio.get_products_with_take_and_status(&with.request()).await?),
        "get_product" => show(venio.get_product(&with.text("productCode")).await?),
        "get_products_by_filter" => show(venio.get_products_by_filter(&with.request()).await?),
        "verify_serial_number" => show(venio.verify_serial_number(&with.request()).await?),
        "get_product_serials_status" => show(venio.get_product_serials_status().await?),
        "update_product_stock" => show(venio.update_product_stock(&with.request()).await?),
        "get_product_units" => show(venio.get_product_units().await?),
        "enquire_employees" => show(venio.enquire_employees(&with.request()).await?),
        "enquire_conversations" => show(venio.enquire_conversations(&with.request()).await?),
        "send_message" => show(venio.send_message(&with.request()).await?),
        _ => None,
    })
}

async fn venio_sales(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let venio = gofive.venio();
    Ok(match operation {
        "get_contract" => show(venio.get_contract(&with.text("no")).await?),
        "create_or_update_contract" => show(venio.create_or_update_contract(&with.request()).await?),
        "create_or_update_contract_service_agreement" => {
            show(venio.create_or_update_contract_service_agreement(&with.request()).await?)
        }
        "create_expense" => show(venio.create_expense(&with.request()).await?),
        "update_expense" => show(venio.update_expense(&with.text("id"), &with.request()).await?),
        "enquire_expenses" => show(venio.enquire_expenses(&with.request()).await?),
        "get_expense" => show(venio.get_expense(&with.text("id")).await?),
        "create_deal" => show(venio.create_deal(&with.request()).await?),
        "update_deal" => show(venio.update_deal(with.number("id"), &with.request()).await?),
        "create_or_update_quotation" => show(venio.create_or_update_quotation(&with.request()).await?),
        "convert_quotation_to_sales_order" => {
            show(venio.convert_quotation_to_sales_order(&with.text("quotationNo"), &with.request()).await?)
        }
        "enquire_quotations" => show(venio.enquire_quotations(&with.request()).await?),
        "get_quotation" => show(venio.get_quotation(&with.text("quotationNo")).await?),
        "create_or_update_sales_order" => show(venio.create_or_update_sales_order(&with.request()).await?),
        "get_sales_order_header_template" => show(venio.get_sales_order_header_template().await?),
        "get_sales_order" => show(venio.get_sales_order(&with.text("salesOrderNo")).await?),
        "reject_sales_order" => show(venio.reject_sales_order(&with.request()).await?),
        "update_sales_order_payment" => {
            show(venio.update_sales_order_payment(&with.text("salesOrderNo"), &with.request()).await?)
        }
        _ => None,
    })
}

async fn empeo(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let empeo = gofive.empeo();
    Ok(match operation {
        "get_employees_list" => show(empeo.get_employees_list(&with.request()).await?),
        "update_employee_family" => show(empeo.update_employee_family(&with.request()).await?),
        "update_employee_information" => show(empeo.update_employee_information(&with.request()).await?),
        "get_custom_fields" => show(empeo.get_custom_fields().await?),
        "get_cost_centers" => show(empeo.get_cost_centers(&with.request()).await?),
        _ => None,
    })
}

async fn etaxgo(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let etaxgo = gofive.etaxgo();
    Ok(match operation {
        "resend_document_delivery" => show(etaxgo.resend_document_delivery(&with.request()).await?),
        "create_document_json" => show(etaxgo.create_document_json(&with.request()).await?),
        "update_tax_invoice" => show(etaxgo.update_tax_invoice(&with.request()).await?),
        "create_debit_note" => show(etaxgo.create_debit_note(&with.request()).await?),
        "create_abbreviated_tax_invoice" => show(etaxgo.create_abbreviated_tax_invoice(&with.request()).await?),
        "create_corrected_receipt" => show(etaxgo.create_corrected_receipt(&with.request()).await?),
        "cancel_document" => show(etaxgo.cancel_document(&with.text("documentNumber"), &with.request()).await?),
        "create_document_from_raw_data" => show(etaxgo.create_document_from_raw_data(&with.request()).await?),
        "get_rd_submission_status" => {
            show(etaxgo.get_rd_submission_status(&with.text("documentNumber"), &with.request()).await?)
        }
        _ => None,
    })
}

#[allow(clippy::unnecessary_wraps, reason = "it keeps the lines of the tables above short")]
fn show(payload: impl Debug) -> Option<String> {
    Some(format!("{payload:#?}"))
}
