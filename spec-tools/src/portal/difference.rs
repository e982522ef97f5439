//! Finds the differences between an operation of the spec and the draft of its page, and the edits that take them over.

use gofive_spec::{Operation, Pointer};
use serde_json::{Value, json};

use super::comparison::BY_TABLE;
use super::document::field::LIMITS;
use super::operation::Draft;
use super::schema::COMMENT;
use super::words::{differing, join, list};
use crate::bundle::Bundle;
use crate::diff::references::reachable;
use crate::node::Node;

pub(super) const COMMON: &str = "openapi/common.yaml";

/// One difference.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What differs, in a line that stays the same until the page or the spec changes.
    pub text: String,
    /// What makes the spec say what the page does; nothing if a person has to decide.
    pub changes: Vec<Change>,
}

/// An edit of a property of a node of the product's document.
#[derive(Clone, Debug)]
pub struct Change {
    pub node: Pointer,
    pub name: String,
    /// Its value, if it is to have one. A list of parameters is appended; for `required` of an object, whether it lists each name.
    pub value: Option<Value>,
    /// A new property comes behind those with these names.
    pub behind: Vec<String>,
}

/// The differences between an operation and the draft of its page.
pub(super) fn differences(draft: &Draft, bundle: &Bundle, operation: &Operation) -> Vec<Difference> {
    let mut drafted = bundle.written.doc.get("components").cloned().unwrap_or_default();
    draft.schemas.iter().for_each(|(name, schema)| drafted["schemas"][name] = schema.clone());
    let drafted = json!({ "components": drafted });
    let mut comparison = Comparison { draft, drafted: &drafted, bundle, adapted: false, found: Vec::new() };
    let page = Node { value: &draft.operation, pointer: Pointer::from_steps(["paths", &draft.path, &draft.method]) };
    let spec = operation.pointer.find(&bundle.written.doc).unwrap_or(&Value::Null);
    let spec = Node { value: spec, pointer: operation.pointer.clone() };
    let address = |method: &str, path: &str| format!("{} {path}", method.to_uppercase());
    let (own, known) = (address(&draft.method, &draft.path), address(operation.method.key(), &operation.path));
    if own != known {
        comparison.find("address", format!("{own} on the page, {known} in the spec"), Vec::new());
    }
    if page.get("security").is_none() != operation.needs_token {
        let what = if operation.needs_token { "no token on the page" } else { "a token on the page" };
        comparison.find("security", what, Vec::new());
    }
    comparison.parameters(&page, &spec);
    match [&page, &spec].map(|node| node.step("requestBody")) {
        [Some(page), Some(spec)] => comparison.body(&page, &spec, "request"),
        [Some(_), None] => comparison.find("request", "a body on the page only", Vec::new()),
        [None, Some(_)] => comparison.find("request", "a body in the spec only", Vec::new()),
        [None, None] => {}
    }
    comparison.responses(&page, &spec);
    comparison.found
}

