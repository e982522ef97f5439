//! The tax documents of eTaxGo.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, text, unknown};
use super::sequence::NumberSequence;
use crate::error::SandboxError;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut Documents, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_abbreviated_tax_invoice", |documents, arguments| Ok(Some(documents.create(&arguments.body)))),
    ("create_debit_note", |documents, arguments| Ok(Some(documents.create(&arguments.body)))),
    ("create_corrected_receipt", |documents, arguments| Ok(Some(documents.create(&arguments.body)))),
    ("create_document_json", |documents, arguments| Ok(Some(documents.create_all(&arguments.body)))),
    ("create_document_from_raw_data", |documents, arguments| Ok(Some(documents.create_all(&arguments.body)))),
    ("cancel_document", |documents, arguments| documents.cancel(&arguments.parameters).map(Some)),
    ("get_rd_submission_status", |documents, arguments| documents.status(&arguments.parameters).map(Some)),
    ("resend_document_delivery", |documents, arguments| documents.resend(&arguments.body).map(Some)),
    ("update_tax_invoice", |documents, arguments| documents.update(&arguments.body).map(Some)),
];

/// The number before the first one that the sandbox gives to a document without a number.
const BEFORE_FIRST: &str = "ET900000";

#[derive(Debug)]
pub(super) struct Documents {
    /// The documents by number; the value is whether the document is cancelled.
    cancelled: BTreeMap<String, bool>,
    numbers: NumberSequence,
}

impl Documents {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let receipt = examples.request("create_corrected_receipt")?;
        let documented = [
            examples.parameter("cancel_document", "documentNumber")?,
            examples.parameter("get_rd_submission_status", "documentNumber")?,
            examples.request("resend_document_delivery")?["refNo"].clone(),
            examples.request("update_tax_invoice")?["DocumentNo"].clone(),
            receipt["refDocumentNo"].clone(),
        ];
        let numbers = documented.iter().filter_map(Value::as_str).map(|number| (number.to_owned(), false));
        Ok(Self { cancelled: numbers.collect(), numbers: NumberSequence::after(BEFORE_FIRST) })
    }

    /// Creates one document, whose number is at the top level of the body.
    fn create(&mut self, body: &Value) -> Value {
        let number = body["DocumentNo"].as_str().or(body["documentNo"].as_str());
        json!({ "documentNumber": self.add(number) })
    }

    /// Creates several documents, each with its number in its header.
    fn create_all(&mut self, body: &Value) -> Value {
        let numbers: Vec<_> = headers(body).into_iter().map(|header| self.add(document_number(header))).collect();
        json!({ "documentNumber": numbers.first(), "documentNumbers": numbers })
    }

    /// Adds a document; it replaces an existing one of the same number.
    fn add(&mut self, number: Option<&str>) -> String {
        let given = number.filter(|number| !number.is_empty()).map(str::to_owned);
        let number = given.unwrap_or_else(|| self.numbers.next());
        self.cancelled.insert(number.clone(), false);
        number
    }

    fn cancel(&mut self, parameters: &JsonObject) -> Result<Value, String> {
        let number = text(parameters, "documentNumber");
        if self.is_cancelled(number)? {
            return Err(format!("documentNumber {number} is already cancelled"));
        }
        self.cancelled.insert(number.to_owned(), true);
        Ok(json!({ "documentNumber": number }))
    }

    /// Returns the submission status; the sandbox never submits a document.
    fn status(&self, parameters: &JsonObject) -> Result<Value, String> {
        let number = text(parameters, "documentNumber");
        Ok(json!({ "documentNumber": number, "submitted": false, "cancelled": self.is_cancelled(number)? }))
    }

    /// Accepts an empty number, because the documentation allows it without an explanation.
    fn resend(&self, body: &Value) -> Result<Value, String> {
        let number = body["refNo"].as_str().unwrap_or_default();
        if !number.is_empty() {
            self.is_cancelled(number)?;
        }
        Ok(json!({ "documentNumber": number }))
    }

    fn update(&self, body: &Value) -> Result<Value, String> {
        let number = body["DocumentNo"].as_str().unwrap_or_default();
        self.is_cancelled(number).map(|_| json!({ "documentNumber": number }))
    }

    fn is_cancelled(&self, number: &str) -> Result<bool, String> {
        self.cancelled.get(number).copied().ok_or_else(|| unknown("documentNumber", &number.into()))
    }
}

/// Returns the headers of the documents in a body of either operation.
fn headers(body: &Value) -> Vec<&Value> {
    let structured = body["Documents"].as_array().into_iter().flatten().map(|document| &document["Header"]);
    let models = body["rawData"]["DeliveryModels"].as_array().into_iter().flatten();
    let raw = models.flat_map(|model| model["documents"].as_array().into_iter().flatten());
    structured.chain(raw.map(|document| &document["header"])).collect()
}

fn document_number(header: &Value) -> Option<&str> {
    header["ExchangedDocument"]["Id"].as_str().or(header["exchangedDocument"]["id"].as_str())
}
