//! The HTML reference: one file for each product that works offline, and a page with links to them. The viewer is a vendored
//! Redoc. It shows the document as it is written, with the flags of the pages; the `x-gofive-…` facts of each operation are added
//! to its description and as badges.

mod index;
mod template;

use std::path::PathBuf;

use gofive_spec::{Api, Enumeration, Evidence, Example, Grade, Operation, Pointer, Response, Schema};
use serde_json::{Map, Value, json};

use self::template::{fill, html, json_in_html};
use crate::bundle::{Bundle, Written};
use crate::coverage::CoverageLedger;
use crate::output::Output;
use crate::sample::curl;
use crate::wording;

const PAGE: &str = include_str!("docs/page.html");
const VIEWER: &str = include_str!("../vendor/redoc-2.5.4/redoc.standalone.js");

/// The address of a logo, the only thing that the viewer fetches. It hides an empty image.
const LOGO: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";

/// The explanation of the badges.
const LEGEND: &str = "\n\nThe badges of an operation say how well its path, request and response are known:\n\n\
    - *documented*, *fully documented*: the developer portal has all of it.\n\
    - *partly documented*: the portal has some of it; there may be more.\n\
    - *from an example*: the portal has only an example; types and required flags are derived from it.\n\
    - *from observed responses*: responses have it, by recorded shapes; no page does.\n\
    - *from public integrations*: programs that use the API send or read it like this.\n\
    - *from the portal of 2021*: the former portal had it; it may have changed since.\n\
    - *not documented*: nothing is known.\n";

/// The summary of an example that is not adapted to the schema.
const AS_PRINTED: &str = "The example as the portal page prints it, which differs from the page's table";

/// The files of the reference, by name.
pub fn build(bundles: &[Bundle], ledgers: &[CoverageLedger]) -> Output {
    let viewer = VIEWER.replace(LOGO, "data:,");
    let mut output = Output::default();
    for bundle in bundles {
        let title = html(&bundle.api.info.title);
        let document = json_in_html(&display(bundle));
        let page = fill(PAGE, &[("title", &title), ("viewer", &viewer), ("document", &document)]);
        output.files.insert(PathBuf::from(format!("{}.html", bundle.product)), page);
    }
    output.files.insert("index.html".into(), index::page(bundles, ledgers));
    output
}

/// Returns the document of a bundle with the additions for the viewer.
pub fn display(bundle: &Bundle) -> Value {
    let Bundle { product, written: Written { api, doc }, .. } = bundle;
    let mut shown = Shown(doc.clone());
    for (pointer, text) in api.texts() {
        shown.escape(&pointer, text);
    }
    shown.append(&Pointer::root().join("info"), LEGEND);
    for operation in api.all_operations() {
        let product = operation.product.as_ref().unwrap_or(product);
        shown.append(&operation.pointer, &facts(product, operation));
        shown.set(&operation.pointer, "x-badges", badges(operation.evidence));
        if !operation.is_webhook {
            let sample = json!({ "lang": "Bash", "label": "curl", "source": curl::command(operation) });
            shown.set(&operation.pointer, "x-codeSamples", json!([sample]));
        }
        if operation.is_webhook {
            shown.set(&operation.pointer, "tags", json!(["Webhooks"]));
            // Webhooks have no security: without this, the document's own scheme would be shown.
            shown.set(&operation.pointer, "security", json!([]));
        }
    }
    for content in api.all_operations().filter_map(|operation| operation.body.as_ref()).map(|body| &body.content) {
        for Example { name, printed, .. } in &content.examples {
            let Some(printed) = printed else { continue };
            let example = json!({ "summary": AS_PRINTED, "value": printed });
            shown.set(&content.pointer.join("examples"), &format!("{name}, as printed"), example);
        }
    }
    for response in undocumented_bodies(api) {
        shown.remove(&response.pointer, "content");
    }
    for schema in api.schemas.values() {
        let values = values(schema);
        if !values.is_empty() {
            shown.set(&schema.pointer, "x-enumDescriptions", Value::Object(values));
        }
    }
    shown.0
}

/// The document for the viewer.
struct Shown(Value);

impl Shown {
    fn object(&mut self, pointer: &Pointer) -> Option<&mut Map<String, Value>> {
        self.0.pointer_mut(pointer.as_str())?.as_object_mut()
    }

    fn set(&mut self, pointer: &Pointer, name: &str, value: Value) {
        if let Some(object) = self.object(pointer) {
            object.insert(name.to_owned(), value);
        }
    }

    fn remove(&mut self, pointer: &Pointer, name: &str) {
        if let Some(object) = self.object(pointer) {
            object.remove(name);
        }
    }

    /// Escapes a text if it is a description: the viewer shows them as Markdown.
    fn escape(&mut self, pointer: &Pointer, text: &str) {
        if let Some((node, name)) = pointer.split_last()
            && name == "description"
        {
            self.set(&node, &name, wording::markdown(text).into());
        }
    }

    /// Adds a text to the description of a node.
    fn append(&mut self, pointer: &Pointer, text: &str) {
        let described = pointer.join("description").find(&self.0).and_then(Value::as_str).unwrap_or_default();
        let described = format!("{described}{text}");
        self.set(pointer, "description", described.into());
    }
}

/// One badge for each part: `response partly documented`.
fn badges(evidence: Evidence) -> Value {
    let badge = |(part, grade): (&str, Grade)| {
        let color = match grade {
            Grade::Portal | Grade::Complete => "#1d7a3c",
            Grade::None => "#b3261e",
            Grade::Partial | Grade::ExampleOnly | Grade::Observed | Grade::Wire | Grade::Legacy => "#8a5a00",
        };
        json!({ "name": format!("{part} {}", wording::grade(grade)), "color": color })
    };
    evidence.parts().map(badge).into()
}

fn facts(product: &str, operation: &Operation) -> String {
    let mut text = format!("\n\n- Source: {}\n", wording::source(operation));
    if let Some(observed) = operation.observed {
        text.push_str(&format!("- Observed: {observed}\n"));
    }
    if !operation.is_webhook {
        text.push_str(&format!("- Idempotency: {}\n", wording::idempotency(&operation.idempotency)));
        text.push_str(&format!("- In Rust: `gofive.{product}().{}(…)`\n", operation.id));
    }
    if let Some(paging) = &operation.paging {
        text.push_str(&format!(
            "- Pages: by {} and {}\n",
            wording::code(&paging.position),
            wording::code(&paging.size)
        ));
    }
    for (heading, sentences) in [("Oddities", &operation.oddities), ("Unknown", &operation.unknown)] {
        if !sentences.is_empty() {
            text.push_str(&format!("\n**{heading}**\n\n"));
            for sentence in sentences {
                text.push_str(&format!("- {}\n", wording::line(sentence)));
            }
        }
    }
    text
}

/// The responses with a body that is not documented: the viewer would show the sample `null`. The response's description says
/// that it is undocumented.
fn undocumented_bodies(api: &Api) -> impl Iterator<Item = &Response> {
    let operations = api.all_operations();
    let responses = operations.flat_map(|operation| operation.responses.values()).chain(api.responses.values());
    responses.filter(|response| response.content.as_ref().is_some_and(|content| !content.schema.is_known()))
}

/// The name and meaning of each value of an enumeration, in the format of the viewer.
fn values(schema: &Schema) -> Map<String, Value> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let entries = schema.as_enumeration().into_iter().flat_map(Enumeration::entries);
    entries.map(|one| (text(one.value), json!(format!("{}: {}", one.name, wording::meaning(one))))).collect()
}
