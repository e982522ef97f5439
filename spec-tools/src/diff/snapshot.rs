//! One side of a comparison: the built documents of all products, the generated Rust API, and the location of each node.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use gofive_spec::Api;
use serde_json::Value;

use super::layout::layout;
use crate::bundle::{Bundle, bundle_all, published};
use crate::finding::{self, Finding, Location};
use crate::rust::surface::Surface;
use crate::rust::{generate, lower};
use crate::sources::Sources;
use crate::sources::yaml::Source;

/// The products at one revision, or in the working tree.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub products: BTreeMap<String, Product>,
    /// Notes for the report about what could not be read.
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub struct Product {
    pub doc: Value,
    pub surface: Surface,
    locations: Locations,
}

/// The source locations of the nodes of a document.
#[derive(Debug)]
enum Locations {
    /// The lines of the YAML files.
    Spec(Box<Bundle>),
    /// The lines of the bundle itself, because the YAML files cannot be read.
    Bundled(Source),
}

impl Product {
    pub fn locate(&self, pointer: &str) -> Location {
        match &self.locations {
            Locations::Spec(bundle) => bundle.locate(pointer),
            Locations::Bundled(source) => source.locate(pointer),
        }
    }
}

impl Snapshot {
    /// Builds the working tree in memory, so that edits count before `cargo xtask codegen`.
    pub fn built(sources: &Sources) -> Result<Self> {
        let (bundles, findings) = bundles(sources);
        if !findings.is_empty() {
            bail!("{}\nFix openapi/ first: files that cannot be read cannot be compared.", finding::report(&findings));
        }
        let mut snapshot = Self::default();
        for bundle in bundles {
            let (name, doc) = (bundle.product.clone(), layout(&bundle.doc));
            let surface = generated(&name, &bundle.api).context("`cargo xtask lint` shows more")?;
            snapshot.products.insert(name, Product { doc, surface, locations: Locations::Spec(Box::new(bundle)) });
        }
        Ok(snapshot)
    }

    /// Reads a revision's bundles and generated sources as they were committed.
    pub fn committed(sources: &Sources) -> Result<Self> {
        let mut snapshot = Self::default();
        // The first revisions have only the second folder.
        let bundled = ["gofive-spec/bundled", "openapi/bundled"].map(|folder| {
            let files = sources.below(folder).filter_map(|path| {
                let name = path.strip_suffix(".json")?.strip_prefix(folder)?.strip_prefix('/')?;
                Some((path, name.to_owned()))
            });
            files.collect::<Vec<_>>()
        });
        let Some(bundled) = bundled.into_iter().find(|files| !files.is_empty()) else {
            snapshot
                .notes
                .push("The base has no bundles (gofive-spec/bundled/*.json): everything counts as new.".into());
            return Ok(snapshot);
        };
        // If the bundler cannot read the YAML, only its line numbers are lost.
        let (mut spec, findings) = bundles(sources);
        for (shown, name) in bundled {
            let text = sources.text(shown)?;
            let doc: Value = serde_json::from_str(text)
                .map_err(|error| anyhow!("{shown} of the base is not JSON: {error}. Choose another base"))?;
            let locations = match spec.iter().position(|bundle| bundle.product == name) {
                Some(position) if findings.is_empty() => Locations::Spec(Box::new(spec.swap_remove(position))),
                _ => {
                    snapshot.notes.push(format!(
                        "The YAML behind {shown} of the base cannot be read: removed parts are shown by their line in the bundle."
                    ));
                    let source = Source::parse(shown, text).map_err(|findings| anyhow!(finding::report(&findings)))?;
                    Locations::Bundled(source)
                }
            };
            let surface = if let Some(surface) = committed_surface(sources, &name)? {
                surface
            } else {
                snapshot.notes.push(format!(
                    "The base has no generated sources of {name}: they were generated again from its bundle."
                ));
                published(&doc, "")
                    .map_err(anyhow::Error::from)
                    .and_then(|(_, api)| generated(&name, &api))
                    .with_context(|| format!("{shown} of the base has a layout that cannot be read"))?
            };
            snapshot.products.insert(name, Product { doc: layout(&doc), surface, locations });
        }
        Ok(snapshot)
    }
}

/// All bundles, and the findings of reading them. Unused components are ignored here; the linter reports them.
fn bundles(sources: &Sources) -> (Vec<Bundle>, Vec<Finding>) {
    let (bundles, mut findings) = bundle_all(sources);
    findings.retain(|finding| finding.rule != "unused");
    (bundles, findings)
}

fn generated(product: &str, api: &Api) -> Result<Surface> {
    let lowered = lower::lower(product, api)?;
    let files: BTreeMap<_, _> = generate::generate(&lowered)?.into_iter().collect();
    let text = |name: &str| files.get(&Path::new(product).join(name)).map(String::as_str);
    Surface::of_product(text)?.context("the module has no client, or no types")
}

fn committed_surface(sources: &Sources, product: &str) -> Result<Option<Surface>> {
    let text = |name: &str| sources.text(&format!("gofive-api/src/generated/{product}/{name}")).ok();
    Surface::of_product(text).with_context(|| format!("the generated sources of {product} at the base"))
}
