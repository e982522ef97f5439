//! The tax documents of eTaxGo.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, object, text, unknown};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Documents, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_abbreviated_tax_invoice", |documents, arguments| documents.create(&arguments.body).map(Some)),
    ("create_debit_note", |documents, arguments| documents.create(&arguments.body).map(Some)),
    ("create_corrected_receipt", |documents, arguments| documents.create(&arguments.body).map(Some)),
    ("create_document_json", |documents, arguments| documents.create_all(&arguments.body).map(Some)),
    ("create_document_from_raw_data", |documents, arguments| documents.create_all(&arguments.body).map(Some)),
    ("cancel_document", |documents, arguments| documents.cancel(&arguments.parameters).map(Some)),
    ("get_rd_submission_status", |documents, arguments| documents.status(&arguments.parameters).map(Some)),
    ("resend_document_delivery", |documents, arguments| documents.resend(&arguments.body).map(Some)),
    ("update_tax_invoice", |documents, arguments| documents.update(&arguments.body).map(Some)),
];

/// The number before the first one that the sandbox gives to a document without a number.
const BEFORE_FIRST: &str = "ET900000";

/// The documents, each with its number, and whether it is cancelled.
#[derive(Clone, Debug)]
pub(super) struct Documents(pub(super) Table);

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
        let mut table = Table::new(RecordKind::Documents, Vec::new()).after_number(BEFORE_FIRST);
        documented.iter().filter_map(Value::as_str).for_each(|number| table.put(document(number, false)));
        Ok(Self(table))
    }

    /// Creates one document, whose number is at the top level of the body.
    fn create(&mut self, body: &Value) -> Result<Value, String> {
        let number = body["DocumentNo"].as_str().or(body["documentNo"].as_str());
        Ok(json!({ "documentNumber": self.add(number)? }))
    }

    /// Creates several documents, each with its number in its header, or none if the room is too small for all of them.
    fn create_all(&mut self, body: &Value) -> Result<Value, String> {
        let headers = headers(body);
        self.0.check_room(headers.len())?;
        let numbers = headers.into_iter().map(|header| self.add(document_number(header)));
        let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "documentNumber": numbers.first(), "documentNumbers": numbers }))
    }

    /// Adds a document; it replaces an existing one of the same number.
    fn add(&mut self, number: Option<&str>) -> Result<String, String> {
        let given = number.filter(|number| !number.is_empty()).map(str::to_owned);
        let number = given.unwrap_or_else(|| self.0.next_number("documentNumber"));
        self.0.add_or_merge(document(&number, false))?;
        Ok(number)
    }

    fn cancel(&mut self, parameters: &JsonObject) -> Result<Value, String> {
        let number = text(parameters, "documentNumber");
        if self.is_cancelled(number)? {
            return Err(format!("documentNumber {number} is already cancelled"));
        }
        self.0.add_or_merge(document(number, true))?;
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
        let document = self.0.get(&number.into()).ok_or_else(|| unknown("documentNumber", &number.into()))?;
        Ok(document.get("cancelled") == Some(&Value::Bool(true)))
    }
}

fn document(number: &str, is_cancelled: bool) -> JsonObject {
    object(&json!({ "documentNumber": number, "cancelled": is_cancelled }))
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
