//! Contracts and their service agreements.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, text, to_payload, unknown};
use super::sequence::NumberSequence;
use crate::error::SandboxError;
use crate::payload_schema::PayloadSchema;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut Contracts, &Customers, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_or_update_contract", |contracts, customers, arguments| {
        customers.check(&arguments.body["customerCode"])?;
        contracts.create_or_update(&arguments.body).map(Some)
    }),
    ("create_or_update_contract_service_agreement", |contracts, _, arguments| {
        contracts.create_or_update_service(&arguments.body).map(Some)
    }),
    ("get_contract", |contracts, customers, arguments| contracts.get(&arguments.parameters, customers).map(Some)),
];

#[derive(Debug)]
pub(super) struct Contracts {
    records: Vec<Contract>,
    schema: Option<PayloadSchema>,
    numbers: NumberSequence,
    /// The identifier of the next service.
    next_service: i64,
}

#[derive(Debug)]
struct Contract {
    /// All properties but the services.
    properties: JsonObject,
    services: Vec<Value>,
}

impl Contracts {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let documented = object(&examples.response("get_contract")?["data"]);
        let numbers = NumberSequence::after(text(&documented, "contractNo"));
        // The documented service belongs to another contract, whose number is a placeholder.
        let agreement = examples.request("create_or_update_contract_service_agreement")?;
        let mut other = documented.clone();
        other.insert("contractNo".to_owned(), agreement["contractNo"].clone());
        let records = vec![
            Contract { properties: documented, services: Vec::new() },
            Contract { properties: other, services: vec![without_contract_no(&agreement)] },
        ];
        let next_service = agreement["contractServiceId"].as_i64().unwrap_or(0) + 1;
        Ok(Self { records, schema: examples.payload_schema("get_contract")?, numbers, next_service })
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let number = body["contractNo"].as_str().map_or_else(|| self.create(), str::to_owned);
        let number = json!({ "contractNo": number });
        let contract = find(&mut self.records, &number["contractNo"])?;
        merge(&mut contract.properties, body);
        merge(&mut contract.properties, &number);
        let service = contract.properties.remove("contractService").filter(Value::is_object);
        // The service in the body has no identifier, so that it updates the first service.
        let first = contract.services.first().map_or(Value::Null, |service| service["contractServiceId"].clone());
        service
            .map(|service| contract.create_or_update_service(&service, &first, &mut self.next_service))
            .transpose()?;
        Ok(number)
    }

    /// Creates a contract and returns its number.
    fn create(&mut self) -> String {
        let number = self.numbers.next();
        let properties = object(&json!({ "contractNo": number }));
        self.records.push(Contract { properties, services: Vec::new() });
        number
    }

    fn create_or_update_service(&mut self, body: &Value) -> Result<Value, String> {
        let contract = find(&mut self.records, &body["contractNo"])?;
        contract.create_or_update_service(body, &body["contractServiceId"], &mut self.next_service)
    }

    fn get(&mut self, parameters: &JsonObject, customers: &Customers) -> Result<Value, String> {
        let contract = find(&mut self.records, &parameters["no"])?;
        let mut properties = contract.properties.clone();
        properties.insert("contractServices".to_owned(), contract.services.clone().into());
        if let Some((_, name)) = customers.id_and_name(text(&properties, "customerCode")) {
            properties.insert("customerName".to_owned(), name.into());
        }
        Ok(to_payload(self.schema, &properties))
    }
}

impl Contract {
    /// Updates the service with the identifier, or adds a service if the identifier is null.
    fn create_or_update_service(&mut self, given: &Value, id: &Value, next_id: &mut i64) -> Result<Value, String> {
        let mut service = without_contract_no(given);
        service["contractServiceId"] = id.clone();
        if id.is_null() {
            service["contractServiceId"] = (*next_id).into();
            *next_id += 1;
            self.services.push(service.clone());
        } else {
            let known = self.services.iter_mut().find(|known| known["contractServiceId"] == *id);
            *known.ok_or_else(|| unknown("contractServiceId", id))? = service.clone();
        }
        Ok(service)
    }
}

fn find<'a>(records: &'a mut [Contract], number: &Value) -> Result<&'a mut Contract, String> {
    let contract = records.iter_mut().find(|contract| contract.properties.get("contractNo") == Some(number));
    contract.ok_or_else(|| unknown("contractNo", number))
}

/// Returns a service without the number of its contract.
fn without_contract_no(given: &Value) -> Value {
    let mut service = object(given);
    service.remove("contractNo");
    Value::Object(service)
}
