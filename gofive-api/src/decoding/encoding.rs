//! Reads the text of a body: without its byte-order mark, in UTF-8, UTF-16, or the ASCII part of another encoding.

use std::borrow::Cow;

use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// How much of a body that is not UTF-8 is read to find its code and description: its text is a copy.
const MAX_LOSSY: usize = 4 * 1024 * 1024;

/// The whole text of a body in UTF-8 or UTF-16.
pub(crate) fn text(body: &[u8]) -> Result<Cow<'_, str>, NoText> {
    if let Some(units) = utf_16(body) {
        // Allocates exactly as much memory as the text needs.
        let length = char::decode_utf16(utf_16(body).into_iter().flatten()).flatten().map(char::len_utf8).sum();
        let mut text = String::with_capacity(length);
        for unit in char::decode_utf16(units) {
            text.push(unit.map_err(|_| NoText)?);
        }
        return Ok(Cow::Owned(text));
    }
    std::str::from_utf8(without_mark(body)).map(Cow::Borrowed).map_err(|_| NoText)
}

/// The body is in an unknown encoding, or invalid in its own.
#[derive(Debug)]
pub(crate) struct NoText;

/// The readable text of a body in any encoding, all of it if it is UTF-8; U+FFFD replaces the rest.
pub(crate) fn readable(body: &[u8]) -> Cow<'_, str> {
    if let Some(units) = utf_16(body) {
        let text = char::decode_utf16(units.take(MAX_LOSSY));
        return text.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    let body = without_mark(body);
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    String::from_utf8_lossy(&body[..body.len().min(MAX_LOSSY)])
}

/// A body in UTF-16 as UTF-8; any other body as it is.
#[cfg(feature = "recorder")]
pub(crate) fn in_utf_8(body: &[u8]) -> Cow<'_, [u8]> {
    match utf_16(body).map(|_| text(body)) {
        Some(Ok(text)) => Cow::Owned(text.into_owned().into_bytes()),
        _ => Cow::Borrowed(body),
    }
}

/// Whether a body has nothing but white space.
pub(crate) fn is_blank(body: &[u8]) -> bool {
    without_mark(body).trim_ascii().is_empty()
}

/// Whether a body begins as JSON does.
pub(crate) fn looks_like_json(body: &[u8]) -> bool {
    let first = match utf_16(body) {
        Some(mut units) => units.find(|unit| !matches!(unit, 9 | 10 | 13 | 32)).and_then(|unit| unit.try_into().ok()),
        None => without_mark(body).trim_ascii_start().first().copied(),
    };
    first.is_some_and(|byte: u8| matches!(byte, b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9'))
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// The units of a body in UTF-16, recognized by a byte-order mark, or by a NUL in one of its first two bytes: JSON
/// begins with ASCII.
fn utf_16(body: &[u8]) -> Option<impl Iterator<Item = u16> + '_> {
    let (is_big, rest) = match body {
        [0xFE, 0xFF, rest @ ..] => (true, rest),
        [0xFF, 0xFE, rest @ ..] => (false, rest),
        [0, 1..=127, ..] => (true, body),
        [1..=127, 0, ..] => (false, body),
        _ => return None,
    };
    let unit = move |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        if is_big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    Some(rest.chunks_exact(2).map(unit))
}

/// The compression that a body still has, by its headers or by its first bytes.
///
/// The client decompresses what it asks for. Any other compression was not asked for, or not announced.
pub(crate) fn compression(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let announced = headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
    if let Some(announced) = announced.filter(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
        let announced: String = announced.chars().take(40).collect();
        // With the feature on, such a body has already been decompressed.
        let hint = if announced.eq_ignore_ascii_case("gzip") { " without the feature `gzip`" } else { "" };
        return Some(format!("has the Content-Encoding {announced:?}, which is not supported{hint}"));
    }
    let found = match body {
        [0x1F, 0x8B, ..] => "gzip",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
        [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] => "deflate",
        _ => return None,
    };
    Some(format!("is compressed with {found}, but its Content-Encoding does not say so"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{{\"a\": \"ก\u{1f600}\"}}");
            for body in [encoded(&text, u16::to_be_bytes), encoded(&text, u16::to_le_bytes)] {
                assert_eq!(super::text(&body).unwrap(), text.trim_start_matches('\u{feff}'));
                assert!(looks_like_json(&body));
            }
        }
        let lone = [encoded("{\"a", u16::to_le_bytes), vec![0, 0xD8]].concat();
        assert!(super::text(&lone).is_err());
        assert_eq!(readable(&lone), "{\"a\u{fffd}");
        assert_eq!(readable(&encoded(&"a".repeat(MAX_LOSSY + 1), u16::to_le_bytes)).len(), MAX_LOSSY);
    }

    #[test]
    fn a_mark_is_skipped_and_other_encodings_are_read_as_far_as_they_are_ascii() {
        assert_eq!(text(b"\xEF\xBB\xBF{}").unwrap(), "{}");
        assert!(is_blank(b"\xEF\xBB\xBF \n") && !is_blank(b"\xEF\xBB\xBF1"));
        assert!(text(b"\"\xa1\xa2\"").is_err());
        assert_eq!(readable(b"\"\xa1\xa2\""), "\"\u{fffd}\u{fffd}\"");
        assert_eq!(readable(&vec![0xA1; MAX_LOSSY + 1]).chars().count(), MAX_LOSSY);
    }

    #[test]
    fn what_is_still_compressed_is_named() {
        let headers = |value: Option<&'static str>| {
            value.map(|value| (CONTENT_ENCODING, value.parse().unwrap())).into_iter().collect::<HeaderMap>()
        };
        for (announced, body, expected) in [
            (Some("br"), &b"\x0b\x02"[..], Some("\"br\"")),
            (Some("identity"), b"{}", None),
            (None, b"\x1f\x8b\x08", Some("gzip")),
            (None, b"\x28\xb5\x2f\xfd", Some("zstd")),
            (None, b"\x78\x9c", Some("deflate")),
            (None, b"<html>", None),
        ] {
            let found = compression(&headers(announced), body);
            assert_eq!(found.is_some(), expected.is_some(), "{announced:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{announced:?}");
        }
    }
}
