//! Puts the files of one product together into a single self-contained document.
//!
//! `$ref`s to `…#/components/<kind>/<name>` of any file become `#/components/<kind>/<name>` of the bundle; any other
//! `$ref` (a path item) is replaced by its target. Every node of the bundle remembers its location in the source.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};

use crate::finding::{Finding, Location};
use crate::sources::Sources;
use crate::sources::yaml::{Source, escape};

/// The limit of nodes in a bundle, many times what a product needs. Stops references that multiply from filling memory.
const MAX_NODES: usize = 200_000;
/// The limit of nested references that are replaced by their targets. Stops a long chain from exhausting the stack.
const MAX_TRAIL: usize = 8;

/// One product's document, with the source location of each of its nodes.
#[derive(Debug)]
pub struct Bundle {
    pub product: String,
    pub doc: Value,
    origins: HashMap<String, Location>,
}

impl Bundle {
    /// A bundle whose source locations are unknown.
    pub fn without_locations(product: &str, doc: Value) -> Self {
        Self { product: product.to_owned(), doc, origins: HashMap::new() }
    }

    /// The location in `openapi/` of the node at `pointer`, or of its nearest ancestor.
    pub fn locate(&self, pointer: &str) -> Location {
        let mut known = pointer;
        loop {
            if let Some(at) = self.origins.get(known) {
                let rest = &pointer[known.len()..];
                return Location { pointer: format!("{}{rest}", at.pointer), ..at.clone() };
            }
            match known.rfind('/') {
                Some(cut) => known = &known[..cut],
                None => return Location::default(),
            }
        }
    }

    /// The document as it is written to `openapi/bundled/<product>.json`.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.doc).expect("a JSON value has only text as names");
        text.push('\n');
        text
    }
}

/// Bundles every product. Continues after findings: the bundles contain everything that could be read.
pub fn bundle_all(sources: &Sources) -> (Vec<Bundle>, Vec<Finding>) {
    let mut files = Files { sources, loaded: BTreeSet::new(), used: BTreeSet::new(), findings: Vec::new() };
    let products = sources.products();
    let bundles = products.iter().filter_map(|product| Bundler::run(&mut files, product)).collect();
    // If a file is broken, its references are unknown.
    if files.findings.is_empty() {
        files.report_unused();
    }
    (bundles, files.findings)
}

/// The files used so far, by their path below `openapi/`, shared by all products.
struct Files<'a> {
    sources: &'a Sources,
    loaded: BTreeSet<String>,
    /// (file, pointer) of every component and path that something refers to.
    used: BTreeSet<(String, String)>,
    findings: Vec<Finding>,
}

