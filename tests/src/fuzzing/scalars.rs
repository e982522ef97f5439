//! Reads any JSON as a scalar: what is read is written with the digits that were received, and no accessor panics.

use std::fmt::{Debug, Display};

use gofive_api::{Date, DateTime, Decimal, Id, RawJson, TextDecimal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Checks one input, which is the JSON text.
pub fn scalar(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(json) = text.parse::<RawJson>() else { return };
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
    assert_eq!(json.as_str(), trimmed, "kept as sent");
    assert_eq!(serde_json::to_string(&json).expect("JSON is written as JSON"), trimmed);
    let _ = format!("{json} {json:?} {:?} {:?}", json.pointer("/a/0"), json.to_value());

    if let Some(decimal) = same::<Decimal>(&json) {
        let _ = (decimal.get(), decimal.round());
        // A text is written as a number, which may look different.
        if !json.as_str().starts_with('"') {
            assert_eq!(serde_json::to_string(&decimal).expect("a number is written as JSON"), json.as_str());
        }
    }
    if let Some(decimal) = same::<TextDecimal>(&json) {
        let _ = (decimal.get(), decimal.round());
    }
    if let Some(date_time) = same::<DateTime>(&json) {
        let _ = (date_time.timestamp(), date_time.civil(), date_time.offset(), date_time.in_bangkok());
    }
    if let Some(date) = same::<Date>(&json) {
        let _ = date.civil();
    }
    let _ = same::<Id>(&json);
}

/// Reads a scalar, and checks that it is the same after being written and read again. Reading a `Value` must not panic.
fn same<T: DeserializeOwned + Serialize + PartialEq + Debug + Display>(json: &RawJson) -> Option<T> {
    if let Ok(value) = json.to_value() {
        let _ = serde_json::from_value::<T>(value);
    }
    let read: T = json.read().ok()?;
    let sent = serde_json::to_string(&read).expect("a scalar is written as JSON");
    let again: T = serde_json::from_str(&sent).expect("what was written is read");
    assert_eq!(again, read, "{json} was written as {sent}");
    let _ = format!("{read} {read:?}");
    Some(read)
}

/// The corpus: numbers and texts of every kind.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let texts = [
        "1.10",
        "-0",
        "67941.0",
        "123456789012345678901234567890",
        "12345678901234567.89",
        "2.8421709430404007E-14",
        "1e400",
        "9223372036854775808",
        "2024-02-29T23:59:59.999+07:00",
        "2024-09-12T10:00:00",
        "2024-09-12",
        "1726110000000",
        r"a\u0e01\n\/",
    ];
    let numbers = texts.iter().filter(|text| serde_json::from_str::<Value>(text).is_ok()).map(ToString::to_string);
    let all = numbers.chain(texts.iter().map(|text| format!("\"{text}\""))).chain(["null".into(), "[1.0]".into()]);
    all.enumerate().map(|(index, json)| (format!("scalar-{index}"), json.into_bytes())).collect()
}
