//! Checks every file of the spec against its JSON schema in `openapi/schema/`, which editors use too.

mod explain;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use jsonschema::Validator;
use serde_json::Value;

use self::explain::explain;
use crate::finding::{Finding, Location};
use crate::source::Source;

/// The file names of the schemas.
const FORMATS: [&str; 3] = ["group", "ledger", "root"];

/// Checks each file below `openapi` against its schema.
pub fn check(openapi: &Path) -> Result<Vec<Finding>> {
    let mut schemas = BTreeMap::new();
    for name in FORMATS {
        schemas.insert(name, FileSchema::read(openapi, name)?);
    }
    let mut findings = Vec::new();
    for file in files(openapi).with_context(|| format!("{} cannot be listed", openapi.display()))? {
        let shown = format!("openapi/{file}");
        let name = schema_name(&file);
        let text = match std::fs::read_to_string(openapi.join(&file)) {
            Ok(text) => text,
            Err(error) => {
                findings.push(whole_file(&shown, "yaml", format!("cannot be read: {error}"), "save it as UTF-8 text"));
                continue;
            }
        };
        let line = modeline(&file, name);
        if text.lines().next() != Some(&line) {
            let problem = "the first line does not name the schema for editors".into();
            findings.push(whole_file(&shown, "schema", problem, &format!("begin the file with `{line}`")));
        }
        match Source::parse(&shown, &text) {
            Ok(source) => findings.extend(schemas[name].check(&source)),
            Err(broken) => findings.extend(broken),
        }
    }
    Ok(findings)
}

/// The hand-written files, by their path below `openapi/`.
fn files(openapi: &Path) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    let folders = crate::bundle::products(openapi)?.into_iter().map(|product| format!("{product}/"));
    for folder in folders.chain([String::new()]) {
        for entry in std::fs::read_dir(openapi.join(&folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|extension| extension == "yaml") {
                files.push(format!("{folder}{name}"));
            }
        }
    }
    files.sort();
    Ok(files)
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
    let up = if file.contains('/') { "../" } else { "" };
    format!("# yaml-language-server: $schema={up}schema/{schema}.json")
}

fn whole_file(file: &str, rule: &'static str, problem: String, hint: &str) -> Finding {
    let at = Location { file: file.to_owned(), line: 1, column: 1, pointer: String::new() };
    Finding { at, rule, problem, hint: hint.to_owned() }
}

/// One schema, and its validator.
struct FileSchema {
    schema: Value,
    validator: Validator,
}

impl FileSchema {
    fn read(openapi: &Path, name: &str) -> Result<Self> {
        let shown = format!("openapi/schema/{name}.json");
        let text = std::fs::read_to_string(openapi.join(format!("schema/{name}.json")))
            .with_context(|| format!("{shown} cannot be read: it is part of the spec, restore it"))?;
        let schema = serde_json::from_str(&text).with_context(|| format!("{shown} is not JSON: fix it"))?;
        let validator = jsonschema::draft7::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| anyhow!("{shown} is not a JSON schema: {error}, at #{}", error.instance_path()))?;
        Ok(Self { schema, validator })
    }

    /// Checks one file. Reports only the first violation for each pointer, and no missing property if its name is only misspelt.
    fn check(&self, source: &Source) -> Vec<Finding> {
        let mut explanations: BTreeMap<String, explain::Explanation> = BTreeMap::new();
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
            rule: "schema",
            problem: explanation.problem,
            hint: explanation.hint,
        };
        explanations.into_values().map(finding).collect()
    }
}