impl<'a> Files<'a> {
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
    fn report_unused(&mut self) {
        for file in &self.loaded {
            let Some(source) = self.get(file) else { continue };
            let mut pointers = Vec::new();
            if !file.ends_with("openapi.yaml") {
                for section in ["paths", "x-webhooks"] {
                    let entries = source.root.get(section).and_then(Value::as_object).into_iter().flatten();
                    pointers.extend(entries.map(|(name, _)| format!("/{section}/{}", escape(name))));
                }
                let kinds = source.root.get("components").and_then(Value::as_object).into_iter().flatten();
                for (kind, entries) in kinds {
                    let names = entries.as_object().into_iter().flatten();
                    pointers.extend(names.map(|(name, _)| format!("/components/{kind}/{}", escape(name))));
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

struct Bundler<'a, 'b> {
    files: &'a mut Files<'b>,
    origins: HashMap<String, Location>,
    /// Component (kind, name) → its source (file, pointer).
    components: BTreeMap<(String, String), (String, String)>,
    pending: Vec<(String, String)>,
}

impl<'a, 'b> Bundler<'a, 'b> {
    fn run(files: &'a mut Files<'b>, product: &str) -> Option<Bundle> {
        let root_file = format!("{product}/openapi.yaml");
        let start = Location { file: format!("openapi/{root_file}"), line: 1, column: 1, pointer: String::new() };
        files.load(&root_file, &start);
        let root = files.get(&root_file)?.root.clone();
        let mut bundler = Self { files, origins: HashMap::new(), components: BTreeMap::new(), pending: Vec::new() };

        let mut doc = Map::new();
        bundler.origins.insert(String::new(), bundler.location(&root_file, ""));
        for (name, value) in root.as_object().into_iter().flatten() {
            if name != "components" {
                let pointer = format!("/{}", escape(name));
                doc.insert(name.clone(), bundler.copy(value, &root_file, &pointer, &pointer, &mut Vec::new(), false));
            }
        }
        for (kind, entries) in root.get("components").and_then(Value::as_object).into_iter().flatten() {
            for (name, _) in entries.as_object().into_iter().flatten() {
                let pointer = format!("/components/{kind}/{}", escape(name));
                bundler.adopt(kind, name, &root_file, &pointer);
            }
        }
        doc.insert("components".into(), bundler.collect_components());
        let origins = bundler.origins;
        Some(Bundle { product: product.to_owned(), doc: Value::Object(doc), origins })
    }

    /// Copies the referenced components, and those that they refer to, sorted by kind and name.
    fn collect_components(&mut self) -> Value {
        let mut copied = BTreeMap::new();
        while let Some((kind, name)) = self.pending.pop() {
            let (file, pointer) = self.components[&(kind.clone(), name.clone())].clone();
            let Some(value) = self.files.get(&file).and_then(|source| source.root.pointer(&pointer)).cloned() else {
                continue;
            };
            let out = format!("/components/{kind}/{}", escape(&name));
            // A root component that is only a reference is replaced by its target.
            let value = match reference(&value) {
                Some(_) => self.inline(&value, &file, &pointer, &out, &mut Vec::new()),
                None => self.copy(&value, &file, &pointer, &out, &mut Vec::new(), false),
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
        pointer: &str,
        out: &str,
        trail: &mut Vec<String>,
        data: bool,
    ) -> Value {
        self.origins.insert(out.to_owned(), self.location(file, pointer));
        match value {
            Value::Object(_) if !data && reference(value).is_some() => self.refer(value, file, pointer, out, trail),
            Value::Object(object) => {
                let copy_property = |(name, inner): (&String, &Value)| {
                    let data = data || (matches!(name.as_str(), "example" | "value" | "default" | "enum"));
                    let step = escape(name);
                    let (pointer, out) = (format!("{pointer}/{step}"), format!("{out}/{step}"));
                    // A property of a schema may itself be called `example` or `value`.
                    let data = data && !parent_is_properties(&out);
                    (name.clone(), self.copy(inner, file, &pointer, &out, trail, data))
                };
                Value::Object(object.iter().map(copy_property).collect())
            }
            Value::Array(items) => {
                let copy_item = |(index, item): (usize, &Value)| {
                    self.copy(item, file, &format!("{pointer}/{index}"), &format!("{out}/{index}"), trail, data)
                };
                Value::Array(items.iter().enumerate().map(copy_item).collect())
            }
            scalar => scalar.clone(),
        }
    }

    fn refer(&mut self, value: &Value, file: &str, pointer: &str, out: &str, trail: &mut Vec<String>) -> Value {
        let Some((target, target_pointer)) = self.resolve(value, file, pointer) else {
            return Value::Null;
        };
        match target_pointer.strip_prefix("/components/").and_then(|rest| rest.split_once('/')) {
            Some((kind, name)) if !name.contains('/') => {
                let name = name.replace("~1", "/").replace("~0", "~");
                self.adopt(kind, &name, &target, &target_pointer);
                serde_json::json!({ "$ref": format!("#/components/{kind}/{name}") })
            }
            _ => self.inline(value, file, pointer, out, trail),
        }
    }

    /// Replaces a reference by its target.
    fn inline(&mut self, value: &Value, file: &str, pointer: &str, out: &str, trail: &mut Vec<String>) -> Value {
        let Some((target, target_pointer)) = self.resolve(value, file, pointer) else {
            return Value::Null;
        };
        let step = format!("{target}#{target_pointer}");
        let problem = match trail.len() {
            _ if trail.contains(&step) => Some("a `$ref` that leads back to itself"),
            MAX_TRAIL.. => Some("too long a chain of `$ref`s"),
            _ if self.origins.len() > MAX_NODES => Some("too many `$ref`s: the document grows without bound"),
            _ => None,
        };
        if let Some(problem) = problem {
            self.find(file, pointer, problem, "refer to a component instead");
            return Value::Null;
        }
        self.files.used.insert((target.clone(), target_pointer.clone()));
        let resolved = self.files.get(&target).and_then(|source| source.root.pointer(&target_pointer)).cloned();
        trail.push(step);
        let copy = self.copy(&resolved.unwrap_or_default(), &target, &target_pointer, out, trail, false);
        trail.pop();
        copy
    }

    /// The file and pointer that a `$ref` in `file` refers to, if both exist.
    fn resolve(&mut self, value: &Value, file: &str, pointer: &str) -> Option<(String, String)> {
        let text = reference(value)?;
        let at = format!("{pointer}/$ref");
        let Some((path, target_pointer)) = text.split_once('#') else {
            self.find(file, &at, &format!("`{text}` has no `#`"), "write file.yaml#/path/to/it");
            return None;
        };
        let Some(target) = join(file, path) else {
            self.find(file, &at, &format!("`{text}` leaves openapi/"), "refer to a file below openapi/");
            return None;
        };
        let from = self.location(file, &at);
        self.files.load(&target, &from);
        let exists = self.files.get(&target)?.root.pointer(target_pointer).is_some();
        if !exists {
            self.find(file, &at, &format!("`{text}` does not exist"), "fix the name, or add the missing part");
            return None;
        }
        Some((target, target_pointer.to_owned()))
    }

    fn adopt(&mut self, kind: &str, name: &str, file: &str, pointer: &str) {
        let key = (kind.to_owned(), name.to_owned());
        let origin = (file.to_owned(), pointer.to_owned());
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

    fn location(&self, file: &str, pointer: &str) -> Location {
        self.files.get(file).map(|source| source.locate(pointer)).unwrap_or_default()
    }

    fn find(&mut self, file: &str, pointer: &str, problem: &str, hint: &str) {
        let at = self.location(file, pointer);
        self.files.findings.push(Finding { at, rule: "ref", problem: problem.into(), hint: hint.into() });
    }
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// Whether a pointer is a property of a schema, such as `/…/properties/example`, and not an example.
fn parent_is_properties(pointer: &str) -> bool {
    pointer.rsplit('/').nth(1) == Some("properties")
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
