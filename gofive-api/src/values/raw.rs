//! Reads raw JSON text without building values.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::values::name::Name;

/// How much of a text is kept, in bytes of JSON. The body has all of it.
pub(crate) const LONGEST_TEXT: usize = 32 * 1024;

/// A text of a body, or its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    text: String,
    /// Whether the body has more of it.
    is_cut: bool,
}

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Both texts in one line. Nothing is appended to a text that was cut.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        if self.is_cut {
            return self.clone();
        }
        Self { text: format!("{}: {}", self.text, other.text), is_cut: other.is_cut }
    }
}

/// A text or a number, as text.
pub(crate) fn text(raw: &str) -> Option<Text> {
    match raw.as_bytes().first()? {
        b'"' => {
            let inner = raw.get(1..raw.len().checked_sub(1)?)?;
            let is_cut = inner.len() > LONGEST_TEXT;
            let text = if is_cut { beginning(inner) } else { unescaped(inner) };
            Some(Text { text: text.unwrap_or_default(), is_cut })
        }
        b'-' | b'0'..=b'9' => {
            Some(Text { text: raw[..raw.len().min(LONGEST_TEXT)].to_owned(), is_cut: raw.len() > LONGEST_TEXT })
        }
        _ => None,
    }
}

/// A text or a number that is short, and rarely has escapes.
pub(crate) fn code(raw: &str) -> Option<Cow<'_, str>> {
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') && plain.len() <= LONGEST_TEXT => Some(Cow::Borrowed(plain)),
        _ => text(raw).map(|text| Cow::Owned(text.text)),
    }
}

/// The beginning of an escaped text, without a partial character or escape at its end.
fn beginning(inner: &str) -> Option<String> {
    // A pair of surrogates has twelve bytes.
    let text = (0..=12).filter_map(|less| inner.get(..LONGEST_TEXT - less)).find_map(unescaped)?;
    Some(text.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned())
}

/// Unescapes a text. Lone surrogates, which a string cannot contain, become U+FFFD.
fn unescaped(inner: &str) -> Option<String> {
    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }
        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }

    if !inner.contains('\\') {
        return Some(inner.to_owned());
    }
    serde_json::Deserializer::from_str(&format!("\"{inner}\"")).deserialize_bytes(Bytes).ok()
}

/// The beginning of a value as it is displayed.
pub(crate) fn bounded(value: &dyn fmt::Display, longest: usize) -> Text {
    struct Bounded(String, usize);

    impl fmt::Write for Bounded {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let left = self.1 - self.0.len();
            if text.len() <= left {
                self.0.push_str(text);
                return Ok(());
            }
            let end = (0..=left).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
            self.0.push_str(&text[..end]);
            Err(fmt::Error)
        }
    }

    let mut shown = Bounded(String::new(), longest);
    let is_cut = fmt::Write::write_fmt(&mut shown, format_args!("{value}")).is_err();
    Text { text: shown.0, is_cut }
}

/// Whether a value is anything but null, false, zero or empty.
pub(crate) fn is_non_empty(raw: &str) -> bool {
    let empty = |inner: &str| inner.bytes().all(|byte| byte.is_ascii_whitespace());
    let inner = |close| raw.get(1..).and_then(|rest| rest.strip_suffix(close)).is_some_and(empty);
    match raw.as_bytes().first() {
        Some(b'{') => !inner('}'),
        Some(b'[') => !inner(']'),
        Some(b'"') => !inner('"'),
        _ => !matches!(raw, "" | "null" | "false" | "0"),
    }
}

/// Whether a value has a non-empty property at a path; in a list, each item must have it.
pub(crate) fn has(raw: &str, path: &[&str]) -> bool {
    if raw.starts_with('[') {
        let (mut any, mut all) = (false, true);
        let whole = walk(raw, &mut |_, item| {
            (any, all) = (true, all && has(item, path));
            true
        });
        return whole.is_ok() && any && all;
    }
    let Some((name, rest)) = path.split_first() else {
        return matches!(raw, "0" | "false") || is_non_empty(raw);
    };
    let mut found = false;
    each_property(raw, |property, value| found |= property == *name && has(value, rest));
    found
}

/// Passes the properties of an object to a closure, by name and raw value, as far as the object can be read.
pub(crate) fn each_property(raw: &str, mut show: impl FnMut(&str, &str)) {
    let _ = walk(raw, &mut |name, value| {
        if let Some(name) = name {
            show(name, value);
        }
        true
    });
}

/// Passes the values in an object or a list to a closure until it returns false. Items of lists have no name.
pub(crate) fn walk(raw: &str, show: &mut dyn FnMut(Option<&str>, &str) -> bool) -> serde_json::Result<()> {
    if raw.starts_with(['{', '[']) {
        serde_json::Deserializer::from_str(raw).deserialize_any(Entries(show))?;
    }
    Ok(())
}

struct Entries<'a>(&'a mut dyn FnMut(Option<&str>, &str) -> bool);

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            if !self.0(Some(&name), map.next_value::<&RawValue>()?.get()) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<&RawValue>()? {
            if !self.0(None, item.get()) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(raw: &str) -> Option<String> {
        text(raw).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn texts_and_numbers_are_read_as_sent() {
        for (raw, expected) in [
            (r#""a\"\u0e01""#, Some("a\"ก")),
            (r#""a\ud800b""#, Some("a\u{fffd}\u{fffd}\u{fffd}b")),
            ("1000", Some("1000")),
            ("-1.50", Some("-1.50")),
            ("true", None),
            ("null", None),
            (r#"{"a": 1}"#, None),
        ] {
            assert_eq!(text_of(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn a_long_text_is_cut_before_half_a_character_or_escape() {
        for unit in ["a", "ก", r"\n", r"\u0e01", r"\ud83d\ude00"] {
            for padding in 0..12 {
                let raw = format!("\"{}{}\"", "x".repeat(padding), unit.repeat(LONGEST_TEXT + 1));
                let text = text(&raw).unwrap();
                assert!(text.is_cut() && text.as_str().len() > LONGEST_TEXT / 7, "{unit}");
                assert!(!text.as_str().contains('\u{fffd}'), "{unit}");
            }
        }
    }

    #[test]
    fn null_false_zero_and_blank_values_are_empty() {
        for raw in ["null", "false", "0", "\"\"", "\" \"", "[]", "[ ]", "{}", "{\n}"] {
            assert!(!is_non_empty(raw), "{raw}");
        }
        for raw in ["true", "1", "\"a\"", "[0]", "{\"a\":null}"] {
            assert!(is_non_empty(raw), "{raw}");
        }
    }
}
