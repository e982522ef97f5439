//! Follows references in a document of any layout.

use std::collections::BTreeSet;

use gofive_spec::Pointer;
use serde_json::Value;

/// Follows a `$ref` to a component of `doc`; returns any other value as it is.
pub(super) fn resolve<'a>(doc: &'a Value, value: &'a Value) -> &'a Value {
    target(value).and_then(|target| target.find(doc)).unwrap_or(value)
}

/// The names of all component schemas of `doc` that `value` refers to, directly or indirectly.
pub(crate) fn reachable<'a>(doc: &'a Value, value: &'a Value) -> BTreeSet<String> {
    let (mut names, mut visited, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                if let Some(target) = target(value)
                    && visited.insert(target.clone())
                {
                    let schemas = Pointer::from_steps(["components", "schemas"]);
                    names.extend(target.split_last().filter(|(outer, _)| *outer == schemas).map(|(_, name)| name));
                    open.extend(target.find(doc));
                }
                open.extend(object.iter().filter(|(name, _)| *name != "examples").map(|(_, value)| value));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    names
}

/// The pointer of a `$ref` to the same document.
pub(super) fn target(value: &Value) -> Option<Pointer> {
    Pointer::of_reference(value.get("$ref")?.as_str()?)
}
