//! The maintainers' commands. Each stage has one file: source → schema → bundle → lint → lower → generate → output.

#![allow(missing_docs, reason = "not a published crate: modules are documented, plain fields are not")]
#![allow(clippy::format_push_string, reason = "texts are small, and this reads better")]
#![allow(clippy::implicit_hasher, clippy::missing_panics_doc)]

pub mod bench;
pub mod bundle;
pub mod coverage;
pub mod diff;
pub mod direction;
pub mod draft;
pub mod finding;
pub mod generate;
pub mod idempotency;
pub mod lint;
pub mod lookup;
pub mod lower;
pub mod output;
pub mod reference;
pub mod release;
pub mod schema;
pub mod source;
pub mod surface;
pub mod wording;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::bundle::Bundle;
use crate::coverage::CoverageLedger;
use crate::finding::Finding;
use crate::output::Output;

/// The whole spec, read and checked.
#[derive(Debug)]
pub struct Checked {
    pub bundles: Vec<Bundle>,
    pub ledgers: Vec<CoverageLedger>,
    pub findings: Vec<Finding>,
}

/// Reads and checks the whole spec below `workspace/openapi`: each file against its schema, then the references, then the
/// rules of the linter. Each step reports all of its findings.
pub fn check(workspace: &Path) -> Result<Checked> {
    let openapi = workspace.join("openapi");
    let findings = schema::check(&openapi)?;
    if !findings.is_empty() {
        return Ok(Checked { bundles: Vec::new(), ledgers: Vec::new(), findings });
    }
    let (bundles, mut findings) =
        bundle::bundle_all(&openapi).map_err(|error| anyhow!("{} cannot be read: {error}", openapi.display()))?;
    if findings.iter().any(Finding::hides_others) {
        return Ok(Checked { bundles, ledgers: Vec::new(), findings });
    }
    findings.extend(bundles.iter().flat_map(lint::lint));
    let (ledgers, unlisted) = coverage::read(workspace, &bundles);
    findings.extend(unlisted);
    Ok(Checked { bundles, ledgers, findings })
}

/// Builds the HTML reference in memory. Fails if the spec has findings.
pub fn reference(workspace: &Path) -> Result<Output> {
    let Checked { bundles, ledgers, findings } = check(workspace)?;
    if !findings.is_empty() {
        return Err(anyhow!("{}\nNothing was built.", finding::report(&findings)));
    }
    Ok(reference::build(&bundles, &ledgers))
}

/// Builds everything that is generated from the spec, in memory.
pub fn build(workspace: &Path) -> Result<Output> {
    let Checked { bundles, ledgers, findings } = check(workspace)?;
    if !findings.is_empty() {
        return Err(anyhow!("{}\nNothing was built.", finding::report(&findings)));
    }
    let generated = PathBuf::from("gofive-api/src/generated");
    // One copy for any OpenAPI tool, one for the crate that embeds them.
    let bundles_folders = [PathBuf::from("openapi/bundled"), PathBuf::from("gofive-spec/bundled")];
    let mut output = Output::default();
    let mut products = Vec::new();
    for bundle in &bundles {
        for folder in &bundles_folders {
            output.files.insert(folder.join(format!("{}.json", bundle.product)), bundle.to_json());
        }
        let lowered = lower::lower(bundle).map_err(|problem| anyhow!("{}: {problem}", bundle.product))?;
        for (path, text) in generate::generate(&lowered)? {
            output.files.insert(generated.join(path), text);
        }
        products.push(lowered);
    }
    let products: Vec<_> = products.iter().collect();
    output.files.insert(generated.join("mod.rs"), generate::root(&products));
    output.files.insert(generated.join("operations.md"), generate::page(&products));
    output.files.insert("openapi/COVERAGE.md".into(), coverage::document(&ledgers, &lookup::next(&bundles, &ledgers)));
    output.files.insert("README.md".into(), coverage::readme(workspace, &ledgers)?);
    output.folders.extend(bundles_folders.into_iter().chain([generated]));
    Ok(output)
}
