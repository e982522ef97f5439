//! Compares operations of the spec with their pages: the draft of the page, read by the same model, is what the page says.

use gofive_spec::{
    Api, Content, Example, JsonType, ObjectSchema, Operation, Parameter, ParameterLocation, Pointer, Schema, SchemaKind,
};
use serde_json::{Map, Value, json};

use super::comparison::BY_TABLE;
use super::document::LIMITS;
use super::draft;
use super::operation::Draft;
use super::read::Portal;
use super::schema::COMMENT;
use super::words::{join, list};
use crate::bundle::{Bundle, bundle_all};
use crate::finding::{Location, report};
use crate::ledger::Ledger;
use crate::sources::Sources;
use anyhow::{Context as _, Result, bail};

pub(super) const COMMON: &str = "openapi/common.yaml";

/// The differences between the operations and their pages.
#[derive(Debug, Default)]
pub struct Verification {
    pub operations: Vec<Verified>,
    /// Operations that were asked for, and that no page describes.
    pub without_page: Vec<String>,
    /// Pages that cannot be compared, with the reasons.
    pub refused: Vec<String>,
}

/// An operation and its page.
#[derive(Debug)]
pub struct Verified {
    pub operation: String,
    pub at: Location,
    /// The file of the page.
    pub page: String,
    /// The differences that nobody has declared.
    pub differences: Vec<Difference>,
    /// The differences that the ledger declares with a reason.
    pub declared: Vec<(String, String)>,
    /// What the ledger declares, and does not differ any more.
    pub outdated: Vec<String>,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What differs, in a line that stays the same until the page or the spec changes.
    pub text: String,
    /// What makes the spec say what the page does; nothing if a person has to decide.
    pub changes: Vec<Change>,
}

/// An edit of a node of the product's document.
#[derive(Clone, Debug)]
pub struct Change {
    pub node: Pointer,
    pub name: String,
    pub edit: Edit,
}

/// What becomes of a property of a node.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Another value, or none. A new property comes behind those with these names; a list of parameters is appended.
    Set(Option<Value>, Vec<String>),
    /// Whether the object requires it.
    Require(bool),
}

impl Verification {
    /// Whether nothing differs but what the ledgers declare.
    pub fn is_quiet(&self) -> bool {
        let is_quiet = |verified: &Verified| verified.differences.is_empty() && verified.outdated.is_empty();
        self.operations.iter().all(is_quiet) && self.refused.is_empty() && self.without_page.is_empty()
    }

    /// The report for the maintainer.
    pub fn report(&self) -> String {
        let (mut text, mut declared) = (String::new(), 0);
        for Verified { operation, at, page, differences, outdated, .. } in &self.operations {
            if !differences.is_empty() || !outdated.is_empty() {
                text.push_str(&format!("{operation} ({at}), {page}:\n"));
            }
            differences.iter().for_each(|difference| text.push_str(&format!("  {}\n", difference.text)));
            outdated.iter().for_each(|line| text.push_str(&format!("  declared, and no longer so: {line}\n")));
        }
        self.operations.iter().for_each(|verified| declared += verified.declared.len());
        self.refused.iter().for_each(|line| text.push_str(&format!("not compared: {line}\n")));
        self.without_page.iter().for_each(|id| text.push_str(&format!("no page: {id}\n")));
        let differing = self.operations.iter().filter(|verified| !verified.differences.is_empty()).count();
        if differing > 0 {
            text.push_str(
                "\nTake over what is right on the page with `cargo xtask portal update`. For what is right in the spec, copy the line \
                 into `differences:` of the ledger's row, with the reason.\n",
            );
        }
        let compared = self.operations.len();
        text.push_str(&format!(
            "{compared} operations compared, {differing} differ, {declared} differences declared\n"
        ));
        text
    }
}

