//! One side of a comparison: the built documents of all products, the generated Rust API, and the location of each node.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value;

use crate::bundle::{Bundle, bundle_all};
use crate::finding::{self, Finding, Location};
use crate::source::Source;
use crate::surface::Surface;
use crate::{generate, lower};

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
    Spec(Bundle),
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
    pub fn built(workspace: &Path) -> Result<Self> {
        let openapi = workspace.join("openapi");
        let (bundles, findings) = bundles(&openapi).with_context(|| format!("{} cannot be read", openapi.display()))?;
        if !findings.is_empty() {
            bail!("{}\nFix openapi/ first: files that cannot be read cannot be compared.", finding::report(&findings));
        }
        let mut snapshot = Self::default();
        for bundle in bundles {
            let surface = generated(&bundle).context("`cargo xtask lint` shows more")?;
            let (name, doc) = (bundle.product.clone(), bundle.doc.clone());
            snapshot.products.insert(name, Product { doc, surface, locations: Locations::Spec(bundle) });
        }
        Ok(snapshot)
    }

    /// Reads a revision's bundles and generated sources as they were committed.
    pub fn committed(folder: &Path) -> Result<Self> {
        let mut snapshot = Self::default();
        let bundled = folder.join("openapi/bundled");
        let Ok(files) = std::fs::read_dir(&bundled) else {
            snapshot.notes.push("The base has no bundles (openapi/bundled/*.json): everything counts as new.".into());
            return Ok(snapshot);
        };
        // If the bundler cannot read the YAML, only its line numbers are lost.
        let (mut spec, findings) = bundles(&folder.join("openapi")).unwrap_or_default();
        for file in files {
            let path = file.with_context(|| format!("{} cannot be listed", bundled.display()))?.path();
            let Some(name) = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else { continue };
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let shown = format!("openapi/bundled/{name}.json");
            let text = std::fs::read_to_string(&path).with_context(|| format!("{shown} cannot be read"))?;
            let doc: Value = serde_json::from_str(&text)
                .map_err(|error| anyhow!("{shown} of the base is not JSON: {error}. Choose another base"))?;
            let locations = match spec.iter().position(|bundle| bundle.product == name) {
                Some(position) if findings.is_empty() => Locations::Spec(spec.swap_remove(position)),
                _ => {
                    snapshot.notes.push(format!(
                        "The YAML behind {shown} of the base cannot be read: removed parts are shown by their line in the bundle."
                    ));
                    let source =
                        Source::parse(&shown, &text).map_err(|findings| anyhow!(finding::report(&findings)))?;
                    Locations::Bundled(source)
                }
            };
            let surface = if let Some(surface) = committed_surface(folder, &name)? {
                surface
            } else {
                snapshot.notes.push(format!(
                    "The base has no generated sources of {name}: they were generated again from its bundle."
                ));
                generated(&Bundle::without_locations(&name, doc.clone()))
                    .with_context(|| format!("{shown} of the base has a layout that cannot be read"))?
            };
            snapshot.products.insert(name, Product { doc, surface, locations });
        }
        Ok(snapshot)
    }
}

/// All bundles, and the findings of reading them. Unused components are ignored here; the linter reports them.
fn bundles(openapi: &Path) -> std::io::Result<(Vec<Bundle>, Vec<Finding>)> {
    let (bundles, mut findings) = bundle_all(openapi)?;
    findings.retain(|finding| finding.rule != "unused");
    Ok((bundles, findings))
}

fn generated(bundle: &Bundle) -> Result<Surface> {
    let lowered = lower::lower(bundle).map_err(|problem| anyhow!("{}: {problem}", bundle.product))?;
    let files: BTreeMap<_, _> = generate::generate(&lowered)?.into_iter().collect();
    let text = |name: &str| files.get(&Path::new(&bundle.product).join(name)).map_or("", String::as_str);
    Surface::read(text("client.rs"), text("types.rs"))
}

fn committed_surface(folder: &Path, product: &str) -> Result<Option<Surface>> {
    let folder = folder.join("gofive-api/src/generated").join(product);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    match (read("client.rs"), read("types.rs")) {
        (Some(client), Some(types)) => {
            let context = || format!("the generated sources of {product} at the base");
            Surface::read(&client, &types).with_context(context).map(Some)
        }
        _ => Ok(None),
    }
}
