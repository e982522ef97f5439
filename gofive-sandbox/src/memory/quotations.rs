//! Quotations, until they become sales orders.

use serde_json::{Value, json};

use super::customers::Customers;
use super::series::Series;
use super::{Examples, Members, members, merge, page, rename, shown, text, unknown};
use crate::shape::Shape;

/// The number of the quotation that is there from the start: the documentation tells none.
const FIRST: &str = "QT900000";

/// The status of a quotation that has become a sales order.
const COMPLETED: i64 = 5;

/// The status of the sales order that it becomes.
const OPEN: i64 = 2;

#[derive(Debug)]
pub(super) struct Quotations {
    known: Vec<Members>,
    shape: Option<Shape>,
    numbers: Series,
}

impl Quotations {
    pub(super) fn new(examples: &Examples) -> Self {
        let mut first = members(&examples.request("create_or_update_quotation"));
        first.insert("quotationNo".to_owned(), FIRST.into());
        Self { known: vec![first], shape: examples.shape("get_quotation"), numbers: Series::after(FIRST) }
    }

    pub(super) fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let reference = body["referenceNo"].as_str().filter(|number| self.find(number).is_ok());
        let Some(number) = body["quotationNo"].as_str().or(reference) else { return Ok(self.create(body)) };
        let quotation = self.find(number)?;
        merge(quotation, body);
        quotation.insert("quotationNo".to_owned(), number.into());
        Ok(json!({ "quotationNo": number }))
    }

    fn create(&mut self, body: &Value) -> Value {
        let number = self.numbers.next();
        let mut quotation = members(body);
        quotation.insert("quotationNo".to_owned(), number.clone().into());
        self.known.push(quotation);
        json!({ "quotationNo": number })
    }

    pub(super) fn get(&mut self, parameters: &Members, customers: &Customers) -> Result<Value, String> {
        let quotation = self.find(text(parameters, "quotationNo"))?.clone();
        Ok(self.show(&quotation, customers))
    }

    /// A page of the quotations with the wanted texts, and of the wanted status.
    pub(super) fn list(&self, body: &Value, customers: &Customers) -> Value {
        let found = self.known.iter().filter(|quotation| {
            let within = |name| body[name].as_str().is_none_or(|wanted| text(quotation, name).contains(wanted));
            let status = &body["quotationStatus"];
            ["quotationNo", "staffCode", "customerCode", "quotationDate"].into_iter().all(within)
                && (status.is_null() || quotation.get("quotationStatus") == Some(status))
        });
        page(found, &body["skip"], &body["take"]).map(|quotation| self.show(quotation, customers)).collect()
    }

    /// The sales order that a quotation becomes, in the names that answers have.
    pub(super) fn convert(&mut self, parameters: &Members) -> Result<Members, String> {
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

    fn show(&self, quotation: &Members, customers: &Customers) -> Value {
        let mut quotation = quotation.clone();
        if let Some((id, _)) = customers.id_and_name(text(&quotation, "customerCode")) {
            quotation.insert("customerId".to_owned(), id.into());
        }
        shown(self.shape, &quotation)
    }

    fn find(&mut self, number: &str) -> Result<&mut Members, String> {
        let quotation = self.known.iter_mut().find(|quotation| text(quotation, "quotationNo") == number);
        quotation.ok_or_else(|| unknown("quotationNo", &number.into()))
    }
}
