//! Texts of pages as plain words; names, types and lists in the sentences of a draft; and the values that an example has.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// A tag that closes, one with an attribute, or one of HTML's, and a link, of which the words stay. A placeholder such as
/// `<Your Key>` is not a tag.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    let html = "a|b|br|code|div|em|i|li|ol|p|span|strong|ul";
    let tag = format!(r#"<(?:/[^>]*|[^>]*/|[^>]*="[^>]*| *(?:{html}) *)>"#);
    Regex::new(&format!(r"{tag}|\[(?<words>[^\[]*?)\]\([^)]*\)")).expect("the pattern is valid")
});

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

/// The text with one blank in place of all whitespace between words.
pub(super) fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    let inside = |name: &String| {
        let [one, other] = [one, other].map(|value| value.get(name).unwrap_or(&Value::Null));
        let inner = differing(one, other);
        if inner.is_empty() { vec![name.clone()] } else { inner.iter().map(|inner| join(name, inner)).collect() }
    };
    names.flat_map(inside).collect()
}

/// The properties that have a value: neither null nor an empty list.
pub(super) fn present<const N: usize>(properties: [(&str, Value); N]) -> Map<String, Value> {
    let is_present = |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let properties = properties.into_iter().filter(|(_, value)| is_present(value));
    properties.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The lines of a description that are not empty, as plain text: without admonitions, tags and links.
pub(super) fn plain(text: &str) -> Vec<String> {
    text.lines().map(without_markup).filter(|line| !line.is_empty()).collect()
}

fn without_markup(line: &str) -> String {
    let line = line.trim();
    // `:::info[Words]` begins an admonition, and `:::` ends it.
    let line = match line.strip_prefix(":::") {
        Some(admonition) => admonition.split_once('[').map_or("", |(_, words)| words.trim_end_matches(']')),
        None => line,
    };
    collapse(&MARKUP.replace_all(line, "$words"))
}
