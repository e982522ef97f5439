//! Reads the examples of a body: values, texts that hold JSON, and lists of either.

use gofive_spec::Pointer;
use serde_json::Value;

use super::context::Document;
use crate::node::Node;
use crate::portal::page::Example;
use crate::portal::sample;
use crate::portal::text::{Line, plain, unread};

/// The examples beside a schema: `example`, or `examples`, which is an object of `{summary, value}` or a list of values.
pub(super) fn all(document: &mut Document<'_>, media: &Node<'_>) -> Vec<Example> {
    let mut examples: Vec<_> =
        media.step("example").and_then(|one| read(document, one.value, "", &one.pointer)).into_iter().collect();
    for (key, example) in media.below("examples").entries() {
        let name = ["summary", "description"].into_iter().find_map(|name| example.get(name)?.as_str());
        let name = name.filter(|words| !words.is_empty()).unwrap_or(key);
        let at = example.pointer.join("value");
        match example.get("value") {
            Some(value) => examples.extend(read(document, value, name, &at)),
            None => document.refuse(&at, "an example without a value"),
        }
    }
    examples
        .extend(media.below("examples").items().iter().filter_map(|one| read(document, one.value, "", &one.pointer)));
    examples
}

/// Reads one example. A text that begins like an object or a list is JSON, perhaps with comments and trailing commas.
pub(super) fn read(document: &mut Document<'_>, value: &Value, name: &str, at: &Pointer) -> Option<Example> {
    let (line, name) = (document.line(at), name.to_owned());
    let Some(text) = value.as_str().filter(|text| text.trim_start().starts_with(['{', '['])) else {
        let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        return (!is_empty).then(|| Example { line, name, value: value.clone(), cut: false });
    };
    let lines: Vec<_> = plain(text).into_iter().map(|text| Line { number: line, ..text }).collect();
    let (example, rest, taken) = sample::read(&lines, |_| false)?;
    document.unread.extend(lines[taken..].iter().map(|line| unread(line, "text behind the example")));
    document.unread.extend(rest);
    Some(Example { name, ..example })
}
