//! Reads any text as a file of the spec: the result is findings with a location, or valid Rust code.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use spec_tools::Checked;
use spec_tools::finding::Finding;
use spec_tools::sources::yaml::{Source, escape};
use tempfile::TempDir;

use crate::{copy_folder, sources, workspace};

const GROUP: &str = "openapi/venio/group.yaml";
const LEDGER: &str = "openapi/venio/portal.yaml";
/// An empty ledger, and an empty group below it.
const NO_TITLES: &str = "# yaml-language-server: $schema=../schema/ledger.json\nproduct: venio\ngroups: []\n";
const NO_PATHS: &str = "# yaml-language-server: $schema=../schema/group.json\npaths: {}\n";

thread_local! {
    /// A workspace with one product and one group, set up once for all inputs of a thread.
    static WORKSPACE: TempDir = {
        let folder = tempfile::tempdir().expect("there is room for a few files");
        let openapi = folder.path().join("openapi");
        copy_folder(&workspace().join("openapi/schema"), &openapi.join("schema"));
        fs::create_dir_all(openapi.join("venio")).expect("the folder can be written");
        fs::copy(workspace().join("openapi/common.yaml"), openapi.join("common.yaml")).expect("there is a common.yaml");
        folder
    };
}

/// Checks one input, read as the file of a group and as a product's ledger.
pub fn spec(input: &[u8]) {
    group(input);
    point_into_a_file(&read(NO_PATHS.as_bytes(), input).findings, input);
}

/// Checks one input, read as the file of a group.
pub fn group(input: &[u8]) {
    let checked = checked(input);
    point_into_a_file(&checked.findings, input);
    let _ = spec_tools::finding::report(&checked.findings);
    if checked.findings.iter().all(caused_by_setup) {
        checked.bundles.iter().for_each(becomes_rust);
        let next = spec_tools::coverage::lookup::next(&checked.bundles, &checked.ledgers);
        let _ = spec_tools::coverage::document(&checked.ledgers, &next);
    }
}

/// The findings of one input, without those that the small workspace causes.
pub fn findings(input: &[u8]) -> Vec<Finding> {
    checked(input).findings.into_iter().filter(|finding| !caused_by_setup(finding)).collect()
}

fn checked(input: &[u8]) -> Checked {
    read(input, NO_TITLES.as_bytes())
}

fn read(group: &[u8], ledger: &[u8]) -> Checked {
    WORKSPACE.with(|workspace| {
        let write =
            |file: &str, text: &[u8]| fs::write(workspace.path().join(file), text).expect("the folder can be written");
        write(GROUP, group);
        write(LEDGER, ledger);
        write("openapi/venio/openapi.yaml", root_of(group).as_bytes());
        spec_tools::check(&sources(workspace.path())).expect("the folder can be read")
    })
}

/// A root document with all paths of the group, and all known tags.
fn root_of(group: &[u8]) -> String {
    let text = fs::read_to_string(workspace().join("openapi/venio/openapi.yaml")).expect("there is a root");
    let (head, rest) = text.split_once("tags:\n").expect("the root has tags");
    let (_, tail) = rest.split_once("components:\n").expect("the root has components");
    let tags = gofive_spec::BUNDLES.into_iter().flat_map(|(_, bundle)| {
        let bundle: Value = serde_json::from_str(bundle).expect("bundles are JSON");
        bundle["tags"].as_array().cloned().unwrap_or_default()
    });
    let mut tags: Vec<Value> = tags.chain([json!({"name": "Group", "description": "Words"})]).collect();
    tags.sort_by_key(|tag| tag["name"].to_string());
    tags.dedup_by_key(|tag| tag["name"].to_string());
    let source = Source::parse_bytes(GROUP, group).ok();
    let paths = source.as_ref().and_then(|source| source.root.get("paths")?.as_object());
    let paths = paths.into_iter().flat_map(serde_json::Map::keys);
    let to = |path: &String| (path.clone(), json!({"$ref": format!("group.yaml#/paths/{}", escape(path))}));
    let paths: serde_json::Map<_, _> = paths.map(to).collect();
    format!("{head}tags: {}\npaths: {}\ncomponents:\n{tail}", json!(tags), json!(paths))
}

/// Whether the small workspace causes the finding: its ledger is empty, and the group uses only a part of common.yaml.
fn caused_by_setup(finding: &Finding) -> bool {
    matches!(finding.rule, "ledger" | "unused")
}

fn point_into_a_file(findings: &[Finding], input: &[u8]) {
    let lines = String::from_utf8_lossy(input).lines().count() + 1;
    for finding in findings {
        let last_line = match finding.at.file.as_str() {
            GROUP | LEDGER => lines.max(4),
            "openapi/common.yaml" | "openapi/venio/openapi.yaml" => usize::MAX,
            _ => 0,
        };
        assert!((1..=last_line).contains(&finding.at.line) && finding.at.column >= 1, "{finding:?}");
        assert!(!finding.hint.is_empty(), "{finding:?}");
    }
}

fn becomes_rust(bundle: &spec_tools::bundle::Bundle) {
    let lowered = spec_tools::rust::lower::lower(bundle).expect("what has no findings can be lowered");
    let files = spec_tools::rust::generate::generate(&lowered).expect("what has no findings can be generated");
    for (path, text) in files {
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}:\n{text}", path.display()));
    }
}

/// The corpus: the file of each group.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut corpus = Vec::new();
    for (product, _) in gofive_spec::BUNDLES {
        let folder = workspace().join("openapi").join(product);
        for file in fs::read_dir(&folder).expect("the folder exists") {
            let name = file.expect("the folder can be listed").file_name().to_string_lossy().into_owned();
            if !matches!(name.as_str(), "openapi.yaml" | "portal.yaml") {
                let text = fs::read(Path::new(&folder).join(&name)).expect("the file can be read");
                corpus.push((format!("{product}-{name}"), text));
            }
        }
    }
    corpus.sort();
    corpus
}
