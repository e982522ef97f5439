//! The text of a file: indented, but the counts of one kind are in one line.

use serde::Serialize;
use serde_json::{Map, Value};

/// A line that would be longer is not made.
const MAX_LINE: usize = 110;

/// The JSON text of a value.
pub(super) fn text(value: &impl Serialize) -> String {
    // The types of a file have no maps whose keys are not texts, and no other reason to fail.
    let value = serde_json::to_value(value).unwrap_or_default();
    let mut text = String::new();
    write(&value, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, indent: usize, text: &mut String) {
    match (value, inline(value)) {
        (_, Some(line)) if indent + line.len() <= MAX_LINE => text.push_str(&line),
        (Value::Object(properties), _) => {
            let mut separator = "{";
            for (name, value) in sorted(properties) {
                text.push_str(separator);
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', indent + 2));
                text.push_str(&quoted(name));
                text.push_str(": ");
                write(value, indent + 2, text);
                separator = ",";
            }
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
            text.push('}');
        }
        // A long list of months.
        _ => text.push_str(&value.to_string()),
    }
}

/// The line of a value without objects inside of objects.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::Object(properties) if properties.is_empty() => Some("{}".to_owned()),
        Value::Object(properties) if properties.values().any(Value::is_object) => None,
        Value::Object(properties) => {
            let properties = sorted(properties).into_iter();
            let lines = properties.map(|(name, value)| Some(format!("{}: {}", quoted(name), inline(value)?)));
            Some(format!("{{ {} }}", lines.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        Value::Array(items) => {
            let items = items.iter().map(inline).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        scalar => Some(scalar.to_string()),
    }
}

/// The properties by number or by name, whatever order other crates have turned on.
fn sorted(properties: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut properties: Vec<_> = properties.iter().collect();
    properties.sort_by_key(|(name, _)| (name.parse::<u64>().unwrap_or(u64::MAX), *name));
    properties
}

fn quoted(name: &str) -> String {
    Value::from(name).to_string()
}
