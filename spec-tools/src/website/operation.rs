//! The page of an operation, or of a webhook.

use anyhow::Result;
use gofive_spec::{Api, Content, Example, Grade, Operation, Parameter, ParameterLocation, Pointer};
use serde_json::Value;

use super::outline::title;
use super::path::RUST;
use super::properties;
use crate::bundle::Bundle;
use crate::rust::names;
use crate::sample::curl;
use crate::wording::{self, code, line, markdown};

/// The folders above the page of an operation: `reference/<product>/<group>/`.
const UP: &str = "../../..";

/// The heading of an example that is not adapted to the schema.
const AS_PRINTED: &str = "As the portal page prints it, which differs from the page's table";

type Command<'a> = &'a dyn Fn(&str, &Operation) -> Result<String>;

pub(super) fn page(bundle: &Bundle, operation: &Operation, command: Command<'_>) -> Result<String> {
    let api = &bundle.written.api;
    // With its name, which people search for.
    let (title, name) = (line(title(operation)), code(&operation.id));
    let mut text = format!("# {title} ({name})\n\n{}\n\n", request_line(operation));
    text.push_str(&grades(operation));
    if !operation.is_reviewed {
        text.push_str(
            "> **Not reviewed.** The operation is drafted from its page, and nobody has compared the two.\n\n",
        );
    }
    text.push_str(&format!("{}\n\n", markdown(&operation.description)));
    text.push_str(&facts(operation));
    for (heading, sentences) in [("Oddities", &operation.oddities), ("Unknown", &operation.unknown)] {
        if !sentences.is_empty() {
            let items: String = sentences.iter().map(|sentence| format!("- {}\n", line(sentence))).collect();
            text.push_str(&format!("\n## {heading}\n\n{items}"));
        }
    }
    if !operation.is_webhook {
        text.push_str(&call(&bundle.product, operation, command)?);
    }
    text.push_str(&parameters(api, operation));
    if let Some(body) = &operation.body {
        let required = if body.required { "required" } else { "optional" };
        let description = paragraph(&body.description);
        text.push_str(&format!("\n## Request body\n\n{}, {required}.\n\n{description}", code(body.media_type.name())));
        text.push_str(&content(api, &body.content));
    }
    text.push_str(&responses(api, operation));
    Ok(text)
}

/// A text as a heading: what is between braces at its end is text, and not an anchor.
pub(super) fn heading(text: &str) -> String {
    let text = line(text);
    text.strip_suffix('}').map_or(text.clone(), |start| format!("{start}&#125;"))
}

/// The method and the path.
pub(super) fn request_line(operation: &Operation) -> String {
    if operation.is_webhook {
        format!("Webhook {}", code(&operation.path))
    } else {
        format!("<span class=\"method\">{}</span> {}", operation.method, code(&operation.path))
    }
}

/// How well each part is known, as badges.
fn grades(operation: &Operation) -> String {
    let badge = |(part, grade): (&str, Grade)| {
        let class = match grade {
            Grade::Portal | Grade::Complete => "known",
            Grade::None => "unknown",
            Grade::Partial | Grade::ExampleOnly | Grade::Observed | Grade::Wire | Grade::Legacy => "partly",
        };
        format!("<span class=\"grade {class}\">{part} {}</span>", wording::grade(grade))
    };
    let badges = operation.evidence.parts().map(badge).join(" ");
    format!("{badges} [What this means]({UP}/{RUST}/gofive_api/evidence/index.html)\n\n")
}

fn facts(operation: &Operation) -> String {
    let mut text = format!("- Source: {}\n", wording::source(operation));
    if let Some(observed) = operation.observed {
        text.push_str(&format!("- Observed: {observed}\n"));
    }
    if !operation.is_webhook {
        text.push_str(&format!("- Idempotency: {}\n", wording::idempotency(&operation.idempotency)));
    }
    if let Some(paging) = &operation.paging {
        text.push_str(&format!("- Pages: by {} and {}\n", code(&paging.position), code(&paging.size)));
    }
    text
}

