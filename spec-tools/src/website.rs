//! The pages of the website, in Markdown: the guides of the repository with links that work on the website, and a reference that
//! is built from the spec, with one page for each operation. `website/` makes HTML of them.

mod links;
mod operation;
mod outline;
mod overview;
mod path;
mod properties;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use gofive_spec::Operation;

use self::links::Site;
use self::outline::Outline;
pub use self::overview::LIBRARIES;
pub use self::path::RUST;
use crate::bundle::Bundle;
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

/// The files of the website, and what each is about.
#[derive(Default)]
struct Pages {
    output: Output,
    about: BTreeMap<PathBuf, String>,
    clashes: Vec<String>,
}

impl Pages {
    /// Adds a file. It must not replace another, which the menu would still name.
    fn add(&mut self, path: impl Into<PathBuf>, about: String, text: String) {
        let path = path.into();
        if let Some(other) = self.about.get(&path) {
            let path = path.display();
            self.clashes
                .push(format!("{other} and {about} have the same path on the website, {path}: rename one of them"));
            return;
        }
        self.about.insert(path.clone(), about);
        self.output.files.insert(path, text);
    }
}

/// The Markdown pages, `SUMMARY.md`, which lists them, and the documents of the products.
///
/// # Errors
/// If a link leads nowhere, if two pages have the same path, or if the command has no example of an operation.
pub(crate) fn pages(sources: &Sources, checked: &Checked, surroundings: &Surroundings<'_>) -> Result<Output> {
    let outline = Outline::of(sources, &checked.bundles)?;
    let repository = version::of_workspace(sources, "repository").unwrap_or_default();
    let site = Site::new(&outline, repository, surroundings.exists);
    let mut pages = Pages::default();
    pages.add("SUMMARY.md", "the menu".into(), outline.summary());
    pages.add("reference/index.md", "the start of the reference".into(), overview::reference(checked));
    pages.add("reference/rust.md", "the page about the crates".into(), overview::rust());
    for bundle in &checked.bundles {
        reference(&mut pages, bundle, surroundings)?;
    }
    let mut findings: Vec<Finding> = Vec::new();
    for guide in outline.guides() {
        match site.page(guide) {
            Ok(text) => pages.add(&guide.page, guide.file.clone(), text),
            Err(found) => findings.extend(found),
        }
    }
    if !findings.is_empty() {
        return Err(anyhow!("{}\nNothing was built.", report(&findings)));
    }
    if !pages.clashes.is_empty() {
        return Err(anyhow!("{}\nNothing was built.", pages.clashes.join("\n")));
    }
    Ok(pages.output)
}

/// Adds the pages and the documents of a product.
fn reference(pages: &mut Pages, bundle: &Bundle, surroundings: &Surroundings<'_>) -> Result<()> {
    let product = &bundle.product;
    let folder = format!("reference/{product}");
    pages.add(format!("{folder}.json"), format!("the document of {product}"), bundle.to_json());
    pages.add(format!("{folder}.http"), format!("the requests of {product}"), http::file(&bundle.api));
    pages.add(format!("{folder}/index.md"), format!("the product {product}"), overview::product(bundle));
    for group in outline::groups(&bundle.written.api) {
        let folder = format!("{folder}/{}", group.slug);
        let about = format!("the group `{}` of {product}", group.name);
        pages.add(format!("{folder}/index.md"), about, overview::group(&group));
        for operation in group.operations {
            let text = operation::page(bundle, operation, surroundings.command)?;
            let about = format!("the operation `{}` of {product}", operation.id);
            pages.add(format!("{folder}/{}.md", operation.id), about, text);
        }
    }
    Ok(())
}
