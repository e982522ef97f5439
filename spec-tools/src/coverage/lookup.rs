//! What to look up next: the operations whose response or request is not completely known, the largest gap first.

use std::cmp::Reverse;

use gofive_spec::{reachable, resolve};
use serde_json::Value;

use super::ledger::{CoverageLedger, Row, Status};
use crate::bundle::Bundle;
use crate::wording::{cell, grade, sentences};

/// The explanation above the list.
pub const ORDER: &str = "\
Operations that are not complete, the largest gap first: gaps of the response count before gaps of the request. A response
without known properties comes first. Then open objects, properties without a type and other unknowns count, then properties
to confirm.
";

/// One operation to look up.
#[derive(Debug)]
pub struct Lookup {
    pub product: String,
    pub operation: String,
    /// The portal page; if it is unknown, the sidebar's title and the unassigned pages of its group.
    pub source: String,
    pub has_page: bool,
    pub response: Gaps,
    pub request: Gaps,
}

/// What is missing in a response or request, counted in the spec.
#[derive(Debug, Default)]
pub struct Gaps {
    /// The grade in `x-gofive-evidence`.
    pub grade: String,
    /// Whether no property is known.
    pub all_unknown: bool,
    /// The number of open objects, which may have more properties.
    pub open: usize,
    /// The number of properties and parameters without a known type.
    pub untyped: usize,
    /// The entries of `x-gofive-unknown`.
    pub unknown: Vec<String>,
    /// The number of properties that no table of the portal lists.
    pub unlisted: usize,
}

impl Gaps {
    /// The sort key: no known property first, then the number of gaps, then the number of properties to confirm.
    fn size(&self) -> (bool, usize, usize) {
        if self.grade == "complete" {
            return (false, 0, 0);
        }
        (self.all_unknown, self.open + self.untyped + self.unknown.len(), self.unlisted)
    }

    fn words(&self) -> String {
        if self.grade == "complete" {
            return self.grade.clone();
        }
        if self.all_unknown {
            return format!("{}: no property is known", self.grade);
        }
        let counted = [
            (self.open, "open object", "open objects"),
            (self.untyped, "property without a type", "properties without a type"),
            (self.unlisted, "property that no table lists", "properties that no table lists"),
        ];
        let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
        let mut parts: Vec<_> =
            counted.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).collect();
        parts.extend(self.unknown.iter().cloned());
        if parts.is_empty() {
            parts.push("no gap in the spec; compare it with its source".into());
        }
        format!("{}: {}", self.grade, parts.join("; "))
    }
}

/// All operations that are not complete, the largest gap first. If gaps are equal, operations with a known page come first.
pub fn next(bundles: &[Bundle], ledgers: &[CoverageLedger]) -> Vec<Lookup> {
    let mut found = Vec::new();
    for ledger in ledgers {
        let Some(bundle) = bundles.iter().find(|bundle| bundle.product == ledger.product) else { continue };
        for row in &ledger.rows {
            let Status::Specified { operation: id, method, path, .. } = &row.status else { continue };
            let operation = &bundle.doc["paths"][path.as_str()][method.to_lowercase()];
            let lookup = Lookup {
                product: ledger.product.clone(),
                operation: id.clone(),
                source: source(ledger, row),
                has_page: row.page.is_some(),
                response: response(&bundle.doc, operation),
                request: request(&bundle.doc, operation),
            };
            if [&lookup.response, &lookup.request].iter().any(|gaps| gaps.grade != "complete") {
                found.push(lookup);
            }
        }
    }
    found.sort_by_key(|lookup| (Reverse(lookup.response.size()), Reverse(lookup.request.size()), !lookup.has_page));
    found
}

/// The list as a table in Markdown.
pub fn table(lookups: &[Lookup]) -> String {
    let mut table = String::from("| | operation | where | response | request |\n|---:|---|---|---|---|\n");
    for (index, lookup) in lookups.iter().enumerate() {
        let Lookup { product, operation, source, response, request, .. } = lookup;
        let (number, source) = (index + 1, cell(source));
        let [response, request] = [response, request].map(|gaps| gaps.words().replace('|', "\\|"));
        table.push_str(&format!("| {number} | {product} `{operation}` | {source} | {response} | {request} |\n"));
    }
    table
}

fn source(ledger: &CoverageLedger, row: &Row) -> String {
    if let Some(page) = &row.page {
        return page.clone();
    }
    let candidates = ledger.unattributed.iter().filter(|[group, ..]| *group == row.group);
    let candidates: Vec<_> = candidates.map(|[_, page, _]| page.as_str()).collect();
    let candidates = if candidates.is_empty() {
        String::new()
    } else {
        format!("; unassigned pages of the group: {}", candidates.join(", "))
    };
    format!("sidebar {} › {}{candidates}", row.group, row.title.trim())
}

fn response(doc: &Value, operation: &Value) -> Gaps {
    let mut gaps = gaps(operation, "response");
    let responses = operation["responses"].as_object().into_iter().flatten();
    let successes = responses.filter(|(status, _)| status.starts_with('2')).map(|(_, response)| resolve(doc, response));
    let bodies: Vec<_> =
        successes.filter_map(|response| response.pointer("/content/application~1json/schema")).collect();
    gaps.all_unknown |= gaps.grade != "complete" && bodies.iter().all(|body| !has_type(body));
    for body in bodies {
        gaps.count_all(doc, body);
    }
    gaps
}

fn request(doc: &Value, operation: &Value) -> Gaps {
    let mut gaps = gaps(operation, "request");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        gaps.count_property(&resolve(doc, parameter)["schema"]);
    }
    for (_, media) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        gaps.count_all(doc, &media["schema"]);
    }
    gaps
}

fn gaps(operation: &Value, side: &str) -> Gaps {
    let grade = grade(operation, side).to_owned();
    let unknown = sentences(operation, "unknown").into_iter();
    let unknown = unknown.filter_map(|entry| Some(entry.strip_prefix(side)?.trim_start().to_owned())).collect();
    Gaps { all_unknown: grade == "none", grade, unknown, ..Gaps::default() }
}

impl Gaps {
    /// Counts the gaps in a body and in all schemas that it refers to.
    fn count_all(&mut self, doc: &Value, body: &Value) {
        self.count(body);
        for name in reachable(doc, body) {
            self.count(&doc["components"]["schemas"][name.as_str()]);
        }
    }

    fn count(&mut self, schema: &Value) {
        self.open += usize::from(schema["additionalProperties"] == Value::Bool(true));
        let evidence = schema["x-gofive-property-evidence"].as_object().into_iter().flatten();
        self.unlisted += evidence.filter_map(|(_, properties)| properties.as_array()).map(Vec::len).sum::<usize>();
        for (_, property) in schema["properties"].as_object().into_iter().flatten() {
            self.count_property(property);
        }
        if let Some(items) = schema.get("items") {
            self.count_property(items);
        }
        for part in ["allOf", "anyOf"].iter().flat_map(|kind| schema[*kind].as_array().into_iter().flatten()) {
            self.count(part);
        }
    }

    fn count_property(&mut self, property: &Value) {
        self.untyped += usize::from(!has_type(property));
        self.count(property);
    }
}

/// Whether a schema has a type.
pub(crate) fn has_type(schema: &Value) -> bool {
    ["type", "$ref", "allOf", "anyOf"].iter().any(|kind| schema.get(kind).is_some())
}