/// Compares the operations with these ids, or all, with their pages.
///
/// # Errors
/// If the spec cannot be read, or has no operation of an id.
pub fn verify(sources: &Sources, portal: &Portal, ids: &[String]) -> Result<Verification> {
    let (bundles, findings) = bundle_all(sources);
    if !findings.is_empty() {
        bail!("{}", report(&findings));
    }
    let operations = || {
        bundles.iter().flat_map(|bundle| bundle.written.api.operations.iter().map(move |operation| (bundle, operation)))
    };
    if let Some(id) = ids.iter().find(|id| !operations().any(|(_, operation)| operation.id == **id)) {
        bail!("`{id}` is not an operation of the spec");
    }
    let mut verification = Verification::default();
    for (bundle, operation) in operations().filter(|(_, operation)| ids.is_empty() || ids.contains(&operation.id)) {
        let is_its = |page: &&super::page::Page| match (&operation.page, &page.number) {
            (Some(page), Some(number)) => page == number,
            _ => page.title == operation.title && page.method == operation.method,
        };
        let Some(page) = portal.pages.iter().find(is_its) else {
            if ids.contains(&operation.id) {
                verification.without_page.push(operation.id.clone());
            }
            continue;
        };
        let draft = draft::of_operation(sources, page, &operation.id, &bundle.product);
        match draft.and_then(|draft| compared(&draft, bundle, operation)) {
            Ok(differences) => {
                let declared = declared(sources, &bundle.product, &operation.id)?;
                let (known, new): (Vec<_>, Vec<_>) =
                    differences.into_iter().partition(|difference| declared.contains_key(&difference.text));
                let is_known = |text: &String| known.iter().any(|difference| difference.text == *text);
                verification.operations.push(Verified {
                    operation: operation.id.clone(),
                    at: bundle.locate(&operation.pointer),
                    page: page.file.clone(),
                    differences: new,
                    outdated: declared.keys().filter(|text| !is_known(text)).cloned().collect(),
                    declared: declared
                        .into_iter()
                        .filter(|(text, _)| is_known(text))
                        .map(|(text, why)| (text, why.as_str().unwrap_or_default().to_owned()))
                        .collect(),
                });
            }
            Err(error) => verification.refused.push(format!("{}: {error:#}", operation.id)),
        }
    }
    Ok(verification)
}

/// The differences that the ledger declares, with their reasons.
fn declared(sources: &Sources, product: &str, id: &str) -> Result<Map<String, Value>> {
    let file = format!("openapi/{product}/portal.yaml");
    let ledger = Ledger::read(sources.valid_yaml(&file)?).with_context(|| format!("{file} is not a ledger"))?;
    let row = ledger.titles.into_iter().find(|row| row.operation.as_deref() == Some(id));
    Ok(row.map(|row| row.differences).unwrap_or_default())
}

/// The differences between an operation and the draft of its page.
fn compared(draft: &Draft, bundle: &Bundle, operation: &Operation) -> Result<Vec<Difference>> {
    let printed = draft.document();
    let document = alone(&printed, &bundle.written.doc);
    let api = Api::read(&document).context("the draft of the page cannot be read")?;
    let Some(page) = api.operations.first() else { bail!("the draft of the page has no operation") };
    let (spec, document) = (&bundle.written.api, &printed);
    let mut comparison = Comparison { page: &api, spec, bundle, document, adapted: false, found: Vec::new() };
    comparison.operation(page, operation);
    Ok(comparison.found)
}

/// The document of a draft with everything that it refers to, without comments.
fn alone(document: &Value, product: &Value) -> Value {
    fn local(value: &Value) -> Value {
        match value {
            Value::Object(properties) => {
                let written = properties.iter().filter(|(name, _)| *name != COMMENT);
                written.map(|(name, value)| (name.clone(), local(value))).collect()
            }
            Value::Array(items) => items.iter().map(local).collect(),
            Value::String(text) => text.strip_prefix("../common.yaml").unwrap_or(text).into(),
            other => other.clone(),
        }
    }
    let (mut whole, own) = (product.clone(), local(document));
    whole["paths"] = own["paths"].clone();
    if let (Some(schemas), Some(own)) =
        (whole["components"]["schemas"].as_object_mut(), own["components"]["schemas"].as_object())
    {
        schemas.extend(own.clone());
    }
    if let Some(whole) = whole.as_object_mut() {
        whole.remove("x-webhooks");
    }
    whole
}

