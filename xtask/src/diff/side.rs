//! One side of a comparison: the built documents of all products, the generated Rust API, and where each node was written.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value;

use crate::bundle::{Bundle, bundle_all};
use crate::finding::{self, Finding, Location};
use crate::source::Source;
use crate::surface::Surface;
use crate::{generate, lower};

/// What is compared.
#[derive(Debug, Default)]
pub struct Side {
    pub products: BTreeMap<String, Product>,
    /// What could not be read, in words for the reader of the comparison.
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub struct Product {
    pub doc: Value,
    pub surface: Surface,
    places: Places,
}

/// Where the nodes of a document were written.
#[derive(Debug)]
enum Places {
    /// In the YAML files.
    Spec(Bundle),
    /// Nowhere that can be read; these are the lines of the bundle itself.
    Bundled(Source),
}

impl Product {
    pub fn locate(&self, pointer: &str) -> Location {
        match &self.places {
            Places::Spec(bundle) => bundle.locate(pointer),
            Places::Bundled(source) => source.locate(pointer),
        }
    }
}

impl Side {
    /// The working tree: built in memory, so that edits count before `cargo xtask codegen`.
    pub fn built(workspace: &Path) -> Result<Self> {
        let openapi = workspace.join("openapi");
        let (bundles, findings) = bundles(&openapi).with_context(|| format!("{} cannot be read", openapi.display()))?;
        if !findings.is_empty() {
            bail!("{}\nMend openapi/ first: what cannot be read cannot be compared.", finding::report(&findings));
        }
        let mut side = Self::default();
        for bundle in bundles {
            let surface = generated(&bundle).context("`cargo xtask lint` says more")?;
            let (name, doc) = (bundle.product.clone(), bundle.doc.clone());
            side.products.insert(name, Product { doc, surface, places: Places::Spec(bundle) });
        }
        Ok(side)
    }

    /// A revision's files: its bundles and generated sources as they were committed, by whatever built them then.
    pub fn committed(folder: &Path) -> Result<Self> {
        let mut side = Self::default();
        let bundled = folder.join("openapi/bundled");
        let Ok(files) = std::fs::read_dir(&bundled) else {
            side.notes.push("The base has no bundles (openapi/bundled/*.json): everything counts as new.".into());
            return Ok(side);
        };
        // YAML that today's bundler cannot read costs the lines, not the comparison.
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
                .map_err(|error| anyhow!("{shown} of the base is no JSON: {error}. Choose another base"))?;
            let places = match spec.iter().position(|bundle| bundle.product == name) {
                Some(position) if findings.is_empty() => Places::Spec(spec.swap_remove(position)),
                _ => {
                    side.notes.push(format!(
                        "The YAML behind {shown} of the base cannot be read: what is gone is shown by its line in the bundle."
                    ));
                    let source =
                        Source::parse(&shown, &text).map_err(|findings| anyhow!(finding::report(&findings)))?;
                    Places::Bundled(source)
                }
            };
            let surface = if let Some(surface) = committed_surface(folder, &name)? {
                surface
            } else {
                side.notes.push(format!(
                    "The base has no generated sources of {name}: they were generated anew from its bundle."
                ));
                generated(&Bundle::without_places(&name, doc.clone()))
                    .with_context(|| format!("{shown} of the base has a layout that cannot be read"))?
            };
            side.products.insert(name, Product { doc, surface, places });
        }
        Ok(side)
    }
}

/// All bundles, and why one could not be read in full. What nothing refers to (yet) is a matter for the linter.
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
