//! Properties that hold for every value, checked with random values.

use gofive_api::format::{AsSent, Format, Local, LocalSpace, Offset, OffsetMillis, UtcMillis};
use gofive_api::{Date, DateTime, Decimal, Error, ErrorKind, Id, TextDecimal};
use gofive_tests::events_of;
use gofive_tests::wire::{WireServer, response};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Any JSON, a few levels deep. Some of its property names have a meaning in an envelope.
fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![Just("1000".to_owned()), Just("4001".to_owned()), ".{0,12}"].prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 48, 6, |inner| {
        let name = prop_oneof![
            Just("status"),
            Just("code"),
            Just("description"),
            Just("data"),
            Just("value"),
            Just("statusCode"),
            Just("message"),
            Just("productCode"),
            Just("feedbackId"),
            Just("eventId"),
            Just("Data"),
            Just("StatusCode"),
            Just("isSuccess"),
            Just("error"),
            Just("errors"),
            Just("title"),
            Just("unknown"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|properties| properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// Checks that any body is a payload or an error that keeps the body, for every kind of payload, and never a panic.
fn survives(body: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let response = [head.as_bytes(), body].concat();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = WireServer::responding_with(vec![response]).await;
        let gofive = server.client().access_token("properties-access-token").build().unwrap();
        let venio = gofive.venio();
        let case: gofive_api::venio::AddCaseRequest = serde_json::from_value(json!({
            "caseType": 1, "subject": "s", "categoryId": 1, "dateCase": "d", "dateDue": "d", "assignedToUserId": "u",
        }))
        .unwrap();
        let check = |failure: Option<Error>| {
            if let Some(error) = failure {
                assert!(matches!(error.kind(), ErrorKind::Decode | ErrorKind::Business), "{error}");
                assert_eq!(error.body(), Some(body));
            }
        };
        check(venio.get_product("A001").await.err());
        check(venio.get_customer_events(&events_of("C000055")).await.err());
        check(venio.get_customer_event_types().await.err());
        check(venio.get_product_units().await.err());
        let added = venio.add_case(&case).await;
        if added.is_ok() {
            let json: Value = serde_json::from_slice(body).expect("a success is JSON");
            assert!(says_that_a_case_was_added(&json), "{json}");
        }
        check(added.err());
    });
}

/// The properties of that name, without regard to case.
fn properties<'a>(json: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = json.as_object().into_iter().flatten();
    all.filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The table of `gofive-api/src/decoding/success.rs` for `add_case`, whose payload `{feedbackId}` is in `data.data` or `data`.
fn says_that_a_case_was_added(body: &Value) -> bool {
    let outer: Vec<_> = properties(body, "data").collect();
    let inner: Vec<_> = outer.iter().flat_map(|outer| properties(outer, "data")).collect();
    let way = || std::iter::once(body).chain(outer.iter().copied());
    let codes = way().flat_map(|level| {
        let status = properties(level, "status").flat_map(|status| properties(status, "code"));
        status.chain(properties(level, "statusCode"))
    });
    let codes: Vec<String> = codes
        .filter(|code| code.is_number() || code.as_str().is_some_and(|code| !code.is_empty()))
        .map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned))
        .collect();
    if !codes.is_empty() {
        return codes.iter().all(|code| code.parse().is_ok_and(|code: u32| code == 1000 || (200..300).contains(&code)));
    }
    let is_set = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(properties) => !properties.is_empty(),
        Value::Bool(true) => true,
    };
    let refuses = way().any(|level| {
        properties(level, "isSuccess").any(|success| success == false)
            || ["error", "errors"].iter().any(|name| properties(level, name).any(is_set))
    });
    let mut data = inner.iter().chain(&outer).copied();
    !refuses
        && (body.get("feedbackId").is_some() || data.any(|level| level.get("feedbackId").is_some() || level.is_null()))
}

fn written<F: Format>(moment: Timestamp) -> Timestamp {
    let sent = serde_json::to_string(&DateTime::<F>::from(moment)).unwrap();
    let received: DateTime = serde_json::from_str(&sent).unwrap();
    received.timestamp().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_is_a_payload_or_an_error(body in any_json()) {
        survives(body.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_a_payload_or_an_error(body in prop::collection::vec(any::<u8>(), 1..200)) {
        survives(&body);
    }

    #[test]
    fn a_truncated_body_is_a_payload_or_an_error(body in any_json(), cut in 0.0..1.0_f64) {
        let text = body.to_string();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a length")]
        let end = ((text.len() as f64 * cut) as usize).max(1);
        survives(&text.as_bytes()[..end]);
    }

    #[test]
    fn every_digit_of_an_amount_survives(digits in -9_999_999_999_999_999_999_999_999_i128..9_999_999_999_999_999_999_999_999, scale in 0_u32..12) {
        let number = rust_decimal::Decimal::from_i128_with_scale(digits, scale);
        let text = number.to_string();
        prop_assert_eq!(serde_json::from_str::<Decimal>(&text).unwrap().get().unwrap(), number);
        prop_assert_eq!(serde_json::from_str::<Decimal>(&format!("{text:?}")).unwrap().get().unwrap(), number);
        prop_assert_eq!(serde_json::to_string(&Decimal::from(number)).unwrap(), text.clone());
        prop_assert_eq!(serde_json::to_string(&TextDecimal::from(number)).unwrap(), format!("{text:?}"));
    }

    #[test]
    fn a_timestamp_survives_every_format(millis in 0_i64..4_102_444_800_000) {
        let moment = Timestamp::from_millisecond(millis).unwrap();
        let second = Timestamp::from_second(millis / 1000).unwrap();
        prop_assert_eq!(written::<AsSent>(moment), moment);
        prop_assert_eq!(written::<OffsetMillis>(moment), moment);
        prop_assert_eq!(written::<UtcMillis>(moment), moment);
        prop_assert_eq!(written::<Offset>(moment), second);
        prop_assert_eq!(written::<Local>(moment), second);
        prop_assert_eq!(written::<LocalSpace>(moment), second);
    }

    #[test]
    fn any_text_is_kept_as_a_date_time(text in ".*") {
        let received: DateTime = serde_json::from_value(text.clone().into()).unwrap();
        let _ = (received.civil(), received.offset(), received.timestamp(), received.to_format::<Local>());
        let date: Date = serde_json::from_value(text.clone().into()).unwrap();
        let _ = date.civil();
        prop_assert_eq!(received.as_str(), &text);
        prop_assert_eq!(date.as_str(), &text);
    }

    #[test]
    fn an_identifier_is_the_same_as_text_and_as_number(number in any::<i64>()) {
        let of_number: Id = serde_json::from_value(number.into()).unwrap();
        let of_text: Id = serde_json::from_value(number.to_string().into()).unwrap();
        prop_assert_eq!(&of_number, &of_text);
        prop_assert_eq!(serde_json::to_value(&of_number).unwrap(), json!(number));
        prop_assert_eq!(serde_json::to_value(&of_text).unwrap(), json!(number.to_string()));
    }

    #[test]
    fn any_failed_status_with_any_body_is_an_error(status in 300_u16..600, body in ".{0,80}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = WireServer::responding_with(vec![response(status, "text/plain", &body)]).await;
            let once = server.client().access_token("properties-access-token").retry(gofive_api::RetryPolicy::none()).build().unwrap();
            // A 304 has no body by the rules of HTTP.
            if status != 304 {
                let error = once.venio().get_product("A001").await.unwrap_err();
                assert_eq!(error.http_status(), Some(status));
            }
        });
    }
}
