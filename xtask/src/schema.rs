//! Checks the form of every file of the spec against its JSON schema in `openapi/schema/`, the one that editors use.

mod explain;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use jsonschema::Validator;
use serde_json::Value;

use self::explain::explain;
use crate::finding::{Finding, Location};
use crate::source::Source;

/// The schemas, by the names of their files.
const FORMATS: [&str; 3] = ["group", "ledger", "root"];

/// What is wrong with the form of the files below `openapi`, each on its own.
pub fn check(openapi: &Path) -> Result<Vec<Finding>> {
    let mut forms = BTreeMap::new();
    for name in FORMATS {
        forms.insert(name, Form::read(openapi, name)?);
    }
    let mut findings = Vec::new();
    for file in files(openapi).with_context(|| format!("{} cannot be listed", openapi.display()))? {
        let shown = format!("openapi/{file}");
        let name = form_of(&file);
        let text = match std::fs::read_to_string(openapi.join(&file)) {
            Ok(text) => text,
            Err(error) => {
                findings.push(whole_file(&shown, "yaml", format!("cannot be read: {error}"), "save it as UTF-8 text"));
                continue;
            }
        };
        let line = modeline(&file, name);
        if text.lines().next() != Some(&line) {
            let problem = "the first line does not name the schema that editors check by".into();
            findings.push(whole_file(&shown, "schema", problem, &format!("begin the file with `{line}`")));
        }
        match Source::parse(&shown, &text) {
            Ok(source) => findings.extend(forms[name].check(&source)),
            Err(broken) => findings.extend(broken),
        }
    }
    Ok(findings)
}

/// The files kept by hand, by their path below `openapi/`.
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

/// Name of the schema that the file has to fit.
fn form_of(file: &str) -> &'static str {
    match file.rsplit('/').next() {
        Some("openapi.yaml") => "root",
        Some("portal.yaml") => "ledger",
        _ => "group",
    }
}

/// What the YAML language server reads.
fn modeline(file: &str, form: &str) -> String {
    let up = if file.contains('/') { "../" } else { "" };
    format!("# yaml-language-server: $schema={up}schema/{form}.json")
}

fn whole_file(file: &str, rule: &'static str, problem: String, hint: &str) -> Finding {
    let at = Location { file: file.to_owned(), line: 1, column: 1, pointer: String::new() };
    Finding { at, rule, problem, hint: hint.to_owned() }
}

/// One schema, and the validator made of it.
struct Form {
    schema: Value,
    validator: Validator,
}

impl Form {
    fn read(openapi: &Path, name: &str) -> Result<Self> {
        let shown = format!("openapi/schema/{name}.json");
        let text = std::fs::read_to_string(openapi.join(format!("schema/{name}.json")))
            .with_context(|| format!("{shown} cannot be read: it is part of the spec, restore it"))?;
        let schema = serde_json::from_str(&text).with_context(|| format!("{shown} is not JSON: mend it"))?;
        let validator = jsonschema::draft7::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| anyhow!("{shown} is not a JSON schema: {error}, at #{}", error.instance_path()))?;
        Ok(Self { schema, validator })
    }

    /// One finding a fault: of several at one member the first, and none for what is missing because it is misspelt.
    fn check(&self, source: &Source) -> Vec<Finding> {
        let mut faults: BTreeMap<String, explain::Fault> = BTreeMap::new();
        for violation in self.validator.iter_errors(&source.root) {
            for fault in explain(&self.schema, &violation) {
                faults.entry(fault.pointer.clone()).or_insert(fault);
            }
        }
        let meant: Vec<_> = faults.values().filter_map(|fault| fault.meant.clone()).collect();
        for pointer in meant {
            faults.remove(&pointer);
        }
        let finding = |fault: explain::Fault| Finding {
            at: source.locate(&fault.pointer),
            rule: "schema",
            problem: fault.problem,
            hint: fault.hint,
        };
        faults.into_values().map(finding).collect()
    }
}
