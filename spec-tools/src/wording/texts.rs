//! Where a document has texts.

use serde_json::Value;

use crate::sources::yaml::escape;

/// The keywords whose value is a text, or a list of texts.
const TEXTS: [&str; 8] = [
    "title",
    "summary",
    "description",
    "x-gofive-title",
    "x-gofive-source",
    "x-gofive-oddities",
    "x-gofive-unknown",
    "x-enum-descriptions",
];
/// The keywords whose value is data of the API.
const DATA: [&str; 4] = ["example", "value", "enum", "default"];
/// The keywords whose value has names of the API instead of keywords.
const NAMES: [&str; 2] = ["properties", "examples"];

/// Every text of a document, with its JSON pointer. Data of the API, such as examples, is omitted.
pub fn texts(doc: &Value) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    collect(doc, "", false, &mut found);
    found
}

/// Collects the texts below a node. `has_names`: the API names its entries.
fn collect<'a>(node: &'a Value, pointer: &str, has_names: bool, found: &mut Vec<(String, &'a str)>) {
    match node {
        Value::Object(entries) => {
            for (name, inner) in entries {
                let is = |keywords: &[&str]| !has_names && keywords.contains(&name.as_str());
                let pointer = format!("{pointer}/{}", escape(name));
                match inner {
                    Value::String(text) if is(&TEXTS) => found.push((pointer, text)),
                    Value::Array(items) if is(&TEXTS) => {
                        let texts = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?)));
                        found.extend(texts.map(|(index, text)| (format!("{pointer}/{index}"), text)));
                    }
                    _ if is(&DATA) => {}
                    _ => collect(inner, &pointer, is(&NAMES), found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{pointer}/{index}"), false, found);
            }
        }
        _ => {}
    }
}
