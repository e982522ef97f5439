//! Parsing webhooks: any body is read, kept or refused, and its data is never lost.

use gofive_api::webhook::{SharedSecret, UnknownWebhook, Webhook, parse};
use gofive_api::{Error, ErrorKind, Id};
use gofive_spec::Api;
use serde_json::{Value, json};

const CHAT_MESSAGE: &str = r#"{"Topic":"Chat","Event":"Message","Data":{"ChatMessage":{"RoomId":"26259b2c-509c-4ff5-a82a-d1b5505b014d","Platform":1,"Content":"สวัสดี","User":{"OriginalName":"John"}}}}"#;
const SALES_ORDER: &str = r#"{"Data":{"SaleOrderNo":"SO24090001"}}"#;

#[test]
fn a_chat_message_is_recognised_by_its_topic_and_event() {
    let Ok(Webhook::ChatMessage(event)) = parse(CHAT_MESSAGE.as_bytes()) else { panic!("no chat message") };
    let message = event.data.unwrap().chat_message.unwrap();
    assert_eq!(message.room_id.as_deref(), Some("26259b2c-509c-4ff5-a82a-d1b5505b014d"));
    assert_eq!(message.platform, Some(Id::from(1)));
    assert_eq!(message.content.as_deref(), Some("สวัสดี"));
    assert_eq!(message.user.unwrap().original_name.as_deref(), Some("John"));
}

#[test]
fn a_sales_order_is_recognised_by_its_number() {
    for body in [
        SALES_ORDER,
        r#"{"Topic":"SalesOrder","Event":"Create","Data":{"SaleOrderNo":"SO24090001"}}"#,
        r#"{"Topic":null,"Event":null,"Data":{"SaleOrderNo":"SO24090001"}}"#,
        r#"{"Topic":"Chat","Event":"Order","Data":{"SaleOrderNo":"SO24090001"}}"#,
    ] {
        let Ok(Webhook::SalesOrder(event)) = parse(body.as_bytes()) else { panic!("no sales order: {body}") };
        assert_eq!(event.data.unwrap().sale_order_no.as_deref(), Some("SO24090001"), "{body}");
    }
}

/// The examples of the spec, so that this test notices a new kind of event.
#[test]
fn every_documented_webhook_is_of_a_known_kind() {
    let webhooks = Api::parse(gofive_spec::VENIO).unwrap().webhooks;
    for webhook in &webhooks {
        let body = &webhook.request_examples()[0].value;
        assert_eq!(known(body), *body, "{}", webhook.id);
    }
    assert!(!webhooks.is_empty());
}

#[test]
fn unknown_fields_of_a_webhook_are_preserved() {
    for body in [
        json!({"Data": {"SaleOrderNo": "SO24090001", "Total": 12.5}, "SentAt": [1, null]}),
        json!({"Topic": "Chat", "Event": "Message", "TenantId": 7,
            "Data": {"ChatMessage": {"RoomId": "r", "Sticker": {"Id": 1}, "User": {"Picture": "p"}}, "Seen": false}}),
    ] {
        assert_eq!(known(&body), body);
    }
}

#[test]
fn an_unknown_event_is_kept_whole() {
    let body =
        json!({"Topic": "Customer", "Event": "Merged", "Data": {"CustomerCode": "C000001"}, "SentAt": [1, null]});
    let event = unknown(&body.to_string());
    assert_eq!((event.topic.as_deref(), event.event.as_deref()), (Some("Customer"), Some("Merged")));
    assert_eq!(*event.json(), body);
}

#[test]
fn any_json_is_an_event() {
    for body in [
        "{}",
        "[]",
        "null",
        "0",
        r#""Chat""#,
        r#"[{"Data":{"SaleOrderNo":"SO24090001"}}]"#,
        r#"{"Data":null}"#,
        r#"{"Data":[]}"#,
        r#"{"Data":{}}"#,
        r#"{"Data":{"SaleOrderNo":null}}"#,
        r#"{"Topic":1,"Event":{},"Data":"SaleOrderNo"}"#,
        // Property names are case-sensitive.
        r#"{"data":{"saleOrderNo":"SO24090001"}}"#,
    ] {
        let event = unknown(body);
        assert_eq!((&event.topic, &event.event), (&None, &None), "{body}");
        assert_eq!(*event.json(), serde_json::from_str::<Value>(body).unwrap());
    }
}

/// Every property of an event may be missing, as in responses.
#[test]
fn a_known_event_may_lack_properties() {
    for body in [
        r#"{"Topic":"Chat","Event":"Message"}"#,
        r#"{"Topic":"Chat","Event":"Message","Data":null}"#,
        r#"{"Topic":"Chat","Event":"Message","Data":{}}"#,
        r#"{"Topic":"Chat","Event":"Message","Data":{"ChatMessage":null}}"#,
        r#"{"Topic":"Chat","Event":"Message","Data":{"ChatMessage":{"RoomId":null,"User":null}}}"#,
    ] {
        assert!(matches!(parse(body.as_bytes()), Ok(Webhook::ChatMessage(_))), "{body}");
    }
}

