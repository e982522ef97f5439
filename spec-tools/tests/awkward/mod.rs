//! A spec with awkward names and texts: the committed one, with a group of operations for each name and text that could break
//! the generated code. The tests lint it and generate code from it; `tests/awkward_spec/run` compiles that code.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::format_collect, reason = "texts are small, and this reads better")]

pub(crate) mod names;
pub(crate) mod texts;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use spec_tools::Sources;
use spec_tools::finding::Finding;

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), ".."].iter().collect()
}

/// What is added to the spec for one awkward name or text: paths and schemas of one product, each with a line of its own.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The kind of name or text.
    pub(crate) kind: &'static str,
    /// The names or the text.
    pub(crate) what: String,
    pub(crate) product: &'static str,
    pub(crate) paths: Vec<(String, Value)>,
    pub(crate) schemas: Vec<(String, Value)>,
    /// The name and description of a tag.
    pub(crate) tag: Option<(String, String)>,
}

/// The findings of one case.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) kind: &'static str,
    pub(crate) what: String,
    pub(crate) findings: Vec<Finding>,
}

/// A file of an awkward group: which case each line belongs to.
struct Group {
    file: String,
    text: String,
    /// The case of each line.
    lines: Vec<Option<usize>>,
}

impl Group {
    fn of(product: &str, cases: &[Case]) -> Self {
        let file = format!("openapi/{product}/awkward.yaml");
        let mut group = Self { file, text: String::new(), lines: Vec::new() };
        group.line(None, "# yaml-language-server: $schema=../schema/group.json");
        let own = || cases.iter().enumerate().filter(|(_, case)| case.product == product);
        group.line(None, "paths:");
        for (index, case) in own() {
            for (path, item) in &case.paths {
                group.line(Some(index), &format!("  {}: {item}", json!(path)));
            }
        }
        group.line(None, "components:\n  schemas:");
        group.lines.push(None);
        for (index, case) in own() {
            for (name, schema) in &case.schemas {
                group.line(Some(index), &format!("    {}: {schema}", json!(name)));
            }
        }
        group
    }

    fn line(&mut self, case: Option<usize>, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines.push(case);
    }
}

/// The committed spec with these cases.
pub(crate) fn sources(cases: &[Case]) -> Sources {
    build(cases).0
}

fn build(cases: &[Case]) -> (Sources, Vec<Group>) {
    let mut sources = Sources::read(&workspace()).expect("the workspace can be read");
    let mut groups = Vec::new();
    for product in ["venio", "empeo", "etaxgo"] {
        if !cases.iter().any(|case| case.product == product) {
            continue;
        }
        let group = Group::of(product, cases);
        sources.write(&group.file, group.text.clone());
        let own: Vec<_> = cases.iter().filter(|case| case.product == product).collect();
        insert(&mut sources, &format!("openapi/{product}/openapi.yaml"), "paths:\n", &references(&own));
        insert(&mut sources, &format!("openapi/{product}/openapi.yaml"), "tags:\n", &tags(&own));
        insert(&mut sources, &format!("openapi/{product}/portal.yaml"), "groups:\n", &rows(&own));
        groups.push(group);
    }
    (sources, groups)
}

fn insert(sources: &mut Sources, file: &str, after: &str, text: &str) {
    let before = sources.text(file).expect("the file is part of the spec");
    assert!(before.contains(after), "{file} has no {after:?}");
    let edited = before.replacen(after, &format!("{after}{text}"), 1);
    sources.write(file, edited);
}

fn references(cases: &[&Case]) -> String {
    let paths = cases.iter().flat_map(|case| &case.paths);
    let reference = |path: &String| format!("awkward.yaml#{}", gofive_spec::Pointer::from_steps(["paths", path]));
    paths.map(|(path, _)| format!("  {}: {}\n", json!(path), json!({ "$ref": reference(path) }))).collect()
}

fn tags(cases: &[&Case]) -> String {
    let own = cases.iter().filter_map(|case| case.tag.clone());
    let tags = own.chain([("Awkward".to_owned(), "Awkward names.".to_owned())]);
    tags.map(|(name, description)| format!("  - {}\n", json!({ "name": name, "description": description }))).collect()
}

