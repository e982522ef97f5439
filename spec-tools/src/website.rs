//! The pages of the website, in Markdown: the guides of the repository with links that work on the website, and a reference that
//! is built from the spec, with one page for each operation. `website/` makes HTML of them.

mod links;
mod operation;
mod outline;
mod overview;
mod path;
mod properties;

use anyhow::{Result, anyhow};
use gofive_spec::Operation;

use self::links::Site;
use self::outline::Outline;
pub use self::overview::LIBRARIES;
pub use self::path::RUST;
use crate::check::Checked;
use crate::diff::version;
use crate::finding::{Finding, report};
use crate::output::Output;
use crate::sample::http;
use crate::sources::Sources;

/// What the pages are built from, beside the files of the repository.
#[allow(missing_debug_implementations)]
pub struct Surroundings<'a> {
    /// The example of an operation in the help of the command, by the product and the operation.
    pub command: &'a dyn Fn(&str, &Operation) -> Result<String>,
    /// Whether the repository has a file or a folder with this path.
    pub exists: &'a dyn Fn(&str) -> bool,
}

/// The Markdown pages, `SUMMARY.md`, which lists them, and the documents of the products.
///
/// # Errors
/// If a link leads nowhere, or if the command has no example of an operation.
pub(crate) fn pages(sources: &Sources, checked: &Checked, surroundings: &Surroundings<'_>) -> Result<Output> {
    let outline = Outline::of(sources, &checked.bundles)?;
    let repository = version::of_workspace(sources, "repository").unwrap_or_default();
    let site = Site::new(&outline, repository, surroundings.exists);
    let mut output = Output::default();
    let mut findings: Vec<Finding> = Vec::new();
    for guide in outline.guides() {
        match site.page(guide) {
            Ok(text) => drop(output.files.insert(guide.page.clone().into(), text)),
            Err(found) => findings.extend(found),
        }
    }
    if !findings.is_empty() {
        return Err(anyhow!("{}\nNothing was built.", report(&findings)));
    }
    output.files.insert("SUMMARY.md".into(), outline.summary());
    output.files.insert("reference/index.md".into(), overview::reference(checked));
    output.files.insert("reference/rust.md".into(), overview::rust());
    for bundle in &checked.bundles {
        let folder = format!("reference/{}", bundle.product);
        output.files.insert(format!("{folder}.json").into(), bundle.to_json());
        output.files.insert(format!("{folder}.http").into(), http::file(&bundle.api));
        output.files.insert(format!("{folder}/index.md").into(), overview::product(bundle));
        for group in outline::groups(&bundle.written.api) {
            let folder = format!("{folder}/{}", group.slug);
            output.files.insert(format!("{folder}/index.md").into(), overview::group(&group));
            for operation in group.operations {
                let text = operation::page(bundle, operation, surroundings.command)?;
                output.files.insert(format!("{folder}/{}.md", operation.id).into(), text);
            }
        }
    }
    Ok(output)
}
