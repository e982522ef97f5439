//! Any text for a file of the spec: findings that say where, or code that is Rust.

use tempfile::TempDir;
use xtask::Checked;
use xtask::finding::Finding;

use crate::workspace;

thread_local! {
    /// A workspace of one product, set up once for all inputs of a thread.
    static WORKSPACE: TempDir = {
        let folder = tempfile::tempdir().expect("there is room for a few files");
        let openapi = folder.path().join("openapi");
        std::fs::create_dir_all(openapi.join("venio")).expect("the folder is ours");
        std::fs::copy(workspace().join("openapi/common.yaml"), openapi.join("common.yaml")).expect("there is one");
        folder
    };
}

/// The input is the whole spec of a product, in one file; it is read as the product's ledger, too.
pub fn spec(input: &[u8]) {
    let checked = checked(input);
    let lines = String::from_utf8_lossy(input).lines().count() + 1;
    for finding in &checked.findings {
        assert!(points_into_a_file(finding, lines), "{finding:?}");
    }
    let _ = xtask::finding::report(&checked.findings);
    if checked.findings.iter().all(of_the_set_up) {
        checked.bundles.iter().for_each(becomes_rust);
    }
}

/// What is wrong with it, without what is wrong with any single file.
pub fn findings(input: &[u8]) -> Vec<Finding> {
    checked(input).findings.into_iter().filter(|finding| !of_the_set_up(finding)).collect()
}

fn checked(input: &[u8]) -> Checked {
    WORKSPACE.with(|workspace| {
        let product = workspace.path().join("openapi/venio");
        for file in ["openapi.yaml", "portal.yaml"] {
            std::fs::write(product.join(file), input).expect("the folder is ours");
        }
        xtask::check(workspace.path()).expect("the folder can be read")
    })
}

/// The spec is no ledger, and uses only a part of common.yaml.
fn of_the_set_up(finding: &Finding) -> bool {
    matches!(finding.rule, "ledger" | "unused")
}

fn points_into_a_file(finding: &Finding, lines: usize) -> bool {
    let within = match finding.at.file.as_str() {
        "openapi/common.yaml" => usize::MAX,
        "openapi/venio/openapi.yaml" | "openapi/venio/portal.yaml" => lines,
        _ => 0,
    };
    (1..=within).contains(&finding.at.line) && finding.at.column >= 1 && !finding.hint.is_empty()
}

fn becomes_rust(bundle: &xtask::bundle::Bundle) {
    let lowered = xtask::lower::lower(bundle).expect("what has no findings can be lowered");
    let files = xtask::generate::generate(&lowered).expect("what has no findings can be generated");
    for (path, text) in files {
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}:\n{text}", path.display()));
    }
}

/// Each group file, with the head of its product's root in front of it.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut corpus = Vec::new();
    for (product, _) in gofive_spec::BUNDLES {
        let folder = workspace().join("openapi").join(product);
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it can be read");
        let root = read("openapi.yaml");
        let (head, _) = root.split_once("\npaths:").expect("the root has paths");
        for file in std::fs::read_dir(&folder).expect("it is a folder") {
            let name = file.expect("it can be listed").file_name().to_string_lossy().into_owned();
            if !matches!(name.as_str(), "openapi.yaml" | "portal.yaml") {
                let text = format!("{head}\n{}", read(&name));
                corpus.push((format!("{product}-{name}"), text.into_bytes()));
            }
        }
    }
    corpus.sort();
    corpus
}
