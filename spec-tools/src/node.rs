//! A node of an OpenAPI document of any layout, with its location. Nothing is refused.

use gofive_spec::Pointer;
use serde_json::{Map, Value};

/// A node of a document as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: Pointer,
}

impl<'a> Node<'a> {
    /// A node that is not in the document; the pointer is that of the node around it.
    pub(crate) fn missing(pointer: Pointer) -> Self {
        Self { value: &Value::Null, pointer }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name)
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// One of its properties.
    pub(crate) fn step(&self, name: &str) -> Option<Self> {
        Some(Self { value: self.get(name)?, pointer: self.pointer.join(name) })
    }

    /// One of its properties; null if it does not have it.
    pub(crate) fn below(&self, name: &str) -> Self {
        self.step(name).unwrap_or_else(|| Self::missing(self.pointer.join(name)))
    }

    /// All of its properties.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Self)> {
        let keys = self.value.as_object().into_iter().flat_map(Map::keys);
        keys.map(|key| (key.as_str(), self.below(key))).collect()
    }

    /// Its items, if it is a list.
    pub(crate) fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, value)| Self { value, pointer: self.pointer.item(index) }).collect()
    }
}
