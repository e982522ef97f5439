//! Reads any text as a file of the spec: the result is findings with a location, or valid Rust code.

use std::sync::LazyLock;

use gofive_spec::Pointer;
use serde_json::{Value, json};
use spec_tools::finding::Finding;
use spec_tools::sources::yaml::Source;
use spec_tools::{Checked, Sources};

use crate::workspace;

const COMMON: &str = "openapi/common.yaml";
const ROOT: &str = "openapi/venio/openapi.yaml";
const GROUP: &str = "openapi/venio/group.yaml";
const LEDGER: &str = "openapi/venio/portal.yaml";
/// An empty ledger, and an empty group below it.
const NO_TITLES: &str = "# yaml-language-server: $schema=../schema/ledger.json\nproduct: venio\ngroups: []\n";
const NO_PATHS: &str = "# yaml-language-server: $schema=../schema/group.json\npaths: {}\n";

/// The files of the workspace.
static WORKSPACE: LazyLock<Sources> = LazyLock::new(|| Sources::read(&workspace()).expect("the files can be read"));

/// The files that all inputs share.
static SHARED: LazyLock<Sources> = LazyLock::new(|| {
    let mut shared = Sources::default();
    for path in WORKSPACE.below("openapi/schema").chain([COMMON]) {
        shared.write(path, committed(path));
    }
    shared
});

/// The root document without its paths: the text before them, and the text behind them.
static ROOT_WITHOUT_PATHS: LazyLock<(String, String)> = LazyLock::new(|| {
    let (head, rest) = committed(ROOT).split_once("tags:\n").expect("the root has tags");
    let (_, tail) = rest.split_once("components:\n").expect("the root has components");
    let tags = gofive_spec::BUNDLES.into_iter().flat_map(|(_, bundle)| {
        let bundle: Value = serde_json::from_str(bundle).expect("bundles are JSON");
        bundle["tags"].as_array().cloned().unwrap_or_default()
    });
    // The group of a draft may have no description yet.
    let described = tags.map(|tag| json!({"name": tag["name"], "description": "Words"}));
    let mut tags: Vec<Value> = described.chain([json!({"name": "Group", "description": "Words"})]).collect();
    tags.sort_by_key(|tag| tag["name"].to_string());
    tags.dedup_by_key(|tag| tag["name"].to_string());
    (format!("{head}tags: {}\n", json!(tags)), format!("components:\n{tail}"))
});

fn committed(path: &str) -> &'static str {
    WORKSPACE.text(path).expect("the file is committed")
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
    let mut sources = SHARED.clone();
    sources.write(ROOT, root_of(group));
    sources.write(GROUP, group);
    sources.write(LEDGER, ledger);
    spec_tools::check(&sources).expect("the schemas can be used")
}

/// A root document with all paths of the group, and all known tags.
fn root_of(group: &[u8]) -> String {
    let source = Source::parse_bytes(GROUP, group).ok();
    let paths = source.as_ref().and_then(|source| source.root.get("paths")?.as_object());
    let paths = paths.into_iter().flat_map(serde_json::Map::keys);
    let to =
        |path: &String| (path.clone(), json!({"$ref": format!("group.yaml#{}", Pointer::from_steps(["paths", path]))}));
    let paths: serde_json::Map<_, _> = paths.map(to).collect();
    let (head, tail) = &*ROOT_WITHOUT_PATHS;
    format!("{head}paths: {}\n{tail}", json!(paths))
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
            COMMON | ROOT => usize::MAX,
            _ => 0,
        };
        assert!((1..=last_line).contains(&finding.at.line) && finding.at.column >= 1, "{finding:?}");
        assert!(!finding.hint.is_empty(), "{finding:?}");
    }
}

fn becomes_rust(bundle: &spec_tools::bundle::Bundle) {
    let lowered =
        spec_tools::rust::lower::lower(&bundle.product, &bundle.api).expect("what has no findings can be lowered");
    let files = spec_tools::rust::generate::generate(&lowered).expect("what has no findings can be generated");
    for (path, text) in files {
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}:\n{text}", path.display()));
    }
}

/// The corpus: the file of each group.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut corpus = Vec::new();
    for product in WORKSPACE.products() {
        let folder = format!("openapi/{product}");
        for path in WORKSPACE.below(&folder) {
            let name = &path[folder.len() + 1..];
            if !matches!(name, "openapi.yaml" | "portal.yaml") {
                corpus.push((format!("{product}-{name}"), committed(path).into()));
            }
        }
    }
    corpus
}