struct Comparison<'a> {
    draft: &'a Draft,
    /// The document with the schemas of the draft.
    drafted: &'a Value,
    bundle: &'a Bundle,
    /// Whether the spec has the page's example adapted to its table, and so knows which names only the example has.
    adapted: bool,
    found: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    fn find(&mut self, at: &str, what: impl AsRef<str>, changes: Vec<Change>) {
        self.found.push(Difference { text: format!("{at}: {}", what.as_ref()), changes });
    }

    fn parameters(&mut self, page: &Node<'a>, spec: &Node<'a>) {
        let same = |one: &Node<'_>, other: &Node<'_>| ["name", "in"].iter().all(|key| one.get(key) == other.get(key));
        let name = |node: &Node<'_>| format!("parameter {}", node.text("name").unwrap_or_default());
        let [own, known] = [page, spec].map(|node| node.below("parameters").items());
        for one in &own {
            let at = name(one);
            let Some(other) = known.iter().find(|other| same(one, other)) else {
                let added = Some(json!([one.value]));
                self.find(&at, "on the page only", vec![change(&spec.pointer, "parameters", added)]);
                continue;
            };
            let [required, known] = [one, other].map(|node| node.is_true("required"));
            if required != known {
                let changes = vec![change(&other.pointer, "required", one.get("required").cloned())];
                self.find(&at, flags("required", required), changes);
            }
            self.schema(&one.below("schema"), &other.below("schema"), &at);
            if let Some(example) = one.get("example").filter(|example| other.get("example") != Some(*example)) {
                let changes = vec![
                    change(&other.pointer, "example", Some(example.clone())),
                    change(&other.pointer, "examples", None),
                ];
                self.find(&at, format!("the page's example is {example}"), changes);
            }
        }
        for other in known.iter().filter(|other| !own.iter().any(|one| same(one, other))) {
            self.find(&name(other), "in the spec only", Vec::new());
        }
    }

    fn responses(&mut self, page: &Node<'a>, spec: &Node<'a>) {
        let [page, spec] = [page, spec].map(|node| node.below("responses"));
        let (own, known, node) = (page.entries(), spec.entries(), &spec.pointer);
        for (status, response) in own.iter().filter(|(status, _)| spec.get(status).is_none()) {
            let lower = own.iter().chain(&known).map(|(other, _)| *other).filter(|other| other < status);
            let behind = lower.map(str::to_owned).collect();
            let changes = vec![Change { behind, ..change(node, status, Some(response.value.clone())) }];
            self.find("response", format!("status {status} on the page only"), changes);
        }
        let file = self.bundle.locate(node).file;
        let is_code = |status: &str| status.bytes().all(|digit| digit.is_ascii_digit());
        for (status, response) in known.iter().filter(|(status, _)| is_code(status) && page.get(status).is_none()) {
            // The failures of every operation are in the root.
            let at = self.bundle.locate(&response.pointer);
            if at.file == file && at.pointer.ends_with(&format!("/{status}")) {
                let changes = vec![change(node, status, None)];
                self.find("response", format!("status {status} in the spec only"), changes);
            }
        }
        // A shared response is one that is not documented.
        let success = |list: &[(&str, Node<'a>)]| {
            let found = list.iter().find(|(status, _)| status.starts_with('2')).map(|(_, response)| response.clone());
            found.filter(|response| response.get("content").is_some())
        };
        match (success(&own), success(&known)) {
            (Some(page), Some(spec)) => self.body(&page, &spec, "response"),
            (Some(_), None) => self.find("response", "a body on the page only", Vec::new()),
            // Other sources often know more of a response than its page.
            _ => {}
        }
    }

    /// Compares the bodies: media type, schema and example.
    fn body(&mut self, page: &Node<'a>, spec: &Node<'a>, at: &str) {
        let first = |node: &Node<'a>| node.below("content").entries().into_iter().next();
        let (Some((own, page)), Some((known, spec))) = (first(page), first(spec)) else { return };
        if own != known {
            self.find(at, format!("{own} on the page, {known} in the spec"), Vec::new());
        }
        let documented = |node: &Node<'a>| node.step("examples")?.step("documented");
        let printed = |example: &Node<'a>| example.get("x-gofive-portal").or(example.get("value"));
        let (own, known) = (documented(&page), documented(&spec));
        self.adapted = known.as_ref().is_some_and(|example| example.get("x-gofive-portal").is_some());
        if let (Some(page), Some(spec)) = (page.step("schema"), spec.step("schema")) {
            self.schema(&page, &spec, at);
        }
        let known_value = known.as_ref().and_then(printed);
        let Some(own) = own.as_ref().and_then(printed).filter(|own| known_value != Some(*own)) else { return };
        let names = known_value.map(|known| differing(own, known)).unwrap_or_default();
        let what = match names.as_slice() {
            [] => "another example on the page".to_owned(),
            names => format!("the page's example differs in {}", list(names)),
        };
        // If a person has adapted the example, or has found none, what the new one means is for a person, too.
        let changes = known.filter(|_| !self.adapted).map(|known| change(&known.pointer, "value", Some(own.clone())));
        self.find(&format!("{at} example"), what, changes.into_iter().collect());
    }

    /// Compares a value of the page with one of the spec. `at` is its name in sentences.
    fn schema(&mut self, page: &Node<'a>, spec: &Node<'a>, at: &str) {
        let (own, nullable) = bare(page, self.drafted);
        let (known, of_spec) = bare(spec, &self.bundle.written.doc);
        if nullable != of_spec && own.kind() != "any" && known.kind() != "any" {
            let changes = vec![change(&spec.pointer, "nullable", nullable.then(|| true.into()))];
            self.find(at, flags("nullable", nullable), if spec.is_plain() { changes } else { Vec::new() });
        }
        for name in LIMITS.iter().filter(|name| own.get(name) != known.get(name) && spec.is_plain() && page.is_plain())
        {
            let shown = |limit: Option<&Value>| limit.map_or("none".to_owned(), Value::to_string);
            let what = format!("{name} {} on the page, {} in the spec", shown(own.get(name)), shown(known.get(name)));
            self.find(at, what, vec![change(&spec.pointer, name, own.get(name).cloned())]);
        }
        match (own.kind(), known.kind()) {
            // The page does not say what it is, or contradicts itself.
            ("any", _) | (_, "any") => {
                let comments = page.get(COMMENT).and_then(Value::as_array).into_iter().flatten();
                let types = comments.filter_map(Value::as_str).find(|types| types.contains(BY_TABLE));
                if let Some(types) = types.filter(|_| known.kind() != "any") {
                    self.find(at, types.trim_start_matches("Portal: "), Vec::new());
                }
            }
            ("one of several", _) => {
                let fits = |one: &Node<'a>| self.apart(one, &known, at).is_empty();
                if !own.below("anyOf").items().iter().all(fits) {
                    self.find(at, format!("one of several on the page, {} in the spec", known.kind()), Vec::new());
                }
            }
            (_, "one of several") => {
                let found = known.below("anyOf").items().into_iter().map(|one| self.apart(&own, &one, at));
                let least = found.min_by_key(Vec::len).unwrap_or_default();
                self.found.extend(least);
            }
            ("object", "object") => self.object(&own, &known, at),
            ("array", "array") => {
                if let (Some(page), Some(spec)) = (own.step("items"), known.step("items")) {
                    self.schema(&page, &spec, &format!("{at}[]"));
                }
            }
            (one, other) if one != other => {
                let changes = ["type", "format"].map(|name| change(&spec.pointer, name, own.get(name).cloned())).into();
                let changes = if spec.is_plain() && own.is_plain() { changes } else { Vec::new() };
                self.find(at, format!("{one} on the page, {other} in the spec"), changes);
            }
            _ if own.get("enum").is_some() && known.get("enum").is_some() => self.values(&own, &known, at),
            _ => {
                let formats = own.get("format").zip(known.get("format"));
                if let Some((format, other)) = formats.filter(|(format, other)| format != other) {
                    let changes = vec![change(&spec.pointer, "format", Some(format.clone()))];
                    self.find(at, format!("format {format} on the page, {other} in the spec"), changes);
                }
            }
        }
    }

    /// The differences of a value, without noting them.
    fn apart(&self, page: &Node<'a>, spec: &Node<'a>, at: &str) -> Vec<Difference> {
        let mut apart = Comparison { found: Vec::new(), ..*self };
        apart.schema(page, spec, at);
        apart.found
    }

    fn values(&mut self, page: &Node<'a>, spec: &Node<'a>, at: &str) {
        let entries = |node: &Node<'a>| {
            let lists = ["enum", "x-enum-varnames", "x-enum-descriptions"].map(|name| node.below(name).items());
            let [values, ..] = &lists;
            let of = |index: usize| lists.clone().map(|list| list.get(index).map_or(&Value::Null, |item| item.value));
            (0..values.len()).map(of).collect::<Vec<_>>()
        };
        let (own, known) = (entries(page), entries(spec));
        let is_gone =
            |entry: &&[&Value; 3]| !page.lists("enum", entry[0]) && !spec.lists("x-gofive-value-evidence", entry[0]);
        let new: Vec<_> = own.iter().filter(|entry| !spec.lists("enum", entry[0])).collect();
        let (gone, kept): (Vec<_>, Vec<_>) = known.iter().partition(is_gone);
        let shown = |entries: &[&[&Value; 3]], whose: &str| {
            let values: Vec<_> = entries.iter().map(|entry| entry[0].to_string()).collect();
            (!values.is_empty()).then(|| format!("{} {whose}", list(&values)))
        };
        let what = [shown(&new, "on the page only"), shown(&gone, "in the spec only")];
        let what: Vec<_> = what.into_iter().flatten().collect();
        if !what.is_empty() {
            let lists = ["enum", "x-enum-varnames", "x-enum-descriptions"].into_iter().enumerate();
            let all = |index: usize| kept.iter().chain(&new).map(|entry| entry[index].clone()).collect::<Vec<_>>();
            let changes = lists.map(|(index, name)| change(&spec.pointer, name, Some(all(index).into())));
            self.find(at, format!("values {}", what.join(", ")), changes.collect());
        }
    }

    fn object(&mut self, page: &Node<'a>, spec: &Node<'a>, at: &str) {
        const EVIDENCE: &str = "x-gofive-property-evidence";
        let mut before = Vec::new();
        let require = |name: &str, flag: bool| change(&spec.pointer, "required", Some(json!({ name: flag })));
        let is_open = page.get("additionalProperties").is_some();
        let [own, known] = [page, spec].map(|node| node.below("properties"));
        for (name, property) in own.entries() {
            let at = join(at, name);
            let (in_table, required) = (!page.lists(EVIDENCE, &name.into()), page.lists("required", &name.into()));
            before.push(name.to_owned());
            let Some(other) = known.step(name) else {
                if in_table || !self.adapted {
                    let mut changes = self.new_schemas(property.value);
                    let added = change(&known.pointer, name, Some(property.value.clone()));
                    changes.push(Change { behind: before.clone(), ..added });
                    changes.extend(required.then(|| require(name, true)));
                    self.find(&at, if in_table { "on the page only" } else { "only in the page's example" }, changes);
                }
                continue;
            };
            if in_table && required != spec.lists("required", &name.into()) {
                self.find(&at, flags("required", required), vec![require(name, required)]);
            }
            if !in_table && !is_open && !spec.lists(EVIDENCE, &name.into()) {
                self.find(&at, "in the page's example, and not in its table", Vec::new());
            }
            self.schema(&property, &other, &at);
        }
        // What all products share has the properties of other pages, too.
        let is_explained = is_open || self.bundle.locate(&spec.pointer).file == COMMON;
        for (name, _) in known.entries() {
            if !is_explained && own.get(name).is_none() && !spec.lists(EVIDENCE, &name.into()) {
                let changes = vec![change(&known.pointer, name, None), require(name, false)];
                self.find(&join(at, name), "in the spec only", changes);
            }
        }
    }

    /// The named schemas that a new property needs, and those inside them.
    fn new_schemas(&self, property: &Value) -> Vec<Change> {
        let (names, schemas) = (reachable(self.drafted, property), Pointer::from_steps(["components", "schemas"]));
        let new = self.draft.schemas.iter().filter(|(name, _)| names.contains(name));
        new.map(|(name, schema)| change(&schemas, name, Some(schema.clone()))).collect()
    }
}

