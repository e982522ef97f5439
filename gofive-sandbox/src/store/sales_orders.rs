//! Sales orders, which are created, paid and rejected.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, rename, text, to_payload, unknown, value};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::payload_schema::PayloadSchema;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

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

#[derive(Clone, Debug)]
pub(super) struct SalesOrders {
    /// The sales orders, with the property names of responses.
    pub(super) table: Table,
    schema: Option<PayloadSchema>,
}

impl SalesOrders {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = object(&examples.response("get_sales_order")?["data"]);
        let id = documented.get("salesOrderId").and_then(Value::as_i64).unwrap_or(1);
        // The documentation has only the number of the order whose payment is updated.
        let mut paid = with_response_names(&examples.request("create_or_update_sales_order")?);
        let number = examples.parameter("update_sales_order_payment", "salesOrderNo")?;
        merge(&mut paid, &json!({ "salesOrderNo": number, "salesOrderId": id - 1 }));
        let last = text(&documented, "salesOrderNo").to_owned();
        let table =
            Table::new(RecordKind::SalesOrders, vec![documented, paid]).after_number(&last).with_next_id(id + 1);
        Ok(Self { table, schema: examples.payload_schema("get_sales_order")? })
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let mut given = with_response_names(body);
        if body["salesOrderNo"].is_null() {
            return self.create(given);
        }
        let order = self.table.find(&body["salesOrderNo"])?;
        given.remove("customerCode"); // an update cannot change the customer
        merge(order, &Value::Object(given));
        Ok(identifiers(order))
    }

    /// Creates a sales order from properties with the names of responses, and returns its number and identifier.
    pub(super) fn create(&mut self, mut order: JsonObject) -> Result<Value, String> {
        let (number, id) = (self.table.next_number("salesOrderNo"), self.table.next_id("salesOrderId"));
        merge(&mut order, &json!({ "salesOrderNo": number, "salesOrderId": id }));
        let identifiers = identifiers(&order);
        self.table.add(order)?;
        Ok(identifiers)
    }

    fn get(&mut self, parameters: &JsonObject, customers: &Customers) -> Result<Value, String> {
        let mut order = self.find(parameters)?.clone();
        if let Some((id, _)) = customers.id_and_name(text(&order, "customerCode")) {
            order.insert("customerId".to_owned(), id.clone());
        }
        Ok(to_payload(self.schema, &order))
    }

    /// Sets the status of instalments, and adds those that the order does not have yet.
    fn pay(&mut self, parameters: &JsonObject, body: &Value) -> Result<(), String> {
        let order = self.find(parameters)?;
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
        let is_known = |id: &Value| self.table.iter().any(|order| order.get("salesOrderId") == Some(id));
        if let Some(id) = ids.iter().find(|id| !is_known(id)) {
            return Err(unknown("salesOrderId", id));
        }
        for order in self.table.iter_mut() {
            if order.get("salesOrderId").is_some_and(|id| ids.contains(id)) {
                order.insert("salesOrderStatus".to_owned(), REJECTED.into());
            }
        }
        Ok(())
    }

    fn find(&mut self, parameters: &JsonObject) -> Result<&mut JsonObject, String> {
        self.table.find(value(parameters, "salesOrderNo"))
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
