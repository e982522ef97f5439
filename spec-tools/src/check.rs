//! Reads and checks the whole spec: each file against its schema, then the references, then the rules of the linter, then the
//! ledgers.

pub mod lint;
mod schema;

use anyhow::Result;

use crate::bundle::{Bundle, bundle_all};
use crate::coverage::{self, CoverageLedger};
use crate::finding::Finding;
use crate::sources::Sources;

/// The whole spec, read and checked.
#[derive(Debug)]
pub struct Checked {
    pub bundles: Vec<Bundle>,
    pub ledgers: Vec<CoverageLedger>,
    pub findings: Vec<Finding>,
}

/// Checks the whole spec. Each step reports all of its findings.
///
/// # Errors
/// If a schema of `openapi/schema/` cannot be used.
pub fn check(sources: &Sources) -> Result<Checked> {
    let findings = schema::check(sources)?;
    if !findings.is_empty() {
        return Ok(Checked { bundles: Vec::new(), ledgers: Vec::new(), findings });
    }
    let (bundles, mut findings) = bundle_all(sources);
    if findings.iter().any(Finding::hides_others) {
        return Ok(Checked { bundles, ledgers: Vec::new(), findings });
    }
    findings.extend(bundles.iter().flat_map(lint::lint));
    let (ledgers, unlisted) = coverage::read(sources, &bundles);
    findings.extend(unlisted);
    Ok(Checked { bundles, ledgers, findings })
}
