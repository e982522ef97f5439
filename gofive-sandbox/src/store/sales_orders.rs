//! Sales orders, which are created, paid and rejected.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, rename, text, to_payload, unknown};
use super::sequence::NumberSequence;
use crate::error::SandboxError;
use crate::payload_schema::PayloadSchema;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut SalesOrders, &Customers, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_or_update_sales_order", |sales_orders, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        sales_orders.create_or_update(&arguments.body).map(Some)
    }),
    ("get_sales_order", |sales_orders, customers, arguments| {
        sales_orders.get(&arguments.parameters, customers).map(Some)
    }),
    ("update_sales_order_payment", |sales_orders, _, arguments| {
        sales_orders.pay(&arguments.parameters, &arguments.body).map(|()| None)
    }),
    ("reject_sales_order", |sales_orders, _, arguments| sales_orders.reject(&arguments.body).map(|()| None)),
];

/// The status of a rejected sales order.
const REJECTED: i64 = 4;

#[derive(Debug)]
pub(super) struct SalesOrders {
    /// The sales orders, with the property names of responses.
    records: Vec<JsonObject>,
    schema: Option<PayloadSchema>,
    numbers: NumberSequence,
    /// The identifier of the next sales order, which differs from its number.
    next_id: i64,
}

impl SalesOrders {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = object(&examples.response("get_sales_order")?["data"]);
        let id = documented.get("salesOrderId").and_then(Value::as_i64).unwrap_or(1);
        // The documentation has only the number of the order whose payment is updated.
        let mut paid = with_response_names(&examples.request("create_or_update_sales_order")?);
        let number = examples.parameter("update_sales_order_payment", "salesOrderNo")?;
        merge(&mut paid, &json!({ "salesOrderNo": number, "salesOrderId": id - 1 }));
        Ok(Self {
            numbers: NumberSequence::after(text(&documented, "salesOrderNo")),
            records: vec![documented, paid],
            schema: examples.payload_schema("get_sales_order")?,
            next_id: id + 1,
        })
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let mut given = with_response_names(body);
        let Some(number) = body["salesOrderNo"].as_str() else { return Ok(self.create(given)) };
        let order = self.find(number)?;
        given.remove("customerCode"); // an update cannot change the customer
        merge(order, &Value::Object(given));
        Ok(identifiers(order))
    }

    /// Creates a sales order from properties with the names of responses, and returns its number and identifier.
    pub(super) fn create(&mut self, mut order: JsonObject) -> Value {
        merge(&mut order, &json!({ "salesOrderNo": self.numbers.next(), "salesOrderId": self.next_id }));
        self.next_id += 1;
        let identifiers = identifiers(&order);
        self.records.push(order);
        identifiers
    }

    fn get(&mut self, parameters: &JsonObject, customers: &Customers) -> Result<Value, String> {
        let mut order = self.find(text(parameters, "salesOrderNo"))?.clone();
        if let Some((id, _)) = customers.id_and_name(text(&order, "customerCode")) {
            order.insert("customerId".to_owned(), id.into());
        }
        Ok(to_payload(self.schema, &order))
    }

    /// Sets the status of instalments, and adds those that the order does not have yet.
    fn pay(&mut self, parameters: &JsonObject, body: &Value) -> Result<(), String> {
        let order = self.find(text(parameters, "salesOrderNo"))?;
        let mut payment = order.get("payment").map(object).unwrap_or_default();
        let mut instalments = payment.get("schedulePayments").and_then(Value::as_array).cloned().unwrap_or_default();
        for sent in body["payments"].as_array().into_iter().flatten() {
            let number = &sent["InstallmentNumber"];
            let instalment = json!({ "installmentNumber": number, "status": sent["status"] });
            match instalments.iter_mut().find(|known| known["installmentNumber"] == *number) {
                Some(known) => *known = instalment,
                None => instalments.push(instalment),
            }
        }
        payment.insert("schedulePayments".to_owned(), instalments.into());
        order.insert("payment".to_owned(), payment.into());
        Ok(())
    }

    /// Rejects all orders, or none if one of them does not exist.
    fn reject(&mut self, body: &Value) -> Result<(), String> {
        let ids = body["salesOrderIds"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_known = |id: &Value| self.records.iter().any(|order| order.get("salesOrderId") == Some(id));
        if let Some(id) = ids.iter().find(|id| !is_known(id)) {
            return Err(unknown("salesOrderId", id));
        }
        for order in &mut self.records {
            if order.get("salesOrderId").is_some_and(|id| ids.contains(id)) {
                order.insert("salesOrderStatus".to_owned(), REJECTED.into());
            }
        }
        Ok(())
    }

    fn find(&mut self, number: &str) -> Result<&mut JsonObject, String> {
        let order = self.records.iter_mut().find(|order| text(order, "salesOrderNo") == number);
        order.ok_or_else(|| unknown("salesOrderNo", &number.into()))
    }
}

/// Renames the properties of a request to those of a response.
fn with_response_names(body: &Value) -> JsonObject {
    let mut order = object(body);
    rename(&mut order, &[("salesOrderDetails", "salesorderDetails")]);
    order
}

/// Returns the number and the identifier of an order.
fn identifiers(order: &JsonObject) -> Value {
    json!({ "salesOrderNo": order.get("salesOrderNo"), "salesOrderId": order.get("salesOrderId") })
}
