//! Quotations and their conversion to sales orders.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, page, rename, text, to_payload, unknown};
use super::sales_orders::SalesOrders;
use super::sequence::NumberSequence;
use crate::error::SandboxError;
use crate::payload_schema::PayloadSchema;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut Quotations, &mut SalesOrders, &Customers, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_or_update_quotation", |quotations, _, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        quotations.create_or_update(&arguments.body).map(Some)
    }),
    ("get_quotation", |quotations, _, customers, arguments| quotations.get(&arguments.parameters, customers).map(Some)),
    ("enquire_quotations", |quotations, _, customers, arguments| Ok(Some(quotations.list(&arguments.body, customers)))),
    ("convert_quotation_to_sales_order", |quotations, sales_orders, _, arguments| {
        let order = quotations.convert(&arguments.parameters)?;
        Ok(Some(sales_orders.create(order)))
    }),
];

/// The status of a converted quotation.
const COMPLETED: i64 = 5;

/// The status of a sales order that was converted from a quotation.
const OPEN: i64 = 2;

#[derive(Debug)]
pub(super) struct Quotations {
    records: Vec<JsonObject>,
    schema: Option<PayloadSchema>,
    numbers: NumberSequence,
}

impl Quotations {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let mut first = object(&examples.request("create_or_update_quotation")?);
        let number = examples.parameter("get_quotation", "quotationNo")?;
        let numbers = NumberSequence::after(number.as_str().unwrap_or("Q0"));
        first.insert("quotationNo".to_owned(), number);
        Ok(Self { records: vec![first], schema: examples.payload_schema("get_quotation")?, numbers })
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let reference = body["referenceNo"].as_str().filter(|number| self.find(number).is_ok());
        let Some(number) = body["quotationNo"].as_str().or(reference) else { return Ok(self.create(body)) };
        let quotation = self.find(number)?;
        merge(quotation, body);
        quotation.insert("quotationNo".to_owned(), number.into());
        Ok(json!({ "quotationNo": number }))
    }

    fn create(&mut self, body: &Value) -> Value {
        let number = self.numbers.next();
        let mut quotation = object(body);
        quotation.insert("quotationNo".to_owned(), number.clone().into());
        self.records.push(quotation);
        json!({ "quotationNo": number })
    }

    fn get(&mut self, parameters: &JsonObject, customers: &Customers) -> Result<Value, String> {
        let quotation = self.find(text(parameters, "quotationNo"))?.clone();
        Ok(self.show(&quotation, customers))
    }

    /// Returns a page of the quotations that match the filters of the body.
    fn list(&self, body: &Value, customers: &Customers) -> Value {
        let found = self.records.iter().filter(|quotation| {
            let matches = |name| body[name].as_str().is_none_or(|word| text(quotation, name).contains(word));
            let status = &body["quotationStatus"];
            ["quotationNo", "staffCode", "customerCode", "quotationDate"].into_iter().all(matches)
                && (status.is_null() || quotation.get("quotationStatus") == Some(status))
        });
        page(found, &body["skip"], &body["take"]).map(|quotation| self.show(quotation, customers)).collect()
    }

    /// Converts a quotation to a sales order, with the property names of responses.
    fn convert(&mut self, parameters: &JsonObject) -> Result<JsonObject, String> {
        let quotation = self.find(text(parameters, "quotationNo"))?;
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
        for line in order.get_mut("salesorderDetails").and_then(Value::as_array_mut).into_iter().flatten() {
            line.as_object_mut().into_iter().for_each(|line| rename(line, &[("whTaxValue", "whtTaxValue")]));
        }
        order.insert("salesOrderStatus".to_owned(), OPEN.into());
        Ok(order)
    }

    fn show(&self, quotation: &JsonObject, customers: &Customers) -> Value {
        let mut quotation = quotation.clone();
        if let Some((id, _)) = customers.id_and_name(text(&quotation, "customerCode")) {
            quotation.insert("customerId".to_owned(), id.into());
        }
        to_payload(self.schema, &quotation)
    }

    fn find(&mut self, number: &str) -> Result<&mut JsonObject, String> {
        let quotation = self.records.iter_mut().find(|quotation| text(quotation, "quotationNo") == number);
        quotation.ok_or_else(|| unknown("quotationNo", &number.into()))
    }
}
