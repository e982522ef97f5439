//! JSON texts, indented or in one line. Numbers and texts stay as they were sent.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// Removes the white space between tokens. A server usually sends none.
pub(crate) fn compact(json: &str) -> Cow<'_, str> {
    if has_white_space(json) { tokens(json).collect() } else { json.into() }
}

/// Whether there is white space between tokens.
fn has_white_space(json: &str) -> bool {
    let mut rest = json;
    while let Some(quote) = memchr(b'"', rest.as_bytes()) {
        let (between, text) = rest.split_at(quote);
        if between.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return true;
        }
        rest = &text[text_length(text)..];
    }
    rest.bytes().any(|byte| byte.is_ascii_whitespace())
}

/// Indents JSON by two spaces, inside of so many levels.
pub(crate) fn pretty(json: &str, level: usize) -> String {
    let mut pretty = String::with_capacity(json.len() * 2);
    let mut level = level;
    let new_line = |pretty: &mut String, level: usize| {
        pretty.push('\n');
        pretty.extend(std::iter::repeat_n("  ", level));
    };
    let mut tokens = tokens(json).peekable();
    while let Some(token) = tokens.next() {
        match token {
            "{" | "[" => {
                pretty.push_str(token);
                if tokens.peek().is_some_and(|next| !["}", "]"].contains(next)) {
                    level += 1;
                    new_line(&mut pretty, level);
                } else if let Some(end) = tokens.next() {
                    pretty.push_str(end);
                }
            }
            "}" | "]" => {
                level = level.saturating_sub(1);
                new_line(&mut pretty, level);
                pretty.push_str(token);
            }
            "," => {
                pretty.push(',');
                new_line(&mut pretty, level);
            }
            ":" => pretty.push_str(": "),
            scalar => pretty.push_str(scalar),
        }
    }
    pretty
}

/// The tokens of a JSON text.
fn tokens(json: &str) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        let length = match rest.as_bytes().first()? {
            b'"' => text_length(rest),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => rest.find(|end: char| ",:]}".contains(end) || end.is_ascii_whitespace()).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        Some(token)
    })
}

/// The number of bytes of the text at the beginning, with its quotes.
fn text_length(json: &str) -> usize {
    let bytes = json.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        // The character after a backslash ends nothing.
        at += 1;
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_indented_as_by_other_programs() {
        let json = r#"{"a":[1.10,{"b":"x \" , [ \\"}],"c":{},"d":[],"ข":null}"#;
        let value: serde_json::Value =
            serde_json::from_str(r#"{"a":[1.1,{"b":"x \" , [ \\"}],"c":{},"d":[],"ข":null}"#).unwrap();
        assert_eq!(pretty(json, 0).replace("1.10", "1.1"), serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(compact(&pretty(json, 0)), json);
        assert_eq!(compact(" [ 1 , \"a b\" ]\n"), r#"[1,"a b"]"#);
        for json in [json, r#""a \" \\""#, "1", "[]"] {
            assert!(matches!(compact(json), Cow::Borrowed(same) if same == json), "{json}");
        }
    }
}
