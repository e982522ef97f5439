//! Names, types and lists in the sentences of a draft, and the values that an example has.

use serde_json::{Map, Value};

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

/// The names of the properties in which two examples differ.
pub(super) fn differing(one: &Value, other: &Value) -> Vec<String> {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return Vec::new() };
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    let names = names.filter(|name| one.get(*name) != other.get(*name));
    let inside =
        |name: &String| match differing(one.get(name).unwrap_or(&Value::Null), other.get(name).unwrap_or(&Value::Null))
        {
            inner if inner.is_empty() => vec![name.clone()],
            inner => inner.iter().map(|inner| join(name, inner)).collect(),
        };
    names.flat_map(inside).collect()
}

/// The properties that have a value: neither null nor an empty list.
pub(super) fn present<const N: usize>(properties: [(&str, Value); N]) -> Map<String, Value> {
    let is_present = |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let properties = properties.into_iter().filter(|(_, value)| is_present(value));
    properties.map(|(name, value)| (name.to_owned(), value)).collect()
}
