//! Checks every file of the spec against its JSON schema in `openapi/schema/`, which editors use too.

mod explain;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use gofive_spec::Pointer;
use jsonschema::Validator;
use serde_json::Value;

use self::explain::explain;
use crate::finding::{Finding, Location, MISSING_TEXT};
use crate::sources::Sources;
use crate::sources::yaml::Source;

/// The file names of the schemas.
const FORMATS: [&str; 3] = ["group", "ledger", "root"];

/// Checks each file of the spec against its schema.
pub(super) fn check(sources: &Sources) -> Result<Vec<Finding>> {
    let mut schemas = BTreeMap::new();
    for name in FORMATS {
        schemas.insert(name, FileSchema::read(sources, name)?);
    }
    let mut findings: Vec<_> = of_no_product(sources).collect();
    for file in hand_written(sources) {
        let name = schema_name(file);
        let line = modeline(file, name);
        if sources.text(file).is_ok_and(|text| text.lines().next() != Some(&line)) {
            let at = Location { file: file.to_owned(), line: 1, column: 1, pointer: String::new() };
            let problem = "the first line does not name the schema for editors".into();
            findings.push(Finding { at, rule: "schema", problem, hint: format!("begin the file with `{line}`") });
        }
        match sources.yaml(file) {
            Some(Ok(source)) => findings.extend(schemas[name].check(source)),
            Some(Err(broken)) => findings.extend_from_slice(broken),
            None => {}
        }
    }
    Ok(findings)
}

/// The YAML files of folders without a root. Without this, a root that is gone would take the product's client with it.
fn of_no_product(sources: &Sources) -> impl Iterator<Item = Finding> {
    let known: BTreeSet<_> = hand_written(sources).collect();
    let unknown = sources.below("openapi").filter(move |path| is_yaml(path) && !known.contains(path));
    unknown.map(|file| Finding {
        at: Location { file: file.to_owned(), line: 1, column: 1, pointer: String::new() },
        rule: "schema",
        problem: "no product has this file: an openapi.yaml beside it is missing".into(),
        hint: "restore the openapi.yaml, or delete the file".into(),
    })
}

/// The hand-written files: those of `openapi/` itself, and of the products.
fn hand_written(sources: &Sources) -> impl Iterator<Item = &str> {
    let products = sources.products();
    let is_hand_written = move |path: &&str| {
        let path = path.trim_start_matches("openapi/");
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        is_yaml(path) && folder.is_none_or(|folder| products.iter().any(|product| product == folder))
    };
    sources.below("openapi").filter(is_hand_written)
}

fn is_yaml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "yaml")
}

/// The name of the schema for a file.
fn schema_name(file: &str) -> &'static str {
    match file.rsplit('/').next() {
        Some("openapi.yaml") => "root",
        Some("portal.yaml") => "ledger",
        _ => "group",
    }
}

/// The first line of a file, which the YAML language server reads.
fn modeline(file: &str, schema: &str) -> String {
    let up = if file.matches('/').count() > 1 { "../" } else { "" };
    format!("# yaml-language-server: $schema={up}schema/{schema}.json")
}

/// One schema, and its validator.
struct FileSchema {
    schema: Value,
    validator: Validator,
}

impl FileSchema {
    fn read(sources: &Sources, name: &str) -> Result<Self> {
        let shown = format!("openapi/schema/{name}.json");
        let restore = |error| anyhow!("{error}: it is part of the spec, restore it");
        let text = sources.text(&shown).map_err(restore)?;
        let schema = serde_json::from_str(text).with_context(|| format!("{shown} is not JSON: fix it"))?;
        let validator = jsonschema::draft7::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| anyhow!("{shown} is not a JSON schema: {error}, at #{}", error.instance_path()))?;
        Ok(Self { schema, validator })
    }

    /// Checks one file. Reports only the first violation for each pointer, and no missing property if its name is only misspelt.
    fn check(&self, source: &Source) -> Vec<Finding> {
        let mut explanations: BTreeMap<Pointer, explain::Explanation> = BTreeMap::new();
        for violation in self.validator.iter_errors(&source.root) {
            for explanation in explain(&self.schema, &violation) {
                explanations.entry(explanation.pointer.clone()).or_insert(explanation);
            }
        }
        let meant: Vec<_> = explanations.values().filter_map(|explanation| explanation.meant.clone()).collect();
        for pointer in meant {
            explanations.remove(&pointer);
        }
        let finding = |explanation: explain::Explanation| Finding {
            at: source.locate(&explanation.pointer),
            rule: if explanation.is_missing_text { MISSING_TEXT } else { "schema" },
            problem: explanation.problem,
            hint: explanation.hint,
        };
        explanations.into_values().map(finding).collect()
    }
}
