//! Puts the files of one product together into a single self-contained document.
//!
//! `$ref`s to `…#/components/<kind>/<name>` of any file become `#/components/<kind>/<name>` of the bundle; any other
//! `$ref` (a path item) is replaced by its target. Every node of the bundle remembers its location in the source.

mod bundler;
mod origins;

use gofive_spec::Api;
use serde_json::Value;

use self::bundler::{Bundler, Document, Files};
use self::origins::Origins;
use crate::finding::{Finding, Location};
use crate::sources::Sources;

/// One product's document, with its typed model and the source location of each of its nodes.
#[derive(Debug)]
pub struct Bundle {
    pub product: String,
    pub doc: Value,
    /// The document, read once.
    pub api: Api,
    origins: Origins,
}

impl Bundle {
    /// The location in `openapi/` of the node at `pointer`, or of its nearest ancestor.
    pub fn locate(&self, pointer: impl AsRef<str>) -> Location {
        self.origins.locate(pointer.as_ref())
    }

    /// The document as it is written to `openapi/bundled/<product>.json`.
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
    let mut bundles = Vec::new();
    for Document { product, doc, origins } in documents {
        match Api::read(&doc) {
            Ok(api) => bundles.push(Bundle { product, doc, api, origins }),
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
