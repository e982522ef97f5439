//! The records of the sandbox: the documented examples, and what requests have created since.
//!
//! [`Store::handle`] maps operations to records; an operation that it does not list only returns its documented response.
//! Records have the property names of the responses that return them, and are converted to their schemas when read.

mod cases;
mod contracts;
mod customers;
mod deals;
mod documents;
mod employees;
mod expenses;
mod products;
mod quotations;
mod roster;
mod sales_orders;
mod sequence;

use gofive_spec::{Operation, Spec};
use serde_json::{Map, Value};

use crate::payload_schema::PayloadSchema;
use crate::request::Arguments;
use crate::store::cases::Cases;
use crate::store::contracts::Contracts;
use crate::store::customers::Customers;
use crate::store::deals::Deals;
use crate::store::documents::Documents;
use crate::store::employees::Employees;
use crate::store::expenses::Expenses;
use crate::store::products::Products;
use crate::store::quotations::Quotations;
use crate::store::roster::Roster;
use crate::store::sales_orders::SalesOrders;

pub use crate::store::cases::Case;

/// The payload (`None` for the documented one), or the description of the problem for which the request is refused.
type PayloadResult = Result<Option<Value>, String>;

#[derive(Debug)]
pub(crate) struct Store {
    customers: Customers,
    cases: Cases,
    products: Products,
    quotations: Quotations,
    sales_orders: SalesOrders,
    deals: Deals,
    expenses: Expenses,
    contracts: Contracts,
    employees: Employees,
    roster: Roster,
    documents: Documents,
}

impl Store {
    /// Creates the records that the specs' examples mention.
    pub(crate) fn new(specs: &'static [Spec]) -> Self {
        let examples = Examples(specs);
        Self {
            customers: Customers::new(&examples),
            cases: Cases::new(&examples),
            products: Products::new(&examples),
            quotations: Quotations::new(&examples),
            sales_orders: SalesOrders::new(&examples),
            deals: Deals::new(&examples),
            expenses: Expenses::new(&examples),
            contracts: Contracts::new(&examples),
            employees: Employees::new(&examples),
            roster: Roster::new(&examples),
            documents: Documents::new(&examples),
        }
    }

    pub(crate) fn handle(&mut self, operation_id: &str, arguments: &Arguments) -> PayloadResult {
        let Arguments { parameters, body } = arguments;
        match operation_id {
            "create_or_update_customer" => self.customers.create_or_update(body).map(Some),
            "get_customer_by_customer_code" => self.customers.get(parameters).map(Some),
            "add_customer_event" => self.customers.add_event(body).map(Some),
            "get_customer_events" => Ok(Some(self.customers.events(parameters, body))),
            "edit_customer_event" => self.customers.edit_event(parameters, body).map(Some),
            "add_case" => {
                self.customers.check(&body["customerCode"])?;
                Ok(Some(self.cases.add(body)))
            }
            "edit_case" => {
                self.customers.check(&body["customerCode"])?;
                self.customers.check(&body["customerNo"])?;
                self.cases.edit(parameters, body).map(|()| None)
            }
            "create_or_update_products" => {
                self.products.create_or_update(body);
                Ok(None)
            }
            "get_product" => self.products.get(parameters).map(Some),
            "get_products_with_take_and_status" | "get_products_by_filter" => Ok(Some(self.products.list(body))),
            "update_product_stock" => Ok(Some(self.products.set_stock(body))),
            _ => self.handle_sales(operation_id, arguments),
        }
    }

    fn handle_sales(&mut self, operation_id: &str, arguments: &Arguments) -> PayloadResult {
        let Arguments { parameters, body } = arguments;
        match operation_id {
            "create_or_update_quotation" => {
                self.customers.check(&body["customerCode"])?;
                self.quotations.create_or_update(body).map(Some)
            }
            "get_quotation" => self.quotations.get(parameters, &self.customers).map(Some),
            "enquire_quotations" => Ok(Some(self.quotations.list(body, &self.customers))),
            "convert_quotation_to_sales_order" => {
                let order = self.quotations.convert(parameters)?;
                Ok(Some(self.sales_orders.create(order)))
            }
            "create_or_update_sales_order" => {
                self.customers.check(&body["customerCode"])?;
                self.sales_orders.create_or_update(body).map(Some)
            }
            "get_sales_order" => self.sales_orders.get(parameters, &self.customers).map(Some),
            "update_sales_order_payment" => self.sales_orders.pay(parameters, body).map(|()| None),
            "reject_sales_order" => self.sales_orders.reject(body).map(|()| None),
            "create_deal" => Ok(Some(self.deals.create(body))),
            "update_deal" => self.deals.update(parameters, body).map(Some),
            "create_expense" => Ok(Some(self.expenses.create(body))),
            "update_expense" => self.expenses.update(parameters, body).map(Some),
            "get_expense" => self.expenses.get(parameters).map(Some),
            "enquire_expenses" => Ok(Some(self.expenses.list(body))),
            "create_or_update_contract" => {
                self.customers.check(&body["customerCode"])?;
                self.contracts.create_or_update(body).map(Some)
            }
            "create_or_update_contract_service_agreement" => self.contracts.create_or_update_service(body).map(Some),
            "get_contract" => self.contracts.get(parameters, &self.customers).map(Some),
            _ => self.handle_others(operation_id, arguments),
        }
    }

