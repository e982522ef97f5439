//! The HTML reference: one file for each product that works offline, and a page with links to them. The viewer is a vendored
//! Redoc. It shows the bundle; the `x-gofive-…` facts of each operation are added to its description and as badges.

use std::path::PathBuf;

use gofive_spec::METHODS;
use serde_json::{Value, json};

use crate::bundle::Bundle;
use crate::coverage::lookup::has_type;
use crate::coverage::{self, CoverageLedger};
use crate::idempotency::{self, Idempotency};
use crate::output::Output;
use crate::wording;

const PAGE: &str = include_str!("docs/page.html");
const INDEX: &str = include_str!("docs/index.html");
const VIEWER: &str = include_str!("../vendor/redoc-2.5.4/redoc.standalone.js");

/// The address of a logo, the only thing that the viewer fetches. It hides an empty image.
const LOGO: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";

/// The explanation of the badges.
const LEGEND: &str = "\n\nThe badges of an operation say how well its path, request and response are known:\n\n\
    - *documented*, *fully documented*: the developer portal has all of it.\n\
    - *partly documented*: the portal has some of it; there may be more.\n\
    - *from an example*: the portal has only an example; types and required flags are derived from it.\n\
    - *from public integrations*: programs that use the API send or read it like this.\n\
    - *from the portal of 2021*: the former portal had it; it may have changed since.\n\
    - *not documented*: nothing is known.\n";

/// The files of the reference, by name.
pub fn build(bundles: &[Bundle], ledgers: &[CoverageLedger]) -> Output {
    let viewer = VIEWER.replace(LOGO, "data:,");
    let mut output = Output::default();
    for bundle in bundles {
        let title = html(bundle.doc["info"]["title"].as_str().unwrap_or(&bundle.product));
        let document = json_in_html(&display(&bundle.product, &bundle.doc));
        let page = fill(PAGE, &[("title", &title), ("viewer", &viewer), ("document", &document)]);
        output.files.insert(PathBuf::from(format!("{}.html", bundle.product)), page);
    }
    output.files.insert("index.html".into(), fill(INDEX, &[("totals", &totals(ledgers))]));
    output
}

/// Returns the bundle with the additions for the viewer.
pub fn display(product: &str, bundle: &Value) -> Value {
    let mut doc = bundle.clone();
    escape_descriptions(&mut doc);
    append(&mut doc["info"], LEGEND);
    for kind in ["paths", "x-webhooks"] {
        for (_, item) in doc.get_mut(kind).and_then(Value::as_object_mut).into_iter().flatten() {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                if METHODS.contains(&method.as_str()) {
                    let facts = facts(product, operation);
                    append(operation, &facts);
                    operation["x-badges"] = badges(operation);
                    if kind == "x-webhooks" {
                        operation["tags"] = json!(["Webhooks"]);
                        // Webhooks have no security: without this, the document's own scheme would be shown.
                        operation["security"] = json!([]);
                    }
                    drop_undocumented_bodies(&mut operation["responses"]);
                }
            }
        }
    }
    if let Some(responses) = doc.pointer_mut("/components/responses") {
        drop_undocumented_bodies(responses);
    }
    for (_, schema) in doc.pointer_mut("/components/schemas").and_then(Value::as_object_mut).into_iter().flatten() {
        describe_values(schema);
    }
    doc
}

/// One badge for each part: `response partly documented`.
fn badges(operation: &Value) -> Value {
    let badge = |part| {
        let grade = wording::grade(operation, part);
        let color = match grade {
            "portal" | "complete" => "#1d7a3c",
            "none" => "#b3261e",
            _ => "#8a5a00",
        };
        json!({ "name": format!("{part} {}", wording::graded(operation, part)), "color": color })
    };
    wording::PARTS.map(badge).into()
}

fn facts(product: &str, operation: &Value) -> String {
    let mut text = format!("\n\n- Source: {}\n", wording::source(operation));
    if operation.get(idempotency::EXTENSION).is_some() {
        text.push_str(&format!("- Idempotency: {}\n", Idempotency::of(operation)));
        let id = operation["operationId"].as_str().unwrap_or_default();
        text.push_str(&format!("- In Rust: `gofive.{product}().{id}(…)`\n"));
    }
    if let Some(paging) = operation.get("x-gofive-paging").and_then(Value::as_object) {
        let names = paging.iter().filter(|(role, _)| *role != "style").filter_map(|(_, name)| name.as_str());
        let names: Vec<_> = names.map(wording::code).collect();
        text.push_str(&format!("- Pages: by {}\n", names.join(" and ")));
    }
    for (heading, name) in [("Oddities", "oddities"), ("Unknown", "unknown")] {
        let sentences = wording::sentences(operation, name);
        if !sentences.is_empty() {
            text.push_str(&format!("\n**{heading}**\n\n"));
            for sentence in sentences {
                text.push_str(&format!("- {}\n", wording::line(sentence)));
            }
        }
    }
    text
}

/// Escapes every description: the viewer shows them as Markdown.
fn escape_descriptions(doc: &mut Value) {
    let texts = wording::texts(doc).into_iter().filter(|(pointer, _)| pointer.ends_with("/description"));
    let escaped: Vec<_> = texts.map(|(pointer, text)| (pointer, wording::markdown(text))).collect();
    for (pointer, text) in escaped {
        if let Some(description) = doc.pointer_mut(&pointer) {
            *description = text.into();
        }
    }
}

fn append(to: &mut Value, text: &str) {
    let described = to.get("description").and_then(Value::as_str).unwrap_or_default();
    to["description"] = format!("{described}{text}").into();
}

/// Removes undocumented bodies, for which the viewer would show the sample `null`. The response's description says that it is
/// undocumented.
fn drop_undocumented_bodies(responses: &mut Value) {
    for (_, response) in responses.as_object_mut().into_iter().flatten() {
        let content = response.get("content").and_then(Value::as_object).into_iter().flatten();
        if content.clone().next().is_some() && content.into_iter().all(|(_, media)| !has_type(&media["schema"])) {
            response.as_object_mut().and_then(|response| response.remove("content"));
        }
    }
}

/// Adds the name and meaning of each value of an enumeration, in the format of the viewer.
fn describe_values(schema: &mut Value) {
    let list = |name: &str| schema.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let named = list("enum").into_iter().zip(list("x-enum-varnames")).zip(list("x-enum-descriptions"));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let described = |((value, name), meaning)| {
        (text(&value), json!(format!("{}: {}", text(&name), wording::line(&text(&meaning)))))
    };
    let described: serde_json::Map<_, _> = named.map(described).collect();
    if !described.is_empty() {
        schema["x-enumDescriptions"] = Value::Object(described);
    }
}

fn totals(ledgers: &[CoverageLedger]) -> String {
    let mut rows = String::new();
    for (ledger, (title, counts)) in ledgers.iter().map(Some).chain([None]).zip(coverage::counts(ledgers)) {
        let title = html(&title);
        let name = ledger.map_or(title.clone(), |ledger| format!("<a href=\"{}.html\">{title}</a>", ledger.product));
        let cells = counts.map(|count| format!("<td>{count}</td>")).concat();
        rows.push_str(&format!("<tr><th scope=\"row\">{name}</th>{cells}</tr>\n"));
    }
    rows
}

/// Replaces each `{{name}}` in a template. Inserted text is not searched again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
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
fn json_in_html(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
