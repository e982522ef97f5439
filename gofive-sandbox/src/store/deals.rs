//! Deals, which are created and updated; no operation returns a list of them.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, rename, to_payload, value};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::payload_schema::PayloadSchema;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Deals, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_deal", |deals, arguments| deals.create(&arguments.body).map(Some)),
    ("update_deal", |deals, arguments| deals.update(&arguments.parameters, &arguments.body).map(Some)),
];

#[derive(Clone, Debug)]
pub(super) struct Deals {
    /// The deals, with the property names of responses. Their numbers follow the last documented one, which is in the
    /// example of a case.
    pub(super) table: Table,
    schema: Option<PayloadSchema>,
}

impl Deals {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let id = examples.parameter("update_deal", "id")?;
        let mut documented = object(&examples.response("update_deal")?["data"]["value"]);
        documented.insert("dealsId".to_owned(), id.clone());
        let case = examples.request("add_case")?;
        let last = case["dealNos"].as_array().and_then(|numbers| numbers.last()?.as_str()).unwrap_or("D0");
        let next_id = id.as_i64().unwrap_or(0) + 1;
        let table = Table::new(RecordKind::Deals, vec![documented]).after_number(last).with_next_id(next_id);
        Ok(Self { table, schema: examples.payload_schema("update_deal")? })
    }

    fn create(&mut self, body: &Value) -> Result<Value, String> {
        let (id, number) = (self.table.next_id("dealsId"), self.table.next_number("dealNo"));
        let identifiers = json!({ "dealsId": id, "dealNo": number });
        let mut deal = with_response_names(body);
        merge(&mut deal, &identifiers);
        self.table.add(deal)?;
        Ok(identifiers)
    }

    fn update(&mut self, parameters: &JsonObject, body: &Value) -> Result<Value, String> {
        let deal = self.table.find(value(parameters, "id"))?;
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