    fn handle_others(&mut self, operation_id: &str, arguments: &Arguments) -> PayloadResult {
        let Arguments { parameters, body } = arguments;
        match operation_id {
            "enquire_employees" => Ok(Some(self.employees.list(body))),
            "get_employees_list" => Ok(Some(self.roster.list(parameters))),
            "update_employee_information" | "update_employee_family" => self.roster.check(body).map(|()| None),
            "create_abbreviated_tax_invoice" | "create_debit_note" | "create_corrected_receipt" => {
                Ok(Some(self.documents.create(body)))
            }
            "create_document_json" | "create_document_from_raw_data" => Ok(Some(self.documents.create_all(body))),
            "cancel_document" => self.documents.cancel(parameters).map(Some),
            "get_rd_submission_status" => self.documents.status(parameters).map(Some),
            "resend_document_delivery" => self.documents.resend(body).map(Some),
            "update_tax_invoice" => self.documents.update(body).map(Some),
            _ => Ok(None),
        }
    }

    pub(crate) fn cases(&self) -> Vec<Case> {
        self.cases.all().to_vec()
    }

    pub(crate) fn take_customer_events(&mut self, customer_code: &str) -> Vec<Value> {
        self.customers.take_events(customer_code)
    }

    pub(crate) fn set_roster(&mut self, employees: Vec<Value>) {
        self.roster.set(employees);
    }
}

/// The first examples of operations; `null` for an operation without one.
struct Examples(&'static [Spec]);

impl Examples {
    fn request(&self, operation_id: &str) -> Value {
        let examples = self.operation(operation_id).map(|(_, operation)| operation.request_examples());
        examples.into_iter().flatten().next().map(|(_, example)| example).unwrap_or_default()
    }

    fn response(&self, operation_id: &str) -> Value {
        let examples = self.operation(operation_id).map(|(spec, operation)| operation.response_examples(spec.doc()));
        examples.into_iter().flatten().next().map(|(_, example)| example).unwrap_or_default()
    }

    fn parameter(&self, operation_id: &str, name: &str) -> Value {
        let parameters = self.operation(operation_id).map(|(spec, operation)| operation.parameters(spec.doc()));
        let parameter = parameters.into_iter().flatten().find(|parameter| parameter.name == name);
        parameter.and_then(|parameter| parameter.example).unwrap_or_default()
    }

    fn payload_schema(&self, operation_id: &str) -> Option<PayloadSchema> {
        self.operation(operation_id).and_then(|(spec, operation)| PayloadSchema::of(spec, operation))
    }

    fn operation(&self, operation_id: &str) -> Option<(&'static Spec, &'static Operation)> {
        self.0.iter().find_map(|spec| Some((spec, spec.operation(operation_id)?)))
    }
}

/// Converts a record to the schema of a payload, or returns it unchanged if there is no schema.
fn to_payload(schema: Option<PayloadSchema>, properties: &JsonObject) -> Value {
    schema.map_or_else(|| Value::Object(properties.clone()), |schema| schema.fit(properties))
}

type JsonObject = Map<String, Value>;

/// Sets the given properties, and leaves the others.
fn merge(into: &mut JsonObject, given: &Value) {
    let given = given.as_object().into_iter().flatten();
    into.extend(given.map(|(name, value)| (name.clone(), value.clone())));
}

/// The text of a property; "" if it is missing or not text.
fn text<'a>(properties: &'a JsonObject, name: &str) -> &'a str {
    properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The properties of a value; empty if it is not an object.
fn object(value: &Value) -> JsonObject {
    value.as_object().cloned().unwrap_or_default()
}

/// Renames properties, each `(from, to)`.
fn rename(properties: &mut JsonObject, names: &[(&str, &str)]) {
    for (from, to) in names {
        if let Some(value) = properties.remove(*from) {
            properties.insert((*to).to_owned(), value);
        }
    }
}

/// Returns a page of a list; without a length, all items from `skip` on.
fn page<T>(items: impl Iterator<Item = T>, skip: &Value, length: &Value) -> impl Iterator<Item = T> {
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    items.skip(number(skip).unwrap_or(0)).take(number(length).unwrap_or(usize::MAX))
}

fn unknown(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => format!("{name} {text} does not exist"),
        other => format!("{name} {other} does not exist"),
    }
}