/// The schema behind references, and inside an `allOf` of one.
fn bare<'a>(api: &'a Api, schema: &'a Schema) -> &'a Schema {
    let resolved = api.resolve(schema);
    match &resolved.kind {
        SchemaKind::AllOf(all) if all.schemas.len() == 1 => bare(api, &all.schemas[0]),
        _ => resolved,
    }
}

/// Whether a schema has a type of its own, which an edit can replace.
fn is_plain(schema: &Schema) -> bool {
    !matches!(schema.kind, SchemaKind::Ref(_) | SchemaKind::AllOf(_) | SchemaKind::AnyOf(_) | SchemaKind::Object(_))
}

fn change(node: &Pointer, name: &str, value: Option<Value>) -> Change {
    Change { node: node.clone(), name: name.to_owned(), edit: Edit::Set(value, Vec::new()) }
}

fn flags(flag: &str, on_page: bool) -> String {
    let (page, spec) = if on_page { ("", "not ") } else { ("not ", "") };
    format!("{page}{flag} on the page, {spec}{flag} in the spec")
}

/// The names of the properties in which two examples differ.
fn differing(one: &Value, other: &Value) -> Vec<String> {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return Vec::new() };
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    let differ = |name: &&String| one.get(*name) != other.get(*name);
    names
        .filter(differ)
        .map(|name| match (one.get(name), other.get(name)) {
            (Some(one), Some(other)) => match differing(one, other).as_slice() {
                [] => name.clone(),
                inner => list(&inner.iter().map(|inner| join(name, inner)).collect::<Vec<_>>()),
            },
            _ => name.clone(),
        })
        .collect()
}

