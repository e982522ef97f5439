//! What to look up next: the operations whose response or request is not completely known, the largest gap first.

use std::cmp::Reverse;

use gofive_spec::{Api, Grade, Operation, Schema, SchemaKind};

use super::ledger::{CoverageLedger, Row, Status};
use crate::bundle::Bundle;
use crate::wording::cell;

/// The explanation above the list.
pub const ORDER: &str = "\
Operations that are not complete, the largest gap first: gaps of the response count before gaps of the request. A response
without known properties comes first. Then open objects, properties without a type and other unknowns count, then properties
and values to confirm.
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
    pub grade: Grade,
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
    /// The number of values of enumerations whose meaning no table of the portal gives.
    pub unexplained: usize,
}

impl Gaps {
    /// The sort key: no known property first, then the number of gaps, then the number of properties to confirm.
    fn size(&self) -> (bool, usize, usize) {
        if self.grade == Grade::Complete {
            return (false, 0, 0);
        }
        (self.all_unknown, self.open + self.untyped + self.unknown.len(), self.unlisted + self.unexplained)
    }

    fn words(&self) -> String {
        if self.grade == Grade::Complete {
            return self.grade.to_string();
        }
        if self.all_unknown {
            return format!("{}: no property is known", self.grade);
        }
        let counted = [
            (self.open, "open object", "open objects"),
            (self.untyped, "property without a type", "properties without a type"),
            (self.unlisted, "property that no table lists", "properties that no table lists"),
            (self.unexplained, "value whose meaning no table gives", "values whose meanings no table gives"),
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

/// All reviewed operations that are not complete, the largest gap first. If gaps are equal, operations with a known page come first.
pub fn next(bundles: &[Bundle], ledgers: &[CoverageLedger]) -> Vec<Lookup> {
    let mut found = Vec::new();
    for ledger in ledgers {
        let Some(bundle) = bundles.iter().find(|bundle| bundle.product == ledger.product) else { continue };
        for row in &ledger.rows {
            let Status::Specified { operation: id, .. } = &row.status else { continue };
            // A draft is reviewed before anything is looked up.
            let Some(operation) = bundle.api.operation(id).filter(|operation| operation.is_reviewed) else { continue };
            let lookup = Lookup {
                product: ledger.product.clone(),
                operation: id.clone(),
                source: source(ledger, row),
                has_page: row.page.is_some(),
                response: response(&bundle.api, operation),
                request: request(&bundle.api, operation),
            };
            if [&lookup.response, &lookup.request].iter().any(|gaps| gaps.grade != Grade::Complete) {
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
    let candidates = ledger.unattributed.iter().filter(|page| page.group == row.group);
    let candidates: Vec<_> = candidates.map(|page| page.page.as_str()).collect();
    let candidates = if candidates.is_empty() {
        String::new()
    } else {
        format!("; unassigned pages of the group: {}", candidates.join(", "))
    };
    format!("sidebar {} › {}{candidates}", row.group, row.title.trim())
}

fn response(api: &Api, operation: &Operation) -> Gaps {
    let mut gaps = Gaps::of(operation, "response", operation.evidence.response);
    let bodies = operation.successes().filter_map(|(_, response)| Some(&response.content.as_ref()?.schema));
    let bodies: Vec<_> = bodies.collect();
    gaps.all_unknown |= gaps.grade != Grade::Complete && !bodies.iter().any(|body| body.is_known());
    for body in bodies {
        gaps.count_all(api, body);
    }
    gaps
}

fn request(api: &Api, operation: &Operation) -> Gaps {
    let mut gaps = Gaps::of(operation, "request", operation.evidence.request);
    for parameter in &operation.parameters {
        gaps.count_inner(&parameter.schema);
    }
    if let Some(body) = operation.request_schema() {
        gaps.count_all(api, body);
    }
    gaps
}

impl Gaps {
    /// The gaps that the operation states itself. `part` is `request` or `response`.
    fn of(operation: &Operation, part: &str, grade: Grade) -> Self {
        let unknown = operation.unknown.iter();
        let unknown = unknown.filter_map(|entry| Some(entry.strip_prefix(part)?.trim_start().to_owned())).collect();
        Self { all_unknown: grade == Grade::None, grade, unknown, ..Self::default() }
    }

    /// Counts the gaps in a body and in all schemas that it refers to.
    fn count_all(&mut self, api: &Api, body: &Schema) {
        self.count(body);
        for schema in api.reachable([body]).into_iter().filter_map(|name| api.schema(name)) {
            self.count(schema);
        }
    }

    fn count(&mut self, schema: &Schema) {
        if let Some(object) = schema.as_object() {
            self.open += usize::from(object.is_open);
            self.unlisted += object.unlisted.values().map(Vec::len).sum::<usize>();
        }
        if let Some(enumeration) = schema.as_enumeration() {
            self.unexplained += enumeration.unlisted.values().map(Vec::len).sum::<usize>();
        }
        match &schema.kind {
            SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => {
                combination.schemas.iter().for_each(|one| self.count(one));
            }
            _ => schema.children().for_each(|inner| self.count_inner(inner)),
        }
    }

    /// Counts the gaps in a property, an item or a parameter.
    fn count_inner(&mut self, schema: &Schema) {
        self.untyped += usize::from(!schema.is_known());
        self.count(schema);
    }
}
