//! Builds everything that is generated from the spec, in memory.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use crate::check::{Checked, check};
use crate::finding::report;
use crate::output::Output;
use crate::rust::{generate, lower};
use crate::sources::Sources;
use crate::{coverage, docs};

/// The bundles, the generated crate, and the pages of the coverage.
///
/// # Errors
/// If the spec has findings, or if README.md has no marks for the table of totals.
pub fn build(sources: &Sources) -> Result<Output> {
    let Checked { bundles, ledgers, .. } = valid(sources)?;
    let generated = PathBuf::from("gofive-api/src/generated");
    // One copy for any OpenAPI tool, one for the crate that embeds them.
    let bundles_folders = [PathBuf::from("openapi/bundled"), PathBuf::from("gofive-spec/bundled")];
    let mut output = Output::default();
    let mut products = Vec::new();
    for bundle in &bundles {
        for folder in &bundles_folders {
            output.files.insert(folder.join(format!("{}.json", bundle.product)), bundle.to_json());
        }
        let lowered = lower::lower(&bundle.product, &bundle.api)?;
        for (path, text) in generate::generate(&lowered)? {
            output.files.insert(generated.join(path), text);
        }
        products.push(lowered);
    }
    output.files.insert(generated.join("mod.rs"), generate::root(&products));
    output.files.insert(generated.join("operations.md"), generate::page(&products));
    let next = coverage::lookup::next(&bundles, &ledgers);
    output.files.insert("openapi/COVERAGE.md".into(), coverage::document(&ledgers, &next));
    output.files.insert("README.md".into(), coverage::readme(sources.text("README.md")?, &ledgers)?);
    output.folders.extend(bundles_folders.into_iter().chain([generated]));
    Ok(output)
}

/// The HTML reference.
///
/// # Errors
/// If the spec has findings.
pub fn reference(sources: &Sources) -> Result<Output> {
    let Checked { bundles, ledgers, .. } = valid(sources)?;
    Ok(docs::build(&bundles, &ledgers))
}

fn valid(sources: &Sources) -> Result<Checked> {
    let checked = check(sources)?;
    if checked.findings.is_empty() {
        Ok(checked)
    } else {
        Err(anyhow!("{}\nNothing was built.", report(&checked.findings)))
    }
}