#[test]
fn a_known_event_that_does_not_match_its_type_is_kept_whole() {
    for body in [
        r#"{"Topic":"Chat","Event":"Message","Data":"hello"}"#,
        r#"{"Topic":"Chat","Event":"Message","Data":{"ChatMessage":{"Platform":["LINE"]}}}"#,
        r#"{"Topic":"Chat","Event":"Message","Data":{"ChatMessage":{"Content":["hello"]}}}"#,
    ] {
        let event = unknown(body);
        assert_eq!((event.topic.as_deref(), event.event.as_deref()), (Some("Chat"), Some("Message")));
        assert_eq!(*event.json(), serde_json::from_str::<Value>(body).unwrap());
    }
    for body in [r#"{"Data":{"SaleOrderNo":24090001}}"#, r#"{"Topic":[],"Data":{"SaleOrderNo":"SO24090001"}}"#] {
        assert_eq!(*unknown(body).json(), serde_json::from_str::<Value>(body).unwrap());
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let body = format!("\u{feff}{SALES_ORDER}");
    assert!(matches!(parse(body.as_bytes()), Ok(Webhook::SalesOrder(_))));
}

#[test]
fn a_body_that_is_cut_off_anywhere_is_refused_and_kept() {
    for body in [CHAT_MESSAGE, SALES_ORDER] {
        // Also in the middle of a character.
        for end in 0..body.len() {
            refused(&body.as_bytes()[..end]);
        }
    }
    assert_eq!(refused(&SALES_ORDER.as_bytes()[..28]).json_path(), Some("Data.SaleOrderNo"));
}

#[test]
fn any_bytes_are_refused_or_parsed() {
    let nested = |depth| [b"[".repeat(depth), b"]".repeat(depth)].concat();
    assert!(parse(&nested(100)).is_ok());
    for body in [
        &b""[..],
        b" \n",
        b"\0",
        b"\xEF\xBB\xBF",
        b"\xEF\xBB\xBF\xEF\xBB\xBF{}",
        b"\xFF\xFE{\0}\0",
        b"{\"Data\":{\"SaleOrderNo\":\"\xFF\"}}",
        br#"{"Data":{"SaleOrderNo":"\ud800"}}"#,
        b"{} {}",
        b"{\"Data\":NaN}",
        b"Topic=Chat&Event=Message",
        b"<html></html>",
        &nested(100_000),
        &br#"{"Data":"#.repeat(100_000),
    ] {
        refused(body);
    }
    // Each byte of a valid body is replaced by each other byte: parsing never panics.
    for at in 0..SALES_ORDER.len() {
        let mut body = SALES_ORDER.as_bytes().to_vec();
        for byte in 0..=u8::MAX {
            body[at] = byte;
            let _ = parse(&body);
        }
    }
}

#[test]
fn the_error_says_what_is_wrong_and_where() {
    let text = |body| refused(body).to_string();
    assert_eq!(text(b""), "the webhook has no body");
    assert_eq!(
        text(br#"{"Data": {"SaleOrderNo": SO1}}"#),
        "the body of the webhook is not JSON: expected value at line 1 column 26 (at Data.SaleOrderNo); \
         the body is: {\"Data\": {\"SaleOrderNo\": SO1}}"
    );
}

#[test]
fn only_the_secret_itself_matches() {
    let secret = SharedSecret::new("0f8b3c5d9e2a4716").unwrap();
    assert!(secret.matches("0f8b3c5d9e2a4716"));
    for given in ["", "0", "0f8b3c5d9e2a471", "0f8b3c5d9e2a47160", "1f8b3c5d9e2a4716", "0f8b3c5d9e2a4717"] {
        assert!(!secret.matches(given), "{given}");
    }
    assert!(!secret.matches("0F8B3C5D9E2A4716"));
    assert!(!secret.matches(" 0f8b3c5d9e2a4716"));
    let thai = SharedSecret::new("ความลับ").unwrap();
    assert!(thai.matches("ความลับ") && !thai.matches("ความลบ"));
}

#[test]
fn a_secret_that_can_be_guessed_is_refused() {
    for secret in ["", "letmein", "0f8b3c5d9e2a471"] {
        let error = SharedSecret::new(secret).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(secret.is_empty() || !format!("{error} {error:?}").contains(secret), "shown: {error}");
        assert!(error.to_string().contains(&format!("has {} bytes", secret.len())), "{error}");
    }
}

#[test]
fn the_secret_is_not_shown() {
    let secret = SharedSecret::new("0f8b3c5d9e2a4716").unwrap();
    assert_eq!(format!("{secret:?}"), "SharedSecret(***)");
    assert_eq!(format!("{:#?}", Some(secret)), "Some(\n    SharedSecret(***),\n)");
}

/// An event of a known kind, serialized again.
fn known(body: &Value) -> Value {
    match parse(body.to_string().as_bytes()) {
        Ok(Webhook::ChatMessage(event)) => serde_json::to_value(event).unwrap(),
        Ok(Webhook::SalesOrder(event)) => serde_json::to_value(event).unwrap(),
        other => panic!("{body}: {other:?}"),
    }
}

fn unknown(body: &str) -> UnknownWebhook {
    match parse(body.as_bytes()) {
        Ok(Webhook::Unknown(event)) => event,
        other => panic!("{body}: {other:?}"),
    }
}

fn refused(body: &[u8]) -> Error {
    let error = parse(body).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.body(), Some(body), "kept whole");
    assert!(!error.is_retryable());
    error
}