struct Comparison<'a> {
    page: &'a Api,
    spec: &'a Api,
    /// The product's bundle, and the document of the page's draft.
    bundle: &'a Bundle,
    document: &'a Value,
    /// Whether the spec has the page's example adapted to its table, and so knows which names only the example has.
    adapted: bool,
    found: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    fn find(&mut self, at: &str, what: impl AsRef<str>, changes: Vec<Change>) {
        self.found.push(Difference { text: format!("{at}: {}", what.as_ref()), changes });
    }

    fn raw(&self, at: &Pointer) -> Value {
        at.find(self.document).cloned().unwrap_or_default()
    }

    fn operation(&mut self, page: &Operation, spec: &Operation) {
        if (page.method, &page.path) != (spec.method, &spec.path) {
            let what = format!("{} {} on the page, {} {} in the spec", page.method, page.path, spec.method, spec.path);
            self.find("address", what, Vec::new());
        }
        if page.needs_token != spec.needs_token {
            self.find(
                "security",
                if page.needs_token { "a token on the page" } else { "no token on the page" },
                Vec::new(),
            );
        }
        self.parameters(page, spec);
        match (&page.body, &spec.body) {
            (Some(on_page), Some(in_spec)) => {
                if on_page.media_type != in_spec.media_type {
                    let what = format!("{} on the page, {} in the spec", on_page.media_type, in_spec.media_type);
                    self.find("request", what, Vec::new());
                }
                self.content(&on_page.content, &in_spec.content, "request");
            }
            (Some(_), None) => self.find("request", "a body on the page only", Vec::new()),
            (None, Some(_)) => self.find("request", "a body in the spec only", Vec::new()),
            (None, None) => {}
        }
        self.responses(page, spec);
    }

    fn parameters(&mut self, page: &Operation, spec: &Operation) {
        for on_page in &page.parameters {
            let at = format!("parameter {}", on_page.name);
            let same = |other: &&Parameter| other.name == on_page.name && other.location == on_page.location;
            let Some(in_spec) = spec.parameters.iter().find(same) else {
                let added = json!([self.raw(&on_page.pointer)]);
                self.find(&at, "on the page only", vec![change(&spec.pointer, "parameters", Some(added))]);
                continue;
            };
            if on_page.required != in_spec.required && on_page.location == ParameterLocation::Query {
                let value = Some(on_page.required.into());
                self.find(&at, flags("required", on_page.required), vec![change(&in_spec.pointer, "required", value)]);
            }
            self.schema(&on_page.schema, &in_spec.schema, &at);
            if let Some(example) = &on_page.example
                && in_spec.example.as_ref().is_none_or(|known| known.value != example.value)
            {
                let value = Some(example.value.clone());
                let what = format!("the page's example is {}", example.value);
                let changes =
                    vec![change(&in_spec.pointer, "example", value), change(&in_spec.pointer, "examples", None)];
                self.find(&at, what, changes);
            }
        }
        for in_spec in &spec.parameters {
            if !page.parameters.iter().any(|other| other.name == in_spec.name && other.location == in_spec.location) {
                self.find(&format!("parameter {}", in_spec.name), "in the spec only", Vec::new());
            }
        }
    }

    fn responses(&mut self, page: &Operation, spec: &Operation) {
        let node = spec.pointer.join("responses");
        for (status, response) in &page.responses {
            if !spec.responses.contains_key(status) {
                let value = Some(self.raw(&response.pointer)).filter(|_| response.shared.is_none());
                let value = value.or_else(|| Some(self.raw(&page.pointer.join("responses").join(status.to_string()))));
                let lower = page.responses.keys().chain(spec.responses.keys()).filter(|other| *other < status);
                let edit = Edit::Set(value, lower.map(u16::to_string).collect());
                let changes = vec![Change { node: node.clone(), name: status.to_string(), edit }];
                self.find("response", format!("status {status} on the page only"), changes);
            }
        }
        let is_own = |status: &u16| {
            let at = self.bundle.locate(node.join(status.to_string()));
            at.file == self.bundle.locate(&spec.pointer).file && at.pointer.ends_with(&format!("/{status}"))
        };
        let own: Vec<_> = spec.responses.keys().filter(|status| is_own(status)).collect();
        for status in own.into_iter().filter(|status| !page.responses.contains_key(status)) {
            let changes = vec![change(&node, &status.to_string(), None)];
            self.find("response", format!("status {status} in the spec only"), changes);
        }
        let content = |operation: &Operation| operation.success().and_then(|(_, response)| response.content.clone());
        let undocumented = |operation: &Operation| {
            operation.success().is_none_or(|(_, response)| response.shared.is_some() || response.content.is_none())
        };
        match (content(page).filter(|_| !undocumented(page)), content(spec).filter(|_| !undocumented(spec))) {
            (Some(on_page), Some(in_spec)) => {
                self.content(&on_page, &in_spec, "response");
            }
            (Some(_), None) => self.find("response", "a body on the page only", Vec::new()),
            // Other sources often know more of a response than its page.
            _ => {}
        }
    }

    /// Compares the bodies and their examples.
    fn content(&mut self, page: &Content, spec: &Content, at: &str) {
        let documented =
            |content: &Content| content.examples.iter().find(|example| example.name == "documented").cloned();
        let printed = |example: &Example| example.printed.clone().unwrap_or_else(|| example.value.clone());
        let (on_page, in_spec) = (documented(page), documented(spec));
        self.adapted = in_spec.as_ref().is_some_and(|example| example.printed.is_some());
        self.schema(&page.schema, &spec.schema, at);
        let Some(on_page) = on_page.as_ref().map(printed) else { return };
        let in_spec = in_spec.as_ref().map(printed);
        if in_spec.as_ref() != Some(&on_page) {
            let names = in_spec.as_ref().map(|known| differing(&on_page, known)).unwrap_or_default();
            let what = if names.is_empty() {
                "another example on the page".into()
            } else {
                format!("the page's example differs in {}", list(&names))
            };
            let node = Pointer::root().join("examples").join("documented");
            let value = self.raw(&page.pointer.append(&node).join("value"));
            // A person has adapted the example, or has found none: what the new one means is for a person, too.
            let is_plain = in_spec.is_some() && !self.adapted;
            let changes = is_plain.then(|| change(&spec.pointer.append(&node), "value", Some(value)));
            self.find(&format!("{at} example"), what, changes.into_iter().collect());
        }
    }

    /// Compares a value of the page with one of the spec. `at` is its name in sentences.
    fn schema(&mut self, page: &Schema, spec: &Schema, at: &str) {
        let (nullable, of_spec) = (page.nullable, spec.nullable || self.spec.resolve(spec).nullable);
        let (on_page, in_spec) = (bare(self.page, page), bare(self.spec, spec));
        if nullable != of_spec && on_page.is_known() && in_spec.is_known() {
            let value = nullable.then(|| true.into());
            let changes = vec![change(&spec.pointer, "nullable", value)];
            self.find(at, flags("nullable", nullable), if is_plain(spec) { changes } else { Vec::new() });
        }
        let limit = |document: &Value, schema: &Schema, name: &str| schema.pointer.find(document)?.get(name).cloned();
        for name in LIMITS {
            let (value, known) = (limit(self.document, page, name), limit(&self.bundle.written.doc, spec, name));
            if value != known && is_plain(page) && is_plain(spec) {
                let shown = |limit: &Option<Value>| limit.as_ref().map_or("none".to_owned(), Value::to_string);
                let what = format!("{name} {} on the page, {} in the spec", shown(&value), shown(&known));
                self.find(at, what, vec![change(&spec.pointer, name, value)]);
            }
        }
        match (&on_page.kind, &in_spec.kind) {
            // The page does not say what it is, or contradicts itself.
            (SchemaKind::Any, _) | (_, SchemaKind::Any) => {
                let comments = self.raw(&page.pointer)[COMMENT].take();
                let comments = comments.as_array().into_iter().flatten().filter_map(Value::as_str);
                if let Some(types) = comments.last().filter(|types| types.contains(BY_TABLE) && in_spec.is_known()) {
                    self.find(at, types.trim_start_matches("Portal: ").to_owned(), Vec::new());
                }
            }
            (SchemaKind::Object(on_page), SchemaKind::Object(known)) => self.object(on_page, known, in_spec, at),
            (SchemaKind::Array(on_page), SchemaKind::Array(known)) => {
                if let (Some(on_page), Some(known)) = (&on_page.items, &known.items) {
                    self.schema(on_page, known, &format!("{at}[]"));
                }
            }
            (SchemaKind::Enumeration(on_page), SchemaKind::Enumeration(known)) => {
                let shown =
                    |values: Vec<&Value>| list(&values.iter().map(|value| value.to_string()).collect::<Vec<_>>());
                let new: Vec<_> = on_page.values.iter().filter(|value| !known.values.contains(value)).collect();
                let gone = known
                    .values
                    .iter()
                    .filter(|value| !on_page.values.contains(value) && known.source_of(value).is_none());
                let gone: Vec<_> = gone.collect();
                if !new.is_empty() || !gone.is_empty() {
                    let what = [("on the page only", new.clone()), ("in the spec only", gone.clone())]
                        .into_iter()
                        .filter(|(_, values)| !values.is_empty());
                    let what =
                        what.map(|(whose, values)| format!("{} {whose}", shown(values))).collect::<Vec<_>>().join(", ");
                    let kept = known.entries().filter(|entry| !gone.contains(&entry.value));
                    let added = on_page.entries().filter(|entry| new.contains(&entry.value));
                    let entries: Vec<_> = kept.chain(added).collect();
                    let lists = [
                        ("enum", json!(entries.iter().map(|entry| entry.value).collect::<Vec<_>>())),
                        ("x-enum-varnames", json!(entries.iter().map(|entry| entry.name).collect::<Vec<_>>())),
                        (
                            "x-enum-descriptions",
                            json!(entries.iter().map(|entry| entry.description).collect::<Vec<_>>()),
                        ),
                    ];
                    let changes = lists.into_iter().map(|(name, list)| change(&in_spec.pointer, name, Some(list)));
                    self.find(at, format!("values {what}"), changes.collect());
                }
            }
            (SchemaKind::AnyOf(alternatives), _) => {
                let fits = |one: &Schema| self.differences(one, in_spec, at).is_empty();
                if !alternatives.schemas.iter().all(fits) {
                    self.kinds(on_page, in_spec, spec, at);
                }
            }
            (_, SchemaKind::AnyOf(alternatives)) => {
                let found = alternatives.schemas.iter().map(|one| self.differences(on_page, one, at));
                let least = found.min_by_key(Vec::len).unwrap_or_default();
                self.found.extend(least);
            }
            _ => self.kinds(on_page, in_spec, spec, at),
        }
    }

    /// The differences of a value, without noting them.
    fn differences(&self, page: &Schema, spec: &Schema, at: &str) -> Vec<Difference> {
        let mut apart = Comparison { found: Vec::new(), ..*self };
        apart.schema(page, spec, at);
        apart.found
    }

    /// Compares the JSON types and the formats.
    fn kinds(&mut self, page: &Schema, spec: &Schema, written: &Schema, at: &str) {
        let name = |schema: &Schema| match &schema.kind {
            SchemaKind::AnyOf(_) => "one of several".to_owned(),
            _ => schema.json_type().map_or("any".to_owned(), |kind| kind.name().to_owned()),
        };
        let (on_page, known) = (name(page), name(spec));
        let raw = self.raw(&page.pointer);
        let change = |keyword: &&str| change(&written.pointer, keyword, raw.get(*keyword).cloned());
        let changes =
            |keywords: &[&str]| keywords.iter().filter(|_| is_plain(written) && is_plain(page)).map(change).collect();
        if on_page != known {
            self.find(at, format!("{on_page} on the page, {known} in the spec"), changes(&["type", "format"]));
        } else if page.json_type() == Some(JsonType::String)
            && let Some(format) = page.format()
            && spec.format().is_some_and(|known| known != format)
        {
            self.find(at, format!("format {format} on the page, another in the spec"), changes(&["format"]));
        }
    }

    fn object(&mut self, page: &ObjectSchema, known: &ObjectSchema, schema: &Schema, at: &str) {
        let mut before: Vec<String> = Vec::new();
        let properties = schema.pointer.join("properties");
        let edit = |node: &Pointer, name: &str, edit: Edit| Change { node: node.clone(), name: name.to_owned(), edit };
        let require = |name: &str, flag: bool| edit(&schema.pointer, name, Edit::Require(flag));
        for property in page.properties() {
            let name = property.name.as_str();
            let at = join(at, name);
            let in_table = page.source_of(name).is_none();
            let Some(in_spec) = known.property(name) else {
                if !in_table && self.adapted {
                    continue;
                }
                let whose = if in_table { "on the page only" } else { "only in the page's example" };
                let mut changes = self.insertion(&property.schema);
                let value = Some(self.raw(&property.schema.pointer));
                changes.push(edit(&properties, name, Edit::Set(value, before.clone())));
                changes.extend(property.required.then(|| require(name, true)));
                before.push(name.to_owned());
                self.find(&at, whose, changes);
                continue;
            };
            before.push(name.to_owned());
            if property.required != in_spec.required && in_table {
                self.find(&at, flags("required", property.required), vec![require(name, property.required)]);
            }
            if !in_table && !page.is_open && known.source_of(name).is_none() {
                self.find(&at, "in the page's example, and not in its table", Vec::new());
            }
            self.schema(&property.schema, &in_spec.schema, &at);
        }
        // What all products share has the properties of other pages, too.
        let is_shared = self.bundle.locate(&schema.pointer).file == COMMON;
        for property in known.properties() {
            let is_explained = page.is_open || is_shared || known.source_of(&property.name).is_some();
            if page.property(&property.name).is_none() && !is_explained {
                let changes = vec![change(&properties, &property.name, None), require(&property.name, false)];
                self.find(&join(at, &property.name), "in the spec only", changes);
            }
        }
    }

    /// The named schemas that a new property needs.
    fn insertion(&self, schema: &Schema) -> Vec<Change> {
        let names = self.page.reachable([schema]);
        let new = names.into_iter().filter(|name| self.spec.schema(name).is_none());
        new.map(|name| {
            change(&Pointer::from_steps(["components", "schemas"]), name, Some(self.raw(&Pointer::to_schema(name))))
        })
        .collect()
    }
}
