//! Customers and their events.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Examples, Members, merge, text, unknown};

#[derive(Debug)]
pub(super) struct Customers {
    known: Vec<Customer>,
    events: Vec<Event>,
    /// The number in the code that the next customer gets: far from the documented ones.
    next_code: u32,
    /// The number that the next event gets.
    next_event: i64,
}

#[derive(Debug)]
struct Customer {
    /// The identifier that events show, which is not the code.
    id: i64,
    members: Members,
}

#[derive(Debug)]
struct Event {
    customer_code: String,
    members: Members,
}

impl Customers {
    pub(super) fn new(examples: &Examples) -> Self {
        let mut this = Self { known: Vec::new(), events: Vec::new(), next_code: 900_001, next_event: 1 };

        let listed = examples.response("get_customer_events");
        let listed_for = examples.parameter("get_customer_events", "customerCode");
        let edited = examples.response("edit_customer_event");
        let edited_for = &examples.request("edit_customer_event")["customerCode"];
        let listed = listed["data"].as_array().into_iter().flatten().map(|event| (&listed_for, event));
        for (code, members) in listed.chain([(edited_for, &edited["data"])]) {
            let (Some(code), Some(members)) = (code.as_str(), members.as_object()) else { continue };
            this.events.push(Event { customer_code: code.to_owned(), members: members.clone() });
        }
        let numbers = this.events.iter().filter_map(|event| event.members.get("eventId").and_then(Value::as_i64));
        this.next_event = numbers.max().unwrap_or(0) + 1;

        let mut codes = BTreeMap::new();
        examples.0.iter().for_each(|spec| codes_in(spec.doc(), &mut codes));
        for event in &this.events {
            let id = event.members.get("customerId").and_then(Value::as_i64);
            note(&mut codes, &event.customer_code, id);
        }
        for (code, id) in codes {
            let id = id.unwrap_or_else(|| this.next_id());
            let members = json!({ "customerCode": code, "customerName": "string" });
            this.known.push(Customer { id, members: members.as_object().cloned().unwrap_or_default() });
        }
        this
    }

    /// Whether a code is none, or that of a customer.
    pub(super) fn check(&self, code: &Value) -> Result<(), String> {
        let known = code.as_str().is_none_or(|code| self.find(code).is_some());
        if known { Ok(()) } else { Err(unknown("customerCode", code)) }
    }

    /// The identifier and the name of a customer.
    pub(super) fn id_and_name(&self, code: &str) -> Option<(i64, &str)> {
        self.find(code).map(|customer| (customer.id, text(&customer.members, "customerName")))
    }

    pub(super) fn create_or_update(&mut self, body: &Value) -> Result<Value, String> {
        let code = match body["customerCode"].as_str() {
            Some(code) => {
                let known = self.known.iter_mut().find(|customer| text(&customer.members, "customerCode") == code);
                merge(&mut known.ok_or_else(|| unknown("customerCode", &body["customerCode"]))?.members, body);
                code.to_owned()
            }
            None => self.create(body),
        };
        Ok(json!({ "customerCode": code }))
    }

    fn create(&mut self, body: &Value) -> String {
        let code = format!("C{:06}", self.next_code);
        self.next_code += 1;
        let mut members = Members::new();
        merge(&mut members, body);
        members.insert("customerCode".to_owned(), code.clone().into());
        self.known.push(Customer { id: self.next_id(), members });
        code
    }

    pub(super) fn get(&self, parameters: &Members) -> Result<Value, String> {
        let code = text(parameters, "customerCode");
        let customer = self.find(code).ok_or_else(|| unknown("customerCode", &code.into()))?;
        Ok(Value::Object(customer.members.clone()))
    }

