//! Customers and their events.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, text, unknown};
use crate::error::SandboxError;
use crate::request::Arguments;

pub(super) type Handler = fn(&mut Customers, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_or_update_customer", |customers, arguments| customers.create_or_update(&arguments.body).map(Some)),
    ("get_customer_by_customer_code", |customers, arguments| customers.get(&arguments.parameters).map(Some)),
    ("add_customer_event", |customers, arguments| customers.add_event(&arguments.body).map(Some)),
    ("get_customer_events", |customers, arguments| Ok(Some(customers.events(&arguments.parameters, &arguments.body)))),
    ("edit_customer_event", |customers, arguments| {
        customers.edit_event(&arguments.parameters, &arguments.body).map(Some)
    }),
];

#[derive(Debug)]
pub(super) struct Customers {
    records: Vec<Customer>,
    events: Vec<Event>,
    /// The number in the code of the next customer; it is far from the documented ones.
    next_code: u32,
    /// The number of the next event.
    next_event: i64,
}

#[derive(Debug)]
struct Customer {
    /// The identifier in events, which differs from the code.
    id: i64,
    properties: JsonObject,
}

#[derive(Debug)]
struct Event {
    customer_code: String,
    properties: JsonObject,
}

impl Customers {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let mut this = Self { records: Vec::new(), events: Vec::new(), next_code: 900_001, next_event: 1 };

        let listed = examples.response("get_customer_events")?;
        let listed_for = examples.parameter("get_customer_events", "customerCode")?;
        let edited = examples.response("edit_customer_event")?;
        let edited_for = &examples.request("edit_customer_event")?["customerCode"];
        let listed = listed["data"].as_array().into_iter().flatten().map(|event| (&listed_for, event));
        for (code, properties) in listed.chain([(edited_for, &edited["data"])]) {
            let (Some(code), Some(properties)) = (code.as_str(), properties.as_object()) else { continue };
            this.events.push(Event { customer_code: code.to_owned(), properties: properties.clone() });
        }
        let numbers = this.events.iter().filter_map(|event| event.properties.get("eventId").and_then(Value::as_i64));
        this.next_event = numbers.max().unwrap_or(0) + 1;