fn rows(cases: &[&Case]) -> String {
    let items = cases.iter().flat_map(|case| &case.paths).flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let ids: BTreeSet<_> = items.filter_map(|(_, operation)| operation["operationId"].as_str()).collect();
    let rows = ids.into_iter().map(|id| json!({ "title": format!("Title {id}"), "operation": id }));
    format!("  - {}\n", json!({ "group": "Awkward", "titles": rows.collect::<Vec<_>>() }))
}

/// Splits the cases into those without findings, and those with findings in their lines.
///
/// # Panics
/// If there is a finding elsewhere.
pub(crate) fn split(mut cases: Vec<Case>) -> (Vec<Case>, Vec<Refused>) {
    let mut refused = Vec::new();
    loop {
        let (sources, groups) = build(&cases);
        let checked = spec_tools::check(&sources).expect("the schemas are usable");
        let hides_others = checked.findings.iter().any(Finding::hides_others);
        let mut findings: Vec<Vec<Finding>> = cases.iter().map(|_| Vec::new()).collect();
        for finding in checked.findings {
            let group = groups.iter().find(|group| group.file == finding.at.file);
            let case = match group {
                Some(group) => group.lines.get(finding.at.line - 1).copied().flatten(),
                None => of_root(&sources, &cases, &finding),
            };
            // The ledger lists an id once, whatever has it.
            if finding.rule != "ledger" {
                findings[case.unwrap_or_else(|| panic!("not in a case: {finding}"))].push(finding);
            }
        }
        let mut accepted = Vec::new();
        for (case, findings) in cases.into_iter().zip(findings) {
            if findings.is_empty() {
                accepted.push(case);
            } else {
                refused.push(Refused { kind: case.kind, what: case.what, findings });
            }
        }
        if !hides_others {
            return (accepted, refused);
        }
        cases = accepted;
    }
}

/// The case that has a finding in the root document.
fn of_root(sources: &Sources, cases: &[Case], finding: &Finding) -> Option<usize> {
    let line = sources.text(&finding.at.file).ok()?.lines().nth(finding.at.line - 1)?;
    cases.iter().position(|case| {
        let is_path = |(path, _): &(String, Value)| line.contains(&format!("{}:", json!(path)));
        let is_tag = |(name, _): &(String, String)| line.contains(&format!("\"name\":{}", json!(name)));
        case.paths.iter().any(is_path) || case.tag.as_ref().is_some_and(is_tag)
    })
}

/// An operation without a request and with an undocumented payload.
pub(crate) fn operation(id: &str) -> Value {
    json!({
        "operationId": id,
        "tags": ["Awkward"],
        "summary": "A summary",
        "description": "A description.",
        "x-gofive-title": format!("Title {id}"),
        "x-gofive-source": "A test",
        "x-gofive-evidence": { "path": "portal", "request": "none", "response": "none" },
        "x-gofive-idempotency": "safe",
        "x-gofive-payload": ["/data", ""],
        "x-gofive-unknown": ["request example: a test", "response example: a test"],
        "responses": { "200": { "$ref": "../common.yaml#/components/responses/Undocumented" } },
    })
}

/// Sets the payload of an operation: `data` of a new envelope, whose schema is returned.
pub(crate) fn returns(operation: &mut Value, envelope: &str, data: &Value) -> (String, Value) {
    operation["x-gofive-payload"] = json!(["/data"]);
    operation["responses"] = json!({ "200": { "description": "Success", "content": { "application/json": {
        "schema": { "$ref": format!("#/components/schemas/{envelope}") },
    } } } });
    let mut data = data.clone();
    if data.get("$ref").is_none() {
        data["description"] = "The payload.".into();
    }
    let status = json!({ "$ref": "../common.yaml#/components/schemas/Status" });
    let properties = json!({ "status": status, "data": data });
    (envelope.to_owned(), json!({ "type": "object", "description": "An envelope.", "properties": properties }))
}

/// Sets the body of an operation.
pub(crate) fn sends(operation: &mut Value, schema: &str) {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
}

/// An object with a text for each of these properties.
pub(crate) fn object(properties: &[&str]) -> Value {
    let text = json!({ "type": "string", "description": "A text." });
    let properties: Map<_, _> = properties.iter().map(|name| ((*name).to_owned(), text.clone())).collect();
    json!({ "type": "object", "description": "An object.", "properties": properties })
}
