//! What to look up next: the operations whose answer or request is not completely known, by how much is missing.

use std::cmp::Reverse;

use gofive_spec::{reachable, resolve};
use serde_json::Value;

use crate::bundle::Bundle;
use crate::coverage::{Ledger, Row, Status};
use crate::wording::{grade, sentences};

/// How the list is to be read.
pub const ORDER: &str = "\
What is not complete, by how much is missing: of the response first, then of the request. An answer of which no member is
known comes first; then open objects, members without a type and other unknowns count, then members to be confirmed.
";

/// One operation to be looked up.
#[derive(Debug)]
pub struct Lookup {
    pub product: String,
    pub operation: String,
    /// The portal page, or what the sidebar calls it and the pages of its group that are no operation's yet.
    pub place: String,
    pub has_page: bool,
    pub response: Gaps,
    pub request: Gaps,
}

/// What is missing of an answer or of a request, counted in the spec.
#[derive(Debug, Default)]
pub struct Gaps {
    /// As `x-gofive-evidence` has it.
    pub grade: String,
    /// Not one member is known.
    pub whole: bool,
    /// Objects of which more members exist than are listed, or may exist.
    pub open: usize,
    /// Members and parameters whose type no source gives.
    pub untyped: usize,
    /// Entries of `x-gofive-unknown`.
    pub unknown: Vec<String>,
    /// Members that stand in an example, an integration or on the 2021 portal only.
    pub unlisted: usize,
}

impl Gaps {
    /// Nothing known comes before something; then the gaps count, then the members to be confirmed.
    fn size(&self) -> (bool, usize, usize) {
        if self.grade == "complete" {
            return (false, 0, 0);
        }
        (self.whole, self.open + self.untyped + self.unknown.len(), self.unlisted)
    }

    fn words(&self) -> String {
        if self.grade == "complete" {
            return self.grade.clone();
        }
        if self.whole {
            return format!("{}: no member is known", self.grade);
        }
        let counted = [
            (self.open, "open object", "open objects"),
            (self.untyped, "member without a type", "members without a type"),
            (self.unlisted, "member that no table lists", "members that no table lists"),
        ];
        let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
        let mut parts: Vec<_> =
            counted.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).collect();
        parts.extend(self.unknown.iter().cloned());
        if parts.is_empty() {
            parts.push("no gap in the spec, to be compared with its source".into());
        }
        format!("{}: {}", self.grade, parts.join("; "))
    }
}

/// Everything that is not complete, the largest gap first; of two equal ones, the one whose page is known.
pub fn next(bundles: &[Bundle], ledgers: &[Ledger]) -> Vec<Lookup> {
    let mut found = Vec::new();
    for ledger in ledgers {
        let Some(bundle) = bundles.iter().find(|bundle| bundle.product == ledger.product) else { continue };
        for row in &ledger.rows {
            let Status::Specified { operation: id, method, path, .. } = &row.status else { continue };
            let operation = &bundle.doc["paths"][path.as_str()][method.to_lowercase()];
            let lookup = Lookup {
                product: ledger.product.clone(),
                operation: id.clone(),
                place: place(ledger, row),
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
        let Lookup { product, operation, place, response, request, .. } = lookup;
        let (number, place) = (index + 1, place.replace('|', "\\|"));
        let [response, request] = [response, request].map(|gaps| gaps.words().replace('|', "\\|"));
        table.push_str(&format!("| {number} | {product} `{operation}` | {place} | {response} | {request} |\n"));
    }
    table
}

fn place(ledger: &Ledger, row: &Row) -> String {
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
    gaps.whole |= gaps.grade != "complete" && bodies.iter().all(|body| !has_type(body));
    for body in bodies {
        gaps.count_all(doc, body);
    }
    gaps
}

fn request(doc: &Value, operation: &Value) -> Gaps {
    let mut gaps = gaps(operation, "request");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        gaps.count_member(&resolve(doc, parameter)["schema"]);
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
    Gaps { whole: grade == "none", grade, unknown, ..Gaps::default() }
}

impl Gaps {
    /// Counts in a body and in all schemas that it refers to.
    fn count_all(&mut self, doc: &Value, body: &Value) {
        self.count(body);
        for name in reachable(doc, body) {
            self.count(&doc["components"]["schemas"][name.as_str()]);
        }
    }

    fn count(&mut self, schema: &Value) {
        self.open += usize::from(schema["additionalProperties"] == Value::Bool(true));
        let evidence = schema["x-gofive-property-evidence"].as_object().into_iter().flatten();
        self.unlisted += evidence.filter_map(|(_, members)| members.as_array()).map(Vec::len).sum::<usize>();
        for (_, member) in schema["properties"].as_object().into_iter().flatten() {
            self.count_member(member);
        }
        if let Some(items) = schema.get("items") {
            self.count_member(items);
        }
        for part in ["allOf", "anyOf"].iter().flat_map(|kind| schema[*kind].as_array().into_iter().flatten()) {
            self.count(part);
        }
    }

    fn count_member(&mut self, member: &Value) {
        self.untyped += usize::from(!has_type(member));
        self.count(member);
    }
}

/// Whether a schema says anything of what it is.
pub(crate) fn has_type(schema: &Value) -> bool {
    ["type", "$ref", "allOf", "anyOf"].iter().any(|kind| schema.get(kind).is_some())
}
