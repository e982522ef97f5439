//! Puts values into a template, and text into HTML.

use serde_json::Value;

/// Replaces each `{{name}}` in a template. Inserted text is not searched again.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    for (index, part) in template.split("{{").enumerate() {
        let slot = if index == 0 { None } else { part.split_once("}}") };
        let value = slot.and_then(|(name, rest)| Some((values.iter().find(|(known, _)| *known == name)?.1, rest)));
        let (value, rest) = value.unwrap_or(("", part));
        filled.push_str(value);
        filled.push_str(rest);
    }
    filled
}

/// JSON that cannot end the HTML element around it.
pub(super) fn json_in_html(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

pub(super) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
