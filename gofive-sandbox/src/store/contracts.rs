//! Contracts and their service agreements.

use serde_json::{Value, json};

use super::customers::Customers;
use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, text, to_payload, unknown, value};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::payload_schema::PayloadSchema;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

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

/// The property of a contract with its services.
const SERVICES: &str = "contractServices";

/// The property of a service that identifies it.
const SERVICE_ID: &str = "contractServiceId";

#[derive(Clone, Debug)]
pub(super) struct Contracts {
    /// The contracts with their services. The identifiers of the table are those of services.
    pub(super) table: Table,
    schema: Option<PayloadSchema>,
}

impl Contracts {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let mut documented = object(&examples.response("get_contract")?["data"]);
        documented.insert(SERVICES.to_owned(), json!([]));
        let last = text(&documented, "contractNo").to_owned();
        // The documented service belongs to another contract, whose number is a placeholder.
        let agreement = examples.request("create_or_update_contract_service_agreement")?;
        let mut other = documented.clone();
        other.insert("contractNo".to_owned(), agreement["contractNo"].clone());
        other.insert(SERVICES.to_owned(), json!([without_contract_no(&agreement)]));
        let next_service = agreement[SERVICE_ID].as_i64().unwrap_or(0) + 1;
        let table =
            Table::new(RecordKind::Contracts, vec![documented, other]).after_number(&last).with_next_id(next_service);
        Ok(Self { table, schema: examples.payload_schema("get_contract")? })
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let number = match &body["contractNo"] {
            Value::Null => self.create()?,
            number => number.clone(),
        };
        let mut given = object(body);
        let service = given.remove("contractService").filter(Value::is_object);
        given.insert("contractNo".to_owned(), number.clone());
        let contract = self.table.find(&number)?;
        merge(contract, &Value::Object(given));
        // The service in the body has no identifier, so that it updates the first service.
        let first = value(contract, SERVICES)[0][SERVICE_ID].clone();
        service.map(|service| self.set_service(&number, &service, &first)).transpose()?;
        Ok(json!({ "contractNo": number }))
    }

    /// Creates a contract without services, and returns its number.
    fn create(&mut self) -> Result<Value, String> {
        let number = Value::from(self.table.next_number("contractNo"));
        self.table.add(object(&json!({ "contractNo": number, SERVICES: [] })))?;
        Ok(number)
    }

    fn create_or_update_service(&mut self, body: &Value) -> Result<Value, String> {
        self.set_service(&body["contractNo"], body, &body[SERVICE_ID])
    }

    /// Updates the service with the identifier, or adds a service if the identifier is null.
    fn set_service(&mut self, number: &Value, given: &Value, id: &Value) -> Result<Value, String> {
        self.table.find(number)?;
        let new_id = if id.is_null() { self.next_service() } else { id.clone() };
        let mut service = without_contract_no(given);
        service[SERVICE_ID] = new_id;
        let services = self.table.find(number)?.entry(SERVICES).or_insert_with(|| json!([]));
        let services = services.as_array_mut().ok_or("the contract has no list of services")?;
        if id.is_null() {
            services.push(service.clone());
        } else {
            let known = services.iter_mut().find(|known| known[SERVICE_ID] == *id);
            *known.ok_or_else(|| unknown(SERVICE_ID, id))? = service.clone();
        }
        Ok(service)
    }

    /// Returns the next identifier that no service has.
    fn next_service(&mut self) -> Value {
        loop {
            let id = Value::from(self.table.next_id(SERVICE_ID));
            let mut services = self.table.iter().filter_map(|contract| contract.get(SERVICES)?.as_array()).flatten();
            if services.all(|service| service[SERVICE_ID] != id) {
                return id;
            }
        }
    }

    fn get(&mut self, parameters: &JsonObject, customers: &Customers) -> Result<Value, String> {
        let mut properties = self.table.find(value(parameters, "no"))?.clone();
        if let Some((_, name)) = customers.id_and_name(text(&properties, "customerCode")) {
            properties.insert("customerName".to_owned(), name.into());
        }
        Ok(to_payload(self.schema, &properties))
    }
}

/// Returns a service without the number of its contract.
fn without_contract_no(given: &Value) -> Value {
    let mut service = object(given);
    service.remove("contractNo");
    Value::Object(service)
}
