//! What the maintainers' commands do, one file a stage: source → bundle → lint → lower → generate → output.

#![allow(missing_docs, reason = "not a published crate: modules are documented, plain fields are not")]
#![allow(clippy::format_push_string, reason = "texts are small, and this reads better")]
#![allow(clippy::implicit_hasher, clippy::missing_panics_doc)]

pub mod bundle;
pub mod finding;
pub mod generate;
pub mod lint;
pub mod lower;
pub mod output;
pub mod source;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::bundle::Bundle;
use crate::finding::Finding;
use crate::output::Output;

/// Reads and checks the whole spec below `workspace/openapi`: the bundles, and all findings at once.
pub fn check(workspace: &Path) -> Result<(Vec<Bundle>, Vec<Finding>)> {
    let openapi = workspace.join("openapi");
    let (bundles, mut findings) =
        bundle::bundle_all(&openapi).map_err(|error| anyhow!("{} cannot be read: {error}", openapi.display()))?;
    findings.extend(bundles.iter().flat_map(lint::lint));
    Ok((bundles, findings))
}

/// Everything that is built from the spec, in memory.
pub fn build(workspace: &Path) -> Result<Output> {
    let (bundles, findings) = check(workspace)?;
    if !findings.is_empty() {
        return Err(anyhow!("{}\nNothing was built.", finding::report(&findings)));
    }
    let generated = PathBuf::from("gofive-api/src/generated");
    let bundles_folder = PathBuf::from("openapi/bundled");
    let mut output = Output::default();
    let mut products = Vec::new();
    for bundle in &bundles {
        output.files.insert(bundles_folder.join(format!("{}.json", bundle.product)), bundle.to_json());
        let lowered = lower::lower(bundle).map_err(|problem| anyhow!("{}: {problem}", bundle.product))?;
        for (path, text) in generate::generate(&lowered)? {
            output.files.insert(generated.join(path), text);
        }
        products.push(lowered);
    }
    output.files.insert(generated.join("mod.rs"), generate::root(&products.iter().collect::<Vec<_>>()));
    output.folders.extend([generated, bundles_folder]);
    Ok(output)
}
