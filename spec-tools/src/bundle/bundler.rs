//! Copies the files of one product into one document, and follows their references.

mod complete;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use gofive_spec::Pointer;
use serde_json::{Map, Value};

use super::origins::Origins;
use crate::finding::{Finding, Location};
use crate::sources::Sources;
use crate::sources::yaml::Source;

/// The limit of nodes in a bundle, many times what a product needs. Stops references that multiply from filling memory.
const MAX_NODES: usize = 200_000;
/// The limit of nested references that are replaced by their targets. Stops a long chain from exhausting the stack.
const MAX_TRAIL: usize = 8;

/// The responses of every operation that does not have its own, by status code or range.
const FAILURES: &str = "x-gofive-failures";

/// One product's document before it is read.
pub(super) struct Document {
    pub(super) product: String,
    pub(super) doc: Value,
    pub(super) origins: Origins,
}

/// The files used so far, by their path below `openapi/`, shared by all products.
pub(super) struct Files<'a> {
    sources: &'a Sources,
    loaded: BTreeSet<String>,
    /// (file, pointer) of every component and path that something refers to.
    used: BTreeSet<(String, Pointer)>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Files<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, loaded: BTreeSet::new(), used: BTreeSet::new(), findings: Vec::new() }
    }

    fn load(&mut self, file: &str, from: &Location) {
        if !self.loaded.insert(file.to_owned()) {
            return;
        }
        let shown = format!("openapi/{file}");
        match self.sources.yaml(&shown) {
            Some(Ok(_)) => {}
            Some(Err(findings)) => self.findings.extend_from_slice(findings),
            None => self.findings.push(Finding {
                at: from.clone(),
                rule: "ref",
                problem: format!("there is no file {shown}"),
                hint: "fix the path before the `#`".into(),
            }),
        }
    }

    fn get(&self, file: &str) -> Option<&'a Source> {
        self.sources.yaml(&format!("openapi/{file}"))?.as_ref().ok()
    }

    /// Reports components and paths that no product refers to.
    pub(super) fn report_unused(&mut self) {
        for file in &self.loaded {
            let Some(source) = self.get(file) else { continue };
            let mut pointers = Vec::new();
            if !file.ends_with("openapi.yaml") {
                for section in ["paths", "x-webhooks"] {
                    pointers.extend(inside(&source.root, &Pointer::from_steps([section])));
                }
                for kind in inside(&source.root, &Pointer::from_steps(["components"])) {
                    pointers.extend(inside(&source.root, &kind));
                }
            }
            for pointer in pointers {
                if !self.used.contains(&(file.clone(), pointer.clone())) {
                    self.findings.push(Finding {
                        at: source.locate(&pointer),
                        rule: "unused",
                        problem: "nothing refers to this".into(),
                        hint: "refer to it (a path: from openapi.yaml), or delete it".into(),
                    });
                }
            }
        }
    }
}

pub(super) struct Bundler<'a, 'b> {
    files: &'a mut Files<'b>,
    origins: Origins,
    /// Component (kind, name) → its source (file, pointer).
    components: BTreeMap<(String, String), (String, Pointer)>,
    pending: Vec<(String, String)>,
}

impl<'a, 'b> Bundler<'a, 'b> {
    pub(super) fn run(files: &'a mut Files<'b>, product: &str) -> Option<Document> {
        let root_file = format!("{product}/openapi.yaml");
        let start = Location { file: format!("openapi/{root_file}"), line: 1, column: 1, pointer: String::new() };
        files.load(&root_file, &start);
        let root = &files.get(&root_file)?.root;
        let mut bundler = Self { files, origins: Origins::default(), components: BTreeMap::new(), pending: Vec::new() };

        let mut doc = Map::new();
        bundler.origins.0.insert(Pointer::root(), bundler.location(&root_file, &Pointer::root()));
        for (name, value) in root.as_object().into_iter().flatten() {
            if name != "components" && name != FAILURES {
                let at = Pointer::root().join(name);
                doc.insert(name.clone(), bundler.copy(value, &root_file, &at, &at, &mut Vec::new(), false));
            }
        }
        for kind in inside(root, &Pointer::from_steps(["components"])) {
            for component in inside(root, &kind) {
                if let (Some((_, kind)), Some((_, name))) = (kind.split_last(), component.split_last()) {
                    bundler.adopt(&kind, &name, &root_file, &component);
                }
            }
        }
        let mut doc = Value::Object(doc);
        bundler.complete(root, &root_file, product, &mut doc);
        doc["components"] = bundler.collect_components();
        let origins = bundler.origins;
        Some(Document { product: product.to_owned(), doc, origins })
    }

