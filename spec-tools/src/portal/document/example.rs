//! Reads the examples of a body: values, texts that hold JSON, and lists of either.

use gofive_spec::Pointer;
use serde_json::Value;

use super::context::Document;
use crate::portal::page::{Example, Unread};
use crate::portal::sample;
use crate::portal::text::Line;

/// The examples beside a schema: `example`, or `examples`, which is an object of `{summary, value}` or a list of values.
pub(super) fn all(document: &mut Document<'_>, media: &Value, at: &Pointer) -> Vec<Example> {
    let mut examples = Vec::new();
    if let Some(value) = media.get("example") {
        examples.extend(read(document, value, String::new(), &at.join("example")));
    }
    let at = at.join("examples");
    match media.get("examples") {
        Some(Value::Object(named)) => {
            for (key, example) in named {
                let words = ["summary", "description"].into_iter().find_map(|name| example.get(name)?.as_str());
                let name = words.filter(|words| !words.is_empty()).unwrap_or(key).to_owned();
                let at = at.join(key).join("value");
                match example.get("value") {
                    Some(value) => examples.extend(read(document, value, name, &at)),
                    None => document.refuse(&at, "an example without a value"),
                }
            }
        }
        Some(Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                examples.extend(read(document, value, String::new(), &at.item(index)));
            }
        }
        _ => {}
    }
    examples
}

/// Reads one example. A text that begins like an object or a list is JSON, perhaps with comments and trailing commas.
pub(super) fn read(document: &mut Document<'_>, value: &Value, name: String, at: &Pointer) -> Option<Example> {
    let line = document.line(at);
    let Some(text) = value.as_str().filter(|text| text.trim_start().starts_with(['{', '['])) else {
        let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        return (!is_empty).then(|| Example { line, name, value: value.clone(), cut: false });
    };
    let lines: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| Line { number: line, text: text.to_owned(), depth: None })
        .collect();
    let (read, taken) = sample::read(&lines, |_| false)?;
    let mut unread = |text: &str, why: &str| {
        document.unread.push(Unread { line, text: text.to_owned(), why: why.to_owned() });
    };
    for rest in &lines[taken..] {
        unread(&rest.text, "text behind the example");
    }
    for (_, comment) in &read.comments {
        unread(comment, "a comment inside the example: write its meaning into the descriptions");
    }
    if let Some((broken, why)) = &read.broken {
        unread(&broken.text, &format!("the example is cut or is not JSON ({why}); only the part before it is used"));
    }
    Some(Example { name, ..read.example })
}
