//! Events, and how their bodies are made.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::WebhookError;
use super::event_kind::EventKind;
use crate::operations::request::describe;

/// The maximum size of the body of an event, because the log has all of it.
const MAX_BODY: usize = 256 * 1024;

/// An event to send.
///
/// ```
/// use gofive_sandbox::webhook::{Event, EventKind};
/// use serde_json::json;
///
/// let from_the_spec = Event::example(EventKind::CHAT_MESSAGE);
/// let changed = from_the_spec.clone().patch(json!({"Data": {"ChatMessage": {"Content": "Where is my order?"}}}));
/// let any = Event::any(json!({"Topic": "Customer", "Event": "Merged"}));
/// # assert_eq!(any.kind, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Event {
    /// The kind. It selects the targets, the example and the schema of the body; without it, any body can be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EventKind>,
    /// The body; without it, that of the spec's example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// What is different in the body: a JSON merge patch (RFC 7396), in which null removes a property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<Value>,
    /// The only target that the event is sent to, whatever kinds that target takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<u64>,
}

impl Event {
    /// Creates an event with the body of the spec's example.
    pub fn example(kind: EventKind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    /// Creates an event of no known kind, with any body.
    pub fn any(body: Value) -> Self {
        Self { body: Some(body), ..Self::default() }
    }

    /// Creates the event of a new sales order.
    pub fn new_sales_order(number: impl Into<String>) -> Self {
        Self::example(EventKind::NEW_SALES_ORDER).patch(json!({ "Data": { "SaleOrderNo": number.into() } }))
    }

    /// Creates the event of a chat message: the room and the text are given, all else is that of the spec's example.
    pub fn chat_message(room_id: impl Into<String>, content: impl Into<String>) -> Self {
        let message = json!({ "RoomId": room_id.into(), "Content": content.into() });
        Self::example(EventKind::CHAT_MESSAGE).patch(json!({ "Data": { "ChatMessage": message } }))
    }

    /// Sets the whole body. It must match the schema of the kind, if the event has one.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Changes parts of the body, by a JSON merge patch (RFC 7396).
    #[must_use]
    pub fn patch(mut self, patch: Value) -> Self {
        self.patch = Some(patch);
        self
    }

    /// Sends the event to one target only.
    #[must_use]
    pub fn only_to(mut self, target: u64) -> Self {
        self.target = Some(target);
        self
    }

    /// Returns the body to send.
    pub(super) fn resolve(&self) -> Result<Value, WebhookError> {
        let webhook = self.kind.and_then(EventKind::documented);
        let example = || Some(webhook?.1.request_examples().first()?.value.clone());
        let mut body = self.body.clone().or_else(example).ok_or(WebhookError::NoBody)?;
        if let Some(patch) = &self.patch {
            merge(&mut body, patch);
        }
        if let (Some(kind), Some((spec, schema))) =
            (self.kind, webhook.and_then(|(spec, webhook)| Some((spec, webhook.request_schema()?))))
        {
            spec.validate(schema, &body)
                .map_err(|violations| WebhookError::InvalidBody { kind, problems: describe("", &violations) })?;
        }
        if body.to_string().len() > MAX_BODY {
            return Err(WebhookError::BodyTooLarge { max: MAX_BODY });
        }
        Ok(body)
    }
}

/// Applies a JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Some(changes) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(properties) = target.as_object_mut() else { return };
    for (name, change) in changes {
        if change.is_null() {
            properties.remove(name);
        } else {
            merge(properties.entry(name.as_str()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_example_with_the_changes_of_the_patch() {
        let documented = Event::example(EventKind::CHAT_MESSAGE).resolve().unwrap();
        assert_eq!((&documented["Topic"], &documented["Event"]), (&json!("Chat"), &json!("Message")));
        let message = Event::chat_message("7", "Hello").resolve().unwrap();
        let mut expected = documented.clone();
        expected["Data"]["ChatMessage"]["RoomId"] = json!("7");
        expected["Data"]["ChatMessage"]["Content"] = json!("Hello");
        assert_eq!(message, expected);
        assert_eq!(Event::new_sales_order("SO1").resolve().unwrap(), json!({"Data": {"SaleOrderNo": "SO1"}}));
        let without = Event::example(EventKind::NEW_SALES_ORDER).patch(json!({"Data": null, "Topic": "Sales"}));
        assert_eq!(without.resolve().unwrap(), json!({"Topic": "Sales"}));
        assert_eq!(Event::any(json!([1])).patch(json!({"a": {"b": 1}})).resolve().unwrap(), json!({"a": {"b": 1}}));
    }

    #[test]
    fn a_body_that_is_not_of_its_kind_is_refused() {
        let wrong = json!({"Data": {"SaleOrderNo": 7}});
        let error = Event::example(EventKind::NEW_SALES_ORDER).body(wrong.clone()).resolve().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the body is not an event of the kind new_sales_order: /Data: {\"SaleOrderNo\":7} has none of the documented \
             types; to send it all the same, omit the kind"
        );
        assert_eq!(Event::any(wrong.clone()).resolve().unwrap(), wrong);
        assert_eq!(Event::default().resolve().unwrap_err(), WebhookError::NoBody);
        let large = Event::any("x".repeat(MAX_BODY).into());
        assert_eq!(large.resolve().unwrap_err(), WebhookError::BodyTooLarge { max: MAX_BODY });
    }
}
