//! Contracts and the services agreed on in them.

use serde_json::{Value, json};

use super::customers::Customers;
use super::series::Series;
use super::{Examples, Members, members, merge, shown, text, unknown};
use crate::shape::Shape;

#[derive(Debug)]
pub(super) struct Contracts {
    known: Vec<Members>,
    shape: Option<Shape>,
    numbers: Series,
    /// The identifier that the next service gets.
    next_service: i64,
}

impl Contracts {
    pub(super) fn new(examples: &Examples) -> Self {
        let documented = members(&examples.response("get_contract")["data"]);
        let agreement = examples.request("create_or_update_contract_service_agreement");
        // The service of the documentation belongs to another contract, which it names by a placeholder.
        let mut other = documented.clone();
        merge(&mut other, &json!({ "contractNo": agreement["contractNo"], "contractServices": [service(&agreement)] }));
        Self {
            numbers: Series::after(text(&documented, "contractNo")),
            known: vec![documented, other],
            shape: examples.shape("get_contract"),
            next_service: agreement["contractServiceId"].as_i64().unwrap_or(0) + 1,
        }
    }

    pub(super) fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let mut given = members(body);
        let agreed = given.remove("contractService").filter(Value::is_object);
        let index = match body["contractNo"].as_str() {
            Some(number) => self.index(number)?,
            None => {
                given.insert("contractNo".to_owned(), self.numbers.next().into());
                self.known.push(Members::new());
                self.known.len() - 1
            }
        };
        merge(&mut self.known[index], &Value::Object(given));
        if let Some(agreed) = agreed {
            // It has no identifier: it is the only service that this operation knows of.
            let first = self.services(index).first().map(|known| known["contractServiceId"].clone());
            self.set_service(index, &agreed, first)?;
        }
        Ok(json!({ "contractNo": self.known[index].get("contractNo") }))
    }

    pub(super) fn agree(&mut self, body: &Value) -> Result<Value, String> {
        let index = self.index(body["contractNo"].as_str().unwrap_or_default())?;
        let id = Some(&body["contractServiceId"]).filter(|id| !id.is_null());
        self.set_service(index, body, id.cloned())
    }

    pub(super) fn get(&self, parameters: &Members, customers: &Customers) -> Result<Value, String> {
        let mut contract = self.known[self.index(text(parameters, "no"))?].clone();
        if let Some((_, name)) = customers.id_and_name(text(&contract, "customerCode")) {
            contract.insert("customerName".to_owned(), name.into());
        }
        Ok(shown(self.shape, &contract))
    }

    /// Updates the service with the identifier, or adds one if there is none.
    fn set_service(&mut self, index: usize, given: &Value, id: Option<Value>) -> Result<Value, String> {
        let mut agreed = service(given);
        if let Some(id) = id {
            let known = self.services(index).iter_mut().find(|known| known["contractServiceId"] == id);
            let known = known.ok_or_else(|| unknown("contractServiceId", &id))?;
            agreed["contractServiceId"] = id;
            *known = agreed.clone();
        } else {
            agreed["contractServiceId"] = self.next_service.into();
            self.next_service += 1;
            self.services(index).push(agreed.clone());
        }
        Ok(agreed)
    }

    fn services(&mut self, index: usize) -> &mut Vec<Value> {
        let services = self.known[index].entry("contractServices").or_insert_with(|| json!([]));
        if !services.is_array() {
            *services = json!([]);
        }
        services.as_array_mut().expect("it is an array by now")
    }

    fn index(&self, number: &str) -> Result<usize, String> {
        let known = self.known.iter().position(|contract| text(contract, "contractNo") == number);
        known.ok_or_else(|| unknown("contractNo", &number.into()))
    }
}

/// A service without the number of its contract.
fn service(given: &Value) -> Value {
    let mut service = members(given);
    service.remove("contractNo");
    Value::Object(service)
}