    /// Copies the referenced components, and those that they refer to, sorted by kind and name.
    fn collect_components(&mut self) -> Value {
        let mut copied = BTreeMap::new();
        while let Some((kind, name)) = self.pending.pop() {
            let (file, pointer) = self.components[&(kind.clone(), name.clone())].clone();
            let Some(value) = self.files.get(&file).and_then(|source| pointer.find(&source.root)) else { continue };
            let out = Pointer::from_steps(["components", &kind, &name]);
            // A root component that is only a reference is replaced by its target.
            let value = match reference(value) {
                Some(_) => self.inline(value, &file, &pointer, &out, &mut Vec::new()),
                None => self.copy(value, &file, &pointer, &out, &mut Vec::new(), false),
            };
            copied.insert((kind, name), value);
        }
        let mut kinds: Map<String, Value> = Map::new();
        for ((kind, name), value) in copied {
            if let Value::Object(entries) = kinds.entry(kind).or_insert_with(|| Value::Object(Map::new())) {
                entries.insert(name, value);
            }
        }
        Value::Object(kinds)
    }

    /// Copies `value` from `file` at `pointer` to `out` in the bundle. `data` is set inside example values, where a
    /// property called `$ref` is plain data.
    fn copy(
        &mut self,
        value: &Value,
        file: &str,
        pointer: &Pointer,
        out: &Pointer,
        trail: &mut Vec<String>,
        data: bool,
    ) -> Value {
        self.origins.0.insert(out.clone(), self.location(file, pointer));
        match value {
            Value::Object(_) if !data && reference(value).is_some() => self.refer(value, file, pointer, out, trail),
            Value::Object(object) => {
                // A property of a schema may itself be called `example` or `value`.
                let has_names = out.split_last().is_some_and(|(_, name)| name == "properties");
                let copy_property = |(name, inner): (&String, &Value)| {
                    let is_data =
                        data || matches!(name.as_str(), "example" | "value" | "x-gofive-portal" | "default" | "enum");
                    let (pointer, out) = (pointer.join(name), out.join(name));
                    (name.clone(), self.copy(inner, file, &pointer, &out, trail, is_data && !has_names))
                };
                let mut copied: Map<_, _> = object.iter().map(copy_property).collect();
                if !data && !has_names {
                    // A text that nobody has written yet; the linter reports it.
                    for name in ["summary", "description", "x-gofive-source"] {
                        if let Some(text) = copied.get_mut(name).filter(|text| text.is_null()) {
                            *text = "".into();
                        }
                    }
                }
                Value::Object(copied)
            }
            Value::Array(items) => {
                let copy_item = |(index, item): (usize, &Value)| {
                    self.copy(item, file, &pointer.item(index), &out.item(index), trail, data)
                };
                Value::Array(items.iter().enumerate().map(copy_item).collect())
            }
            scalar => scalar.clone(),
        }
    }

    fn refer(&mut self, value: &Value, file: &str, pointer: &Pointer, out: &Pointer, trail: &mut Vec<String>) -> Value {
        let Some((target, target_pointer)) = self.resolve(value, file, pointer) else {
            return Value::Null;
        };
        let steps: Vec<_> = target_pointer.steps().collect();
        match steps.as_slice() {
            [components, kind, name] if components == "components" => {
                self.adopt(kind, name, &target, &target_pointer);
                serde_json::json!({ "$ref": format!("#{target_pointer}") })
            }
            _ => self.inline(value, file, pointer, out, trail),
        }
    }

