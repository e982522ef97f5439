//! YAML: the structure in block style, and scalars as in JSON, which every reader of YAML understands.

use gofive_api::RawJson;

use crate::body::Object;

/// A document with one value.
pub(super) fn document(value: &RawJson) -> String {
    let mut text = String::new();
    write(value, 0, false, &mut text);
    text
}

/// An item of a list.
pub(super) fn item(value: &RawJson) -> String {
    let mut text = "- ".to_owned();
    write(value, 1, true, &mut text);
    text
}

/// Writes a value, whose first line continues the one that has been begun.
fn write(value: &RawJson, level: usize, is_inline: bool, text: &mut String) {
    let indent = "  ".repeat(level);
    if let Ok(object) = value.read::<Object>()
        && !object.is_empty()
    {
        for (index, (name, value)) in object.iter().enumerate() {
            if index > 0 || !is_inline {
                text.push_str(&indent);
            }
            text.push_str(&key(name));
            text.push(':');
            write_after_key(value, level, text);
        }
        return;
    }
    match value.read::<Vec<RawJson>>() {
        Ok(list) if !list.is_empty() => {
            for (index, item) in list.iter().enumerate() {
                if index > 0 || !is_inline {
                    text.push_str(&indent);
                }
                text.push_str("- ");
                write(item, level + 1, true, text);
            }
        }
        _ => {
            text.push_str(&super::compact(value.as_str()));
            text.push('\n');
        }
    }
}

fn write_after_key(value: &RawJson, level: usize, text: &mut String) {
    let is_block =
        value.as_str().starts_with(['{', '[']) && !["{}", "[]"].contains(&super::compact(value.as_str()).as_ref());
    if is_block {
        text.push('\n');
        write(value, level + 1, false, text);
    } else {
        text.push(' ');
        write(value, 0, true, text);
    }
}

/// A key without quotes, unless a reader could take it for something else.
fn key(name: &str) -> String {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !WORDS.contains(&name.to_ascii_lowercase().as_str());
    if is_plain { name.to_owned() } else { RawJson::from(name).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structure_is_in_lines_and_scalars_are_json() {
        let json: RawJson =
            r#"{"a": {"b": [1.10, [2, {"c": null, "d": {}}], []]}, "no": "2025-02-05", "ก": true}"#.parse().unwrap();
        let yaml = "a:\n  b:\n    - 1.10\n    - - 2\n      - c: null\n        d: {}\n    - []\n\"no\": \"2025-02-05\"\n\"ก\": true\n";
        assert_eq!(document(&json), yaml);
        assert_eq!(item(&r#"{"a":1,"b":[2]}"#.parse().unwrap()), "- a: 1\n  b:\n    - 2\n");
        assert_eq!(item(&"1".parse().unwrap()), "- 1\n");
    }
}