    pub(super) fn add_event(&mut self, body: &Value) -> Result<Value, String> {
        self.check(&body["customerCode"])?;
        let number = self.next_event;
        self.next_event += 1;
        let mut members = Members::new();
        merge(&mut members, body);
        members.remove("customerCode");
        members.insert("eventId".to_owned(), number.into());
        let customer_code = body["customerCode"].as_str().unwrap_or_default().to_owned();
        self.events.push(Event { customer_code, members });
        Ok(json!({ "eventId": number }))
    }

    pub(super) fn events(&self, parameters: &Members, period: &Value) -> Value {
        let code = text(parameters, "customerCode");
        let of_the_type = |event: &Event| {
            let wanted = parameters.get("eventTypeIds");
            wanted.is_none_or(|wanted| event.members.get("eventType") == Some(wanted))
        };
        let in_the_period = |event: &Event| {
            let date = wall_clock(text(&event.members, "eventDate"));
            period["dateFrom"].as_str().is_none_or(|from| wall_clock(from) <= date)
                && period["dateTo"].as_str().is_none_or(|to| date <= wall_clock(to))
        };
        let events = self.events.iter().filter(|event| event.customer_code == code);
        let events = events.filter(|event| of_the_type(event) && in_the_period(event));
        let customer_id = self.find(code).map(|customer| customer.id);
        let shown = events.map(|event| {
            let mut members = event.members.clone();
            members.extend(customer_id.map(|id| ("customerId".to_owned(), id.into())));
            Value::Object(members)
        });
        Value::Array(shown.collect())
    }

    /// Removes the events of a customer, and returns them as they are.
    pub(super) fn take_events(&mut self, code: &str) -> Vec<Value> {
        let taken = self.events.extract_if(.., |event| event.customer_code == code);
        taken.map(|event| Value::Object(event.members)).collect()
    }

    pub(super) fn edit_event(&mut self, parameters: &Members, body: &Value) -> Result<Value, String> {
        self.check(&body["customerCode"])?;
        let number = parameters.get("eventId").unwrap_or(&Value::Null);
        let event = self.events.iter_mut().find(|event| event.members.get("eventId") == Some(number));
        let event = event.ok_or_else(|| unknown("eventId", number))?;
        merge(&mut event.members, body);
        event.members.insert("eventId".to_owned(), number.clone());
        if let Some(Value::String(code)) = event.members.remove("customerCode") {
            event.customer_code = code;
        }
        let mut shown = event.members.clone();
        shown.remove("customerId"); // the documented answer to an edit lacks it
        Ok(Value::Object(shown))
    }

    fn find(&self, code: &str) -> Option<&Customer> {
        self.known.iter().find(|customer| text(&customer.members, "customerCode") == code)
    }

    fn next_id(&self) -> i64 {
        self.known.iter().map(|customer| customer.id).max().unwrap_or(0) + 1
    }
}

/// A moment without its offset, which requests never have: answers and requests speak of the same clock.
fn wall_clock(moment: &str) -> &str {
    moment.get(.."2025-01-29T15:38:43".len()).unwrap_or(moment)
}

/// The customers by code that examples speak of, with the identifier if they tell it.
type Codes = BTreeMap<String, Option<i64>>;

/// Wherever else the name `customerCode` occurs, it is not that of a text.
fn codes_in(value: &Value, codes: &mut Codes) {
    match value {
        Value::Object(members) => {
            let id = members.get("customerId").and_then(Value::as_i64);
            note(codes, text(members, "customerCode"), id);
            if text(members, "name") == "customerCode" {
                note(codes, text(members, "example"), None);
            }
            members.values().for_each(|member| codes_in(member, codes));
        }
        Value::Array(items) => items.iter().for_each(|item| codes_in(item, codes)),
        _ => {}
    }
}

/// A placeholder like `<string>` is nobody's code.
fn note(codes: &mut Codes, code: &str, id: Option<i64>) {
    if !code.is_empty() && !code.starts_with('<') {
        let known = codes.entry(code.to_owned()).or_default();
        *known = known.or(id);
    }
}