        let mut codes = BTreeMap::new();
        for spec in examples.specs() {
            codes_in(spec.document(), &mut codes);
            let parameters = spec.operations().iter().flat_map(|operation| &operation.parameters);
            for parameter in parameters.filter(|parameter| parameter.name == "customerCode") {
                let code = parameter.example.as_ref().and_then(|example| example.value.as_str());
                add_code(&mut codes, code.unwrap_or_default(), None);
            }
        }
        for event in &this.events {
            let id = event.properties.get("customerId").and_then(Value::as_i64);
            add_code(&mut codes, &event.customer_code, id);
        }
        for (code, id) in codes {
            let id = id.unwrap_or_else(|| this.next_id());
            let properties = json!({ "customerCode": code, "customerName": "string" });
            this.records.push(Customer { id, properties: properties.as_object().cloned().unwrap_or_default() });
        }
        Ok(this)
    }

    /// Checks that a code, if it is not null, belongs to a customer.
    pub(super) fn check(&self, code: &Value) -> Result<(), String> {
        let known = code.as_str().is_none_or(|code| self.find(code).is_some());
        if known { Ok(()) } else { Err(unknown("customerCode", code)) }
    }

    /// Returns the identifier and the name of a customer.
    pub(super) fn id_and_name(&self, code: &str) -> Option<(i64, &str)> {
        self.find(code).map(|customer| (customer.id, text(&customer.properties, "customerName")))
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let code = match body["customerCode"].as_str() {
            Some(code) => {
                let known = self.records.iter_mut().find(|customer| text(&customer.properties, "customerCode") == code);
                merge(&mut known.ok_or_else(|| unknown("customerCode", &body["customerCode"]))?.properties, body);
                code.to_owned()
            }
            None => self.create(body),
        };
        Ok(json!({ "customerCode": code }))
    }

    fn create(&mut self, body: &Value) -> String {
        let code = format!("C{:06}", self.next_code);
        self.next_code += 1;
        let mut properties = JsonObject::new();
        merge(&mut properties, body);
        properties.insert("customerCode".to_owned(), code.clone().into());
        self.records.push(Customer { id: self.next_id(), properties });
        code
    }

    fn get(&self, parameters: &JsonObject) -> Result<Value, String> {
        let code = text(parameters, "customerCode");
        let customer = self.find(code).ok_or_else(|| unknown("customerCode", &code.into()))?;
        Ok(Value::Object(customer.properties.clone()))
    }

    fn add_event(&mut self, body: &Value) -> Result<Value, String> {
        self.check(&body["customerCode"])?;
        let number = self.next_event;
        self.next_event += 1;
        let mut properties = JsonObject::new();
        merge(&mut properties, body);
        properties.remove("customerCode");
        properties.insert("eventId".to_owned(), number.into());
        let customer_code = body["customerCode"].as_str().unwrap_or_default().to_owned();
        self.events.push(Event { customer_code, properties });
        Ok(json!({ "eventId": number }))
    }

    fn events(&self, parameters: &JsonObject, period: &Value) -> Value {
        let code = text(parameters, "customerCode");
        let of_the_type = |event: &Event| {
            let event_type = parameters.get("eventTypeIds");
            event_type.is_none_or(|event_type| event.properties.get("eventType") == Some(event_type))
        };
        let in_the_period = |event: &Event| {
            let date = local_time(text(&event.properties, "eventDate"));
            period["dateFrom"].as_str().is_none_or(|from| local_time(from) <= date)
                && period["dateTo"].as_str().is_none_or(|to| date <= local_time(to))
        };
        let events = self.events.iter().filter(|event| event.customer_code == code);
        let events = events.filter(|event| of_the_type(event) && in_the_period(event));
        let customer_id = self.find(code).map(|customer| customer.id);
        let payload = events.map(|event| {
            let mut properties = event.properties.clone();
            properties.extend(customer_id.map(|id| ("customerId".to_owned(), id.into())));
            Value::Object(properties)
        });
        Value::Array(payload.collect())
    }

    /// Removes the events of a customer, and returns them unchanged.
    pub(super) fn take_events(&mut self, code: &str) -> Vec<Value> {
        let taken = self.events.extract_if(.., |event| event.customer_code == code);
        taken.map(|event| Value::Object(event.properties)).collect()
    }

    fn edit_event(&mut self, parameters: &JsonObject, body: &Value) -> Result<Value, String> {
        self.check(&body["customerCode"])?;
        let number = parameters.get("eventId").unwrap_or(&Value::Null);
        let event = self.events.iter_mut().find(|event| event.properties.get("eventId") == Some(number));
        let event = event.ok_or_else(|| unknown("eventId", number))?;
        merge(&mut event.properties, body);
        event.properties.insert("eventId".to_owned(), number.clone());
        if let Some(Value::String(code)) = event.properties.remove("customerCode") {
            event.customer_code = code;
        }
        let mut payload = event.properties.clone();
        payload.remove("customerId"); // the documented response to an edit does not have it
        Ok(Value::Object(payload))
    }

    fn find(&self, code: &str) -> Option<&Customer> {
        self.records.iter().find(|customer| text(&customer.properties, "customerCode") == code)
    }

    fn next_id(&self) -> i64 {
        self.records.iter().map(|customer| customer.id).max().unwrap_or(0) + 1
    }
}

/// Removes the offset of a date and time: requests have none, and responses use the same local time.
fn local_time(date_time: &str) -> &str {
    date_time.get(.."2025-01-29T15:38:43".len()).unwrap_or(date_time)
}

/// The codes of the customers in the examples, with their identifiers if an example has them.
type Codes = BTreeMap<String, Option<i64>>;

/// Collects the codes of customers: each string called `customerCode`.
fn codes_in(value: &Value, codes: &mut Codes) {
    match value {
        Value::Object(properties) => {
            let id = properties.get("customerId").and_then(Value::as_i64);
            add_code(codes, text(properties, "customerCode"), id);
            properties.values().for_each(|property| codes_in(property, codes));
        }
        Value::Array(items) => items.iter().for_each(|item| codes_in(item, codes)),
        _ => {}
    }
}

/// Adds a code, unless it is a placeholder like `<string>`.
fn add_code(codes: &mut Codes, code: &str, id: Option<i64>) {
    if !code.is_empty() && !code.starts_with('<') {
        let known = codes.entry(code.to_owned()).or_default();
        *known = known.or(id);
    }
}