/// The node behind references, and inside an `allOf` of one. Also returns whether one of these is nullable.
fn bare<'a>(node: &Node<'a>, document: &'a Value) -> (Node<'a>, bool) {
    let inner = match node.text("$ref") {
        Some(reference) => {
            let pointer = Pointer::to_schema(reference.rsplit('/').next().unwrap_or_default());
            pointer.find(document).map(|value| Node { value, pointer })
        }
        None => node.below("allOf").items().into_iter().next(),
    };
    let (bare, nullable) = inner.map_or((node.clone(), false), |inner| bare(&inner, document));
    (bare, nullable || node.is_true("nullable"))
}

impl<'a> Node<'a> {
    /// Whether a list has the value, or one of the lists by source.
    fn lists(&self, name: &str, value: &Value) -> bool {
        let has = |list: &Value| list.as_array().is_some_and(|list| list.contains(value));
        self.get(name)
            .is_some_and(|lists| has(lists) || lists.as_object().into_iter().flatten().any(|(_, list)| has(list)))
    }

    fn is_true(&self, flag: &str) -> bool {
        self.get(flag) == Some(&Value::Bool(true))
    }

    fn kind(&self) -> &'a str {
        let kind = self.get("type").and_then(Value::as_str);
        kind.unwrap_or(if self.get("anyOf").is_some() { "one of several" } else { "any" })
    }

    /// Whether it has a type of its own, which an edit can replace.
    fn is_plain(&self) -> bool {
        self.get("allOf").is_none() && !["any", "object", "one of several"].contains(&self.kind())
    }
}

fn change(node: &Pointer, name: &str, value: Option<Value>) -> Change {
    Change { node: node.clone(), name: name.to_owned(), value, behind: Vec::new() }
}

fn flags(flag: &str, on_page: bool) -> String {
    let (page, spec) = if on_page { ("", "not ") } else { ("not ", "") };
    format!("{page}{flag} on the page, {spec}{flag} in the spec")
}
