//! Names, types and lists in the sentences of a draft, and the values that an example has.

use serde_json::Value;

/// The type of a value, for a sentence: "an integer".
pub(super) fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_i64() => "an integer",
        Value::Number(_) => "a number with decimals",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

pub(super) fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The items of a list, or the value itself.
pub(super) fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// The items of all lists, and the other values: as many as say something about the type.
pub(super) fn all_items<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<&'a Value> {
    values.into_iter().flat_map(items).take(1_000).collect()
}
