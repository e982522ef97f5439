//! Sales orders: created, paid, rejected.

use serde_json::{Value, json};

use super::customers::Customers;
use super::series::Series;
use super::{Examples, Members, members, merge, rename, shown, text, unknown};
use crate::shape::Shape;

/// The status of a sales order that was rejected.
const REJECTED: i64 = 4;

#[derive(Debug)]
pub(super) struct SalesOrders {
    /// With the names that answers have.
    known: Vec<Members>,
    shape: Option<Shape>,
    numbers: Series,
    /// The identifier, which is not the number, that the next one gets.
    next_id: i64,
}

impl SalesOrders {
    pub(super) fn new(examples: &Examples) -> Self {
        let documented = members(&examples.response("get_sales_order")["data"]);
        let id = documented.get("salesOrderId").and_then(Value::as_i64).unwrap_or(1);
        // Of the order whose payment is updated in the documentation only the number is told.
        let mut paid = as_answered(&examples.request("create_or_update_sales_order"));
        let number = examples.parameter("update_sales_order_payment", "salesOrderNo");
        merge(&mut paid, &json!({ "salesOrderNo": number, "salesOrderId": id - 1 }));
        Self {
            numbers: Series::after(text(&documented, "salesOrderNo")),
            known: vec![documented, paid],
            shape: examples.shape("get_sales_order"),
            next_id: id + 1,
        }
    }

    pub(super) fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let mut given = as_answered(body);
        let Some(number) = body["salesOrderNo"].as_str() else { return Ok(self.create(given)) };
        let order = self.find(number)?;
        given.remove("customerCode"); // an update cannot change it
        merge(order, &Value::Object(given));
        Ok(names(order))
    }

    /// Takes the members in the names that answers have, and tells the new number and identifier.
    pub(super) fn create(&mut self, mut order: Members) -> Value {
        merge(&mut order, &json!({ "salesOrderNo": self.numbers.next(), "salesOrderId": self.next_id }));
        self.next_id += 1;
        let names = names(&order);
        self.known.push(order);
        names
    }

    pub(super) fn get(&mut self, parameters: &Members, customers: &Customers) -> Result<Value, String> {
        let mut order = self.find(text(parameters, "salesOrderNo"))?.clone();
        if let Some((id, _)) = customers.id_and_name(text(&order, "customerCode")) {
            order.insert("customerId".to_owned(), id.into());
        }
        Ok(shown(self.shape, &order))
    }

    /// Sets the status of instalments, those that the order did not have so far included.
    pub(super) fn pay(&mut self, parameters: &Members, body: &Value) -> Result<(), String> {
        let order = self.find(text(parameters, "salesOrderNo"))?;
        let mut payment = order.get("payment").map(members).unwrap_or_default();
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

    /// Rejects all of the orders or, if one of them does not exist, none.
    pub(super) fn reject(&mut self, body: &Value) -> Result<(), String> {
        let ids = body["salesOrderIds"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_known = |id: &Value| self.known.iter().any(|order| order.get("salesOrderId") == Some(id));
        if let Some(id) = ids.iter().find(|id| !is_known(id)) {
            return Err(unknown("salesOrderId", id));
        }
        for order in &mut self.known {
            if order.get("salesOrderId").is_some_and(|id| ids.contains(id)) {
                order.insert("salesOrderStatus".to_owned(), REJECTED.into());
            }
        }
        Ok(())
    }

    fn find(&mut self, number: &str) -> Result<&mut Members, String> {
        let order = self.known.iter_mut().find(|order| text(order, "salesOrderNo") == number);
        order.ok_or_else(|| unknown("salesOrderNo", &number.into()))
    }
}

/// The members of a request in the names that answers have.
fn as_answered(body: &Value) -> Members {
    let mut order = members(body);
    rename(&mut order, &[("salesOrderDetails", "salesorderDetails")]);
    order
}

/// What tells the order from others.
fn names(order: &Members) -> Value {
    json!({ "salesOrderNo": order.get("salesOrderNo"), "salesOrderId": order.get("salesOrderId") })
}
