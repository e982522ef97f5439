//! The ledgers: compares every title of the portal's sidebars (`openapi/<product>/portal.yaml`, kept by hand) with the
//! operations of the spec.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bundle::Bundle;
use crate::finding::Finding;
use crate::sources::Sources;
use crate::sources::yaml::Source;

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

/// Reads the ledgers of all products and compares them with the bundles.
pub fn read(sources: &Sources, bundles: &[Bundle]) -> (Vec<CoverageLedger>, Vec<Finding>) {
    let (mut ledgers, mut findings) = (Vec::new(), Vec::new());
    for bundle in bundles {
        let file = format!("openapi/{}/portal.yaml", bundle.product);
        match sources.yaml(&file) {
            Some(Ok(source)) => ledgers.push(LedgerReader { bundle, source, findings: &mut findings }.ledger()),
            Some(Err(broken)) => findings.extend_from_slice(broken),
            None => findings.push(Finding {
                at: bundle.locate(""),
                rule: "ledger",
                problem: format!("there is no {file}"),
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
                let pointer = format!("/paths/{}/{method}", crate::sources::yaml::escape(path));
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
