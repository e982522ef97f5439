//! Quotations and their conversion to sales orders.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, page, rename, text, to_payload, value};
use super::sales_orders::SalesOrders;
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::payload_schema::PayloadSchema;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Quotations, &mut SalesOrders, &Customers, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_or_update_quotation", |quotations, _, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        quotations.create_or_update(&arguments.body).map(Some)
    }),
    ("get_quotation", |quotations, _, customers, arguments| quotations.get(&arguments.parameters, customers).map(Some)),
    ("enquire_quotations", |quotations, _, customers, arguments| Ok(Some(quotations.list(&arguments.body, customers)))),
    ("convert_quotation_to_sales_order", |quotations, sales_orders, _, arguments| {
        sales_orders.table.check_room(1)?;
        let order = quotations.convert(&arguments.parameters)?;
        sales_orders.create(order).map(Some)
    }),
];

/// The status of a converted quotation.
const COMPLETED: i64 = 5;

/// The status of a sales order that was converted from a quotation.
const OPEN: i64 = 2;

#[derive(Clone, Debug)]
pub(super) struct Quotations {
    pub(super) table: Table,
    schema: Option<PayloadSchema>,
}

impl Quotations {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let mut first = object(&examples.request("create_or_update_quotation")?);
        let number = examples.parameter("get_quotation", "quotationNo")?;
        first.insert("quotationNo".to_owned(), number.clone());
        let table = Table::new(RecordKind::Quotations, vec![first]).after_number(number.as_str().unwrap_or("Q0"));
        Ok(Self { table, schema: examples.payload_schema("get_quotation")? })
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let reference = Some(&body["referenceNo"]).filter(|number| self.table.get(number).is_some());
        let number = Some(&body["quotationNo"]).filter(|number| !number.is_null());
        let Some(number) = number.or(reference) else { return self.create(body) };
        let quotation = self.table.find(number)?;
        merge(quotation, body);
        quotation.insert("quotationNo".to_owned(), number.clone());
        Ok(json!({ "quotationNo": number }))
    }

    fn create(&mut self, body: &Value) -> Result<Value, String> {
        let number = json!({ "quotationNo": self.table.next_number("quotationNo") });
        let mut quotation = object(body);
        merge(&mut quotation, &number);
        self.table.add(quotation)?;
        Ok(number)
    }

    fn get(&mut self, parameters: &JsonObject, customers: &Customers) -> Result<Value, String> {
        let quotation = self.table.find(value(parameters, "quotationNo"))?.clone();
        Ok(self.show(&quotation, customers))
    }

    /// Returns a page of the quotations that match the filters of the body.
    fn list(&self, body: &Value, customers: &Customers) -> Value {
        let found = self.table.iter().filter(|quotation| {
            let matches = |name| body[name].as_str().is_none_or(|word| text(quotation, name).contains(word));
            let status = &body["quotationStatus"];
            ["quotationNo", "staffCode", "customerCode", "quotationDate"].into_iter().all(matches)
                && (status.is_null() || quotation.get("quotationStatus") == Some(status))
        });
        page(found, &body["skip"], &body["take"]).map(|quotation| self.show(quotation, customers)).collect()
    }

    /// Converts a quotation to a sales order, with the property names of responses.
    fn convert(&mut self, parameters: &JsonObject) -> Result<JsonObject, String> {
        let quotation = self.table.find(value(parameters, "quotationNo"))?;
        quotation.insert("quotationStatus".to_owned(), COMPLETED.into());
        let mut order = quotation.clone();
        let names = [
            ("quotationSubject", "salesOrderSubject"),
            ("quotationDate", "salesOrderDate"),
            ("quotationNote", "salesOrderNote"),
            ("quotationNo", "referenceNo"),
            ("quotationDetails", "salesorderDetails"),
        ];
        rename(&mut order, &names);
        // A sales order has neither of these two.
        order.remove("quotationStatus");
        order.remove("quotationValidUntil");
        for line in order.get_mut("salesorderDetails").and_then(Value::as_array_mut).into_iter().flatten() {
            line.as_object_mut().into_iter().for_each(|line| rename(line, &[("whTaxValue", "whtTaxValue")]));
        }
        order.insert("salesOrderStatus".to_owned(), OPEN.into());
        Ok(order)
    }

    fn show(&self, quotation: &JsonObject, customers: &Customers) -> Value {
        let mut quotation = quotation.clone();
        if let Some((id, _)) = customers.id_and_name(text(&quotation, "customerCode")) {
            quotation.insert("customerId".to_owned(), id.clone());
        }
        to_payload(self.schema, &quotation)
    }
}
