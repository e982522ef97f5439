//! The ledgers: compares every title of the portal's sidebars (`openapi/<product>/portal.yaml`, kept by hand) with the
//! operations of the spec.

use std::collections::BTreeMap;

use gofive_spec::{Grade, Method, Operation, Pointer};

use crate::bundle::Bundle;
use crate::finding::Finding;
use crate::ledger::{Ledger, Title, UnattributedPage};
use crate::sources::Sources;

/// One product's ledger.
#[derive(Debug)]
pub struct CoverageLedger {
    pub product: String,
    pub title: String,
    pub rows: Vec<Row>,
    pub unattributed: Vec<UnattributedPage>,
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
    Specified { operation: String, method: Method, path: String, request: Grade, response: Grade, is_reviewed: bool },
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
        let source = match sources.yaml(&file) {
            Some(Ok(source)) => source,
            Some(Err(broken)) => {
                findings.extend_from_slice(broken);
                continue;
            }
            None => {
                findings.push(Finding {
                    at: bundle.locate(Pointer::root()),
                    rule: "ledger",
                    problem: format!("there is no {file}"),
                    hint: "list every title of the portal's sidebar in it".into(),
                });
                continue;
            }
        };
        match Ledger::read(source) {
            Ok(ledger) => ledgers.push(Comparison { bundle, ledger: &ledger, findings: &mut findings }.run()),
            Err(error) => findings.push(Finding {
                at: source.locate(Pointer::root()),
                rule: "ledger",
                problem: error.to_string(),
                hint: "write it as openapi/schema/ledger.json describes".into(),
            }),
        }
    }
    (ledgers, findings)
}

struct Comparison<'a> {
    bundle: &'a Bundle,
    ledger: &'a Ledger<'a>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Comparison<'a> {
    fn run(mut self) -> CoverageLedger {
        let (bundle, ledger) = (self.bundle, self.ledger);
        let by_id = |operation: &'a Operation| (operation.id.as_str(), operation);
        let mut operations: BTreeMap<_, _> = bundle.api.operations.iter().map(by_id).collect();
        let rows = ledger.titles.iter().map(|title| self.row(title, &mut operations)).collect();
        for (id, operation) in operations {
            self.findings.push(Finding {
                at: bundle.locate(&operation.pointer),
                rule: "ledger",
                problem: format!("`{id}` has no row in {}", ledger.source.file),
                hint: "add the portal's title with `operation:`".into(),
            });
        }
        CoverageLedger {
            product: bundle.product.clone(),
            title: bundle.api.info.title.clone(),
            rows,
            unattributed: ledger.unattributed.clone(),
        }
    }

    fn row(&mut self, row: &Title, operations: &mut BTreeMap<&str, &Operation>) -> Row {
        let legacy = row.legacy.clone();
        let status = match (&row.operation, &row.counted_under) {
            (Some(operation), Some(product)) => {
                Status::Elsewhere { operation: operation.clone(), product: product.clone() }
            }
            (Some(id), None) => {
                if let Some(operation) = operations.remove(id.as_str()) {
                    self.specified(row, operation)
                } else {
                    let problem = format!("`{id}` is not an operation of the spec, or is listed twice");
                    self.find(row, problem, "fix the name, or list what is `missing`");
                    Status::NoEndpoint
                }
            }
            (None, _) if row.only_2021 => Status::Only2021 { legacy },
            (None, _) if row.not_an_endpoint => Status::NoEndpoint,
            (None, _) => Status::Listed { missing: row.missing.clone(), legacy },
        };
        let Title { group, title, method, page, .. } = row.clone();
        Row { group, title, method, page, status }
    }

    fn specified(&mut self, row: &Title, operation: &Operation) -> Status {
        let Operation { id, method, path, page, evidence, .. } = operation;
        if row.method.as_deref().is_some_and(|listed| listed != method.as_str()) || row.page != *page {
            let shown = |method: Option<&str>, page: &Option<String>| {
                format!("{} {}", method.unwrap_or("no method"), page.as_deref().unwrap_or("without a page"))
            };
            let listed = row.method.as_deref().or(Some(method.as_str()));
            let problem = format!(
                "the ledger has {} for `{id}`, and the spec {}",
                shown(listed, &row.page),
                shown(Some(method.as_str()), page)
            );
            self.find(row, problem, "fix the one that differs from the portal");
        }
        Status::Specified {
            operation: id.clone(),
            method: *method,
            path: path.clone(),
            request: evidence.request,
            response: evidence.response,
            is_reviewed: operation.is_reviewed,
        }
    }

    fn find(&mut self, row: &Title, problem: String, hint: &str) {
        let at = self.ledger.source.locate(&row.pointer);
        self.findings.push(Finding { at, rule: "ledger", problem, hint: hint.into() });
    }
}
