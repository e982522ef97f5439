//! Reads and checks the whole spec: each file against its schema, then the references, then the rules of the linter, then the
//! ledgers.

pub mod lint;
mod schema;
mod unreviewed;

use anyhow::{Result, ensure};

use self::unreviewed::Unreviewed;
use crate::bundle::{Bundle, bundle_all};
use crate::coverage::{self, CoverageLedger};
use crate::finding::{Finding, report};
use crate::sources::Sources;

/// The whole spec, read and checked.
#[derive(Debug)]
pub struct Checked {
    pub bundles: Vec<Bundle>,
    pub ledgers: Vec<CoverageLedger>,
    pub findings: Vec<Finding>,
    /// What to write before the operations that are not reviewed can be: they are built nevertheless.
    pub warnings: Vec<Finding>,
}

impl Checked {
    /// Fails if there are findings. `otherwise` says what was not done because of them.
    pub(crate) fn without_findings(self, otherwise: &str) -> Result<Self> {
        ensure!(self.findings.is_empty(), "{}\n{otherwise}", report(&self.findings));
        Ok(self)
    }
}

/// Checks the whole spec. Each step reports all of its findings.
///
/// # Errors
/// If a schema of `openapi/schema/` cannot be used.
pub fn check(sources: &Sources) -> Result<Checked> {
    let mut findings = schema::check(sources)?;
    // Which texts may be missing is known only of documents that can be read.
    let broken = |mut findings: Vec<Finding>, bundles| {
        findings.retain(Finding::hides_others);
        Ok(Checked { bundles, ledgers: Vec::new(), findings, warnings: Vec::new() })
    };
    if findings.iter().any(Finding::hides_others) {
        return broken(findings, Vec::new());
    }
    let (bundles, of_bundles) = bundle_all(sources);
    findings.extend(of_bundles);
    if findings.iter().any(Finding::hides_others) {
        return broken(findings, bundles);
    }
    findings.extend(bundles.iter().flat_map(lint::lint));
    let (ledgers, unlisted) = coverage::read(sources, &bundles);
    findings.extend(unlisted);
    let unreviewed = Unreviewed::of(&bundles);
    let (warnings, findings) =
        findings.into_iter().partition(|finding| finding.is_about_words() && unreviewed.contains(&finding.at));
    Ok(Checked { bundles, ledgers, findings, warnings })
}
