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

    /// The body as the type that a method takes.
    pub fn body<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.body.clone()).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn parameter(&self, name: &str) -> &Value {
        self.parameters.iter().find(|(known, _)| known == name).map_or(&Value::Null, |(_, value)| value)
    }

    /// The portal gives no example of some texts; a placeholder of its own then.
    fn text(&self, name: &str) -> String {
        self.parameter(name).as_str().unwrap_or("string").to_owned()
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
        "enquire_employees" => show(venio.enquire_employees(&with.body()).await?),
        "enquire_conversations" => {
            // Nothing is known of its body.
            show(venio.enquire_conversations(&serde_json::json!({}).into()).await?)
        }
        "send_message" => show(venio.send_message(&with.body()).await?),
        _ => None,
    })
}

async fn venio_sales(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let venio = gofive.venio();
    Ok(match operation {
        "get_contract" => show(venio.get_contract(&with.text("no")).await?),
        "create_or_update_contract" => show(venio.create_or_update_contract(&with.body()).await?),
        "create_or_update_contract_service_agreement" => {
            show(venio.create_or_update_contract_service_agreement(&with.body()).await?)
        }
        "create_expense" => show(venio.create_expense(&with.body()).await?),
        "update_expense" => show(venio.update_expense(&with.text("id"), &with.body()).await?),
        "enquire_expenses" => show(venio.enquire_expenses(&with.body()).await?),
        "get_expense" => show(venio.get_expense(&with.text("id")).await?),
        "create_deal" => show(venio.create_deal(&with.body()).await?),
        "update_deal" => show(venio.update_deal(with.number("id"), &with.body()).await?),
        "create_or_update_quotation" => show(venio.create_or_update_quotation(&with.body()).await?),
        "convert_quotation_to_sales_order" => {
            show(venio.convert_quotation_to_sales_order(&with.text("quotationNo"), &with.body()).await?)
        }
        "enquire_quotations" => show(venio.enquire_quotations(&with.body()).await?),
        "get_quotation" => show(venio.get_quotation(&with.text("quotationNo")).await?),
        "create_or_update_sales_order" => show(venio.create_or_update_sales_order(&with.body()).await?),
        "get_sales_order_header_template" => show(venio.get_sales_order_header_template().await?),
        "get_sales_order" => show(venio.get_sales_order(&with.text("salesOrderNo")).await?),
        "reject_sales_order" => show(venio.reject_sales_order(&with.body()).await?),
        "update_sales_order_payment" => {
            show(venio.update_sales_order_payment(&with.text("salesOrderNo"), &with.body()).await?)
        }
        _ => None,
    })
}

async fn empeo(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let empeo = gofive.empeo();
    Ok(match operation {
        "get_employees_list" => {
            let (index, size) = (Some(with.number("pageIndex")), Some(with.number("pageSize")));
            let (company, fields) = (with.text("companyName"), with.text("fields"));
            show(empeo.get_employees_list(&company, Some(&fields), index, size).await?)
        }
        "update_employee_family" => show(empeo.update_employee_family(&with.body()).await?),
        "update_employee_information" => show(empeo.update_employee_information(&with.body()).await?),
        "get_custom_fields" => show(empeo.get_custom_fields().await?),
        "get_cost_centers" => show(empeo.get_cost_centers(&with.body()).await?),
        _ => None,
    })
}

async fn etaxgo(gofive: &Gofive, operation: &str, with: &Example) -> Shown {
    let etaxgo = gofive.etaxgo();
    Ok(match operation {
        "resend_document_delivery" => show(etaxgo.resend_document_delivery(&with.body()).await?),
        "create_document_json" => show(etaxgo.create_document_json(&with.body()).await?),
        "update_tax_invoice" => show(etaxgo.update_tax_invoice(&with.body()).await?),
        "create_debit_note" => show(etaxgo.create_debit_note(&with.body()).await?),
        "create_abbreviated_tax_invoice" => show(etaxgo.create_abbreviated_tax_invoice(&with.body()).await?),
        "create_corrected_receipt" => show(etaxgo.create_corrected_receipt(&with.body()).await?),
        "cancel_document" => show(etaxgo.cancel_document(&with.text("documentNumber"), &with.body()).await?),
        "create_document_from_raw_data" => show(etaxgo.create_document_from_raw_data(&with.body()).await?),
        "get_rd_submission_status" => {
            let kind = with.text("documentType");
            show(etaxgo.get_rd_submission_status(&with.text("documentNumber"), Some(&kind)).await?)
        }
        _ => None,
    })
}

#[allow(clippy::unnecessary_wraps, reason = "each line of the tables above reads the better for it")]
fn show(payload: impl Debug) -> Option<String> {
    Some(format!("{payload:#?}"))
}