    /// Replaces a reference by its target.
    fn inline(
        &mut self,
        value: &Value,
        file: &str,
        pointer: &Pointer,
        out: &Pointer,
        trail: &mut Vec<String>,
    ) -> Value {
        let Some((target, target_pointer)) = self.resolve(value, file, pointer) else {
            return Value::Null;
        };
        let step = format!("{target}#{target_pointer}");
        let problem = match trail.len() {
            _ if trail.contains(&step) => Some("a `$ref` that leads back to itself"),
            MAX_TRAIL.. => Some("too long a chain of `$ref`s"),
            _ if self.origins.0.len() > MAX_NODES => Some("too many `$ref`s: the document grows without bound"),
            _ => None,
        };
        if let Some(problem) = problem {
            self.find(file, pointer, problem, "refer to a component instead");
            return Value::Null;
        }
        self.files.used.insert((target.clone(), target_pointer.clone()));
        let Some(resolved) = self.files.get(&target).and_then(|source| target_pointer.find(&source.root)) else {
            return Value::Null;
        };
        trail.push(step);
        let copy = self.copy(resolved, &target, &target_pointer, out, trail, false);
        trail.pop();
        copy
    }

    /// The file and pointer that a `$ref` in `file` refers to, if both exist.
    fn resolve(&mut self, value: &Value, file: &str, pointer: &Pointer) -> Option<(String, Pointer)> {
        let text = reference(value)?;
        let at = pointer.join("$ref");
        let Some((path, fragment)) = text.split_once('#') else {
            self.find(file, &at, &format!("`{text}` has no `#`"), "write file.yaml#/path/to/it");
            return None;
        };
        let Some(target) = join(file, path) else {
            self.find(file, &at, &format!("`{text}` leaves openapi/"), "refer to a file below openapi/");
            return None;
        };
        let from = self.location(file, &at);
        self.files.load(&target, &from);
        let root = &self.files.get(&target)?.root;
        let target_pointer = fragment.parse::<Pointer>().ok().filter(|pointer| pointer.find(root).is_some());
        if target_pointer.is_none() {
            self.find(file, &at, &format!("`{text}` does not exist"), "fix the name, or add the missing part");
        }
        Some((target, target_pointer?))
    }

    fn adopt(&mut self, kind: &str, name: &str, file: &str, pointer: &Pointer) {
        let key = (kind.to_owned(), name.to_owned());
        let origin = (file.to_owned(), pointer.clone());
        self.files.used.insert(origin.clone());
        match self.components.get(&key) {
            None => {
                self.components.insert(key.clone(), origin);
                self.pending.push(key);
            }
            Some(first) if *first != origin => {
                let problem = format!("`{name}` is also defined in openapi/{}", first.0);
                self.find(file, pointer, &problem, "component names are unique in a product: rename one");
            }
            Some(_) => {}
        }
    }

    fn location(&self, file: &str, pointer: &Pointer) -> Location {
        self.files.get(file).map(|source| source.locate(pointer)).unwrap_or_default()
    }

    fn find(&mut self, file: &str, pointer: &Pointer, problem: &str, hint: &str) {
        let at = self.location(file, pointer);
        self.files.findings.push(Finding { at, rule: "ref", problem: problem.into(), hint: hint.into() });
    }
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// The pointers to the properties of the object at `pointer`; none if the object does not exist.
fn inside(root: &Value, pointer: &Pointer) -> Vec<Pointer> {
    let object = pointer.find(root).and_then(Value::as_object).into_iter().flatten();
    object.map(|(name, _)| pointer.join(name)).collect()
}

/// Resolves a relative path: `venio/case.yaml` + `../common.yaml` → `common.yaml`. `None` if it leaves the folder.
fn join(from: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut joined = PathBuf::new();
    for part in Path::new(from).parent()?.join(path).components() {
        match part {
            Component::Normal(name) => joined.push(name),
            Component::ParentDir => {
                if !joined.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(joined.to_string_lossy().replace('\\', "/"))
}
