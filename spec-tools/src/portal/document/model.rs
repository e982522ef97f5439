//! Finds the models that a document names, and the order in which a page shows the properties of one.

use std::collections::HashSet;

use gofive_spec::Pointer;
use serde_json::{Map, Value};

/// The location that a `$ref` refers to. Names with blanks or brackets are percent-encoded.
pub(super) fn target(reference: &str) -> Option<Pointer> {
    let plain = percent_encoding::percent_decode_str(reference).decode_utf8().ok()?;
    // A name that contains a percent sign may not be encoded.
    Pointer::of_reference(&plain).or_else(|| Pointer::of_reference(reference))
}

/// One thing of an object in the order of the page: a property, or a model whose properties it has.
pub(super) enum Shown<'a> {
    Property(&'a str, &'a Value),
    /// A model by its reference, with the properties that it has differently or, if null, not at all.
    Spread(&'a Value, Option<&'a Map<String, Value>>, &'a str),
}

/// The properties of an object, in the order of the page if it is known, else in that of the document.
pub(super) fn shown(object: &Map<String, Value>) -> Vec<Shown<'_>> {
    let map = |name: &str| object.get(name).and_then(Value::as_object);
    let (properties, models) = (map("properties"), map("x-apidog-refs"));
    let orders =
        object.get("x-apidog-orders").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut shown = Vec::new();
    let mut names = HashSet::new();
    let keys = properties.into_iter().chain(models).flat_map(Map::keys).map(String::as_str);
    let ordered = orders.chain(keys);
    for name in ordered {
        if !names.insert(name) {
            continue;
        }
        if let Some(property) = properties.and_then(|properties| properties.get(name)) {
            shown.push(Shown::Property(name, property));
        } else if let Some(model) = models.and_then(|models| models.get(name)) {
            let overrides = model.get("x-apidog-overrides").and_then(Value::as_object);
            shown.push(Shown::Spread(model, overrides, name));
        }
    }
    shown
}
