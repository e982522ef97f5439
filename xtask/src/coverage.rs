//! The coverage ledger: compares every title of the portal's sidebars (`openapi/<product>/portal.yaml`, kept by hand)
//! with the operations of the spec. Builds `openapi/COVERAGE.md` and the table in the README.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::bundle::Bundle;
use crate::finding::Finding;
use crate::lookup::{self, Lookup};
use crate::source::Source;

/// The lines of the README that enclose the table of totals.
const README_MARKS: [&str; 2] = ["<!-- coverage: built by `cargo xtask codegen` -->", "<!-- /coverage -->"];

/// One product's ledger.
#[derive(Debug)]
pub struct CoverageLedger {
    pub product: String,
    pub title: String,
    pub rows: Vec<Row>,
    /// (group, page, what is known about it)
    pub unattributed: Vec<[String; 3]>,
}

/// One title of a sidebar.
#[derive(Debug)]
pub struct Row {
    pub group: String,
    pub title: String,
    pub method: Option<String>,
    pub page: Option<String>,
    pub status: Status,
}

/// The status of a title in the spec.
#[derive(Debug)]
pub enum Status {
    /// An operation of this product.
    Specified { operation: String, method: String, path: String, request: String, response: String },
    /// An operation in another product's document.
    Elsewhere { operation: String, product: String },
    /// Known only by its title. `missing` lists what to look up, `legacy` is what the 2021 portal had.
    Listed { missing: Vec<String>, legacy: Option<String> },
    /// On the 2021 portal, but not in the current sidebar.
    Only2021 { legacy: Option<String> },
    /// A page of prose, or a group without endpoints.
    NoEndpoint,
}

/// How well the response of an operation is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Complete,
    Partly,
    Not,
}

impl Known {
    fn of(grade: &str) -> Self {
        match grade {
            "complete" => Self::Complete,
            "none" => Self::Not,
            _ => Self::Partly,
        }
    }
}

/// Reads the ledgers of all products and compares them with the bundles.
pub fn read(workspace: &Path, bundles: &[Bundle]) -> (Vec<CoverageLedger>, Vec<Finding>) {
    let (mut ledgers, mut findings) = (Vec::new(), Vec::new());
    for bundle in bundles {
        let file = format!("openapi/{}/portal.yaml", bundle.product);
        match std::fs::read(workspace.join(&file)) {
            Ok(bytes) => match Source::parse_bytes(&file, &bytes) {
                Ok(source) => ledgers.push(LedgerReader { bundle, source: &source, findings: &mut findings }.ledger()),
                Err(broken) => findings.extend(broken),
            },
            Err(error) => findings.push(Finding {
                at: bundle.locate(""),
                rule: "ledger",
                problem: format!("{file} cannot be read: {error}"),
                hint: "list every title of the portal's sidebar in it".into(),
            }),
        }
    }
    (ledgers, findings)
}

struct LedgerReader<'a> {
    bundle: &'a Bundle,
    source: &'a Source,
    findings: &'a mut Vec<Finding>,
}

impl LedgerReader<'_> {
    fn ledger(mut self) -> CoverageLedger {
        let root = &self.source.root;
        let mut operations = operations(&self.bundle.doc);
        let mut rows = Vec::new();
        for (group_index, group) in list(root, "groups").iter().enumerate() {
            for (index, title) in list(group, "titles").iter().enumerate() {
                let at = format!("/groups/{group_index}/titles/{index}");
                rows.push(self.row(&text(group, "group").unwrap_or_default(), title, &at, &mut operations));
            }
        }
        for (id, (pointer, _)) in operations {
            self.findings.push(Finding {
                at: self.bundle.locate(&pointer),
                rule: "ledger",
                problem: format!("`{id}` has no row in {}", self.source.file),
                hint: "add the portal's title with `operation:`".into(),
            });
        }
        let unattributed = list(root, "unattributed_pages").iter();
        CoverageLedger {
            product: self.bundle.product.clone(),
            title: text(&self.bundle.doc["info"], "title").unwrap_or_default(),
            rows,
            unattributed: unattributed
                .map(|page| ["group", "page", "known"].map(|name| text(page, name).unwrap_or_default()))
                .collect(),
        }
    }

    fn row(&mut self, group: &str, raw: &Value, at: &str, operations: &mut BTreeMap<String, (String, Value)>) -> Row {
        let (method, page) = (text(raw, "method"), text(raw, "page"));
        let legacy = text(raw, "legacy");
        let missing: Vec<_> = list(raw, "missing").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let flag = |name: &str| raw.get(name) == Some(&Value::Bool(true));
        let status = match (text(raw, "operation"), text(raw, "counted_under")) {
            (Some(operation), Some(product)) => Status::Elsewhere { operation, product },
            (Some(id), None) => {
                if let Some((pointer, operation)) = operations.remove(&id) {
                    self.specified(id, &pointer, &operation, at, method.as_deref(), page.as_deref())
                } else {
                    let problem = format!("`{id}` is not an operation of the spec, or is listed twice");
                    self.find(at, problem, "fix the name, or list what is `missing`");
                    Status::NoEndpoint
                }
            }
            (None, _) if flag("only_2021") => Status::Only2021 { legacy },
            (None, _) if flag("not_an_endpoint") => Status::NoEndpoint,
            (None, _) => Status::Listed { missing, legacy },
        };
        let title = text(raw, "title").unwrap_or_default();
        Row { group: group.into(), title, method, page, status }
    }

    fn specified(
        &mut self,
        id: String,
        pointer: &str,
        operation: &Value,
        at: &str,
        method: Option<&str>,
        page: Option<&str>,
    ) -> Status {
        let mut steps = pointer.rsplit('/');
        let spec_method = steps.next().unwrap_or_default().to_uppercase();
        let path = steps.next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        let spec_page = text(operation, "x-gofive-page");
        if method.is_some_and(|method| method != spec_method) || (page != spec_page.as_deref()) {
            let problem = format!("the ledger and the spec have different methods or pages for `{id}`");
            self.find(at, problem, "fix the one that differs from the portal");
        }
        let grade = |part: &str| text(&operation["x-gofive-evidence"], part).unwrap_or_default();
        Status::Specified {
            method: spec_method,
            path,
            request: grade("request"),
            response: grade("response"),
            operation: id,
        }
    }

    fn find(&mut self, at: &str, problem: String, hint: &str) {
        self.findings.push(Finding { at: self.source.locate(at), rule: "ledger", problem, hint: hint.into() });
    }
}

