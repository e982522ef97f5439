//! How an operation's `x-gofive-…` members are told to readers: one wording for the rustdoc and the reference page.

use serde_json::Value;

/// Where the operation is known from.
pub fn source(operation: &Value) -> String {
    match text(operation, "x-gofive-page") {
        "" => text(operation, "x-gofive-source").to_owned(),
        page => format!("portal page `{page}`, “{}”", text(operation, "x-gofive-title").trim()),
    }
}

/// How well `part` (path, request or response) is known, in the one word of `x-gofive-evidence`.
pub fn grade<'a>(operation: &'a Value, part: &str) -> &'a str {
    text(&operation["x-gofive-evidence"], part)
}

/// The sentences of `x-gofive-<name>`.
pub fn sentences<'a>(operation: &'a Value, name: &str) -> Vec<&'a str> {
    let listed = operation.get(format!("x-gofive-{name}")).and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).collect()
}

/// The text in Markdown. Angle brackets of placeholders are no HTML, and bare brackets no links.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for character in text.chars() {
        match character {
            '`' => in_code = !in_code,
            '<' | '>' | '[' | ']' if !in_code => escaped.push('\\'),
            _ => {}
        }
        escaped.push(character);
    }
    escaped
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
