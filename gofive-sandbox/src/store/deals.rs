//! Deals, which are created and updated; no operation returns a list of them.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, rename, to_payload, unknown};
use super::sequence::NumberSequence;
use crate::error::SandboxError;
use crate::payload_schema::PayloadSchema;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut Deals, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_deal", |deals, arguments| Ok(Some(deals.create(&arguments.body)))),
    ("update_deal", |deals, arguments| deals.update(&arguments.parameters, &arguments.body).map(Some)),
];

#[derive(Debug)]
pub(super) struct Deals {
    /// The deals, with the property names of responses.
    records: Vec<JsonObject>,
    schema: Option<PayloadSchema>,
    /// The numbers after the last documented one, which is in the example of a case.
    numbers: NumberSequence,
    next_id: i64,
}

impl Deals {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let id = examples.parameter("update_deal", "id")?;
        let mut documented = object(&examples.response("update_deal")?["data"]["value"]);
        documented.insert("dealsId".to_owned(), id.clone());
        let case = examples.request("add_case")?;
        let last = case["dealNos"].as_array().and_then(|numbers| numbers.last()?.as_str()).unwrap_or("D0");
        Ok(Self {
            records: vec![documented],
            schema: examples.payload_schema("update_deal")?,
            numbers: NumberSequence::after(last),
            next_id: id.as_i64().unwrap_or(0) + 1,
        })
    }

    fn create(&mut self, body: &Value) -> Value {
        let identifiers = json!({ "dealsId": self.next_id, "dealNo": self.numbers.next() });
        self.next_id += 1;
        let mut deal = with_response_names(body);
        merge(&mut deal, &identifiers);
        self.records.push(deal);
        identifiers
    }

    fn update(&mut self, parameters: &JsonObject, body: &Value) -> Result<Value, String> {
        let id = parameters.get("id").unwrap_or(&Value::Null);
        let deal = self.records.iter_mut().find(|deal| deal.get("dealsId") == Some(id));
        let deal = deal.ok_or_else(|| unknown("dealsId", id))?;
        merge(deal, &Value::Object(with_response_names(body)));
        Ok(to_payload(self.schema, deal))
    }
}

/// Renames the properties of a request to those of a response.
fn with_response_names(body: &Value) -> JsonObject {
    let mut deal = object(body);
    rename(&mut deal, &[("dealName", "dealsName"), ("dealValue", "dealsValue"), ("dealDate", "dealsDate")]);
    deal
}
