//! The untyped document, for readers that do not use the model yet.

use std::collections::BTreeSet;

use serde_json::Value;

/// The HTTP methods an OpenAPI path item may have, in lower case.
#[doc(hidden)]
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Follows a `$ref` to a component of `doc`; returns any other value as it is.
#[doc(hidden)]
pub fn resolve<'a>(doc: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value.get("$ref").and_then(Value::as_str);
    reference.and_then(|reference| doc.pointer(reference.strip_prefix('#')?)).unwrap_or(value)
}

/// The names of all component schemas of `doc` that `value` refers to, directly or indirectly.
#[doc(hidden)]
pub fn reachable<'a>(doc: &'a Value, value: &'a Value) -> BTreeSet<String> {
    let (mut names, mut visited, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    names.extend(reference.strip_prefix("#/components/schemas/").map(str::to_owned));
                    if visited.insert(reference) {
                        open.extend(reference.strip_prefix('#').and_then(|pointer| doc.pointer(pointer)));
                    }
                }
                open.extend(object.iter().filter(|(name, _)| *name != "examples").map(|(_, value)| value));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    names
}
