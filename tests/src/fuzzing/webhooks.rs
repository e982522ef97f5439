//! Parses any body of a webhook: the result is an event with all data, or an error that keeps the whole body.

use gofive_api::ErrorKind;
use gofive_api::webhook::{Webhook, parse};
use gofive_spec::Api;
use serde_json::Value;

/// Checks one input, which is the body.
pub fn webhook(input: &[u8]) {
    let json = serde_json::from_slice::<Value>(input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input));
    match (parse(input), json) {
        (Ok(event), Ok(sent)) => {
            let _ = format!("{event:?}");
            let kept = match event {
                Webhook::ChatMessage(event) => serde_json::to_value(event).expect("what was read can be written"),
                Webhook::SalesOrder(event) => serde_json::to_value(event).expect("what was read can be written"),
                Webhook::Unknown(event) => {
                    assert_eq!(*event.json(), sent);
                    return;
                }
                _ => panic!("a new kind of event: add it here"),
            };
            assert!(same(&kept, &sent), "{sent} became {kept}");
        }
        (Err(error), Err(_)) => {
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert_eq!(error.body(), Some(input));
            let _ = format!("{error} {error:?}");
        }
        (parsed, json) => panic!("not both JSON: {parsed:?}, {json:?}"),
    }
}

/// Whether both have the same data: null equals a missing property, and a number equals a text with that number.
fn same(kept: &Value, sent: &Value) -> bool {
    match (kept, sent) {
        (Value::Object(kept), Value::Object(sent)) => {
            let names = kept.keys().chain(sent.keys());
            let value = |of: &serde_json::Map<String, Value>, name| of.get(name).cloned().unwrap_or_default();
            names.into_iter().all(|name| same(&value(kept, name), &value(sent, name)))
        }
        (Value::Array(kept), Value::Array(sent)) => {
            kept.len() == sent.len() && kept.iter().zip(sent).all(|(kept, sent)| same(kept, sent))
        }
        (Value::String(text), Value::Number(number)) | (Value::Number(number), Value::String(text)) => {
            text.trim().parse().ok() == number.as_f64()
        }
        (kept, sent) => kept == sent || (kept.is_number() && kept.as_f64() == sent.as_f64()),
    }
}

/// The corpus: the documented events.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let venio = Api::parse(gofive_spec::VENIO).expect("the committed bundle can be read");
    let examples = venio.webhooks.iter().flat_map(|webhook| {
        let examples = webhook.request_examples().iter();
        examples
            .map(move |example| (format!("{}-{}", webhook.path, example.name), example.value.to_string().into_bytes()))
    });
    examples.collect()
}
