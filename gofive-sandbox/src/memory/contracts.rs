//! Contracts and the services agreed on in them.

use serde_json::{Value, json};

use super::customers::Customers;
use super::series::Series;
use super::{Examples, Members, members, merge, shown, text, unknown};
use crate::shape::Shape;

#[derive(Debug)]
pub(super) struct Contracts {
    known: Vec<Contract>,
    shape: Option<Shape>,
    numbers: Series,
    /// The identifier that the next service gets.
    next_service: i64,
}

#[derive(Debug)]
struct Contract {
    /// All but the services.
    members: Members,
    services: Vec<Value>,
}

impl Contracts {
    pub(super) fn new(examples: &Examples) -> Self {
        let documented = members(&examples.response("get_contract")["data"]);
        let numbers = Series::after(text(&documented, "contractNo"));
        // The service of the documentation belongs to another contract, which it names by a placeholder.
        let agreement = examples.request("create_or_update_contract_service_agreement");
        let mut other = documented.clone();
        other.insert("contractNo".to_owned(), agreement["contractNo"].clone());
        let known = vec![
            Contract { members: documented, services: Vec::new() },
            Contract { members: other, services: vec![service(&agreement)] },
        ];
        let next_service = agreement["contractServiceId"].as_i64().unwrap_or(0) + 1;
        Self { known, shape: examples.shape("get_contract"), numbers, next_service }
    }

    pub(super) fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let number = body["contractNo"].as_str().map_or_else(|| self.open(), str::to_owned);
        let number = json!({ "contractNo": number });
        let contract = find(&mut self.known, &number["contractNo"])?;
        merge(&mut contract.members, body);
        merge(&mut contract.members, &number);
        let agreed = contract.members.remove("contractService").filter(Value::is_object);
        // It has no identifier, so that it is the first service that is meant.
        let first = contract.services.first().map_or(Value::Null, |service| service["contractServiceId"].clone());
        agreed.map(|agreed| contract.agree(&agreed, &first, &mut self.next_service)).transpose()?;
        Ok(number)
    }

    /// Opens a contract and tells its number.
    fn open(&mut self) -> String {
        let number = self.numbers.next();
        let members = members(&json!({ "contractNo": number }));
        self.known.push(Contract { members, services: Vec::new() });
        number
    }

    pub(super) fn agree(&mut self, body: &Value) -> Result<Value, String> {
        let contract = find(&mut self.known, &body["contractNo"])?;
        contract.agree(body, &body["contractServiceId"], &mut self.next_service)
    }

    pub(super) fn get(&mut self, parameters: &Members, customers: &Customers) -> Result<Value, String> {
        let contract = find(&mut self.known, &parameters["no"])?;
        let mut members = contract.members.clone();
        members.insert("contractServices".to_owned(), contract.services.clone().into());
        if let Some((_, name)) = customers.id_and_name(text(&members, "customerCode")) {
            members.insert("customerName".to_owned(), name.into());
        }
        Ok(shown(self.shape, &members))
    }
}

impl Contract {
    /// Updates the service with the identifier, or adds one if that is null.
    fn agree(&mut self, given: &Value, id: &Value, next_id: &mut i64) -> Result<Value, String> {
        let mut agreed = service(given);
        agreed["contractServiceId"] = id.clone();
        if id.is_null() {
            agreed["contractServiceId"] = (*next_id).into();
            *next_id += 1;
            self.services.push(agreed.clone());
        } else {
            let known = self.services.iter_mut().find(|known| known["contractServiceId"] == *id);
            *known.ok_or_else(|| unknown("contractServiceId", id))? = agreed.clone();
        }
        Ok(agreed)
    }
}

fn find<'a>(known: &'a mut [Contract], number: &Value) -> Result<&'a mut Contract, String> {
    let contract = known.iter_mut().find(|contract| contract.members.get("contractNo") == Some(number));
    contract.ok_or_else(|| unknown("contractNo", number))
}

/// A service without the number of its contract.
fn service(given: &Value) -> Value {
    let mut service = members(given);
    service.remove("contractNo");
    Value::Object(service)
}