/// The pointer and the object of every operation, by operation id.
fn operations(doc: &Value) -> BTreeMap<String, (String, Value)> {
    let mut found = BTreeMap::new();
    for (path, item) in doc.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(id) = text(operation, "operationId") {
                let pointer = format!("/paths/{}/{method}", crate::source::escape(path));
                found.insert(id, (pointer, operation.clone()));
            }
        }
    }
    found
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// `openapi/COVERAGE.md`.
pub fn document(ledgers: &[CoverageLedger], lookups: &[Lookup]) -> String {
    let mut page = String::from(
        "# Coverage\n\nEvery title in the sidebars of the developer portal, compared with the spec. Built by `cargo xtask codegen` from\n`openapi/<product>/portal.yaml` and the operations; do not edit.\n\n\
         *Specified* operations are in the spec and in the crate; their path is known from the portal or from public integrations.\n\
         *Listed* endpoints are known only by their title.\n\n",
    );
    page.push_str(&totals(ledgers));
    page.push_str(&format!("\n## Look up next\n\n{}\n{}", lookup::ORDER, lookup::table(lookups)));
    for ledger in ledgers {
        page.push_str(&format!("\n## {}\n\n| group | title | method | path, or what is missing | page | request | response |\n|---|---|---|---|---|---|---|\n", ledger.title));
        for row in &ledger.rows {
            let own = row.method.clone().unwrap_or_else(|| "—".into());
            let [method, what, request, response] = match &row.status {
                Status::Specified { operation, method, path, request, response } => {
                    [method.clone(), format!("`{path}` (`{operation}`)"), request.clone(), response.clone()]
                }
                Status::Elsewhere { operation, product } => {
                    [own, format!("`{operation}` of {product}"), String::new(), String::new()]
                }
                Status::Listed { missing, legacy } => {
                    let hint = legacy.as_ref().map(|legacy| format!("; 2021: `{legacy}`")).unwrap_or_default();
                    [own, format!("*listed*, missing: {}{hint}", missing.join(", ")), String::new(), String::new()]
                }
                Status::Only2021 { legacy } => {
                    let legacy = legacy.as_deref().unwrap_or("not known");
                    [own, format!("*2021 portal only*: `{legacy}`"), String::new(), String::new()]
                }
                Status::NoEndpoint => [own, "*no endpoint*".into(), String::new(), String::new()],
            };
            let table_page = row.page.as_deref().unwrap_or("—");
            page.push_str(&format!(
                "| {} | {} | {method} | {what} | {table_page} | {request} | {response} |\n",
                row.group,
                row.title.trim()
            ));
        }
        if !ledger.unattributed.is_empty() {
            page.push_str("\nPages whose operation is not known:\n\n");
            for [group, id, known] in &ledger.unattributed {
                page.push_str(&format!("- {id} ({group}): {known}\n"));
            }
        }
    }
    page
}

/// The table of totals.
pub fn totals(ledgers: &[CoverageLedger]) -> String {
    let mut table = String::from(
        "| product | specified | response complete | partly known | not known | listed only | 2021 only |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for (name, counts) in counts(ledgers) {
        let counts = counts.map(|count| count.to_string()).join(" | ");
        table.push_str(&format!("| {name} | {counts} |\n"));
    }
    table
}

/// The rows of the table of totals: one for each product, and their sum.
pub fn counts(ledgers: &[CoverageLedger]) -> Vec<(String, [usize; 6])> {
    let mut rows: Vec<_> = ledgers.iter().map(|ledger| (ledger.title.clone(), count(ledger))).collect();
    let column = |index: usize| rows.iter().map(|(_, counts)| counts[index]).sum();
    rows.push(("all".into(), std::array::from_fn(column)));
    rows
}

/// Counts of: specified operations; of these, response complete, partly known, not known; listed only; 2021 only.
fn count(ledger: &CoverageLedger) -> [usize; 6] {
    let mut counts = [0; 6];
    for row in &ledger.rows {
        match &row.status {
            Status::Specified { response, .. } => {
                counts[0] += 1;
                counts[1 + Known::of(response) as usize] += 1;
            }
            Status::Listed { .. } => counts[4] += 1,
            Status::Only2021 { .. } => counts[5] += 1,
            Status::Elsewhere { .. } | Status::NoEndpoint => {}
        }
    }
    counts
}

/// Returns the README with an updated table of totals.
///
/// # Errors
/// If the README does not exist, or has no marks for the table.
pub fn readme(workspace: &Path, ledgers: &[CoverageLedger]) -> Result<String> {
    let text = std::fs::read_to_string(workspace.join("README.md")).context("README.md cannot be read")?;
    let [begin, end] = README_MARKS;
    let (head, rest) = text.split_once(begin).with_context(|| format!("README.md has no line `{begin}`"))?;
    let (_, tail) = rest.split_once(end).with_context(|| format!("README.md has no line `{end}`"))?;
    Ok(format!("{head}{begin}\n{}{end}{tail}", totals(ledgers)))
}
