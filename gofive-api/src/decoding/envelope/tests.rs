//! How much memory refusing a body takes, beyond the body itself.

use bytes::Bytes;
use reqwest::header::HeaderMap;

use super::*;
use crate::decoding::payload;

const MEBIBYTE: usize = 1024 * 1024;

#[derive(Debug, Default)]
struct Case {
    number: Option<i64>,
}

impl FromProperties for Case {
    const PROPERTIES: &'static [&'static str] = &["number"];

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "number" => payload::scalar(&mut self.number, name, map),
            _ => payload::ignore(map),
        }
    }
}

static RECORD: Payload = Payload { pointers: &[&["data"]], json_type: JsonType::Object, properties: Case::PROPERTIES };
static MIXED: Payload =
    Payload { pointers: &[&["data", "data"], &["data"]], json_type: JsonType::Object, properties: Case::PROPERTIES };

fn response(body: String) -> Response {
    Response::new(StatusCode::OK, HeaderMap::new(), Bytes::from(body), None, None)
}

/// Bodies of failures and of wrong types, each at least this long.
fn bodies(length: usize) -> Vec<(&'static str, String)> {
    let text = "x".repeat(length);
    let many = |item: &str| vec![item; length / (item.len() + 1) + 1].join(",");
    vec![
        ("message", format!(r#"{{"message":"{text}","statusCode":4001}}"#)),
        ("escapes", format!(r#"{{"message":"{}","statusCode":4001}}"#, r"\u0e01".repeat(length / 6))),
        ("code", format!(r#"{{"statusCode":"{text}"}}"#)),
        ("status", format!(r#"{{"status":{{"code":"4001","more":[{}]}}}}"#, many("1"))),
        ("error", format!(r#"{{"error":{{"code":"x","message":"{text}"}}}}"#)),
        ("errors", format!(r#"{{"errors":{{"a":[{}]}}}}"#, many(r#""b""#))),
        ("data", format!(r#"{{"data":[{}],"status":{{"code":"4002"}}}}"#, many(r#"{"field":"a","message":"b"}"#))),
        ("unknown", format!("{{{}}}", many(r#""a":[{"b":null}]"#))),
        ("text for a record", format!(r#"{{"status":{{"code":"1000"}},"data":"{text}"}}"#)),
        ("list for a record", format!(r#"{{"status":{{"code":"1000"}},"data":[{}]}}"#, many("[]"))),
        ("root", format!("[{}]", many("[]"))),
        ("text", format!("\"{text}\"")),
        ("page", format!("<html>{text}</html>")),
        ("brackets", "[".repeat(length)),
    ]
}

/// Refuses a body and returns the peak memory that this took.
fn memory(body: String, decode: impl Fn(&Response) -> Option<PayloadError>, name: &str) -> u64 {
    let response = response(body);
    let used = allocation_counter::measure(|| {
        assert!(decode(&response).is_some(), "{name}");
        response.summary(&RECORD);
    });
    used.bytes_max
}

#[test]
fn a_refused_body_is_not_copied() {
    for (name, body) in bodies(MEBIBYTE) {
        // Skipping brackets needs a stack: one bit each, for which serde_json uses a byte.
        let bound = if name == "brackets" { body.len() as u64 * 3 } else { 256 * 1024 };
        let used = memory(body.clone(), |response| decode::<Record<Case>>(response, &RECORD).err(), name);
        assert!(used < bound, "{name} as a record: {used}");
        let used = memory(body, |response| decode_mixed::<Case>(response, &MIXED).err(), name);
        assert!(used < bound, "{name} as a mixed record: {used}");
    }
}
