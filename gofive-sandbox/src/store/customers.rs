//! Customers and their events.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, object, text, unknown, value};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

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

/// The identifier of a customer in events, which differs from the code.
const CUSTOMER_ID: &str = "customerId";

/// The number before the first code of a new customer; it is far from the documented ones.
const BEFORE_FIRST: &str = "C900000";

#[derive(Clone, Debug)]
pub(super) struct Customers {
    pub(super) table: Table,
    /// The events, each with the code of its customer.
    pub(super) events: Table,
}

impl Customers {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let events = documented_events(examples)?;
        let mut codes = BTreeMap::new();
        for spec in examples.specs() {
            codes_in(spec.document(), &mut codes);
            let parameters = spec.operations().iter().flat_map(|operation| &operation.parameters);
            for parameter in parameters.filter(|parameter| parameter.name == "customerCode") {
                let code = parameter.example.as_ref().and_then(|example| example.value.as_str());
                add_code(&mut codes, code.unwrap_or_default(), None);
            }
        }
        for event in &events {
            add_code(&mut codes, text(event, "customerCode"), event.get(CUSTOMER_ID).and_then(Value::as_i64));
        }
        let next_event = events.iter().filter_map(|event| value(event, "eventId").as_i64()).max().unwrap_or(0) + 1;
        let mut next_id = codes.values().flatten().max().unwrap_or(&0) + 1;
        let mut records = Vec::new();
        for (code, id) in codes {
            let id = id.unwrap_or_else(|| {
                next_id += 1;
                next_id - 1
            });
            records.push(object(&json!({ "customerCode": code, "customerName": "string", CUSTOMER_ID: id })));
        }
        Ok(Self {
            table: Table::new(RecordKind::Customers, records).after_number(BEFORE_FIRST).with_next_id(next_id),
            events: Table::new(RecordKind::CustomerEvents, events).with_next_id(next_event),
        })
    }

    /// Checks that a code, if it is not null, belongs to a customer.
    pub(super) fn check(&self, code: &Value) -> Result<(), String> {
        let known = !code.is_string() || self.table.get(code).is_some();
        if known { Ok(()) } else { Err(unknown("customerCode", code)) }
    }

    /// Returns the identifier and the name of a customer.
    pub(super) fn id_and_name(&self, code: &str) -> Option<(&Value, &str)> {
        self.table.get(&code.into()).map(|customer| (value(customer, CUSTOMER_ID), text(customer, "customerName")))
    }

    fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let code = match &body["customerCode"] {
            Value::Null => self.create(body)?,
            code => {
                merge(self.table.find(code)?, body);
                code.clone()
            }
        };
        Ok(json!({ "customerCode": code }))
    }

    fn create(&mut self, body: &Value) -> Result<Value, String> {
        let (code, id) = (Value::from(self.table.next_number("customerCode")), self.table.next_id(CUSTOMER_ID));
        let mut customer = object(body);
        merge(&mut customer, &json!({ "customerCode": code, CUSTOMER_ID: id }));
        self.table.add(customer)?;
        Ok(code)
    }

    fn get(&mut self, parameters: &JsonObject) -> Result<Value, String> {
        self.table.find(value(parameters, "customerCode")).map(|customer| Value::Object(customer.clone()))
    }

    fn add_event(&mut self, body: &Value) -> Result<Value, String> {
        self.check(&body["customerCode"])?;
        let number = json!({ "eventId": self.events.next_id("eventId") });
        let mut event = object(body);
        merge(&mut event, &number);
        self.events.add(event)?;
        Ok(number)
    }

    fn events(&self, parameters: &JsonObject, period: &Value) -> Value {
        let code = text(parameters, "customerCode");
        let of_the_type = |event: &&JsonObject| {
            let event_type = parameters.get("eventTypeIds");
            event_type.is_none_or(|event_type| event.get("eventType") == Some(event_type))
        };
        let in_the_period = |event: &&JsonObject| {
            let date = local_time(text(event, "eventDate"));
            period["dateFrom"].as_str().is_none_or(|from| local_time(from) <= date)
                && period["dateTo"].as_str().is_none_or(|to| date <= local_time(to))
        };
        let events = self.events.iter().filter(|event| text(event, "customerCode") == code);
        let customer_id = self.id_and_name(code).map(|(id, _)| id);
        let payload = events.filter(of_the_type).filter(in_the_period).map(|event| {
            let mut event = without_code(event.clone());
            event.extend(customer_id.map(|id| (CUSTOMER_ID.to_owned(), id.clone())));
            Value::Object(event)
        });
        payload.collect()
    }

    /// Removes the events of a customer, and returns them unchanged.
    pub(super) fn take_events(&mut self, code: &str) -> Vec<Value> {
        let taken = self.events.take(|event| text(event, "customerCode") == code).into_iter();
        taken.map(|event| Value::Object(without_code(event))).collect()
    }

    fn edit_event(&mut self, parameters: &JsonObject, body: &Value) -> Result<Value, String> {
        self.check(&body["customerCode"])?;
        let number = value(parameters, "eventId");
        let event = self.events.find(number)?;
        let mut edit = object(body);
        if !value(&edit, "customerCode").is_string() {
            edit.remove("customerCode");
        }
        edit.insert("eventId".to_owned(), number.clone());
        merge(event, &Value::Object(edit));
        let mut payload = without_code(event.clone());
        payload.remove(CUSTOMER_ID); // the documented response to an edit does not have it
        Ok(Value::Object(payload))
    }
}

/// The events of the examples, each with the code of its customer.
fn documented_events(examples: &Examples) -> Result<Vec<JsonObject>, SandboxError> {
    let listed = examples.response("get_customer_events")?;
    let listed_for = examples.parameter("get_customer_events", "customerCode")?;
    let edited = examples.response("edit_customer_event")?;
    let edited_for = &examples.request("edit_customer_event")?["customerCode"];
    let listed = listed["data"].as_array().into_iter().flatten().map(|event| (&listed_for, event));
    let events = listed.chain([(edited_for, &edited["data"])]).filter_map(|(code, event)| {
        let mut event = event.as_object()?.clone();
        event.insert("customerCode".to_owned(), code.as_str()?.into());
        Some(event)
    });
    Ok(events.collect())
}

/// Returns an event without the code of its customer, as responses have it.
fn without_code(mut event: JsonObject) -> JsonObject {
    event.remove("customerCode");
    event
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