/// How to call the operation.
fn call(product: &str, operation: &Operation, command: Command<'_>) -> Result<String> {
    let id = &operation.id;
    let curl = fenced("bash", &curl::command(operation));
    let command = fenced("bash", &command(product, operation)?);
    let method = code(&format!("gofive.{product}().{id}(…)"));
    let feature = if operation.is_reviewed { "" } else { ", with the feature `unreviewed`" };
    let client = names::client(product);
    let page = format!("{UP}/{RUST}/gofive_api/{product}/struct.{client}.html#method.{id}");
    Ok(format!("\n## Call it\n\n{curl}\n{command}\nIn Rust{feature}: [{method}]({page})\n"))
}

fn parameters(api: &Api, operation: &Operation) -> String {
    if operation.parameters.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n## Parameters\n\n<div class=\"properties\">\n\n");
    for Parameter { name, location, required, description, schema, example, .. } in &operation.parameters {
        let at = match location {
            ParameterLocation::Path => "in the path",
            ParameterLocation::Query => "in the query",
        };
        let flags = if *required { vec![at, "**required**"] } else { vec![at] };
        let mut description = description.clone();
        if let Some(Example { value, .. }) = example {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            description.push_str(&format!("\n\nFor example {}.", code(&value)));
        }
        text.push_str(&properties::parameter(api, name, &flags, description.trim(), schema));
    }
    format!("{text}\n</div>\n")
}

fn responses(api: &Api, operation: &Operation) -> String {
    let mut text = String::new();
    for (status, response) in operation.successes() {
        text.push_str(&format!("\n## Response {status}\n\n{}", paragraph(&response.description)));
        let Some(body) = &response.content else { continue };
        text.push_str(&payload(operation));
        if body.schema.is_known() {
            text.push_str(&content(api, body));
        }
    }
    let failures = operation.responses.iter().filter(|(status, _)| !(200..300).contains(*status));
    let failures = failures.map(|(status, response)| (status.to_string(), response));
    let ranges = operation.response_ranges.iter().map(|(range, response)| (format!("{range}XX"), response));
    let items: String = failures
        .chain(ranges)
        .map(|(status, response)| format!("- {}: {}\n", code(&status), line(&response.description)))
        .collect();
    if !items.is_empty() {
        text.push_str(&format!("\n## Other responses\n\n{items}"));
    }
    text
}

/// Where the payload is in the response.
fn payload(operation: &Operation) -> String {
    let location = |pointer: &Pointer| if pointer.is_root() { "the root".into() } else { code(pointer.as_str()) };
    let pointers: Vec<_> = operation.payload_pointers.iter().map(location).collect();
    let is_root = operation.payload_pointers.iter().all(Pointer::is_root);
    match pointers.as_slice() {
        _ if operation.is_webhook || is_root => String::new(),
        [pointer] => format!("The payload is at {pointer}.\n\n"),
        pointers => format!("The payload is at the first of these that the response has: {}.\n\n", pointers.join(", ")),
    }
}

/// The properties and the examples of a body.
fn content(api: &Api, content: &Content) -> String {
    let mut text = properties::list(api, &content.schema);
    for Example { summary, value, printed, .. } in &content.examples {
        text.push_str(&format!("\n{}\n\n{}", example(summary), json(value)));
        if let Some(printed) = printed {
            text.push_str(&format!("\n{}\n\n{}", example(AS_PRINTED), json(printed)));
        }
    }
    text
}

fn example(summary: &str) -> String {
    if summary.is_empty() { "Example:".into() } else { format!("Example: *{}*", line(summary)) }
}

fn json(value: &Value) -> String {
    fenced("json", &serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()))
}

/// A block of code, whatever it contains.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

fn paragraph(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{}\n\n", markdown(text)) }
}
