//! Puts the files of one product together into a single self-contained document.
//!
//! `$ref`s to `…#/components/<kind>/<name>` of any file become `#/components/<kind>/<name>` of the bundle; any other
//! `$ref` (a path item) is replaced by its target. Every node of the bundle remembers its location in the source.
//!
//! The document as it is written says what the pages say. The bundle, which every reader but the linter and the reference
//! shares, is as tolerant of responses as the client, and has nothing that only these tools know.

mod bundler;
mod origins;
mod publish;
mod tolerant;

use gofive_spec::{Api, SpecError};
use serde_json::Value;

use self::bundler::{Bundler, Document, Files};
use self::origins::Origins;
use crate::finding::{Finding, Location};
use crate::sources::Sources;

/// One product's document, with its typed model and the source location of each of its nodes.
#[derive(Debug)]
pub struct Bundle {
    pub product: String,
    /// The document as its files are written, with the flags of the pages.
    pub written: Written,
    /// The document as it is published, with tolerant responses.
    pub doc: Value,
    /// The published document, read once.
    pub api: Api,
    origins: Origins,
}

/// A document as its files are written.
#[derive(Debug)]
pub struct Written {
    pub doc: Value,
    /// The document, read once.
    pub api: Api,
}

impl Bundle {
    /// The location in `openapi/` of the node at `pointer`, or of its nearest ancestor.
    pub fn locate(&self, pointer: impl AsRef<str>) -> Location {
        self.origins.locate(pointer.as_ref())
    }

    /// The document as it is written to `gofive-spec/bundled/<product>.json`.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.doc).expect("a JSON value has only text as names");
        text.push('\n');
        text
    }
}

/// Bundles every product. If a reference is broken, there are findings and no bundles: its document would have a hole. A
/// document that the typed model cannot read is a finding, too.
pub fn bundle_all(sources: &Sources) -> (Vec<Bundle>, Vec<Finding>) {
    let mut files = Files::new(sources);
    let products = sources.products();
    let documents: Vec<_> = products.iter().filter_map(|product| Bundler::run(&mut files, product)).collect();
    if !files.findings.is_empty() {
        return (Vec::new(), files.findings);
    }
    let guide = sources.text("openapi/guide.md").unwrap_or_default();
    let mut bundles = Vec::new();
    for Document { product, doc, origins } in documents {
        let bundle = Api::read(&doc).and_then(|api| Ok((published(&doc, guide)?, Written { doc, api })));
        match bundle {
            Ok(((doc, api), written)) => bundles.push(Bundle { product, written, doc, api, origins }),
            Err(error) => files.findings.push(Finding {
                at: origins.locate(error.pointer().as_str()),
                rule: "model",
                problem: error.problem().to_owned(),
                hint: "write it as openapi/README.md explains; if the API needs more, extend gofive-spec".into(),
            }),
        }
    }
    // If a document cannot be read, the findings about it come first.
    if files.findings.is_empty() {
        files.report_unused();
    }
    (bundles, files.findings)
}

/// The document as it is published, with its model, from one as its files are written, or from an older bundle. `guide` is
/// what it says about its use.
///
/// # Errors
/// If the model cannot read the document.
pub fn published(doc: &Value, guide: &str) -> Result<(Value, Api), SpecError> {
    let published = publish::publish(doc, &Api::read(doc)?, guide);
    let api = Api::read(&published)?;
    Ok((published, api))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "\
openapi: 3.0.3
info: {title: Test, version: '1'}
paths: {}
components:
  schemas:
    Code:
      type: string
      maxLength: 3
";

    fn bundled(root: &str) -> (Vec<Bundle>, Vec<Finding>) {
        let mut sources = Sources::default();
        sources.write("openapi/test/openapi.yaml", root);
        bundle_all(&sources)
    }

    #[test]
    fn a_keyword_that_would_be_lost_is_a_finding_with_its_line() {
        let (bundles, findings) = bundled(ROOT);
        assert_eq!((bundles.len(), findings.as_slice()), (1, [].as_slice()));

        // A limit of numbers.
        let (bundles, findings) = bundled(&ROOT.replace("maxLength", "maximum"));
        assert!(bundles.is_empty());
        let [Finding { at, rule, problem, .. }] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!((at.file.as_str(), at.line), ("openapi/test/openapi.yaml", 8));
        assert_eq!((*rule, problem.as_str()), ("model", "`maximum` is not known here"));
        assert_eq!(at.pointer, "/components/schemas/Code/maximum");
    }
}
