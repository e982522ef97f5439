//! What the sandbox knows, from the documented examples and from what it was told since.
//!
//! [`Memory::recall`] is where operations meet memory; an operation that is not listed there just answers as documented.

mod cases;
mod customers;
mod products;

use gofive_spec::Spec;
use serde_json::{Map, Value};

use crate::check::Arguments;
use crate::memory::cases::Cases;
use crate::memory::customers::Customers;
use crate::memory::products::Products;

pub use crate::memory::cases::Case;

/// The payload of the answer, `None` to leave it as documented; or why the request is refused, in words.
type Recalled = Result<Option<Value>, String>;

#[derive(Debug)]
pub(crate) struct Memory {
    customers: Customers,
    cases: Cases,
    products: Products,
}

impl Memory {
    /// The things that the spec's examples speak of.
    pub(crate) fn new(spec: &Spec) -> Self {
        let examples = Examples(spec);
        Self { customers: Customers::new(&examples), cases: Cases::new(&examples), products: Products::new(&examples) }
    }

    pub(crate) fn recall(&mut self, operation_id: &str, arguments: &Arguments) -> Recalled {
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
            _ => Ok(None),
        }
    }

    pub(crate) fn cases(&self) -> Vec<Case> {
        self.cases.all().to_vec()
    }
}

/// The first examples of operations; `null` where there is none.
struct Examples<'a>(&'a Spec);

impl Examples<'_> {
    fn request(&self, operation_id: &str) -> Value {
        let examples = self.0.operation(operation_id).map(gofive_spec::Operation::request_examples);
        examples.into_iter().flatten().next().map(|(_, example)| example).unwrap_or_default()
    }

    fn response(&self, operation_id: &str) -> Value {
        let examples = self.0.operation(operation_id).map(|operation| operation.response_examples(self.0.doc()));
        examples.into_iter().flatten().next().map(|(_, example)| example).unwrap_or_default()
    }

    fn parameter(&self, operation_id: &str, name: &str) -> Value {
        let parameters = self.0.operation(operation_id).map(|operation| operation.parameters(self.0.doc()));
        let parameter = parameters.into_iter().flatten().find(|parameter| parameter.name == name);
        parameter.and_then(|parameter| parameter.example).unwrap_or_default()
    }
}

type Members = Map<String, Value>;

/// Overwrites the members that are given anew.
fn merge(into: &mut Members, given: &Value) {
    let given = given.as_object().into_iter().flatten();
    into.extend(given.map(|(name, value)| (name.clone(), value.clone())));
}

/// The text of a member; "" if it is missing or none.
fn text<'a>(members: &'a Members, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn unknown(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => format!("{name} {text} does not exist"),
        other => format!("{name} {other} does not exist"),
    }
}
