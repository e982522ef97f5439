//! Reading code, description and problems of the error bodies that servers of this kind send.

use gofive_api::{Error, ErrorKind, business_code};
use gofive_tests::wire::{WireServer, response, response_of};

async fn product_from(response: Vec<u8>) -> Error {
    let server = WireServer::responding_with(vec![response]).await;
    server.gofive().venio().get_product("A001").await.unwrap_err()
}

fn problems(error: &Error) -> Vec<String> {
    error.problems().iter().map(ToString::to_string).collect()
}

/// The result is the same for HTTP 400 and 200.
#[tokio::test]
async fn code_description_and_problems_are_read_in_every_shape() {
    for (body, code, description, expected) in [
        (
            r#"{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,
                "errors":{"Subject":["The Subject field is required.","Too short."],"$.dateDue":["Not a date."]},"traceId":"00-4bf9-00f0-00"}"#,
            None,
            Some("One or more validation errors occurred."),
            &["Subject: The Subject field is required.", "Subject: Too short.", "$.dateDue: Not a date."][..],
        ),
        (r#"{"title":"Locked","status":423,"detail":"by Jane"}"#, None, Some("Locked: by Jane"), &[]),
        (r#"{"error":{"code":"LOCKED","message":"by Jane"}}"#, Some("LOCKED"), Some("by Jane"), &[]),
        (
            r#"{"error":{"code":"LOCKED","message":"m","details":[{"target":"subject","message":"d"}]}}"#,
            Some("LOCKED"),
            Some("m"),
            &["subject: d"],
        ),
        (
            r#"{"status":{"code":"4002","description":"two"},"data":[{"field":"subject","message":"a"},{"description":"b"},"c"]}"#,
            Some("4002"),
            Some("two"),
            &["subject: a", "b", "c"],
        ),
        (r#"{"statusCode":4002,"message":"two","data":["a"]}"#, Some("4002"), Some("two"), &["a"]),
        (r#"{"Message":"Authorization has been denied."}"#, None, Some("Authorization has been denied."), &[]),
        (r#"{"statusCode":404,"message":"Resource not found"}"#, Some("404"), Some("Resource not found"), &[]),
        (r#"{"isSuccess":false,"errors":["a","b"],"message":"m"}"#, None, Some("m"), &["a", "b"]),
        (
            r#"{"status":{"code":"4001","description":"\ud800 no"}}"#,
            Some("4001"),
            Some("\u{fffd}\u{fffd}\u{fffd} no"),
            &[],
        ),
        (r#"{"data":"\ud800","status":{"code":"4001","description":"no"}}"#, Some("4001"), Some("no"), &[]),
    ] {
        for status in [400, 200] {
            let error = product_from(response(status, "application/json", body)).await;
            let kind = if status == 200 { ErrorKind::Business } else { ErrorKind::Validation };
            assert_eq!(error.kind(), kind, "{body}");
            assert_eq!((error.code(), error.description()), (code, description), "{body}");
            assert_eq!(problems(&error), expected, "{body}");
        }
    }
}

#[tokio::test]
async fn the_first_problems_are_shown() {
    let body = r#"{"title":"Bad","status":400,"errors":{"a":["1"],"b":["2"],"c":["3"],"d":["4"],"e":["5"]}}"#;
    let error = product_from(response(400, "application/json", body)).await;
    assert!(error.to_string().contains(": Bad: a: 1; b: 2; c: 3; and 2 more [HTTP 400]"), "{error}");
    assert_eq!((error.problems()[4].field(), error.problems()[4].message()), (Some("e"), "5"));

    let body = format!(r#"{{"errors":[{}]}}"#, vec![r#""a""#; 1000].join(","));
    assert_eq!(product_from(response(400, "application/json", &body)).await.problems().len(), 32);
}

#[tokio::test]
async fn a_request_id_is_taken_from_the_headers_or_else_from_the_body() {
    let body = r#"{"title":"Bad","status":400,"traceId":"of-the-body"}"#;
    for (header, id) in [
        ("x-ms-request-id: a", "a"),
        (
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ),
        ("traceparent: 00-b\r\nx-request-id: c", "c"),
        ("x-other: d", "of-the-body"),
    ] {
        let head = format!("HTTP/1.1 400 Bad\r\n{header}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        assert_eq!(product_from(head.into_bytes()).await.request_id(), Some(id), "{header}");
    }
}

#[tokio::test]
async fn documented_codes_have_constants() {
    let body = r#"{"status":{"code":"4002"}}"#;
    let error = product_from(response(200, "application/json", body)).await;
    assert_eq!(error.code(), Some(business_code::SEVERAL_ERRORS));
    assert_eq!((business_code::SUCCESS, business_code::ONE_ERROR), ("1000", "4001"));
}

/// A text is cut at a maximum length, and never ends with half a secret.
#[tokio::test]
async fn a_long_description_is_cut_without_half_a_secret() {
    let secret = gofive_tests::wire::SUBSCRIPTION_KEY;
    for padding in 0..secret.len() {
        let body = format!(r#"{{"message":"{}{}"}}"#, "x".repeat(padding), secret.repeat(5000));
        let error = product_from(response(400, "application/json", &body)).await;
        let description = error.description().unwrap();
        assert!(description.trim_start_matches('x').trim_end_matches('…').chars().all(|char| char == '*'), "{padding}");
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn a_body_in_another_encoding_yields_its_business_code() {
    let json = r#"{"status":{"code":"4001","description":"no"},"data":null}"#;
    let thai = b"{\"status\":{\"code\":\"4001\",\"description\":\"\xa1\xa2 no\"}}";
    let bodies = [
        format!("\u{feff}{json}").into_bytes(),
        utf_16(json),
        utf_16(&format!("\u{feff}{json}")),
        json.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        thai.to_vec(),
        b"{\"\xa1\":\"\xa2\",\"statusCode\":4001,\"message\":\"no\"}".to_vec(),
    ];
    for body in bodies {
        for (status, kind) in [(200, ErrorKind::Business), (400, ErrorKind::Validation)] {
            let error = product_from(response_of(status, "application/json", &body)).await;
            assert_eq!((error.kind(), error.code()), (kind, Some("4001")), "{error}");
            assert!(error.description().unwrap().ends_with("no"), "{error}");
            assert_eq!(error.body(), Some(&body[..]), "kept whole");
        }
    }
}

#[tokio::test]
async fn a_success_in_utf_16_or_behind_a_byte_order_mark_is_read() {
    let json = r#"{"status":{"code":"1000"},"data":{"productCode":"ก"}}"#;
    for body in [format!("\u{feff}{json}").into_bytes(), utf_16(json), utf_16(&format!("\u{feff}{json}"))] {
        let server = WireServer::responding_with(vec![response_of(200, "application/json", &body)]).await;
        let product = server.gofive().venio().get_product("A001").await.unwrap();
        assert_eq!(product.product_code.as_deref(), Some("ก"));
        let custom = server.gofive().request(gofive_api::Method::GET, "/v1/x").send().await.unwrap();
        assert_eq!(custom.pointer("/productCode"), Some("ก".into()));
    }
}

#[tokio::test]
async fn a_body_that_is_still_compressed_is_named() {
    for (header, body, named) in [
        ("x-a: b", &b"\x1f\x8b\x08\x00"[..], "compressed with gzip"),
        ("x-a: b", b"\x28\xb5\x2f\xfd\x00", "compressed with zstd"),
        ("x-a: b", b"\x78\x9c\x00", "compressed with deflate"),
        ("content-encoding: br", b"\x0b\x02\x80", "\"br\", which is not supported"),
        ("content-encoding: zstd", b"\x28\xb5\x2f\xfd\x00", "\"zstd\", which is not supported"),
    ] {
        for status in [200, 400] {
            let head = format!("HTTP/1.1 {status} S\r\n{header}\r\ncontent-length: {}\r\n\r\n", body.len());
            let error = product_from([head.as_bytes(), body].concat()).await;
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
