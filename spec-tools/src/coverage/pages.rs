//! Writes `openapi/COVERAGE.md` and the table of totals in the README.

use anyhow::{Context as _, Result};
use gofive_spec::Grade;

use super::ledger::{CoverageLedger, Status};
use super::lookup::{self, Lookup};
use crate::ledger::UnattributedPage;
use crate::wording::{cell, code, line};

/// The lines of the README that enclose the table of totals.
const README_MARKS: [&str; 2] = ["<!-- coverage: built by `cargo xtask codegen` -->", "<!-- /coverage -->"];

/// How well the response of an operation is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Complete,
    Partly,
    Not,
}

impl Known {
    fn of(grade: Grade) -> Self {
        match grade {
            Grade::Complete => Self::Complete,
            Grade::None => Self::Not,
            Grade::Portal | Grade::Partial | Grade::ExampleOnly | Grade::Observed | Grade::Wire | Grade::Legacy => {
                Self::Partly
            }
        }
    }
}

/// `openapi/COVERAGE.md`.
pub fn document(ledgers: &[CoverageLedger], lookups: &[Lookup]) -> String {
    let mut page = String::from(
        "# Coverage\n\nEvery title in the sidebars of the developer portal, compared with the spec. Built by `cargo xtask codegen` from\n`openapi/<product>/portal.yaml` and the operations; do not edit.\n\n\
         *Specified* operations are in the spec and in the crate; their path is known from the portal or from public integrations.\n\
         Those that are *not reviewed* are counted apart: they are drafted from their pages, and only in the crate with the feature\n\
         `unreviewed`. *Listed* endpoints are known only by their title.\n\n",
    );
    page.push_str(&totals(ledgers));
    page.push_str(&format!("\n## Look up next\n\n{}\n{}", lookup::ORDER, lookup::table(lookups)));
    for ledger in ledgers {
        page.push_str(&format!("\n## {}\n\n| group | title | method | path, or what is missing | page | request | response |\n|---|---|---|---|---|---|---|\n", line(&ledger.title)));
        for row in &ledger.rows {
            let own = row.method.clone().unwrap_or_else(|| "—".into());
            let [method, what, request, response] = match &row.status {
                Status::Specified { operation, method, path, request, response, is_reviewed } => [
                    method.to_string(),
                    format!("{} (`{operation}`){}", code(path), if *is_reviewed { "" } else { ", not reviewed" }),
                    request.to_string(),
                    response.to_string(),
                ],
                Status::Elsewhere { operation, product } => {
                    [own, format!("`{operation}` of {product}"), String::new(), String::new()]
                }
                Status::Listed { missing, legacy } => {
                    let hint = legacy.as_ref().map(|legacy| format!("; 2021: {}", code(legacy))).unwrap_or_default();
                    [own, format!("*listed*, missing: {}{hint}", missing.join(", ")), String::new(), String::new()]
                }
                Status::Only2021 { legacy } => {
                    let legacy = code(legacy.as_deref().unwrap_or("not known"));
                    [own, format!("*2021 portal only*: {legacy}"), String::new(), String::new()]
                }
                Status::NoEndpoint => [own, "*no endpoint*".into(), String::new(), String::new()],
            };
            let table_page = row.page.as_deref().unwrap_or("—");
            page.push_str(&format!(
                "| {} | {} | {method} | {what} | {table_page} | {request} | {response} |\n",
                cell(&row.group),
                cell(&row.title)
            ));
        }
        if !ledger.unattributed.is_empty() {
            page.push_str("\nPages whose operation is not known:\n\n");
            for UnattributedPage { group, page: id, known } in &ledger.unattributed {
                page.push_str(&format!("- {id} ({}): {}\n", line(group), line(known)));
            }
        }
    }
    page
}

/// The table of totals.
pub fn totals(ledgers: &[CoverageLedger]) -> String {
    let mut table = String::from(
        "| product | specified | response complete | partly known | not known | not reviewed | listed only | 2021 only |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for (name, counts) in counts(ledgers) {
        let counts = counts.map(|count| count.to_string()).join(" | ");
        table.push_str(&format!("| {} | {counts} |\n", cell(&name)));
    }
    table
}

/// The rows of the table of totals: one for each product, and their sum.
pub fn counts(ledgers: &[CoverageLedger]) -> Vec<(String, [usize; 7])> {
    let mut rows: Vec<_> = ledgers.iter().map(|ledger| (ledger.title.clone(), count(ledger))).collect();
    let column = |index: usize| rows.iter().map(|(_, counts)| counts[index]).sum();
    rows.push(("all".into(), std::array::from_fn(column)));
    rows
}

/// Counts of: specified operations that are reviewed; of these, response complete, partly known, not known; not reviewed;
/// listed only; 2021 only.
fn count(ledger: &CoverageLedger) -> [usize; 7] {
    let mut counts = [0; 7];
    for row in &ledger.rows {
        match &row.status {
            Status::Specified { is_reviewed: false, .. } => counts[4] += 1,
            Status::Specified { response, .. } => {
                counts[0] += 1;
                counts[1 + Known::of(*response) as usize] += 1;
            }
            Status::Listed { .. } => counts[5] += 1,
            Status::Only2021 { .. } => counts[6] += 1,
            Status::Elsewhere { .. } | Status::NoEndpoint => {}
        }
    }
    counts
}

/// Returns the README with an updated table of totals.
///
/// # Errors
/// If the README has no marks for the table.
pub fn readme(text: &str, ledgers: &[CoverageLedger]) -> Result<String> {
    let [begin, end] = README_MARKS;
    let (head, rest) = text.split_once(begin).with_context(|| format!("README.md has no line `{begin}`"))?;
    let (_, tail) = rest.split_once(end).with_context(|| format!("README.md has no line `{end}`"))?;
    Ok(format!("{head}{begin}\n{}{end}{tail}", totals(ledgers)))
}
