//! A node of an OpenAPI document as it is written, with its location.

use gofive_spec::Pointer;
use serde_json::{Map, Value};

/// A node of the draft's document, or of the product's.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) root: &'a Value,
    pub(super) at: Pointer,
    pub(super) value: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name)
    }

    pub(super) fn step(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).or_else(|| self.value.get(name.parse::<usize>().ok()?))?;
        Some(Self { root: self.root, at: self.at.join(name), value })
    }

    pub(super) fn entries(&self, name: &str) -> Vec<(&'a str, Self)> {
        let keys = self.get(name).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        keys.filter_map(|key| Some((key.as_str(), self.step(name)?.step(key)?))).collect()
    }

    pub(super) fn items(&self, name: &str) -> Vec<Self> {
        let count = self.get(name).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).filter_map(|index| self.step(name)?.step(&index.to_string())).collect()
    }

    /// Whether a list has the value, or one of the lists by source.
    pub(super) fn lists(&self, name: &str, value: &Value) -> bool {
        let has = |list: &Value| list.as_array().is_some_and(|list| list.contains(value));
        self.get(name)
            .is_some_and(|lists| has(lists) || lists.as_object().into_iter().flatten().any(|(_, list)| has(list)))
    }

    pub(super) fn kind(&self) -> &'a str {
        let kind = self.get("type").and_then(Value::as_str);
        kind.unwrap_or(if self.get("anyOf").is_some() { "one of several" } else { "any" })
    }

    /// Whether it has a type of its own, which an edit can replace.
    pub(super) fn is_plain(&self) -> bool {
        self.get("allOf").is_none() && !["any", "object", "one of several"].contains(&self.kind())
    }
}
