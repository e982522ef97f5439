//! Builds everything that is generated from the spec, in memory.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::check::{Checked, check};
use crate::output::Output;
use crate::rust::generate::{self, Product};
use crate::rust::lower::{self, Lowered};
use crate::rust::surface::Surface;
use crate::sample::http;
use crate::sources::Sources;
use crate::website::{Surroundings, pages};
use crate::{coverage, readme};

/// The bundles, the generated crate, the generated parts of the sandbox and of the tests, the pages of the coverage, and the README of
/// the packaged client.
///
/// # Errors
/// If the spec has findings, or if README.md has no marks for the table of totals.
pub fn build(sources: &Sources) -> Result<Output> {
    let Checked { bundles, ledgers, .. } = valid(sources)?;
    let generated = PathBuf::from("gofive-api/src/generated");
    let sandbox = PathBuf::from("gofive-sandbox/src/generated");
    let tests = PathBuf::from("tests/src/generated");
    // In the folder of the crate that embeds them, because a package has only what is in its folder.
    let bundled = PathBuf::from("gofive-spec/bundled");
    let mut output = Output::default();
    let mut products = Vec::new();
    for bundle in &bundles {
        output.files.insert(bundled.join(format!("{}.json", bundle.product)), bundle.to_json());
        output.files.insert(bundled.join(format!("{}.http", bundle.product)), http::file(&bundle.api));
        let lowered = lower::lower(&bundle.product, &bundle.api)?;
        for (path, text) in generate::generate(&lowered)? {
            output.files.insert(generated.join(path), text);
        }
        let responses = generated.join(&bundle.product).join("responses.json");
        output.files.insert(responses, generate::responses(&lowered));
        products.push(lowered);
    }
    for (path, text) in generate::sandbox(&products) {
        output.files.insert(sandbox.join(path), text);
    }
    let with_surfaces = products.iter().map(|lowered| {
        let surface = surface(&output, &generated, lowered)?;
        Ok(Product { lowered, surface })
    });
    for (path, text) in generate::tests(&with_surfaces.collect::<Result<Vec<_>>>()?)? {
        output.files.insert(tests.join(path), text);
    }
    output.files.insert(generated.join("names.rs"), generate::names(&products));
    output.files.insert(generated.join("mod.rs"), generate::root(&products));
    output.files.insert(generated.join("operations.md"), generate::page(&products));
    let next = coverage::lookup::next(&bundles, &ledgers);
    output.files.insert("openapi/COVERAGE.md".into(), coverage::document(&ledgers, &next));
    let readme = coverage::readme(sources.text("README.md")?, &ledgers)?;
    output.files.insert("gofive-api/README.md".into(), readme::packaged(&readme, sources)?);
    output.files.insert("README.md".into(), readme);
    output.folders.extend([bundled, generated, sandbox, tests]);
    Ok(output)
}

/// What is public in the module of a product that was generated.
fn surface(output: &Output, generated: &Path, lowered: &Lowered<'_>) -> Result<Surface> {
    let folder = generated.join(&lowered.product);
    let text = |name: &str| output.files.get(&folder.join(name)).map(String::as_str);
    Surface::of_product(text)?.context("the module has no client, or no types")
}

/// The pages of the website, in Markdown.
///
/// # Errors
/// If the spec has findings, or if a link of a page leads nowhere.
pub fn website(sources: &Sources, surroundings: &Surroundings<'_>) -> Result<Output> {
    pages(sources, &valid(sources)?, surroundings)
}

fn valid(sources: &Sources) -> Result<Checked> {
    check(sources)?.without_findings("Nothing was built.")
}
